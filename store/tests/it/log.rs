//! Replaying the log, dedupe records, followers and announcements.

use crate::world::{NOW, dedupe, on_both, opening, reply, seq_of};
use qn_domain::Change;
use qn_store::{dedupe as dedupe_table, follower, idempotency, log};

#[tokio::test]
async fn replay_gives_the_same_entries_with_the_present_state() {
    on_both(async |w| {
        let read = w.add_conversation("cnv_1", "con_1", "a").await;
        let mut edit = reply(&read, "b");
        let mut first = crate::world::message(&read, 1, qn_domain::MessageKind::Incoming, "a, edited");
        first.edited_at = Some(NOW);
        edit.changed.push(first.into());
        seq_of(&w.db.commit(edit).await.unwrap());
        w.db.announce(&w.ours, "article", "art_1", NOW).await.unwrap();
        w.db.announce(&w.theirs, "article", "art_2", NOW).await.unwrap();

        let replayed = log::list_after(&w.db, &w.ours, 0, 100).await.unwrap();
        assert_eq!(replayed.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(replayed[2].changes, [Change::ResourceChanged { resource: "article".into(), id: "art_1".into() }]);
        assert_eq!(replayed[1], *w.heard()[1], "the newest entry of a conversation replays as it was heard");
        let Change::MessageCreated { message } = &replayed[0].changes[0] else { panic!("{:?}", replayed[0]) };
        assert_eq!(message.content.text, "a, edited");
        assert_eq!(log::list_after(&w.db, &w.ours, 1, 1).await.unwrap().len(), 1);

        let own = log::list_conversation_after(&w.db, &w.ours, &"cnv_1".into(), 1, 100).await.unwrap();
        assert_eq!(own.iter().map(|e| e.version).collect::<Vec<_>>(), [Some(2)]);
        assert!(log::list_conversation_after(&w.db, &w.theirs, &"cnv_1".into(), 0, 100).await.unwrap().is_empty());
        assert_eq!(log::list_after(&w.db, &w.theirs, 0, 100).await.unwrap().len(), 1);
        assert_eq!((log::head(&w.db, &w.ours).await.unwrap(), log::head(&w.db, &w.theirs).await.unwrap()), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn several_are_announced_in_their_order_and_none_is_nothing() {
    on_both(async |w| {
        w.db.announce_all(&w.ours, "contact", &["con_2", "con_1"], NOW).await.unwrap();
        w.db.announce_all(&w.ours, "contact", &[], NOW).await.unwrap();
        let replayed = log::list_after(&w.db, &w.ours, 0, 100).await.unwrap();
        let told = |id: &str| vec![Change::ResourceChanged { resource: "contact".into(), id: id.into() }];
        assert_eq!(replayed.into_iter().map(|entry| entry.changes).collect::<Vec<_>>(), [told("con_2"), told("con_1")]);
    })
    .await;
}

#[tokio::test]
async fn dedupe_records_are_found_and_forgotten_with_age() {
    on_both(async |w| {
        let mut commit = opening(&w.ours, "cnv_1", "con_1", "a");
        commit.dedupe = Some(dedupe(&commit, "k"));
        seq_of(&w.db.commit(commit.clone()).await.unwrap());
        let found = dedupe_table::find(&w.db, &w.ours, "visitor:con_1", "k").await.unwrap();
        assert_eq!(found, commit.dedupe);
        assert_eq!(dedupe_table::find(&w.db, &w.theirs, "visitor:con_1", "k").await.unwrap(), None);
        assert_eq!(dedupe_table::delete_before(&w.db, NOW).await.unwrap(), 0);
        assert_eq!(dedupe_table::delete_before(&w.db, NOW + 1).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_remembers_what_it_was_first_used_for() {
    on_both(async |w| {
        idempotency::insert(&w.db, &w.ours, "k", "first", NOW).await.unwrap();
        idempotency::insert(&w.db, &w.ours, "k", "second", NOW + 1).await.unwrap();
        assert_eq!(idempotency::find(&w.db, &w.ours, "k").await.unwrap().as_deref(), Some("first"));
        assert_eq!(idempotency::find(&w.db, &w.theirs, "k").await.unwrap(), None);
        assert_eq!(idempotency::delete_before(&w.db, NOW).await.unwrap(), 0);
        assert_eq!(idempotency::delete_before(&w.db, NOW + 1).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn followers_keep_their_places_apart() {
    on_both(async |w| {
        assert_eq!(follower::position(&w.db, "search", &w.ours).await.unwrap(), 0);
        follower::advance(&w.db, "search", &w.ours, 5).await.unwrap();
        follower::advance(&w.db, "search", &w.ours, 7).await.unwrap();
        follower::advance(&w.db, "webhook", &w.theirs, 2).await.unwrap();
        assert_eq!(follower::position(&w.db, "search", &w.ours).await.unwrap(), 7);
        assert_eq!(follower::position(&w.db, "search", &w.theirs).await.unwrap(), 0);
        assert_eq!(follower::position(&w.db, "webhook", &w.ours).await.unwrap(), 0);
    })
    .await;
}
