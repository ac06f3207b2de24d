//! Signals by what they are about, where several steps of one run listen at once: in branches of a sub-flow that a loop calls.

use crate::flows::{Stage, node};
use qn_engine::{FlowSignal, KEPT_MS};
use serde_json::{Value, json};

/// Waits for an order's payment and its parcel, at the same time.
async fn one_order(stage: &Stage) -> String {
    let wait = |id: &str, signal: &str| node(id, "signal", json!({"signal": signal, "field": "order_id", "equals": "{{ order }}"}));
    let nodes = json!([
        {"id": "s", "kind": "start"},
        {"id": "p", "kind": "parallel", "settings": {"branches": ["paid", "sent"]}},
        wait("paid", "payment"),
        {"id": "tp", "kind": "say", "settings": {"text": "{{ order }} 已付款"}},
        wait("sent", "parcel"),
        {"id": "ts", "kind": "say", "settings": {"text": "{{ order }} 已发货"}},
        {"id": "j", "kind": "join"},
        {"id": "e", "kind": "end"},
        {"id": "x", "kind": "end", "settings": {"failed": "late"}},
    ]);
    let edges = json!([
        ["s", "next", "p"],
        ["p", "paid", "paid"],
        ["p", "sent", "sent"],
        ["paid", "next", "tp"],
        ["paid", "error", "x"],
        ["sent", "next", "ts"],
        ["sent", "error", "x"],
        ["tp", "next", "j"],
        ["ts", "next", "j"],
        ["j", "next", "e"]
    ]);
    let variables = json!([{"name": "order", "type": "text", "input": true}]);
    stage.publish_with("one_order", "等一个订单", variables, nodes, edges).await;
    let flow = qn_store::flow::get(&stage.house.engine.db, &"tnt_1".into(), "one_order").await.unwrap();
    flow.live_hash().unwrap().to_owned()
}

async fn comes(stage: &Stage, name: &str, order: &str) -> usize {
    let payload = json!({"order_id": order});
    let signal = FlowSignal { id: format!("{name}/{order}"), flow_id: String::new(), name: name.into(), payload, keep_ms: KEPT_MS };
    stage.house.engine.signal_flows(&"tnt_1".into(), signal).await.unwrap().runs.len()
}

#[tokio::test]
async fn each_branch_of_each_round_hears_what_is_about_it_and_nothing_else() {
    let stage = Stage::open().await;
    let hash = one_order(&stage).await;
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["盯一下订单"]}},
        {"id": "l", "kind": "loop", "settings": {"each": "['A1', 'B2']"}},
        {"id": "f", "kind": "sub_flow", "settings": {"flow": hash, "inputs": {"order": "{{ item }}"}}},
        {"id": "t", "kind": "say", "settings": {"text": "都好了"}},
        {"id": "e", "kind": "end"},
    ]);
    let edges = json!([["s", "next", "l"], ["l", "body", "f"], ["f", "next", "l"], ["l", "done", "t"], ["t", "next", "e"]]);
    stage.publish("watch", "盯订单", nodes, edges).await;
    // Before anybody listens: kept for the second round.
    assert_eq!(comes(&stage, "parcel", "B2").await, 0);
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "盯一下订单").await;
    let said = async |text: &str| drop(stage.until_said(&sent, text).await);
    assert_eq!(comes(&stage, "parcel", "A2").await, 0, "about no order of this run");
    comes(&stage, "parcel", "A1").await;
    said("A1 已发货").await;
    comes(&stage, "payment", "A1").await;
    said("A1 已付款").await;
    said("B2 已发货").await;
    comes(&stage, "payment", "B2").await;
    said("都好了").await;
    let texts: Vec<Value> = stage.house.messages(&sent).await.iter().map(|m| json!(crate::flows::said(m))).collect();
    let times = |part: &str| texts.iter().filter(|text| text.as_str().is_some_and(|text| text.contains(part))).count();
    assert_eq!([times("A1 已发货"), times("A1 已付款"), times("B2 已发货"), times("B2 已付款")], [1, 1, 1, 1]);
}
