//! Conversations: every field comes back, every list filters, pages and keeps tenants apart.

use crate::world::{NOW, on_both, opening, reply, seq_of, walk};
use qn_domain::{
    Assignment, Conversation, ConversationFilter, Csat, HandoffPacket, HandoffReason, Language, Outcome, Owner, OwnerIs, Page, Status,
    TransferOffer,
};
use qn_store::assignment;
use qn_store::conversation::{self, Filter};
use std::sync::Arc;

fn full(c: &mut Conversation) {
    c.status = Status::Snoozed;
    c.owner = Owner::Agent { agent_id: "usr_1".into() };
    c.language = Language::En;
    c.waiting_since = Some(NOW + 1);
    c.queued_at = Some(NOW + 2);
    c.snoozed_until = Some(NOW + 3);
    c.last_agent_id = Some("usr_0".into());
    c.unread = 3;
    c.agent_read_seq = 1;
    c.contact_read_seq = 1;
    c.contact_delivered_seq = 1;
    c.labels = vec!["投诉".into(), "100%_!".into()];
    c.bot.misses = 2;
    c.bot.asked = vec!["能退吗".into()];
    c.handoff = Some(HandoffPacket {
        reason: HandoffReason::CustomerAsked,
        summary: "s".into(),
        asked: vec!["a".into()],
        shown: vec!["art_1".into()],
        language: Language::Zh,
        wish: "转人工".into(),
        at: NOW,
    });
    c.transfer = Some(TransferOffer { from: "usr_1".into(), to: "usr_2".into(), note: "n".into(), at: NOW });
    c.csat = Some(Csat { score: 5, comment: "好".into(), at: NOW });
    c.page = Some(Page { url: "https://shop.example/a".into(), title: "店".into() });
    c.routing.hear("anger", 80);
}

#[tokio::test]
async fn every_field_survives_an_insert_and_an_update() {
    on_both(async |w| {
        let mut commit = opening(&w.ours, "cnv_1", "con_1", "a");
        full(Arc::make_mut(&mut commit.conversation));
        seq_of(&w.db.commit(commit.clone()).await.unwrap());
        assert_eq!(conversation::get(&w.db, &w.ours, &"cnv_1".into()).await.unwrap(), *commit.conversation);
        let mut next = reply(&commit.conversation, "b");
        let c = Arc::make_mut(&mut next.conversation);
        c.owner = Owner::Queue { team_id: Some("tea_1".into()) };
        c.handoff = None;
        c.snoozed_until = None;
        c.updated_at = NOW + 99;
        seq_of(&w.db.commit(next.clone()).await.unwrap());
        assert_eq!(conversation::get(&w.db, &w.ours, &"cnv_1".into()).await.unwrap(), *next.conversation);
        assert_eq!(conversation::find(&w.db, &w.theirs, &"cnv_1".into()).await.unwrap(), None);
        assert!(conversation::get(&w.db, &w.theirs, &"cnv_1".into()).await.is_err());
    })
    .await;
}

/// Nine conversations over owners, statuses, inboxes, labels and times.
async fn add_nine(w: &crate::world::World) {
    w.add_contact("con_0", "王小明", "wang xiaoming wxm").await;
    for n in 0..9i64 {
        let mut commit = opening(&w.ours, &format!("cnv_{n}"), &format!("con_{}", n % 3), &format!("第{n}条 Refund"));
        let c = Arc::make_mut(&mut commit.conversation);
        c.last_message_at = NOW + n / 2;
        match n % 3 {
            0 => {}
            1 => {
                c.owner = Owner::Queue { team_id: Some("tea_1".into()) };
                c.queued_at = Some(NOW - n);
                c.waiting_since = Some(NOW - n);
            }
            _ => c.owner = Owner::Agent { agent_id: if n == 2 { "usr_1".into() } else { "usr_2".into() } },
        }
        if n == 8 {
            c.status = Status::Resolved;
            c.resolved_at = Some(NOW + 50);
        }
        if n < 3 {
            c.labels = vec!["a%b".into()];
        }
        if n > 6 {
            c.inbox_id = "inb_2".into();
        }
        seq_of(&w.db.commit(commit).await.unwrap());
    }
    assert!(matches!(w.db.commit(opening(&w.theirs, "cnv_x", "con_0", "Refund 第0条")).await.unwrap(), Outcome::Done { .. }));
    while qn_store::search::index_after(&w.db, &w.ours, 100).await.unwrap() {}
}

