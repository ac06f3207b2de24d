//! A repeated event changes nothing, and parallel events leave no gap.

use crate::fixture::{actor, house, says, writes};
use qn_domain::Role;

#[tokio::test]
async fn sending_twice_is_sending_once() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let first = house.ask(&visitor, "same", "怎么退货").await;
    let again = house.ask(&visitor, "same", "怎么退货").await;
    assert!(again.replayed && !first.replayed);
    assert_eq!(again.message.id, first.message.id);
    assert_eq!(house.messages(&first).await.len(), 2);
    let agent = actor("usr_a", Role::Agent);
    let one = house.engine.agent_send(&agent, &first.conversation.id, writes("x", "好的")).await.unwrap();
    let two = house.engine.agent_send(&agent, &first.conversation.id, writes("x", "好的")).await.unwrap();
    assert_eq!(one.message, two.message);
    assert!(two.replayed);
}

#[tokio::test]
async fn twenty_messages_at_once_are_one_conversation_without_gaps() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sends = (0..20).map(|n| {
        let (engine, visitor) = (house.engine.clone(), visitor.clone());
        tokio::spawn(async move { engine.visitor_send(&visitor, says(&format!("m{n}"), "怎么退货")).await.unwrap() })
    });
    let mut conversations = std::collections::HashSet::new();
    let mut last = None;
    for send in sends.collect::<Vec<_>>() {
        let sent = send.await.unwrap();
        conversations.insert(sent.conversation.id.clone());
        last = Some(sent);
    }
    assert_eq!(conversations.len(), 1);
    let messages = house.messages(&last.unwrap()).await;
    let seqs: Vec<i64> = messages.iter().map(|m| m.seq).collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_log_counts_every_commit_and_replays_it() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let mut live = house.engine.hub.people(&"tnt_1".into());
    let sent = house.ask(&visitor, "1", "怎么退货").await;
    house.ask(&visitor, "2", "发票怎么开").await;
    let entries = qn_store::log::list_after(&house.engine.db, &"tnt_1".into(), 0, 10).await.unwrap();
    assert_eq!(entries.iter().map(|e| (e.seq, e.version)).collect::<Vec<_>>(), vec![(1, Some(1)), (2, Some(2))]);
    assert_eq!(entries[0].changes.len(), 3, "two messages and the conversation");
    for seq in [1, 2] {
        let Some(qn_bus::Delivery::Entry(published)) = live.next().await else { panic!("an entry") };
        assert_eq!(published.entry.seq, seq);
    }
    let own = qn_store::log::list_conversation_after(&house.engine.db, &"tnt_1".into(), &sent.conversation.id, 1, 10).await.unwrap();
    assert_eq!(own.len(), 1);
}
