//! One owner at a time, and what owners may do.

use crate::fixture::{actor, house, writes};
use qn_domain::{MoveError, Owner, Role, Status};
use qn_engine::{Action, EngineError};

#[tokio::test]
async fn two_agents_race_for_one_conversation_and_one_wins() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "转人工").await;
    let race = ["usr_a", "usr_b"].map(|id| {
        let (engine, conversation) = (house.engine.clone(), sent.conversation.id.clone());
        tokio::spawn(async move { engine.act(&actor(id, Role::Agent), &conversation, Action::Claim).await })
    });
    let mut won = 0;
    for claim in race {
        match claim.await.unwrap() {
            Ok(_) => won += 1,
            Err(EngineError::Move(MoveError::OwnedByOther)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn only_the_owner_writes_unless_a_supervisor_insists() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "转人工").await;
    let id = &sent.conversation.id;
    house.engine.act(&actor("usr_a", Role::Agent), id, Action::Claim).await.unwrap();
    let other = house.engine.agent_send(&actor("usr_b", Role::Agent), id, writes("1", "我来")).await;
    assert_eq!(other.unwrap_err().code(), "owned_by_other");
    let mut forced = writes("2", "我是主管");
    forced.force = true;
    house.engine.agent_send(&actor("usr_b", Role::Supervisor), id, forced).await.unwrap();
    let mut note = writes("3", "内部备注");
    note.note = true;
    house.engine.agent_send(&actor("usr_b", Role::Agent), id, note).await.unwrap();
}

#[tokio::test]
async fn a_message_can_be_taken_back_for_two_minutes_and_its_words_stay_on_record() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "转人工").await;
    let (agent, id) = (actor("usr_a", Role::Agent), sent.conversation.id.clone());
    let written = house.engine.agent_send(&agent, &id, writes("1", "价格是 100 元")).await.unwrap().message;
    let edited = house.engine.edit(&agent, &id, &written.id, "价格是 200 元").await.unwrap();
    assert_eq!(edited.content.text, "价格是 200 元");
    assert!(matches!(house.engine.edit(&actor("usr_b", Role::Agent), &id, &written.id, "x").await, Err(EngineError::NotYours)));
    let recalled = house.engine.recall(&agent, &id, &written.id).await.unwrap();
    assert!(recalled.recalled_at.is_some() && recalled.content.text.is_empty());
    let before = qn_store::message::list_revisions(&house.engine.db, &"tnt_1".into(), &written.id).await.unwrap();
    assert_eq!(before.iter().map(|r| r.content.text.as_str()).collect::<Vec<_>>(), vec!["价格是 100 元", "价格是 200 元"]);
    let late = house.engine.agent_send(&agent, &id, writes("2", "等等")).await.unwrap().message;
    house.clock.advance(120_001);
    assert!(matches!(house.engine.recall(&agent, &id, &late.id).await, Err(EngineError::RecallWindowPassed)));
}

#[tokio::test]
async fn a_resolved_conversation_reopens_for_a_while_and_then_a_new_one_starts() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let first = house.ask(&visitor, "1", "转人工").await;
    let agent = actor("usr_a", Role::Agent);
    house.engine.act(&agent, &first.conversation.id, Action::Claim).await.unwrap();
    let done = house.engine.act(&agent, &first.conversation.id, Action::Resolve).await.unwrap();
    assert_eq!(done.status, Status::Resolved);
    let again = house.ask(&visitor, "2", "怎么退货").await;
    assert_eq!(again.conversation.id, first.conversation.id);
    assert_eq!(again.conversation.owner, Owner::Bot);
    house.engine.act(&agent, &first.conversation.id, Action::Resolve).await.unwrap();
    house.clock.advance(3_600_001);
    let fresh = house.ask(&visitor, "3", "怎么退货").await;
    assert_ne!(fresh.conversation.id, first.conversation.id);
    assert_eq!(fresh.conversation.last_agent_id, Some("usr_a".into()));
}

#[tokio::test]
async fn the_bot_ends_what_its_customer_left_and_nothing_else() {
    let house = house().await;
    let (left, waits) = (house.visitor("chen").await, house.visitor("li").await);
    let with_bot = house.ask(&left, "1", "怎么退货?").await.conversation;
    let in_queue = house.ask(&waits, "1", "转人工").await.conversation;
    let tenant = "tnt_1".into();
    let status = async |id| qn_store::conversation::get(&house.engine.db, &tenant, id).await.unwrap().status;
    house.engine.resolve_idle(&tenant, with_bot.last_message_at).await.unwrap();
    assert_eq!(status(&with_bot.id).await, Status::Open, "not silent for longer than that");
    house.engine.resolve_idle(&tenant, with_bot.last_message_at + 1).await.unwrap();
    assert_eq!((status(&with_bot.id).await, status(&in_queue.id).await), (Status::Resolved, Status::Open));
    house.engine.resolve_idle(&tenant, with_bot.last_message_at + 1).await.unwrap();
    let again = house.ask(&left, "2", "怎么退货?").await.conversation;
    assert_eq!((&again.id, again.status), (&with_bot.id, Status::Open), "a new message goes on with it");
}
