//! A customer takes an earlier answer back while a flow asks something else.

use crate::flows::{Stage, node, refund, said};
use qn_domain::Message;
use serde_json::json;

#[tokio::test]
async fn a_customer_corrects_an_earlier_answer_while_a_later_question_is_open() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请选择要退款的订单").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    stage.until_said(&second, "请问退款原因").await;
    let third = stage.house.ask(&mei, "3", "不对，是 B2002 那个").await;
    let asked = |messages: &[Message]| messages.iter().filter(|m| said(m).contains("请问退款原因")).count();
    stage.until(&third, "the question once more", |m| asked(m) == 2).await;
    let fourth = stage.house.ask(&mei, "4", "用了两天就坏了").await;
    stage.until_said(&fourth, "已登记 B2002 手机：用了两天就坏了").await;
}

/// Asks for the order, the phone and why; only what was not named yet.
async fn names_both(stage: &Stage) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要报修"]}},
        node("a", "ask", json!({"text": "请告诉我订单号", "save": "order", "expects": "order_id", "called": ["订单号"]})),
        node("p", "ask", json!({"text": "请告诉我联系电话", "save": "kept", "expects": "phone", "called": ["电话"]})),
        node("r", "ask", json!({"text": "哪里坏了？", "save": "reason"})),
        {"id": "t", "kind": "say", "settings": {"text": "已登记 {{ order }}，{{ kept }}：{{ reason }}"}},
        {"id": "e", "kind": "end"},
    ]);
    let mut edges = json!([["s", "next", "a"], ["a", "next", "p"], ["p", "next", "r"], ["r", "next", "t"], ["t", "next", "e"]]);
    for asked in ["a", "p", "r"] {
        edges.as_array_mut().unwrap().extend(["error", "unclear"].map(|port| json!([asked, port, "e"])));
    }
    stage.publish("repair", "报修", nodes, edges).await;
}

#[tokio::test]
async fn what_an_answer_names_besides_is_not_asked_for_and_can_be_corrected() {
    let stage = Stage::open().await;
    names_both(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要报修").await;
    stage.until_said(&first, "请告诉我订单号").await;
    let second = stage.house.ask(&mei, "2", "订单号 A20260101001，电话 13800138000").await;
    let messages = stage.until_said(&second, "哪里坏了").await;
    assert!(!messages.iter().any(|m| said(m).contains("联系电话")), "{:?}", messages.iter().map(said).collect::<Vec<_>>());
    let third = stage.house.ask(&mei, "3", "不对，电话是 13900139000").await;
    stage.until(&third, "the question once more", |m| m.iter().filter(|m| said(m).contains("哪里坏了")).count() == 2).await;
    let fourth = stage.house.ask(&mei, "4", "屏幕裂了").await;
    stage.until_said(&fourth, "已登记 A20260101001，+8613900139000：屏幕裂了").await;
}
