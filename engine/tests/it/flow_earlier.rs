//! What customers named before a flow begins: known to it where it was said lately, offered where that is not sure.

use crate::flows::{Stage, node, said};
use qn_domain::Message;
use serde_json::{Value, json};

const ORDER: &str = "A20260101001";

/// Asks for an order that may be known, and says which it is.
async fn refund(stage: &Stage) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要退款", "refund me"]}},
        node("a", "ask", json!({"text": "请告诉我订单号。", "save": "order", "known": "context.entities.order_id"})),
        {"id": "t", "kind": "say", "settings": {"text": "退款登记：{{ order }}"}},
        {"id": "e", "kind": "end", "settings": {}},
        {"id": "x", "kind": "end", "settings": {"failed": "no answer"}},
    ]);
    let edges: Value = json!([
        ["s", "next", "a"],
        ["a", "next", "t"],
        ["a", "error", "x"],
        ["a", "unclear", "x"],
        ["a", "timeout", "x"],
        ["t", "next", "e"]
    ]);
    stage.publish("refund", "退款", nodes, edges).await;
}

fn first_choice(messages: &[Message]) -> &str {
    let question = messages.iter().rev().find(|m| said(m) == "请告诉我订单号。").unwrap();
    question.content.buttons.first().map_or("", |button| &button.label)
}

#[tokio::test]
async fn an_order_named_two_turns_before_is_not_asked_for_again() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let talks = [
        ("mei", format!("我的订单 {ORDER} 还没到"), "请问怎么退货", "我要退款"),
        ("ann", format!("My order {ORDER} is late"), "thanks", "refund me"),
    ];
    for (name, first, between, wish) in talks {
        let visitor = stage.house.visitor(name).await;
        stage.house.ask(&visitor, "1", &first).await;
        stage.house.ask(&visitor, "2", between).await;
        let wished = stage.house.ask(&visitor, "3", wish).await;
        let messages = stage.until_said(&wished, &format!("退款登记：{ORDER}")).await;
        assert!(!messages.iter().any(|m| said(m) == "请告诉我订单号。"), "{name}");
    }
}

#[tokio::test]
async fn the_newest_order_counts_and_one_that_a_run_was_for_is_only_offered() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    stage.house.ask(&mei, "1", &format!("订单 {ORDER} 还没到")).await;
    stage.house.ask(&mei, "2", "请问怎么退货").await;
    stage.house.ask(&mei, "3", "订单 B20260202002 也没到").await;
    let wished = stage.house.ask(&mei, "4", "我要退款").await;
    stage.until_said(&wished, "退款登记：B20260202002").await;
    stage.until(&wished, "the end", |m| m.last().is_some_and(|m| m.content.activity.is_some())).await;
    let again = stage.house.ask(&mei, "5", "我要退款").await;
    let messages = stage.until_said(&again, "请告诉我订单号").await;
    assert_eq!(first_choice(&messages), "B20260202002");
}

#[tokio::test]
async fn an_order_named_hours_ago_or_beside_another_is_confirmed() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    stage.house.ask(&mei, "1", &format!("订单 {ORDER} 还没到")).await;
    stage.house.clock.advance(3 * 60 * 60_000);
    let wished = stage.house.ask(&mei, "2", "我要退款").await;
    let messages = stage.until_said(&wished, "请告诉我订单号").await;
    assert_eq!(first_choice(&messages), ORDER);

    let bo = stage.house.visitor("bo").await;
    stage.house.ask(&bo, "1", &format!("订单 {ORDER} 和订单 B20260202002 都没到")).await;
    let wished = stage.house.ask(&bo, "2", "我要退款").await;
    let messages = stage.until_said(&wished, "请告诉我订单号").await;
    assert_eq!(first_choice(&messages), ORDER);

    let li = stage.house.visitor("li").await;
    stage.house.ask(&li, "1", &format!("订单 {ORDER} 还没到")).await;
    let wished = stage.house.ask(&li, "2", "另一单我要退款").await;
    stage.until_said(&wished, "请告诉我订单号").await;
}

/// Asks something else first, then for an order, and says which it is.
async fn repair(stage: &Stage, first: Value) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要报修"]}},
        node("f", "ask", first),
        node("a", "ask", json!({"text": "请告诉我订单号。", "save": "order", "expects": "order_id"})),
        {"id": "t", "kind": "say", "settings": {"text": "报修登记：{{ order }}"}},
        {"id": "e", "kind": "end"},
    ]);
    let mut edges = json!([["s", "next", "f"], ["f", "next", "a"], ["a", "next", "t"], ["t", "next", "e"]]);
    for asked in ["f", "a"] {
        edges.as_array_mut().unwrap().extend(["error", "unclear"].map(|port| json!([asked, port, "e"])));
    }
    stage.publish("repair", "报修", nodes, edges).await;
}

#[tokio::test]
async fn an_order_named_in_an_answer_takes_the_place_of_one_named_before_the_flow() {
    let stage = Stage::open().await;
    repair(&stage, json!({"text": "请告诉我联系电话。", "save": "kept", "expects": "phone"})).await;
    let mei = stage.house.visitor("mei").await;
    stage.house.ask(&mei, "1", &format!("订单 {ORDER} 还没到")).await;
    let wished = stage.house.ask(&mei, "2", "我要报修").await;
    stage.until_said(&wished, "请告诉我联系电话").await;
    let answered = stage.house.ask(&mei, "3", "订单号 B20260202002，电话 13800138000").await;
    let messages = stage.until_said(&answered, "报修登记：B20260202002").await;
    assert!(!messages.iter().any(|m| said(m) == "请告诉我订单号。"), "it was named");
}

#[tokio::test]
async fn an_order_named_to_a_question_that_says_no_kind_is_offered_instead_of_the_one_before() {
    let stage = Stage::open().await;
    repair(&stage, json!({"text": "哪里坏了？", "save": "reason"})).await;
    let mei = stage.house.visitor("mei").await;
    stage.house.ask(&mei, "1", &format!("订单 {ORDER} 还没到")).await;
    let wished = stage.house.ask(&mei, "2", "我要报修").await;
    stage.until_said(&wished, "哪里坏了").await;
    let answered = stage.house.ask(&mei, "3", "屏幕裂了，订单号 B20260202002").await;
    let messages = stage.until_said(&answered, "请告诉我订单号").await;
    assert_eq!(first_choice(&messages), "B20260202002");
}
