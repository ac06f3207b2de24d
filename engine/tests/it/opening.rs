//! Hours: what the calendars of the rules say while nobody is there, what the bot does alone, and that whoever is there is not denied.

use crate::fixture::{House, actor, house};
use crate::routing::publish;
use qn_domain::{MessageKind, Owner, Presence, Role};
use serde_json::json;

/// Open for the first minute of each day, so it is closed now and back tomorrow.
async fn shut(house: &House, action: &str, team: Option<&str>) {
    let days: Vec<_> = (0..7).map(|_| json!([[0, 1]])).collect();
    publish(
        house,
        json!({
            "calendars": {"office": {"name": "office", "time_zone": "Asia/Shanghai", "days": days}},
            "rules": [{"id": "hours", "when": {"all": []}, "then": {"after_hours": {"calendar": "office", "action": action, "team": team}}}],
        }),
    )
    .await;
}

async fn said(house: &House, visitor: &str, text: &str) -> (Owner, String) {
    let visitor = house.visitor(visitor).await;
    let id = house.ask(&visitor, "1", text).await.conversation.id.clone();
    let now = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    let messages = qn_store::message::list_after(&house.engine.db, &"tnt_1".into(), &id, 0, 20).await.unwrap();
    let last = messages.into_iter().rev().find(|m| m.kind == MessageKind::Outgoing).unwrap();
    (now.owner, last.content.text)
}

#[tokio::test]
async fn while_the_calendar_is_closed_customers_hear_when_people_are_back() {
    let house = house().await;
    shut(&house, "wait", None).await;
    let (owner, text) = said(&house, "one", "转人工").await;
    assert!(matches!(owner, Owner::Queue { .. }));
    assert!(text.contains("客服明天 00:00上班后"), "{text}");
    let (_, text) = said(&house, "two", "I want to talk to a person").await;
    assert!(text.contains("closed right now, back tomorrow at 00:00."), "{text}");
    let agent = actor("usr_a", Role::Agent);
    let _there = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    let (_, text) = said(&house, "three", "转人工").await;
    assert!(text.contains("正在为您转接"), "somebody is there: {text}");
}

#[tokio::test]
async fn the_bot_alone_keeps_everybody_until_people_are_back() {
    let house = house().await;
    shut(&house, "bot_only", None).await;
    let agent = actor("usr_a", Role::Agent);
    let _there = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    let (owner, text) = said(&house, "one", "转人工").await;
    assert_eq!(owner, Owner::Bot);
    assert!(text.contains("明天 00:00上班"), "{text}");
}

#[tokio::test]
async fn a_team_that_is_there_takes_what_comes_after_hours() {
    let house = house().await;
    shut(&house, "other_team", Some("team_night")).await;
    let (owner, text) = said(&house, "one", "转人工").await;
    assert!(matches!(owner, Owner::Queue { .. }) && text.contains("正在为您转接"), "{text}");
}
