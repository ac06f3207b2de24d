//! What somebody in a queue is told of the wait, and what the queue knows of their question.

use crate::fixture::{House, actor, on_both};
use crate::router::online;
use crate::routing::{get, publish, set_attribute, until};
use qn_domain::routing::{PersonSkills, SkillLevel};
use qn_domain::{Assignment, Conversation, ConversationId, Episode, Message, Owner, Role};
use qn_engine::{Action, Visitor};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const MINUTE_MS: i64 = 60_000;
const HELD_MS: i64 = 2 * MINUTE_MS;

fn tell(conversation: &Conversation, messages: &[Message], assignments: &[Assignment]) -> Vec<Episode> {
    qn_report::episodes(&qn_report::Told { conversation, messages, assignments })
}

/// Waits half an hour in the queue and is held for two minutes, with a rest in the middle.
async fn serve(house: &House, visitor: &Visitor, said: &str, rest_ms: i64) {
    let id = house.ask(visitor, said, "转人工").await.conversation.id.clone();
    house.clock.advance(30 * MINUTE_MS);
    let agent = actor("usr_a", Role::Agent);
    house.engine.act(&agent, &id, Action::Claim).await.unwrap();
    house.clock.advance(HELD_MS / 2);
    if rest_ms > 0 {
        let until = house.engine.now() + rest_ms;
        house.engine.act(&agent, &id, Action::Snooze { until }).await.unwrap();
        house.clock.advance(rest_ms);
        house.engine.act(&agent, &id, Action::Wake).await.unwrap();
    }
    house.clock.advance(HELD_MS / 2);
    house.engine.act(&agent, &id, Action::Resolve).await.unwrap();
}

#[tokio::test]
async fn the_wait_is_told_from_what_people_held_not_from_queues_rests_and_reopenings() {
    on_both(async |house| {
        for n in 0..5 {
            let visitor = house.visitor(&format!("v{n}")).await;
            serve(house, &visitor, "1", if n == 4 { 240 * MINUTE_MS } else { 0 }).await;
            if n == 0 {
                house.clock.advance(50 * MINUTE_MS);
                serve(house, &visitor, "2", 0).await;
            }
        }
        while qn_store::episode::fill_after(&house.engine.db, &"tnt_1".into(), 500, tell).await.unwrap() {}
        let held = qn_store::episode::recent_held(&house.engine.db, &"tnt_1".into(), house.engine.now(), 50).await.unwrap();
        assert_eq!(held, [HELD_MS; 6], "a reopened conversation is two stretches");
        let visitor = house.visitor("waits").await;
        let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
        let _here = online(house, "usr_a").await;
        let place = house.engine.queue_place(&get(house, &id).await).await.unwrap().unwrap();
        assert_eq!((place.position, place.expected_wait_ms), (1, Some(HELD_MS / 2)), "two places, and the next one frees after half of it");
    })
    .await;
}

/// What the decision that gave it to somebody considered.
async fn considered(house: &House, id: &ConversationId) -> Value {
    until(house, id, |c| matches!(c.owner, Owner::Agent { .. })).await;
    let mut decisions = qn_store::assignment::list(&house.engine.db, &"tnt_1".into(), id).await.unwrap();
    decisions.pop().unwrap().explanation["considered"].take()
}

#[tokio::test]
async fn how_hard_the_question_was_for_the_bot_decides_who_gets_it() {
    on_both(async |house| {
        let senior = PersonSkills { skills: vec![SkillLevel { skill: "senior".into(), level: 1 }], ..PersonSkills::none("usr_b".into()) };
        qn_store::routing::put_person(&house.engine.db, &"tnt_1".into(), &senior).await.unwrap();
        let simple = json!({"fact": {"name": "complexity", "is": ["simple"]}});
        let rules = json!([
            {"id": "vip", "when": {"fact": {"name": "tier", "is": ["vip"]}}, "then": {"handling": "people_first"}},
            {"id": "hard", "when": {"fact": {"name": "complexity", "is": ["complex"]}}, "then": {"skills": [{"skill": "senior", "level": 1}]}},
            {"id": "unanswered", "when": {"not": simple}, "then": {"priority": 30}},
        ]);
        publish(house, json!({"rules": rules})).await;
        let (hard, easy, plain) = (house.visitor("hard").await, house.visitor("easy").await, house.visitor("plain").await);
        set_attribute(house, "con_easy", "tier", json!("vip")).await;
        house.ask(&hard, "1", "火星上能种土豆吗").await;
        let hard = house.ask(&hard, "2", "转人工").await.conversation.id.clone();
        house.ask(&easy, "1", "怎么退货").await;
        let easy = house.ask(&easy, "2", "在吗").await.conversation.id.clone();
        let plain = house.ask(&plain, "1", "转人工").await.conversation.id.clone();
        let _here = (online(house, "usr_a").await, online(house, "usr_b").await);
        let stop = CancellationToken::new();
        let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
        let rules = |told: &Value| {
            let hits = told["rules"].as_array().cloned().unwrap_or_default();
            hits.iter().filter_map(|hit| hit["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let told = considered(house, &hard).await;
        assert_eq!((rules(&told), &told["considered"][1]["why_not"]), (vec!["hard".into(), "unanswered".into()], &json!("lacks_skill")));
        assert_eq!(get(house, &hard).await.owner.agent_id(), Some(&"usr_b".into()), "asking for a person makes it no easier");
        assert_eq!(rules(&considered(house, &easy).await), ["vip"], "the bot had an answer: what goes by the contrary does not hold");
        assert_eq!(rules(&considered(house, &plain).await), ["unanswered"]);
        stop.cancel();
        router.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_answered_and_did_not_help_is_simple_no_more_and_what_people_hear_changes_nothing() {
    on_both(async |house| {
        let hardness = |c: &Conversation| c.routing.complexity.clone();
        let visitor = house.visitor("one").await;
        let asked = house.ask(&visitor, "1", "怎么退货").await;
        assert_eq!(hardness(&asked.conversation).as_deref(), Some("simple"));
        let wants = house.ask(&visitor, "2", "转人工").await;
        assert_eq!(hardness(&wants.conversation).as_deref(), Some("normal"));
        let other = house.visitor("two").await;
        let missed = house.ask(&other, "1", "火星上能种土豆吗").await;
        assert_eq!(hardness(&missed.conversation).as_deref(), Some("complex"));
        house.ask(&other, "2", "转人工").await;
        let waits = house.ask(&other, "3", "怎么退货").await;
        assert_eq!(hardness(&waits.conversation).as_deref(), Some("complex"), "people have it: the bot looks nothing up");
    })
    .await;
}
