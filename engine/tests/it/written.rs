//! What visitors say to a client that does not wait for the bot: on disk first, taken in order and once, whatever comes between.

use crate::assist::house_with_model;
use crate::fixture::{House, house, says};
use qn_domain::{Message, MessageKind};
use qn_engine::{EngineError, Sent, Visitor, VisitorSend};
use qn_store::bell::Ring;
use qn_store::{channel_event, contact};
use qn_testkit::{Act, ModelServer};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const AT_ONCE: Duration = Duration::ZERO;
const TO_THE_END: Duration = Duration::from_secs(60);

/// The worker that takes what was kept.
struct Feed(CancellationToken, JoinHandle<()>);

impl Feed {
    fn start(house: &House) -> Self {
        let stop = CancellationToken::new();
        Self(stop.clone(), tokio::spawn(house.engine.clone().run_feed(stop)))
    }

    async fn stop(self) {
        self.0.cancel();
        self.1.await.unwrap();
    }
}

async fn writes(house: &House, visitor: &Visitor, send: VisitorSend, wait: Duration) -> Result<Option<Sent>, EngineError> {
    house.engine.visitor_writes(visitor, send.into(), wait).await
}

/// How many wait, and how many were given up.
async fn owed(house: &House) -> (i64, i64) {
    channel_event::count(&house.engine.db, &"tnt_1".into(), &"inb_1".into()).await.unwrap()
}

async fn until_owed(house: &House, expected: (i64, i64)) {
    let comes = async {
        while owed(house).await != expected {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TO_THE_END, comes).await.expect("the journal comes to this within a minute");
}

async fn block(house: &House, visitor: &Visitor, blocked: bool) {
    let (db, tenant_id) = (&house.engine.db, &visitor.tenant_id);
    let known = contact::get(db, tenant_id, &visitor.contact_id).await.unwrap();
    contact::update(db, &qn_domain::Contact { blocked, ..known }, "").await.unwrap();
    house.engine.ring(Ring::Everything).await;
}

fn said(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter(|m| m.kind == MessageKind::Incoming).filter_map(|m| m.client_msg_id.as_deref()).collect()
}

#[tokio::test]
async fn a_slow_turn_is_not_waited_for_and_its_message_comes_once() {
    let server = ModelServer::start([Act::Hang]).await;
    let house = house_with_model(&server, |s| s.turn_ms = 1_000).await;
    let visitor = house.visitor("chen").await;
    let feed = Feed::start(&house);
    assert_eq!(writes(&house, &visitor, says("1", "请问怎么退货"), AT_ONCE).await.unwrap(), None);
    let sent = writes(&house, &visitor, says("1", "请问怎么退货"), TO_THE_END).await.unwrap().expect("the turn ends");
    let again = writes(&house, &visitor, says("1", "请问怎么退货"), AT_ONCE).await.unwrap().expect("it is known");
    assert!(again.replayed && again.message.id == sent.message.id);
    let direct = house.ask(&visitor, "1", "请问怎么退货").await;
    assert!(direct.replayed && direct.message.id == sent.message.id);
    feed.stop().await;
    let messages = house.messages(&sent).await;
    assert_eq!((said(&messages), messages.len()), (vec!["1"], 2));
}

#[tokio::test]
async fn a_quick_turn_is_answered_as_ever() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let feed = Feed::start(&house);
    let sent = writes(&house, &visitor, says("1", "怎么退货"), TO_THE_END).await.unwrap().expect("the turn ends");
    assert!(!sent.replayed && sent.message.client_msg_id.as_deref() == Some("1"));
    assert_eq!(house.messages(&sent).await.len(), 2, "the bot has answered");
    feed.stop().await;
}

#[tokio::test]
async fn what_was_kept_is_taken_in_order_after_a_restart() {
    let house = house().await;
    let (chen, li) = (house.visitor("chen").await, house.visitor("li").await);
    let person = VisitorSend { wants_person: true, ..says("3", "转人工") };
    for send in [says("1", "你好"), says("2", "怎么退货"), says("2", "怎么退货"), person.clone()] {
        assert_eq!(writes(&house, &chen, send, AT_ONCE).await.unwrap(), None);
    }
    assert_eq!(writes(&house, &li, says("1", "你好"), AT_ONCE).await.unwrap(), None);
    assert_eq!(owed(&house).await, (4, 0), "the repeated one is kept once; another's message of the same name is another");

    let house = house.again().await;
    let feed = Feed::start(&house);
    let last = writes(&house, &chen, person, TO_THE_END).await.unwrap().expect("it is taken");
    assert_eq!(said(&house.messages(&last).await), ["1", "2", "3"]);
    until_owed(&house, (0, 0)).await;
    feed.stop().await;
}

#[tokio::test]
async fn who_is_blocked_is_told_at_once_and_nothing_is_kept() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    block(&house, &visitor, true).await;
    let refused = writes(&house, &visitor, says("1", "你好"), AT_ONCE).await;
    assert!(matches!(refused, Err(EngineError::Blocked)), "{refused:?}");
    assert_eq!(owed(&house).await, (0, 0));
}

#[tokio::test]
async fn who_waits_hears_a_refusal_and_may_try_again_later() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let waiting = {
        let (engine, visitor) = (house.engine.clone(), visitor.clone());
        tokio::spawn(async move { engine.visitor_writes(&visitor, says("1", "你好").into(), TO_THE_END).await })
    };
    until_owed(&house, (1, 0)).await;
    block(&house, &visitor, true).await;
    let feed = Feed::start(&house);
    let refused = waiting.await.unwrap();
    assert!(matches!(refused, Err(EngineError::Blocked)), "{refused:?}");
    until_owed(&house, (0, 0)).await;
    feed.stop().await;

    block(&house, &visitor, false).await;
    let sent = writes(&house, &visitor, says("1", "你好"), AT_ONCE).await.unwrap().expect("no worker takes it again");
    assert_eq!(said(&house.messages(&sent).await), ["1"]);
}
