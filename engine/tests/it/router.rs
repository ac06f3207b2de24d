//! What the policy says happens: offers to make up, events of service levels, why nobody could, the order that customers are told and
//! that people take by.

use crate::fixture::{House, START, actor, house, on_both};
use crate::flows::{Stage, activities};
use crate::routing::{get, publish, set_attribute, until};
use qn_domain::routing::{PersonSkills, SkillLevel};
use qn_domain::{ActivityKey, Assignment, ConversationId, Owner, Presence, Role, WebhookEndpoint};
use qn_engine::ConnectionGuard;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub async fn with_webhook(house: &House, events: &[&str]) {
    let webhook = WebhookEndpoint {
        id: "whk_1".into(),
        tenant_id: "tnt_1".into(),
        url: "https://hooks.example/x".into(),
        secret: qn_channel::generate_secret(),
        events: events.iter().map(|&event| event.to_owned()).collect(),
        enabled: true,
        paused: None,
        version: 1,
        created_at: START,
    };
    qn_store::webhook::insert(&house.engine.db, &webhook).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
}

/// What the webhook is owed or was sent, oldest first.
pub async fn sent_to_webhook(house: &House) -> Vec<Value> {
    let mut owed = qn_store::effect::list_webhook(&house.engine.db, &"tnt_1".into(), "whk_1", 100).await.unwrap();
    owed.reverse();
    owed.into_iter().map(|effect| effect.payload).collect()
}

struct Routing {
    stop: CancellationToken,
    router: JoinHandle<()>,
}

impl Routing {
    fn begin(house: &House) -> Self {
        let stop = CancellationToken::new();
        Self { router: tokio::spawn(house.engine.clone().run_router(stop.clone())), stop }
    }

    async fn end(self) {
        self.stop.cancel();
        self.router.await.unwrap();
    }
}

pub async fn online(house: &House, user: &str) -> ConnectionGuard {
    let agent = actor(user, Role::Agent);
    let guard = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    guard
}

async fn decisions(house: &House, id: &ConversationId) -> Vec<Assignment> {
    qn_store::assignment::list(&house.engine.db, &"tnt_1".into(), id).await.unwrap()
}

async fn until_decided(house: &House, id: &ConversationId, count: usize) -> Vec<Assignment> {
    let looks = async {
        loop {
            let known = decisions(house, id).await;
            if known.len() >= count {
                return known;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), looks).await.expect("a decision within a minute")
}

#[tokio::test]
async fn an_offer_to_make_up_is_told_once_and_begins_its_flow_once() {
    let stage = Stage::open().await;
    let house = &stage.house;
    publish(
        house,
        json!({"rules": [{"id": "dear", "name": "重要客户", "when": {"fact": {"name": "tier", "is": ["gold"]}},
        "then": {"compensation": "goodwill"}}]}),
    )
    .await;
    with_webhook(house, &["conversation.compensation_offered"]).await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "event", "event": "conversation.compensation_offered"}},
        {"id": "l", "kind": "label", "settings": {"add": ["{{ context.event.compensation[0] }}"]}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("sorry", "补偿", nodes, json!([["s", "next", "l"], ["l", "next", "e"]])).await;
    let visitor = house.visitor("one").await;
    set_attribute(house, "con_one", "tier", json!("gold")).await;
    let sent = house.ask(&visitor, "1", "怎么退货").await;
    stage.until(&sent, "the flow to end", |messages| activities(messages).contains(&ActivityKey::FlowEnded)).await;
    house.ask(&visitor, "2", "怎么退货").await;
    house.ask(&visitor, "3", "转人工").await;
    let lines = activities(&house.messages(&sent).await);
    assert_eq!(lines.iter().filter(|key| **key == ActivityKey::CompensationOffered).count(), 1);
    let c = stage.conversation(&sent).await;
    assert_eq!((c.routing.compensation.len(), c.routing.compensation[0].name.as_str()), (1, "goodwill"));
    assert_eq!((c.routing.compensation[0].rule.as_str(), c.labels), ("重要客户", vec!["goodwill".to_owned()]));
    assert_eq!(stage.runs().await.len(), 1);
    let told = sent_to_webhook(house).await;
    assert_eq!((told.len(), &told[0]["data"]["name"], &told[0]["data"]["rule_id"]), (1, &json!("goodwill"), &json!("dear")));
}

#[tokio::test]
async fn a_breach_is_an_event_for_webhooks_where_the_policy_says_so() {
    let house = house().await;
    let escalation = json!([{"at_percent": 50, "actions": ["notify_owner"]},
        {"metric": "first_response", "at_percent": 100, "actions": ["webhook", "notify_supervisors"]}]);
    publish(
        &house,
        json!({"rules": [{"id": "all", "when": {"all": []}, "then": {"sla": "s"}}],
        "sla": {"s": {"name": "s", "first_response_seconds": 60, "escalation": escalation}}}),
    )
    .await;
    with_webhook(&house, &["conversation.sla"]).await;
    let visitor = house.visitor("one").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let stop = CancellationToken::new();
    let outbox = tokio::spawn(house.engine.clone().run_outbox(stop.clone()));
    house.clock.advance(61_000);
    // The clock of the test wakes no sleeper.
    house.ask(&visitor, "2", "在吗").await;
    // The second message sees that the time is over; the mark itself is passed by the outbox.
    let told = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        loop {
            let told = sent_to_webhook(&house).await;
            if !told.is_empty() {
                return told;
            }
            tokio::task::yield_now().await;
        }
    });
    let told = told.await.expect("an event within a minute");
    let events: Vec<_> = told.iter().map(|event| (&event["type"], &event["data"]["metric"], &event["data"]["percent"])).collect();
    assert_eq!(events, [(&json!("conversation.sla"), &json!("first_response"), &json!(100))], "the mark at 50 % asks for no event");
    assert_eq!(told[0]["data"]["conversation"]["id"], json!(id));
    stop.cancel();
    outbox.await.unwrap();
}

