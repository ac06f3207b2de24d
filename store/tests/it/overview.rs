//! The counts of the overview: only today's, only ours, only what is new.

use crate::world::{NOW, on_both, opening, reply, seq_of};
use qn_base::clock::HOUR_MS;
use qn_domain::{Activity, ActivityKey, Content, MessageKind, Owner};
use qn_store::{log, overview};
use std::sync::Arc;

#[tokio::test]
async fn messages_and_activities_since_midnight() {
    on_both(async |w| {
        let mut old = opening(&w.ours, "cnv_old", "con_1", "yesterday");
        old.at = NOW - HOUR_MS;
        Arc::make_mut(&mut old.messages[0]).created_at = NOW - HOUR_MS;
        Arc::make_mut(&mut old.conversation).created_at = NOW - HOUR_MS;
        Arc::make_mut(&mut old.conversation).last_message_at = NOW - HOUR_MS;
        seq_of(&w.db.commit(old).await.unwrap());
        assert_eq!(overview::seq_before(&w.db, &w.ours, NOW).await.unwrap(), 1, "nothing yet today: the head");

        let read = w.add_conversation("cnv_1", "con_1", "a").await;
        let mut answer = reply(&read, "b");
        Arc::make_mut(&mut answer.messages[0]).created_at = NOW + HOUR_MS + 1;
        let mut queued = crate::world::message(&answer.conversation, 3, MessageKind::Activity, "");
        let activity = Activity { key: ActivityKey::Queued, params: serde_json::Map::new(), public: true };
        queued.content = Content { activity: Some(activity), ..Content::default() };
        answer.messages.push(queued.into());
        Arc::make_mut(&mut answer.conversation).last_seq = 3;
        Arc::make_mut(&mut answer.conversation).owner = Owner::Queue { team_id: None };
        Arc::make_mut(&mut answer.conversation).queued_at = Some(NOW + 7);
        seq_of(&w.db.commit(answer).await.unwrap());
        w.add_conversation("cnv_2", "con_2", "c").await;
        seq_of(&w.db.commit(opening(&w.theirs, "cnv_x", "con_x", "theirs")).await.unwrap());

        let from = overview::seq_before(&w.db, &w.ours, NOW).await.unwrap();
        let to = log::head(&w.db, &w.ours).await.unwrap();
        assert_eq!((from, to), (1, 4));
        let mut counts: Vec<_> = overview::count_messages(&w.db, &w.ours, from, to, NOW)
            .await
            .unwrap()
            .into_iter()
            .map(|c| (c.hour, c.kind, c.author_kind, c.count))
            .collect();
        counts.sort();
        let row = |hour, kind: &str, n| (hour, kind.to_owned(), "contact".to_owned(), n);
        assert_eq!(counts, [row(0, "incoming", 2), row(1, "outgoing", 1)]);
        assert!(overview::count_messages(&w.db, &w.ours, to, to, NOW).await.unwrap().is_empty());
        let happened = overview::list_activities(&w.db, &w.ours, from, to, NOW).await.unwrap();
        assert_eq!(happened, [("cnv_1".into(), ActivityKey::Queued)]);
        assert_eq!(overview::begun_since(&w.db, &w.ours, NOW).await.unwrap(), 2);
        assert_eq!(overview::waiting(&w.db, &w.ours).await.unwrap(), (1, Some(NOW + 7)));
        assert_eq!(overview::waiting(&w.db, &w.theirs).await.unwrap(), (0, None));
        let all = ["cnv_1".into(), "cnv_2".into(), "cnv_x".into()];
        assert_eq!(overview::only_bot(&w.db, &w.ours, &all).await.unwrap(), ["cnv_2".into()]);
        assert!(overview::only_bot(&w.db, &w.ours, &[]).await.unwrap().is_empty());
    })
    .await;
}
