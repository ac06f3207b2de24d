//! Service levels on tickets: what their marks tell flows, webhooks and people.

use crate::flow_news::{ended, lin, notes, noting, wish};
use crate::flows::Stage;
use crate::router::{sent_to_webhook, with_webhook};
use crate::routing::publish;
use qn_domain::{TenantId, TicketChange, TicketState};
use qn_engine::TicketWish;
use serde_json::{Value, json};
use std::time::Duration;

/// The clock of the tests wakes no sleeper; a ticket that is opened does.
async fn pass(stage: &Stage, ms: i64, waker: &str) {
    stage.house.clock.advance(ms);
    let far = stage.house.engine.now() + 1_000_000_000;
    stage.house.engine.open_ticket(&"tnt_1".into(), wish(waker, Some(far)), &lin()).await.unwrap();
}

async fn events(stage: &Stage) -> Vec<Value> {
    for _ in 0..2_000 {
        let told = sent_to_webhook(&stage.house).await;
        if !told.is_empty() {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no event for the webhook");
}

#[tokio::test]
async fn marks_tell_flows_webhooks_and_the_team_of_a_ticket_that_is_nobodys() {
    let stage = Stage::open().await;
    let (engine, tenant) = (&stage.house.engine, TenantId::from("tnt_1"));
    publish(
        &stage.house,
        json!({
            "tickets": [{"id": "refunds", "when": {"fact": {"name": "ticket.kind", "is": ["refund"]}}, "sla": "day"}],
            "sla": {"day": {"name": "一天", "resolution_seconds": 1000, "escalation": [
                {"at_percent": 75, "actions": ["notify_owner"]}, {"at_percent": 100, "actions": ["webhook", "notify_supervisors"]}]}},
        }),
    )
    .await;
    with_webhook(&stage.house, &["ticket.sla"]).await;
    noting(&stage, "soon", "ticket.warned", "快到期 {{ context.event.changed.percent }}").await;
    noting(&stage, "late", "ticket.overdue", "超时了").await;
    let of_team = TicketWish { team_id: Some("tea_1".into()), ..wish("tkt_1", None) };
    let (kept, _) = engine.open_ticket(&tenant, of_team, &lin()).await.unwrap();
    assert_eq!(kept.due_at, Some(engine.now() + 1_000_000));
    pass(&stage, 760_000, "tkt_w1").await;
    assert_eq!(ended(&stage, 1).await, ["soon"]);
    assert_eq!(notes(&stage, &kept.id).await, ["快到期 75"]);
    for user in ["usr_a", "usr_b"] {
        let told = qn_store::notice::list(&engine.db, &tenant, &user.into(), 9).await.unwrap();
        assert_eq!(told.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["工单 #1 快到期：退款"], "{user}");
        assert_eq!(told[0].ticket_id.as_deref(), Some("tkt_1"));
    }
    assert!(sent_to_webhook(&stage.house).await.is_empty(), "the mark at 75 % asks for no event");
    pass(&stage, 300_000, "tkt_w2").await;
    assert_eq!(ended(&stage, 2).await, ["late", "soon"]);
    let told = events(&stage).await;
    let seen = (told.len(), &told[0]["type"], &told[0]["data"]["percent"], &told[0]["data"]["ticket"]["id"]);
    assert_eq!(seen, (1, &json!("ticket.sla"), &json!(100), &json!("tkt_1")));
    let agents = qn_store::notice::list(&engine.db, &tenant, &"usr_a".into(), 9).await.unwrap();
    assert_eq!(agents.len(), 1, "the breach is for supervisors, and nobody here is one");
}

#[tokio::test]
async fn a_ticket_that_waits_is_neither_warned_of_nor_late() {
    let stage = Stage::open().await;
    let (engine, tenant) = (&stage.house.engine, TenantId::from("tnt_1"));
    publish(
        &stage.house,
        json!({"tickets": [{"id": "all", "when": {"all": []}, "sla": "day"}], "sla": {"day": {"name": "一天", "resolution_seconds": 1000}}}),
    )
    .await;
    noting(&stage, "soon", "ticket.warned", "快到期").await;
    noting(&stage, "late", "ticket.overdue", "超时了").await;
    let (waits, _) = engine.open_ticket(&tenant, wish("tkt_waits", None), &lin()).await.unwrap();
    let waiting = TicketChange { state: Some(TicketState::Waiting), ..TicketChange::default() };
    let stands = engine.change_ticket((&tenant, &waits.id), &waiting, &lin(), None, None).await.unwrap();
    assert_eq!((stands.due_at, stands.sla.as_ref().unwrap().due[0].paused), (None, true));
    let (late, _) = engine.open_ticket(&tenant, wish("tkt_late", None), &lin()).await.unwrap();
    pass(&stage, 2_000_000, "tkt_w1").await;
    // Both timers are over by now: the other ticket's flows tell that the outbox came by.
    assert_eq!(ended(&stage, 2).await, ["late", "soon"]);
    assert_eq!(notes(&stage, &late.id).await, ["快到期", "超时了"]);
    assert_eq!(notes(&stage, &waits.id).await, Vec::<String>::new());
    let works = TicketChange { state: Some(TicketState::Working), ..TicketChange::default() };
    let again = engine.change_ticket((&tenant, &waits.id), &works, &lin(), None, None).await.unwrap();
    assert_eq!(again.due_at, Some(engine.now() + 1_000_000), "nothing of its time was used");
}
