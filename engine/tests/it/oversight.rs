//! What supervisors do stays with people: a whisper reaches no customer, no model, no receiver outside, and no table but its own; a
//! take-over leaves no moment without an owner.

use crate::assist::house_with_model;
use crate::fixture::{House, START, actor, house, says, writes};
use qn_bus::Delivery;
use qn_domain::{ConversationId, MoveError, OversightKind, Owner, Presence, Role, WebhookEndpoint};
use qn_engine::{Action, EngineError};
use qn_testkit::{Act, ModelServer};
use serde_json::json;

const WORDS: &str = "先道歉再补偿五十元";

async fn with_webhook(house: &House) {
    let webhook = WebhookEndpoint {
        id: "whk_1".into(),
        tenant_id: "tnt_1".into(),
        url: "https://hooks.example/x".into(),
        secret: qn_channel::generate_secret(),
        events: vec![],
        enabled: true,
        paused: None,
        version: 1,
        created_at: START,
    };
    qn_store::webhook::insert(&house.engine.db, &webhook).await.unwrap();
}

/// Every row of the whole database that holds these words, by table.
async fn rows_with(house: &House, words: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut snapshot = house.engine.db.snapshot().await.unwrap();
    for table in qn_store::dump::TABLES {
        let look = |line: &str| {
            found.extend(line.contains(words).then_some(table.name));
            Ok::<(), qn_store::Error>(())
        };
        snapshot.read(table, look).await.unwrap();
    }
    found
}

/// All that happens in a conversation after the whisper: the agent writes, is helped by a model, notes, and hands it back to the bot, which
/// answers by the model; it is done, rated and goes on.
async fn goes_on(house: &House, visitor: &qn_engine::Visitor, id: &ConversationId) {
    let (engine, a) = (&house.engine, actor("usr_a", Role::Agent));
    engine.suggest(&a, id).await.unwrap();
    engine.draft_answer(&a, id).await.unwrap();
    engine.summarise(&a, id).await.unwrap();
    engine.agent_send(&a, id, writes("1", "非常抱歉")).await.unwrap();
    engine.agent_send(&a, id, qn_engine::AgentSend { note: true, ..writes("2", "已按主管的意思办") }).await.unwrap();
    engine.act(&a, id, Action::ReturnToBot).await.unwrap();
    house.ask(visitor, "2", "发票怎么开").await;
    house.ask(visitor, "3", "转人工").await;
    engine.act(&a, id, Action::Claim).await.unwrap();
    engine.summarise(&a, id).await.unwrap();
    engine.act(&a, id, Action::Resolve).await.unwrap();
    house.ask(visitor, "4", "请问怎么退货").await;
}

#[tokio::test]
async fn a_whisper_reaches_no_customer_no_model_and_no_table_but_its_own() {
    let server = ModelServer::start([]).await;
    for _ in 0..20 {
        server.will(Act::Say(json!({"answerable": true, "answer": "签收后 7 天内可以退货。", "cited": ["P1"]}).to_string()));
    }
    let house = house_with_model(&server, |_| {}).await;
    with_webhook(&house).await;
    let visitor = house.visitor("chen").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let (boss, a) = (actor("usr_boss", Role::Supervisor), actor("usr_a", Role::Agent));
    house.engine.act(&a, &id, Action::Claim).await.unwrap();
    house.engine.visitor_send(&visitor, says("x", "请问怎么退货")).await.unwrap();
    let (mut customer, mut people) = (house.engine.hub.customer(&visitor.contact_id), house.engine.hub.people(&"tnt_1".into()));
    let whispered = house.engine.whisper(&boss, &id, WORDS).await.unwrap();
    assert_eq!((whispered.kind, whispered.user_id.as_ref()), (OversightKind::Whisper, Some(&a.user_id)));
    assert!(matches!(people.try_next(), Some(Delivery::Signal(_))), "the agent's stream has it");
    assert!(customer.try_next().is_none());
    goes_on(&house, &visitor, &id).await;
    while let Some(delivery) = customer.try_next() {
        assert!(!format!("{delivery:?}").contains(WORDS), "{delivery:?}");
    }
    let asked: Vec<String> = server.asked().iter().map(ToString::to_string).collect();
    assert!(asked.iter().any(|asked| asked.contains("非常抱歉")), "the model reads what was said after the whisper");
    assert!(asked.iter().all(|asked| !asked.contains(WORDS)));
    assert!(rows_with(&house, "非常抱歉").await.contains(&"effect"), "what agents write is owed to the outside");
    assert_eq!(rows_with(&house, WORDS).await, ["oversight"]);
}

