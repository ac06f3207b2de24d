//! Views are kept, changed from the version that was read, and seen by tenant; filters over JSON columns mean the same on both databases.

use crate::world::{NOW, on_both, opening, seq_of};
use qn_domain::{Audience, ConversationFilter, Language, OwnerIs, SlaDue, SlaIs, SlaStanding, Status, View, ViewSort};
use qn_store::conversation::{self, Filter};
use qn_store::{Error, view};
use std::sync::Arc;

fn make(w: &crate::world::World, id: &str, maker: &str, audience: Audience) -> View {
    View {
        id: id.into(),
        tenant_id: w.ours.clone(),
        name: format!("视图 {id}"),
        filter: ConversationFilter {
            statuses: vec![Status::Open],
            owners: vec![OwnerIs::Me],
            languages: vec![Language::En],
            tiers: vec!["vip".into()],
            sla: Some(SlaIs::AtRisk),
            waiting_minutes: Some(10),
            ..ConversationFilter::default()
        },
        sort: ViewSort::OldestWaiting,
        audience,
        maker_id: maker.into(),
        version: 1,
        created_at: NOW,
    }
}

#[tokio::test]
async fn views_and_what_people_pin() {
    on_both(async |w| {
        let mine = make(w, "viw_1", "usr_1", Audience::Private);
        let team = make(w, "viw_2", "usr_2", Audience::Team { team_id: "tea_1".into() });
        for v in [&mine, &team] {
            view::insert(&w.db, v).await.unwrap();
        }
        assert!(matches!(view::insert(&w.db, &mine).await, Err(Error::Exists(_))));
        assert_eq!(view::get(&w.db, &w.ours, &team.id).await.unwrap(), team);
        assert_eq!(view::find(&w.db, &w.theirs, &team.id).await.unwrap(), None);
        assert_eq!(view::list(&w.db, &w.ours, &"usr_1".into()).await.unwrap(), [mine.clone(), team.clone()]);
        assert_eq!(view::list(&w.db, &w.ours, &"usr_2".into()).await.unwrap(), std::slice::from_ref(&team));
        assert!(view::list(&w.db, &w.theirs, &"usr_1".into()).await.unwrap().is_empty());
        let changed = View { audience: Audience::Everyone, name: "大家的".into(), ..team.clone() };
        assert_eq!(view::update(&w.db, &changed).await.unwrap(), 2);
        assert!(matches!(view::update(&w.db, &changed).await, Err(Error::Stale { .. })));
        assert_eq!(view::get(&w.db, &w.ours, &team.id).await.unwrap(), View { version: 2, ..changed });

        let me = "usr_1".into();
        assert_eq!(view::pinned(&w.db, &w.ours, &me).await.unwrap(), None);
        for ids in [vec!["viw_2".into(), "viw_1".into()], vec![]] {
            view::pin(&w.db, &w.ours, &me, &ids).await.unwrap();
            assert_eq!(view::pinned(&w.db, &w.ours, &me).await.unwrap(), Some(ids));
        }
        assert!(matches!(view::delete(&w.db, &w.ours, &mine.id, 9).await, Err(Error::Stale { .. })));
        view::delete(&w.db, &w.ours, &mine.id, 1).await.unwrap();
        assert!(matches!(view::delete(&w.db, &w.ours, &mine.id, 1).await, Err(Error::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn filters_look_into_moods_tiers_and_promises() {
    on_both(async |w| {
        let attributes = [
            ("con_1", serde_json::json!({"tier": " VIP "})),
            ("con_2", serde_json::json!({"vip": true})),
            ("con_3", serde_json::json!({"tier": 1})),
        ];
        for (id, attributes) in attributes {
            let mut contact = crate::world::contact(&w.ours, id, id);
            contact.attributes = attributes.as_object().unwrap().clone();
            qn_store::contact::insert(&w.db, &contact, "").await.unwrap();
        }
        let due = |warn_at, due_at, breached, done_at| SlaDue {
            metric: "first_response".into(),
            due_at: Some(due_at),
            warn_at: Some(warn_at),
            breached,
            paused: false,
            done_at,
        };
        let standings =
            [due(NOW - 1, NOW + 60_000, false, None), due(NOW - 2, NOW - 1, true, None), due(NOW - 2, NOW - 1, true, Some(NOW))];
        for (n, due) in standings.into_iter().enumerate() {
            let mut commit = opening(&w.ours, &format!("cnv_{}", n + 1), &format!("con_{}", n + 1), "x");
            let c = Arc::make_mut(&mut commit.conversation);
            c.routing.sla = Some(SlaStanding { policy: "p".into(), state: serde_json::json!({}).into(), due: vec![due], next_at: None });
            c.waiting_since = Some(NOW - 60_000 * i64::try_from(n).unwrap());
            if n == 0 {
                c.routing.hear("anger", 90);
            }
            c.labels = vec![format!("标签{n}")];
            seq_of(&w.db.commit(commit).await.unwrap());
        }
        let found = async |by: ConversationFilter| {
            let filter = Filter { by, now: NOW, ..Filter::default() };
            let page = conversation::list(&w.db, &w.ours, &filter, None, 10).await.unwrap();
            assert_eq!(conversation::count(&w.db, &w.ours, &filter).await.unwrap(), Some(page.items.len() as i64));
            assert_eq!(conversation::count(&w.db, &w.theirs, &filter).await.unwrap(), Some(0));
            let mut ids: Vec<String> = page.items.into_iter().map(|c| c.id.0).collect();
            ids.sort();
            ids.join(" ").replace("cnv_", "")
        };
        let any = ConversationFilter::default;
        assert_eq!(found(ConversationFilter { moods: vec!["anger".into(), "joy".into()], ..any() }).await, "1");
        assert_eq!(found(ConversationFilter { tiers: vec!["vip".into()], ..any() }).await, "1 2");
        assert_eq!(found(ConversationFilter { sla: Some(SlaIs::AtRisk), ..any() }).await, "1");
        assert_eq!(found(ConversationFilter { sla: Some(SlaIs::Breached), ..any() }).await, "2");
        assert_eq!(found(ConversationFilter { waiting_minutes: Some(1), ..any() }).await, "2 3");
        assert_eq!(found(ConversationFilter { labels_any: vec!["标签0".into(), "标签2".into()], ..any() }).await, "1 3");
        assert_eq!(found(ConversationFilter { owners: vec![OwnerIs::Me], ..any() }).await, "", "nobody asks");
        let words = Filter { by: ConversationFilter { text: Some("x".into()), ..any() }, ..Filter::default() };
        assert_eq!(conversation::count(&w.db, &w.ours, &words).await.unwrap(), None);
    })
    .await;
}
