//! Yesterday is played with two policies: what came, how long people held it, when they were there, and who had whom.

use crate::fixture::{House, actor, on_both};
use crate::routing::{publish, set_attribute};
use qn_domain::{Assignment, Conversation, ConversationId, Episode, Message, Presence, Role};
use qn_engine::{Action, Played};
use serde_json::json;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn tell(conversation: &Conversation, messages: &[Message], assignments: &[Assignment]) -> Vec<Episode> {
    qn_report::episodes(&qn_report::Told { conversation, messages, assignments })
}

async fn play(house: &House, other: qn_routing::Policy) -> Played {
    while qn_store::episode::fill_after(&house.engine.db, &"tnt_1".into(), 500, tell).await.unwrap() {}
    let now = house.engine.now();
    house.engine.play_routing(&"tnt_1".into(), (now - DAY_MS, now + 1), other).await.unwrap()
}

async fn act(house: &House, id: &ConversationId, action: Action) {
    house.engine.act(&actor("usr_a", Role::Agent), id, action).await.unwrap();
}

#[tokio::test]
async fn where_nobody_was_there_everybody_is_all_the_time() {
    on_both(async |house| {
        for n in 0..5 {
            let visitor = house.visitor(&format!("v{n}")).await;
            house.ask(&visitor, "1", if n == 0 { "怎么退货" } else { "转人工" }).await;
        }
        let played = play(house, qn_routing::policy::service_desk()).await;
        assert_eq!((played.people, played.as_lived), (2, false));
        assert_eq!((played.live.arrivals, played.live.by_bot, played.live.served, played.live.wait.max_ms), (5, 1, 4, 0));
        assert_eq!(played.other.rules["hours"], 5);
    })
    .await;
}

#[tokio::test]
async fn people_are_there_when_they_were_and_take_as_long_as_they_held() {
    on_both(async |house| {
        let agent = actor("usr_a", Role::Agent);
        let _here = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
        house.engine.set_presence(&agent, Presence::Online).await.unwrap();
        let mut ids = Vec::new();
        for n in 0..4 {
            let visitor = house.visitor(&format!("v{n}")).await;
            ids.push(house.ask(&visitor, "1", "转人工").await.conversation.id.clone());
        }
        // Half an hour in the queue, two minutes with a person, an hour snoozed: two minutes of work.
        house.clock.advance(30 * MINUTE_MS);
        act(house, &ids[0], Action::Claim).await;
        house.clock.advance(2 * MINUTE_MS);
        let until = house.engine.now() + 60 * MINUTE_MS;
        act(house, &ids[0], Action::Snooze { until }).await;
        house.clock.advance(60 * MINUTE_MS);
        act(house, &ids[0], Action::Resolve).await;
        let played = play(house, qn_routing::Policy::default()).await;
        assert_eq!((played.people, played.as_lived), (1, true), "the other one was never there");
        assert_eq!((played.live.arrivals, played.live.served), (4, 4));
        assert_eq!(played.live.wait.max_ms, 2 * MINUTE_MS, "two at once, and what has not ended takes as long as the others");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_served_while_nobody_was_there() {
    on_both(async |house| {
        let visitor = house.visitor("early").await;
        house.ask(&visitor, "1", "转人工").await;
        house.clock.advance(10 * MINUTE_MS);
        let agent = actor("usr_a", Role::Agent);
        let _here = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
        house.engine.set_presence(&agent, Presence::Online).await.unwrap();
        house.clock.advance(MINUTE_MS);
        let played = play(house, qn_routing::Policy::default()).await;
        assert_eq!((played.live.served, played.live.wait.max_ms), (1, 10 * MINUTE_MS), "whoever came then is there from then on");
    })
    .await;
}

#[tokio::test]
async fn who_comes_again_is_known_to_who_had_them_and_to_their_owner() {
    on_both(async |house| {
        let (again, owned) = (house.visitor("again").await, house.visitor("owned").await);
        set_attribute(house, "con_owned", "owner", json!("usr_b")).await;
        publish(
            house,
            json!({"rules": [{"id": "known", "when": {"fact": {"name": "returning", "is": [true]}}, "then": {"priority": 1}},
            {"id": "kept", "when": {"fact": {"name": "owned", "is": [true]}}, "then": {"priority": 1}}],
            "selection": {"by": "order", "criteria": ["account_owner", "last_agent", "least_busy", "longest_idle"]}}),
        )
        .await;
        let first = house.ask(&again, "1", "转人工").await.conversation.id.clone();
        act(house, &first, Action::Claim).await;
        house.clock.advance(MINUTE_MS);
        act(house, &first, Action::Resolve).await;
        // Long after: another conversation of the same customer, and of another one who has an owner.
        house.clock.advance(120 * MINUTE_MS);
        let second = house.ask(&again, "2", "转人工").await.conversation.id.clone();
        assert_ne!(first, second);
        house.ask(&owned, "1", "转人工").await;
        let played = play(house, qn_routing::Policy::default()).await;
        let rules = &played.live.rules;
        assert_eq!((rules.get("known"), rules.get("kept")), (Some(&1), Some(&1)), "the first time nobody had them yet: {rules:?}");
        assert_eq!(played.live.reasons.get("last_agent"), Some(&1), "{:?}", played.live.reasons);
        assert_eq!(played.live.reasons.get("account_owner"), Some(&1), "{:?}", played.live.reasons);
    })
    .await;
}