#[tokio::test]
async fn a_whisper_needs_another_agent_to_hear_it() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let boss = actor("usr_a", Role::Supervisor);
    assert!(matches!(house.engine.whisper(&boss, &id, WORDS).await, Err(EngineError::Field(_))), "it waits in a queue");
    house.engine.act(&boss, &id, Action::Claim).await.unwrap();
    assert!(matches!(house.engine.whisper(&boss, &id, WORDS).await, Err(EngineError::Field(_))), "to oneself");
    let stranger = qn_engine::Actor { tenant_id: "tnt_2".into(), ..boss };
    assert_eq!(house.engine.whisper(&stranger, &id, WORDS).await.unwrap_err().code(), "not_found");
    assert!(rows_with(&house, WORDS).await.is_empty());
}

#[tokio::test]
async fn what_is_done_or_not_there_is_not_taken_over_and_leaves_no_entry() {
    let house = house().await;
    with_webhook(&house).await;
    let visitor = house.visitor("chen").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let (boss, a) = (actor("usr_b", Role::Supervisor), actor("usr_a", Role::Agent));
    house.engine.act(&a, &id, Action::Claim).await.unwrap();
    let offered = Action::TransferToAgent { to: "usr_b".into(), note: String::new(), reason: None };
    house.engine.act(&a, &id, offered).await.unwrap();
    let taken = house.engine.take_over(&boss, &id, "升级给主管处理").await.unwrap();
    assert_eq!((taken.owner, taken.transfer), (Owner::Agent { agent_id: "usr_b".into() }, None));
    assert_eq!(house.engine.agent_send(&a, &id, writes("1", "我还在")).await.unwrap_err().code(), "owned_by_other");
    house.engine.act(&boss, &id, Action::Resolve).await.unwrap();
    let late = house.engine.take_over(&boss, &id, "再来").await;
    assert!(matches!(late, Err(EngineError::Move(MoveError::Resolved))));
    let kept = qn_store::oversight::list(&house.engine.db, &"tnt_1".into(), None, 10).await.unwrap().items;
    assert_eq!(kept.iter().map(|o| (o.kind, o.text.as_str())).collect::<Vec<_>>(), [(OversightKind::TakeOver, "升级给主管处理")]);
    assert_eq!(rows_with(&house, "升级给主管处理").await, ["oversight"], "the reason is for the record only");
}

#[tokio::test]
async fn a_state_that_was_set_is_in_the_record_of_presence_with_who_did_it() {
    let house = house().await;
    let _seat = house.engine.presence.attach(&"tnt_1".into(), &"usr_a".into());
    house.engine.force_presence(&actor("usr_b", Role::Supervisor), &"usr_a".into(), Presence::Busy, "午休").await.unwrap();
    let now = qn_store::presence::find_now(&house.engine.db, &"tnt_1".into(), &"usr_a".into()).await.unwrap().unwrap();
    assert_eq!((now.state.as_str(), now.caused_by), ("busy", Some("usr_b".into())));
    let kept = qn_store::oversight::list(&house.engine.db, &"tnt_1".into(), None, 10).await.unwrap().items;
    assert_eq!(kept.iter().map(|o| (o.kind, o.state.as_deref())).collect::<Vec<_>>(), [(OversightKind::ForceState, Some("busy"))]);
}
