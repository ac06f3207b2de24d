//! The backlog meets the people: in order, within capacity, and back when somebody is gone.

use crate::fixture::{House, actor, house};
use qn_bus::{Delivery, Subscription};
use qn_domain::{ConversationId, Owner, Presence, Role};
use qn_engine::Action;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Waits, by following the log, until the conversation has this owner.
async fn until_owned(live: &mut Subscription, house: &House, id: &ConversationId, wanted: impl Fn(&Owner) -> bool) -> Owner {
    loop {
        let now = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), id).await.unwrap();
        if wanted(&now.owner) {
            return now.owner;
        }
        let next = tokio::time::timeout(Duration::from_secs(20), live.next()).await.expect("an event within 20 s");
        assert!(matches!(next, Some(Delivery::Entry(_) | Delivery::Signal(_))));
    }
}

fn by_agent(owner: &Owner) -> bool {
    matches!(owner, Owner::Agent { .. })
}

#[tokio::test]
async fn the_backlog_drains_in_order_when_somebody_comes_online_and_stops_at_capacity() {
    let house = house().await;
    let mut waiting = Vec::new();
    for name in ["one", "two", "three"] {
        house.clock.advance(1_000);
        let visitor = house.visitor(name).await;
        waiting.push(house.ask(&visitor, "1", "转人工").await.conversation.id.clone());
    }
    let stop = CancellationToken::new();
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    let mut live = house.engine.hub.people(&"tnt_1".into());
    let agent = actor("usr_a", Role::Agent);
    let _here = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    for id in &waiting[..2] {
        until_owned(&mut live, &house, id, by_agent).await;
    }
    let third = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &waiting[2]).await.unwrap();
    assert!(matches!(third.owner, Owner::Queue { .. }), "the capacity is two");
    assert_eq!(house.engine.queue_place(&third).await.unwrap().unwrap().position, 1);
    house.engine.act(&agent, &waiting[0], Action::Resolve).await.unwrap();
    until_owned(&mut live, &house, &waiting[2], by_agent).await;
    let why = qn_store::assignment::list(&house.engine.db, &"tnt_1".into(), &waiting[2]).await.unwrap();
    let got = why.last().unwrap();
    assert_eq!(got.agent_id, Some("usr_a".into()));
    assert!(got.explanation["considered"]["considered"].as_array().unwrap().len() == 2);
    stop.cancel();
    router.await.unwrap();
}

#[tokio::test]
async fn who_is_gone_for_three_minutes_gives_waiting_customers_back() {
    let house = house().await;
    let visitor = house.visitor("one").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    let agent = actor("usr_a", Role::Agent);
    let here = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, Presence::Online).await.unwrap();
    house.engine.act(&agent, &id, Action::Claim).await.unwrap();
    house.ask(&visitor, "2", "在吗").await;
    drop(here);
    house.clock.advance(4 * 60_000);
    let stop = CancellationToken::new();
    let mut live = house.engine.hub.people(&"tnt_1".into());
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    until_owned(&mut live, &house, &id, |owner| matches!(owner, Owner::Queue { .. })).await;
    stop.cancel();
    router.await.unwrap();
}
