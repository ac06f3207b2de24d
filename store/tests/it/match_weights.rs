//! What a company's contacts taught, whether it counts, and what it is learnt from: ids in pages and what people judged.

use crate::world::{NOW, contact, on_both};
use qn_domain::{ContactId, ContactLink, FieldWeights, Grade, LevelWeight, LinkId, LinkState, MatchWeights};
use qn_store::match_weights::OwnWeights;
use qn_store::{contact_link, match_weights};

#[tokio::test]
async fn weights_are_the_companys_own_and_can_be_set_aside() {
    on_both(async |w| {
        let get = async || match_weights::get(&w.db, &w.ours).await.unwrap();
        assert_eq!(get().await, OwnWeights { used: true, learnt: None });
        let learnt = |bits: f64| MatchWeights {
            fields: vec![FieldWeights { field: "name".into(), levels: vec![LevelWeight { bits, pairs: 7 }] }],
            contacts: 2_000,
            pairs: 70,
            same: 50,
            learnt_at: NOW,
        };
        match_weights::put(&w.db, &w.ours, &learnt(1.5)).await.unwrap();
        assert_eq!(get().await.counting(), Some(learnt(1.5)));
        match_weights::set_used(&w.db, &w.ours, false).await.unwrap();
        match_weights::put(&w.db, &w.ours, &learnt(2.5)).await.unwrap();
        assert_eq!(get().await, OwnWeights { used: false, learnt: Some(learnt(2.5)) });
        assert_eq!(get().await.counting(), None);
        match_weights::set_used(&w.db, &w.theirs, false).await.unwrap();
        assert_eq!(match_weights::get(&w.db, &w.theirs).await.unwrap(), OwnWeights { used: false, learnt: None });
    })
    .await;
}

#[tokio::test]
async fn ids_come_in_pages_and_people_have_the_last_word() {
    on_both(async |w| {
        let ids: Vec<ContactId> = (0..5).map(|n| ContactId(format!("con_{n}"))).collect();
        for id in &ids {
            qn_store::contact::insert(&w.db, &contact(&w.ours, id.as_str(), "王伟"), "").await.unwrap();
        }
        let (mut read, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = qn_store::contact::ids(&w.db, &w.ours, cursor.as_deref(), 2).await.unwrap();
            read.extend(page.items.into_iter().map(|(id, _)| id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        read.sort();
        assert_eq!(read, ids);
        assert_eq!(qn_store::contact::count(&w.db, &w.ours).await.unwrap(), 5);
        assert_eq!(qn_store::contact::count(&w.db, &w.theirs).await.unwrap(), 0);

        let link = |n: i64, state: LinkState, (a, b): (usize, usize), by: Option<&str>| ContactLink {
            id: LinkId(format!("lnk_{n}")),
            tenant_id: w.ours.clone(),
            a: ids[a].clone(),
            b: ids[b].clone(),
            state,
            grade: if by.is_some() { Grade::Claimed } else { Grade::Channel },
            reason: "agent".into(),
            evidence: serde_json::json!({}),
            made_by: by.map(Into::into),
            at: NOW + n,
            undone_by: None,
            undone_at: None,
        };
        for made in [
            link(0, LinkState::Standing, (0, 1), Some("usr_1")),
            link(1, LinkState::Refused, (2, 3), Some("usr_1")),
            link(2, LinkState::Standing, (3, 4), None),
        ] {
            contact_link::insert(&w.db, &made).await.unwrap();
        }
        let judged = async || contact_link::judged(&w.db, &w.ours, 10).await.unwrap();
        let pair = |a: usize, b: usize, same| (ids[a].clone(), ids[b].clone(), same);
        assert_eq!(judged().await, [pair(2, 3, false), pair(0, 1, true)], "what a rule linked nobody judged");
        contact_link::undo(&w.db, &w.ours, &LinkId("lnk_2".into()), &"usr_1".into(), NOW + 9).await.unwrap();
        assert_eq!(judged().await, [pair(3, 4, false), pair(2, 3, false), pair(0, 1, true)]);
        assert!(contact_link::judged(&w.db, &w.theirs, 10).await.unwrap().is_empty());
    })
    .await;
}