#[tokio::test]
async fn why_nobody_could_is_stored_once_for_each_reason() {
    on_both(async |house: &Arc<House>| {
        publish(
            house,
            json!({"rules": [{"id": "gold", "name": "黄金客户", "when": {"fact": {"name": "tier", "is": ["gold"]}},
            "then": {"skills": [{"skill": "vip", "level": 2}], "priority": 30}}]}),
        )
        .await;
        let _here = (online(house, "usr_a").await, online(house, "usr_b").await);
        let visitor = house.visitor("one").await;
        set_attribute(house, "con_one", "tier", json!("gold")).await;
        let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
        let routing = Routing::begin(house);
        let first = &until_decided(house, &id, 1).await[0];
        let told = &first.explanation;
        assert_eq!((&first.agent_id, &told["reason"], &told["policy"]), (&None, &json!("nobody_skilled"), &json!(1)));
        assert_eq!((&told["why_not"], &told["considered"]["rules"][0]["id"]), (&json!({"lacks_skill": 2}), &json!("gold")));
        // Another customer is looked at; nothing about the first is new.
        let other = house.visitor("two").await;
        let taken = house.ask(&other, "1", "转人工").await.conversation.id.clone();
        until(house, &taken, |c| matches!(c.owner, Owner::Agent { .. })).await;
        assert_eq!(decisions(house, &id).await.len(), 1);
        let skills = vec![SkillLevel { skill: "vip".into(), level: 3 }];
        let person = PersonSkills { skills, ..PersonSkills::none("usr_b".into()) };
        qn_store::routing::put_person(&house.engine.db, &"tnt_1".into(), &person).await.unwrap();
        house.engine.reload_settings(&"tnt_1".into());
        until(house, &id, |c| c.owner.agent_id() == Some(&"usr_b".into())).await;
        let all = decisions(house, &id).await;
        assert_eq!(all.iter().map(|a| a.agent_id.is_some()).collect::<Vec<_>>(), [false, true]);
        routing.end().await;
    })
    .await;
}

#[tokio::test]
async fn customers_are_told_and_people_take_by_the_order_of_the_policy() {
    let house = house().await;
    publish(&house, json!({"rules": [{"id": "vip", "when": {"fact": {"name": "tier", "is": ["vip"]}}, "then": {"priority": 60}}]})).await;
    let (plain, important) = (house.visitor("plain").await, house.visitor("important").await);
    set_attribute(&house, "con_important", "tier", json!("vip")).await;
    let place = async |id: &ConversationId| house.engine.queue_place(&get(&house, id).await).await.unwrap().map(|place| place.position);
    let first = house.ask(&plain, "1", "转人工").await.conversation.id.clone();
    assert_eq!(place(&first).await, Some(1));
    house.clock.advance(60_000);
    let second = house.ask(&important, "1", "转人工").await.conversation.id.clone();
    assert_eq!((place(&first).await, place(&second).await), (Some(2), Some(1)));
    let agent = actor("usr_a", Role::Agent);
    let taken = house.engine.take_next(&agent).await.unwrap().map(|c| c.id);
    assert_eq!(taken, Some(second.clone()));
    assert_eq!((place(&first).await, place(&second).await), (Some(1), None));
    assert_eq!(house.engine.take_next(&agent).await.unwrap().map(|c| c.id), Some(first));
    assert!(house.engine.take_next(&agent).await.unwrap().is_none());
}

#[tokio::test]
async fn the_floor_follows_customers_calendars_and_people() {
    let house = house().await;
    publish(&house, json!({"rules": [{"id": "vip", "when": {"fact": {"name": "tier", "is": ["vip"]}}, "then": {"priority": 60}}]})).await;
    let (one, two) = (house.visitor("one").await, house.visitor("two").await);
    let first = house.ask(&one, "1", "转人工").await.conversation.id.clone();
    house.clock.advance(1_000);
    let second = house.ask(&two, "1", "转人工").await.conversation.id.clone();
    let place = async |id: &ConversationId| house.engine.queue_place(&get(&house, id).await).await.unwrap().map(|place| place.position);
    assert_eq!((place(&first).await, place(&second).await), (Some(1), Some(2)));
    set_attribute(&house, "con_two", "tier", json!("vip")).await;
    house.engine.db.announce(&"tnt_1".into(), "contact", "con_two", house.engine.now()).await.unwrap();
    assert_eq!((place(&first).await, place(&second).await), (Some(2), Some(1)), "the customer became important while waiting");
    let routing = Routing::begin(&house);
    let here = online(&house, "usr_a").await;
    until(&house, &second, |c| matches!(c.owner, Owner::Agent { .. })).await;
    until(&house, &first, |c| matches!(c.owner, Owner::Agent { .. })).await;
    // Who has gone gets nothing, though no commit says so.
    drop(here);
    house.engine.act(&actor("usr_a", Role::Agent), &first, qn_engine::Action::Resolve).await.unwrap();
    let three = house.visitor("three").await;
    let third = house.ask(&three, "1", "转人工").await.conversation.id.clone();
    assert_eq!(until_decided(&house, &third, 1).await[0].explanation["reason"], "nobody_online");
    routing.end().await;
}
