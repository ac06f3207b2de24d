//! The routing policy at work: skills, important customers before the bot, service levels with their timers, and 200 people at once.

use crate::fixture::{House, actor, house, on_both};
use qn_domain::routing::{PersonSkills, SkillLevel};
use qn_domain::{ActivityKey, Conversation, ConversationId, HandoffReason, MessageKind, Owner, Presence, Role};
use qn_engine::{Action, EngineError};
use qn_store::routing::PolicyVersion;
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub async fn publish(house: &House, policy: Value) {
    let policy: qn_routing::Policy = serde_json::from_value(policy).unwrap();
    assert_eq!(qn_routing::policy::check(&policy), []);
    let document = serde_json::to_string(&policy).unwrap();
    let version = PolicyVersion { version: 1, document, note: String::new(), changed_by: "usr_a".into(), changed_at: 1, revision: 0 };
    qn_store::routing::publish(&house.engine.db, &"tnt_1".into(), &version).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
}

pub async fn set_attribute(house: &House, contact: &str, key: &str, value: Value) {
    let mut contact = qn_store::contact::get(&house.engine.db, &"tnt_1".into(), &contact.into()).await.unwrap();
    contact.attributes.insert(key.into(), value);
    qn_store::contact::update(&house.engine.db, &contact, "").await.unwrap();
}

pub async fn get(house: &House, id: &ConversationId) -> Conversation {
    qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), id).await.unwrap()
}

pub async fn until(house: &House, id: &ConversationId, holds: impl Fn(&Conversation) -> bool) -> Conversation {
    let mut live = house.engine.hub.people(&"tnt_1".into());
    loop {
        let now = get(house, id).await;
        if holds(&now) {
            return now;
        }
        tokio::time::timeout(Duration::from_secs(60), live.next()).await.expect("an event within a minute");
    }
}