async fn ids(w: &crate::world::World, filter: &Filter) -> Vec<String> {
    walk(2, async |cursor, limit| conversation::list(&w.db, &w.ours, filter, cursor.as_deref(), limit).await.unwrap())
        .await
        .into_iter()
        .map(|c| c.id.0.trim_start_matches("cnv_").to_owned())
        .collect()
}

#[tokio::test]
async fn offers_are_told_to_whom_they_are_made_newest_first() {
    on_both(async |w| {
        for (n, to, at) in [(1, "usr_2", NOW), (2, "usr_2", NOW + 5), (3, "usr_3", NOW)] {
            let mut commit = opening(&w.ours, &format!("cnv_{n}"), &format!("con_{n}"), "x");
            Arc::make_mut(&mut commit.conversation).owner = Owner::Agent { agent_id: "usr_1".into() };
            Arc::make_mut(&mut commit.conversation).transfer =
                Some(TransferOffer { from: "usr_1".into(), to: to.into(), note: String::new(), at });
            seq_of(&w.db.commit(commit).await.unwrap());
        }
        let offered = conversation::list_offered(&w.db, &w.ours, &"usr_2".into()).await.unwrap();
        assert_eq!(offered.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["cnv_2", "cnv_1"]);
        assert!(conversation::list_offered(&w.db, &w.theirs, &"usr_2".into()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    on_both(async |w| {
        add_nine(w).await;
        let (all, any) = (Filter::default, ConversationFilter::default);
        let by = |by| Filter { by, ..all() };
        let queued = || ConversationFilter { owners: vec![OwnerIs::Queue], ..any() };
        let text = |text: &str| ConversationFilter { text: Some(text.into()), ..any() };
        assert_eq!(ids(w, &all()).await.join(""), "876543210");
        assert_eq!(ids(w, &by(ConversationFilter { statuses: vec![Status::Resolved], ..any() })).await, ["8"]);
        assert_eq!(ids(w, &by(queued())).await, ["7", "4", "1"]);
        assert_eq!(ids(w, &Filter { oldest_waiting_first: true, ..by(queued()) }).await, ["7", "4", "1"]);
        assert_eq!(ids(w, &by(ConversationFilter { agent_ids: vec!["usr_1".into()], ..any() })).await, ["2"]);
        assert_eq!(
            ids(w, &by(ConversationFilter { owners: vec![OwnerIs::Queue, OwnerIs::Bot], ..any() })).await,
            ["7", "6", "4", "3", "1", "0"]
        );
        assert_eq!(ids(w, &by(ConversationFilter { inbox_ids: vec!["inb_2".into()], ..any() })).await, ["8", "7"]);
        assert_eq!(ids(w, &by(ConversationFilter { team_ids: vec!["tea_1".into()], ..any() })).await, ["7", "4", "1"]);
        assert_eq!(ids(w, &Filter { contact_ids: vec!["con_0".into()], ..all() }).await, ["6", "3", "0"]);
        assert_eq!(ids(w, &by(ConversationFilter { labels_all: vec!["a%b".into()], ..any() })).await, ["2", "1", "0"]);
        assert_eq!(ids(w, &by(ConversationFilter { labels_any: vec!["a_b".into()], ..any() })).await, [""; 0]);
        assert_eq!(ids(w, &by(text("第4条"))).await, ["4"]);
        assert_eq!(ids(w, &by(text("REFUND"))).await.len(), 9);
        assert_eq!(ids(w, &by(text("wxm"))).await, ["6", "3", "0"]);
        let idle = conversation::list_idle_with_bot(&w.db, &w.ours, NOW + 3, 10).await.unwrap();
        assert_eq!(idle.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["cnv_0", "cnv_3"], "with the bot, silent since before then");
        let oldest = ids(w, &Filter { oldest_waiting_first: true, ..all() }).await;
        assert_eq!(oldest[..3], ["7", "4", "1"]);
    })
    .await;
}

#[tokio::test]
async fn counts_loads_queue_and_threads() {
    on_both(async |w| {
        add_nine(w).await;
        let mut counts: Vec<_> =
            conversation::count_by_state(&w.db, &w.ours).await.unwrap().into_iter().map(|r| (r.owner_kind, r.status, r.count)).collect();
        counts.sort();
        let row = |kind: &str, n| (kind.to_owned(), "open".to_owned(), n);
        assert_eq!(counts, [row("agent", 2), row("bot", 3), row("queue", 3)]);
        let mut loads = conversation::loads(&w.db, &w.ours).await.unwrap();
        loads.sort();
        assert_eq!(loads, [("usr_1".to_owned(), 1), ("usr_2".to_owned(), 1)]);
        assert_eq!(conversation::count_owned(&w.db, &w.ours, &"usr_2".into()).await.unwrap(), 1);
        assert_eq!(conversation::count_owned(&w.db, &w.theirs, &"usr_2".into()).await.unwrap(), 0);
        assert_eq!(conversation::count_resolved(&w.db, &w.ours, 10).await.unwrap(), 1);
        assert_eq!(conversation::count_resolved(&w.db, &w.theirs, 10).await.unwrap(), 0);
        let queue = conversation::list_queue(&w.db, &w.ours, 10).await.unwrap();
        assert_eq!(queue.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["cnv_7", "cnv_4", "cnv_1"]);
        assert_eq!(conversation::queue_position(&w.db, &queue[2]).await.unwrap(), 2);
        assert_eq!(conversation::queue_position(&w.db, &queue[0]).await.unwrap(), 0);
        let mut held: Vec<_> =
            conversation::list_held(&w.db, &w.ours).await.unwrap().into_iter().map(|h| (h.agent_id.0, h.version)).collect();
        held.sort();
        assert_eq!(held, [("usr_1".to_owned(), 1), ("usr_2".to_owned(), 1)]);
        assert!(conversation::list_held(&w.db, &w.theirs).await.unwrap().is_empty());
        let versions: i64 = queue.iter().map(|c| c.version).sum();
        assert_eq!(conversation::sums(&w.db, &w.ours).await.unwrap(), [(3, versions), (2, 2)]);
        assert_eq!(conversation::sums(&w.db, &w.theirs).await.unwrap(), [(0, 0); 2]);
        let nobody = |id: &str, at| Assignment {
            id: format!("asg_{id}_{at}").into(),
            tenant_id: w.ours.clone(),
            conversation_id: id.into(),
            agent_id: None,
            team_id: None,
            explanation: serde_json::json!({"reason": "all_full", "at": at}),
            at,
        };
        assignment::insert_all(&w.db, &[nobody("cnv_7", 1), nobody("cnv_7", 2), nobody("cnv_0", 1)]).await.unwrap();
        assignment::insert_all(&w.db, &[]).await.unwrap();
        let said = assignment::list_nobody_in_queue(&w.db, &w.ours).await.unwrap();
        let said: Vec<_> = said.iter().map(|(id, told)| (id.as_str(), told["at"].as_i64())).collect();
        assert_eq!(said, [("cnv_7", Some(1)), ("cnv_7", Some(2))], "what waits, oldest first");
        assert!(assignment::list_nobody_in_queue(&w.db, &w.theirs).await.unwrap().is_empty());
        let owned = conversation::list_owned(&w.db, &w.ours, &"usr_1".into(), 10).await.unwrap();
        assert_eq!(owned.len(), 1);
        assert!(conversation::list_owned(&w.db, &w.theirs, &"usr_1".into(), 10).await.unwrap().is_empty());
        let thread = conversation::find_thread(&w.db, &w.ours, &"inb_1".into(), &"con_0".into(), "cnv_0").await.unwrap();
        assert_eq!(thread.unwrap().id.as_str(), "cnv_0");
        let none = conversation::find_thread(&w.db, &w.theirs, &"inb_1".into(), &"con_0".into(), "cnv_0").await.unwrap();
        assert_eq!(none, None);
    })
    .await;
}
