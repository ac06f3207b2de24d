//! Flows that begin without a customer's words: by the clock, by a call from outside.

use crate::flows::Stage;
use qn_domain::TenantId;
use serde_json::json;

#[tokio::test]
async fn a_flow_begins_by_the_clock_once_a_time() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "schedule", "cron": "0 9 * * *", "time_zone": "Asia/Shanghai"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("daily", "每日", nodes, json!([["s", "next", "e"]])).await;
    let engine = &stage.house.engine;
    let next = engine.begin_due().await.unwrap().unwrap();
    assert_eq!(engine.begin_due().await.unwrap(), Some(next));
    assert!(stage.runs().await.is_empty());
    // Three days pass while nobody looks: one run, not three.
    stage.house.clock.advance(next - engine.now() + 3 * 86_400_000);
    let later = engine.begin_due().await.unwrap().unwrap();
    assert!(later > engine.now() && later - next == 4 * 86_400_000, "{later}");
    engine.begin_due().await.unwrap();
    stage.until_run("done").await;
    let runs = stage.runs().await;
    assert_eq!((runs.len(), runs[0].trigger_key.clone()), (1, format!("cron:daily:{next}")));
}

#[tokio::test]
async fn a_call_from_outside_begins_one_run_and_is_read_as_the_event() {
    let stage = Stage::open().await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "webhook"}},
        {"id": "e", "kind": "end", "settings": {"output": "{{ context.event.order }}"}},
    ]);
    stage.publish("hooked", "回调", nodes, json!([["s", "next", "e"]])).await;
    let (engine, tenant) = (&stage.house.engine, TenantId::from("tnt_1"));
    let first = engine.start_by_hook(&tenant, "hooked", "msg_1", json!({"order": "A1"})).await.unwrap();
    let again = engine.start_by_hook(&tenant, "hooked", "msg_1", json!({"order": "A1"})).await.unwrap();
    assert_eq!((first.repeated, again.repeated, &first.run_id), (false, true, &again.run_id));
    stage.until_run("done").await;
    assert_eq!(engine.runner().unwrap().state(&tenant, &first.run_id).await.unwrap().output, json!("A1"));
    assert!(engine.start_by_hook(&"tnt_2".into(), "hooked", "msg_2", json!({})).await.is_err(), "another tenant has no such flow");
}