#[tokio::test]
async fn a_rule_asks_for_a_skill_and_the_explanation_names_both() {
    let house = house().await;
    publish(
        &house,
        json!({"rules": [{"id": "gold", "when": {"fact": {"name": "tier", "is": ["gold"]}},
        "then": {"skills": [{"skill": "vip", "level": 2}], "priority": 30}}]}),
    )
    .await;
    for (user, level) in [("usr_a", 1u8), ("usr_b", 3)] {
        let skills = vec![SkillLevel { skill: "vip".into(), level }];
        let person = PersonSkills { skills, ..PersonSkills::none(user.into()) };
        qn_store::routing::put_person(&house.engine.db, &"tnt_1".into(), &person).await.unwrap();
    }
    house.engine.reload_settings(&"tnt_1".into());
    let visitor = house.visitor("one").await;
    set_attribute(&house, "con_one", "tier", json!("Gold")).await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let mut guards = Vec::new();
    for user in ["usr_a", "usr_b"] {
        let agent = actor(user, Role::Agent);
        guards.push(house.engine.presence.attach(&"tnt_1".into(), &agent.user_id));
        house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    }
    let stop = CancellationToken::new();
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    let owned = until(&house, &id, |c| matches!(c.owner, Owner::Agent { .. })).await;
    assert_eq!(owned.owner.agent_id(), Some(&"usr_b".into()));
    let why = qn_store::assignment::list(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    let why = &why[0].explanation;
    assert_eq!(
        (&why["policy"], &why["considered"]["rules"][0]["id"], &why["considered"]["priority"]),
        (&json!(1), &json!("gold"), &json!(30))
    );
    assert_eq!(why["considered"]["considered"][1]["why_not"], "lacks_skill");
    stop.cancel();
    router.await.unwrap();
}

#[tokio::test]
async fn important_customers_reach_people_before_the_bot_answers() {
    let house = house().await;
    publish(
        &house,
        json!({"rules": [{"id": "vip", "when": {"fact": {"name": "tier", "is": ["vip"]}}, "then": {"handling": "people_first"}}]}),
    )
    .await;
    let (plain, important) = (house.visitor("plain").await, house.visitor("important").await);
    set_attribute(&house, "con_important", "vip", json!(true)).await;
    let answered = house.ask(&plain, "1", "怎么退货").await;
    assert_eq!(answered.conversation.owner, Owner::Bot);
    let passed = house.ask(&important, "1", "怎么退货").await;
    assert!(matches!(passed.conversation.owner, Owner::Queue { .. }));
    assert_eq!(passed.conversation.handoff.as_ref().unwrap().reason, HandoffReason::PeopleFirst);
}

#[tokio::test]
async fn promises_are_counted_told_once_and_kept_by_an_answer() {
    let house = house().await;
    publish(
        &house,
        json!({
            "rules": [{"id": "all", "when": {"all": []}, "then": {"sla": "s"}}],
            "sla": {"s": {"name": "s", "first_response_seconds": 60, "resolution_seconds": 3600,
                "escalation": [{"metric": "first_response", "at_percent": 100, "actions": [{"priority": 40}, "notify_supervisors"]}]}},
        }),
    )
    .await;
    let visitor = house.visitor("one").await;
    let sent = house.ask(&visitor, "1", "转人工").await;
    let id = sent.conversation.id.clone();
    let due = |c: &Conversation, metric: &str| c.routing.sla.as_ref().unwrap().due.iter().find(|d| d.metric == metric).cloned().unwrap();
    let start = house.engine.now();
    assert_eq!(due(&sent.conversation, "first_response").due_at, Some(start + 60_000));
    let stop = CancellationToken::new();
    let outbox = tokio::spawn(house.engine.clone().run_outbox(stop.clone()));
    house.clock.advance(61_000);
    // The clock of the test wakes no sleeper: if the outbox slept before the clock moved, the offer ends after its real 20 s.
    house.ask(&visitor, "2", "在吗").await;
    let late = until(&house, &id, |c| due(c, "first_response").breached && c.routing.points == 40).await;
    assert_eq!(due(&late, "first_response").due_at, Some(start + 60_000));
    let told = |messages: Vec<qn_domain::Message>| {
        let keys = messages.into_iter().filter(|m| m.kind == MessageKind::Activity).filter_map(|m| m.content.activity.map(|a| a.key));
        keys.filter(|key| matches!(key, ActivityKey::SlaWarned | ActivityKey::SlaBreached)).collect::<Vec<_>>()
    };
    assert_eq!(told(house.messages(&sent).await), [ActivityKey::SlaWarned, ActivityKey::SlaBreached]);
    let agent = actor("usr_a", Role::Agent);
    house.engine.agent_send(&agent, &id, crate::fixture::writes("a1", "您好")).await.unwrap();
    let answered = get(&house, &id).await;
    assert!(due(&answered, "first_response").done_at.is_some());
    house.engine.act(&agent, &id, Action::Pend).await.unwrap();
    assert!(due(&get(&house, &id).await, "resolution").paused);
    house.engine.act(&agent, &id, Action::Wake).await.unwrap();
    assert!(!due(&get(&house, &id).await, "resolution").paused);
    house.engine.act(&agent, &id, Action::ReturnToBot).await.unwrap();
    assert_eq!(get(&house, &id).await.routing.sla, None);
    stop.cancel();
    outbox.await.unwrap();
}

#[tokio::test]
async fn two_hundred_people_claim_at_once_and_each_conversation_has_one_owner() {
    on_both(async |house| {
        let mut ids = Vec::new();
        for n in 0..20 {
            let visitor = house.visitor(&format!("v{n}")).await;
            ids.push(house.ask(&visitor, "1", "转人工").await.conversation.id.clone());
        }
        let claims = (0..200).map(|n| {
            let (house, id) = (house.clone(), ids[n % ids.len()].clone());
            tokio::spawn(async move {
                let agent = actor(&format!("usr_{n:03}"), Role::Agent);
                let done = house.engine.act(&agent, &id, Action::Claim).await;
                match done {
                    Ok(c) => Some((id, c.owner.agent_id().cloned().unwrap(), agent.user_id)),
                    Err(EngineError::Move(_) | EngineError::Conflict) => None,
                    Err(error) => panic!("{error}"),
                }
            })
        });
        let claims: Vec<_> = claims.collect();
        let mut won = Vec::new();
        for claim in claims {
            won.extend(claim.await.unwrap());
        }
        assert_eq!(won.len(), ids.len(), "one winner each");
        for (id, owner, claimer) in won {
            assert_eq!(owner, claimer);
            assert_eq!(get(house, &id).await.owner.agent_id(), Some(&owner));
            let claimed = qn_store::message::list_before(&house.engine.db, &"tnt_1".into(), &id, None, 100).await.unwrap();
            let lines = claimed.iter().filter(|m| m.content.activity.as_ref().is_some_and(|a| a.key == ActivityKey::Claimed)).count();
            assert_eq!(lines, 1);
        }
    })
    .await;
}

/// Two people who are there, and a policy that asks them.
async fn asked(house: &House, seconds: i64, missed_max: u32) -> Vec<qn_engine::ConnectionGuard> {
    publish(house, json!({"offer": {"seconds": seconds, "missed_max": missed_max}})).await;
    let mut guards = Vec::new();
    for user in ["usr_a", "usr_b"] {
        let agent = actor(user, Role::Agent);
        guards.push(house.engine.presence.attach(&"tnt_1".into(), &agent.user_id));
        house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    }
    guards
}

#[tokio::test]
async fn what_is_offered_is_taken_or_goes_to_the_next() {
    let house = house().await;
    let _guards = asked(&house, 20, 0).await;
    let visitor = house.visitor("one").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let stop = CancellationToken::new();
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    let first = until(&house, &id, |c| c.routing.offer.is_some()).await.routing.offer.unwrap().to;
    let other = if first.as_str() == "usr_a" { "usr_b" } else { "usr_a" };
    let stranger = house.engine.act(&actor(other, Role::Agent), &id, Action::AcceptOffer).await;
    assert!(matches!(stranger, Err(EngineError::Move(_))));
    let mine = qn_store::conversation::list_offered(&house.engine.db, &"tnt_1".into(), &first).await.unwrap();
    assert_eq!(mine.len(), 1);
    house.engine.act(&actor(first.as_str(), Role::Agent), &id, Action::DeclineOffer).await.unwrap();
    until(&house, &id, |c| c.routing.offer.as_ref().is_some_and(|offer| offer.to.as_str() == other)).await;
    house.engine.act(&actor(other, Role::Agent), &id, Action::AcceptOffer).await.unwrap();
    let taken = get(&house, &id).await;
    assert_eq!((taken.owner.agent_id().map(|a| a.as_str().to_owned()), taken.routing.offer), (Some(other.to_owned()), None));
    stop.cancel();
    router.await.unwrap();
}

#[tokio::test]
async fn an_offer_nobody_answers_goes_on_and_whoever_misses_too_many_is_busy() {
    let house = house().await;
    let _guards = asked(&house, 20, 1).await;
    let visitor = house.visitor("one").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let stop = CancellationToken::new();
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    let outbox = tokio::spawn(house.engine.clone().run_outbox(stop.clone()));
    let first = until(&house, &id, |c| c.routing.offer.is_some()).await.routing.offer.unwrap().to;
    house.clock.advance(21_000);
    // The clock of the test wakes no sleeper: if the outbox slept before the clock moved, the offer ends after its real 20 s.
    house.ask(&visitor, "2", "在吗").await;
    until(&house, &id, |c| c.routing.offer.as_ref().is_some_and(|offer| offer.to != first)).await;
    let busy = async || {
        let user = qn_store::user::get(&house.engine.db, &"tnt_1".into(), &first).await.unwrap();
        let people = qn_store::routing::list_people(&house.engine.db, &"tnt_1".into()).await.unwrap();
        let reason = people.into_iter().find(|p| p.user_id == first).and_then(|p| p.busy_reason);
        user.presence == Presence::Busy && reason.as_deref() == Some("missed_offers")
    };
    let mut live = house.engine.hub.people(&"tnt_1".into());
    while !busy().await {
        tokio::time::timeout(Duration::from_secs(60), live.next()).await.expect("an event within a minute");
    }
    stop.cancel();
    router.await.unwrap();
    outbox.await.unwrap();
}

#[tokio::test]
async fn two_hundred_accept_at_once_and_one_has_it() {
    on_both(async |house| {
        let _guards = asked(house, 20, 0).await;
        let visitor = house.visitor("one").await;
        let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
        let stop = CancellationToken::new();
        let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
        let to = until(house, &id, |c| c.routing.offer.is_some()).await.routing.offer.unwrap().to;
        let accepts = (0..200).map(|n| {
            let (house, id, to) = (house.clone(), id.clone(), to.clone());
            let (who, action) = match n % 2 {
                0 => (to.as_str().to_owned(), Action::AcceptOffer),
                _ => (format!("usr_{n}"), Action::Claim),
            };
            tokio::spawn(async move { house.engine.act(&actor(&who, Role::Agent), &id, action).await.map(|c| c.owner) })
        });
        let mut owners: Vec<Owner> = Vec::new();
        for accepted in accepts.collect::<Vec<_>>() {
            if let Ok(owner) = accepted.await.unwrap() {
                owners.push(owner);
            }
        }
        let owner = get(house, &id).await.owner;
        assert!(owners.iter().all(|o| *o == owner) && !owners.is_empty(), "{owners:?}");
        stop.cancel();
        router.await.unwrap();
    })
    .await;
}
