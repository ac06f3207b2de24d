//! A canned response with actions: words and actions together or neither, once, and only where one may.

use crate::fixture::{House, actor, house};
use qn_base::Clock;
use qn_domain::{Content, ConversationId, MacroStep, MessageKind, MoveError, Owner, Role, Status};
use qn_engine::{AgentSend, EngineError};

fn send(id: &str, steps: Vec<MacroStep>) -> AgentSend {
    AgentSend { client_msg_id: id.into(), note: false, content: Content::text("退款已提交"), reply_to: None, force: false, steps }
}

async fn queued(house: &House) -> ConversationId {
    let visitor = house.visitor("one").await;
    house.ask(&visitor, "1", "转人工").await.conversation.id.clone()
}

fn labels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn words_and_actions_are_one_commit_and_happen_once() {
    let house = house().await;
    let id = queued(&house).await;
    let before = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    let steps = vec![
        MacroStep::AddLabels { labels: labels(&["退款", "加急"]) },
        MacroStep::RemoveLabels { labels: labels(&["加急", "没有"]) },
        MacroStep::Note { text: "已按规则退款".into() },
        MacroStep::Resolve,
    ];
    let agent = actor("usr_a", Role::Agent);
    for _ in 0..2 {
        house.engine.agent_send(&agent, &id, send("m1", steps.clone())).await.unwrap();
    }
    let after = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    assert_eq!((after.version, after.status, after.labels), (before.version + 1, Status::Resolved, labels(&["退款"])));
    let messages = qn_store::message::list_after(&house.engine.db, &"tnt_1".into(), &id, before.last_seq, 50).await.unwrap();
    let told: Vec<_> = messages.iter().filter(|m| m.kind != MessageKind::Activity).map(|m| (m.kind, m.content.text.as_str())).collect();
    assert_eq!(told, [(MessageKind::Outgoing, "退款已提交"), (MessageKind::Note, "已按规则退款")]);
}

#[tokio::test]
async fn where_an_action_cannot_be_done_nothing_is_sent() {
    let house = house().await;
    let id = queued(&house).await;
    let agent = actor("usr_a", Role::Agent);
    let nowhere = vec![MacroStep::ToTeam { team_id: "tea_none".into() }];
    let refused = house.engine.agent_send(&agent, &id, send("m1", nowhere)).await;
    assert!(matches!(refused, Err(EngineError::NotFound { .. })), "{refused:?}");
    let now = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    assert!(matches!(now.owner, Owner::Queue { .. }));
    house.engine.agent_send(&agent, &id, send("m2", vec![MacroStep::Snooze { minutes: 30 }])).await.unwrap();
    let now = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    assert_eq!((now.status, now.snoozed_until), (Status::Snoozed, Some(house.clock.now() + 30 * 60_000)));
    let other = house.engine.agent_send(&actor("usr_b", Role::Agent), &id, send("m3", vec![MacroStep::Resolve])).await;
    assert!(matches!(other, Err(EngineError::Move(MoveError::OwnedByOther))));
}
