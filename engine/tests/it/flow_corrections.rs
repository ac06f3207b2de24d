//! A customer takes an earlier answer back while a flow asks something else.

use crate::flows::{Stage, node, refund, said};
use qn_base::Clock;
use qn_domain::{ActivityKey, Effect, EffectKind, EffectState, Message};
use qn_workflow::Request;
use qn_workflow::run::Place;
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

/// Asks for one thing, tells it on where it `tells`, and waits for a colleague, in a loop's round where it is `inside`.
async fn approved(stage: &Stage, id: &str, name: &str, asks: (&str, &str, &str), (tells, inside): (bool, bool)) {
    let (phrase, question, called) = asks;
    let mut nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": [phrase]}},
        node("a", "ask", json!({"text": question, "save": "order", "called": [called]})),
        node("ok", "approval", json!({"who": "supervisor", "title": "{{ order }}"})),
        {"id": "t", "kind": "say", "settings": {"text": "办好了：{{ order }}"}},
        {"id": "e", "kind": "end"},
    ]);
    let mut edges = json!([["s", "next", "a"], ["a", "error", "e"], ["a", "unclear", "e"], ["t", "next", "e"]]);
    let add = |to: &mut serde_json::Value, more: serde_json::Value| to.as_array_mut().unwrap().extend(more.as_array().unwrap().clone());
    let mut before = "ok";
    add(&mut edges, json!([["ok", "rejected", "e"], ["ok", "error", "e"]]));
    if inside {
        add(&mut nodes, json!([{"id": "l", "kind": "loop", "settings": {"each": "[1]"}}]));
        add(&mut edges, json!([["l", "body", "ok"], ["ok", "approved", "l"], ["l", "done", "t"]]));
        before = "l";
    } else {
        add(&mut edges, json!([["ok", "approved", "t"]]));
    }
    if tells {
        add(&mut nodes, json!([{"id": "m", "kind": "emit", "settings": {"event": "wanted", "payload": {"order": "{{ order }}"}}}]));
        add(&mut edges, json!([["m", "next", before], ["m", "error", "e"]]));
        before = "m";
    }
    add(&mut edges, json!([["a", "next", before]]));
    stage.publish(id, name, nodes, edges).await;
}

const REFUND: (&str, &str, &str) = ("我要退款", "请告诉我退哪个订单", "订单号");

async fn waits(stage: &Stage, sent: &qn_engine::Sent, title: &str) {
    let is_it = |message: &Message| {
        message.content.activity.as_ref().is_some_and(|line| line.key == ActivityKey::FlowWaits && line.params["title"] == title)
    };
    stage.until(sent, title, |messages| messages.iter().any(is_it)).await;
}

async fn titles(stage: &Stage) -> Vec<String> {
    let runner = stage.house.engine.runner().unwrap();
    let tasks = runner.tasks(&"tnt_1".into(), None, 10).await.unwrap().items;
    let mut titles = Vec::new();
    for task in tasks {
        let state = runner.state(&"tnt_1".into(), &task.run_id).await.unwrap();
        titles.extend(state.tokens.values().filter_map(|token| match &token.place {
            Place::Open(open) => match &*open.request {
                Request::Approve { title, .. } => Some(title.clone()),
                _ => None,
            },
            _ => None,
        }));
    }
    titles
}

#[tokio::test]
async fn while_a_colleague_is_waited_for_the_customer_may_still_take_an_answer_back() {
    let stage = Stage::open().await;
    approved(&stage, "refund", "退款", REFUND, (false, false)).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请告诉我退哪个订单").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    waits(&stage, &second, "A1001").await;
    let third = stage.house.ask(&mei, "3", "不对，换另一单").await;
    let messages = stage.until_said(&third, "请告诉我退哪个订单").await;
    let told: Vec<&str> = messages.iter().filter(|m| m.seq > third.message.seq).map(said).filter(|text| !text.is_empty()).collect();
    assert_eq!(told, ["好的，「退款」按您更正的重新办理。", "请告诉我退哪个订单"]);
    assert!(titles(&stage).await.is_empty(), "nobody is asked about the first order any more");
    let fourth = stage.house.ask(&mei, "4", "B2002").await;
    waits(&stage, &fourth, "B2002").await;
    let fifth = stage.house.ask(&mei, "5", "不对，订单号是 C3003").await;
    waits(&stage, &fifth, "C3003").await;
    assert_eq!(titles(&stage).await, ["C3003"]);
}

#[tokio::test]
async fn a_correction_reaches_the_innermost_of_two_flows_that_it_means() {
    let stage = Stage::open().await;
    approved(&stage, "refund", "退款", REFUND, (false, false)).await;
    approved(&stage, "move", "改地址", ("我要改地址", "请告诉我新的地址", "地址"), (false, false)).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请告诉我退哪个订单").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    waits(&stage, &second, "A1001").await;
    let third = stage.house.ask(&mei, "3", "我要改地址").await;
    stage.until_said(&third, "请告诉我新的地址").await;
    let fourth = stage.house.ask(&mei, "4", "上海路一号").await;
    waits(&stage, &fourth, "上海路一号").await;
    let fifth = stage.house.ask(&mei, "5", "不对，地址是南京路二号").await;
    waits(&stage, &fifth, "南京路二号").await;
    let sixth = stage.house.ask(&mei, "6", "不对，换另一单").await;
    stage.until_said(&sixth, "请告诉我退哪个订单").await;
    let seventh = stage.house.ask(&mei, "7", "B2002").await;
    waits(&stage, &seventh, "B2002").await;
    let mut left = titles(&stage).await;
    left.sort();
    assert_eq!(left, ["B2002", "南京路二号"]);
}

#[tokio::test]
async fn what_was_told_on_is_told_again_only_when_the_customer_agrees_and_what_is_too_late_is_said_to_be() {
    let stage = Stage::open().await;
    approved(&stage, "refund", "退款", REFUND, (true, false)).await;
    approved(&stage, "move", "改地址", ("我要改地址", "请告诉我新的地址", "地址"), (false, true)).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请告诉我退哪个订单").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    waits(&stage, &second, "A1001").await;
    let third = stage.house.ask(&mei, "3", "不对，订单号是 B2002").await;
    stage.until_said(&third, "已经按您原来的回答办理过一次").await;

    let lin = stage.house.visitor("lin").await;
    let first = stage.house.ask(&lin, "1", "我要改地址").await;
    stage.until_said(&first, "请告诉我新的地址").await;
    let second = stage.house.ask(&lin, "2", "上海路一号").await;
    waits(&stage, &second, "上海路一号").await;
    let late = stage.house.ask(&lin, "3", "不对，地址是南京路二号").await;
    let messages = stage.until_said(&late, "来不及更正").await;
    assert_eq!(messages.last().unwrap().content.buttons.len(), 1, "a person can be fetched");
    assert!(titles(&stage).await.contains(&"上海路一号".to_owned()));
    // What takes back nothing of the flow is a message like any other.
    let other = stage.house.ask(&lin, "4", "不对，今天周三").await;
    let messages = stage.house.messages(&other).await;
    assert!(!messages.iter().filter(|m| m.seq > other.message.seq).any(|m| said(m).contains("更正")));
}

/// A correction in the outbox, as an earlier try of it left it.
async fn tried(stage: &Stage, sent: &qn_engine::Sent, run_id: &str, key: &str) {
    let said = "不对，地址是南京路二号";
    let payload =
        json!({"run_id": run_id, "name": "改地址", "conversation_id": sent.conversation.id, "message_id": sent.message.id, "said": said});
    let at = stage.house.clock.now();
    let effect = Effect { kind: EffectKind::FlowCorrect, key: key.to_owned(), payload, due_at: at, trace: None };
    stage.house.engine.add_effect(&"tnt_1".into(), effect).await.unwrap();
}

async fn is_done(stage: &Stage, key: &str) -> bool {
    let done = qn_store::effect::list(&stage.house.engine.db, &"tnt_1".into(), EffectState::Done, None, 100).await.unwrap();
    done.items.iter().any(|effect| effect.key == key)
}

#[tokio::test]
async fn what_was_only_said_to_be_taken_back_before_the_server_stopped_is_said_to_be_too_late_and_what_was_is_not() {
    let stage = Stage::open().await;
    approved(&stage, "move", "改地址", ("我要改地址", "请告诉我新的地址", "地址"), (false, true)).await;
    let lin = stage.house.visitor("lin").await;
    let first = stage.house.ask(&lin, "1", "我要改地址").await;
    stage.until_said(&first, "请告诉我新的地址").await;
    let second = stage.house.ask(&lin, "2", "上海路一号").await;
    waits(&stage, &second, "上海路一号").await;
    let run_id = stage.runs().await[0].id.clone();
    // The words of the earlier try stand under the key of something that was said; the run heard only the other.
    let only_said = format!("{run_id}/a/-#1");
    let runner = stage.house.engine.runner().unwrap();
    assert!(runner.signal(&"tnt_1".into(), &run_id, "heard", "other", json!({})).await.unwrap());
    tried(&stage, &second, &run_id, "heard").await;
    tried(&stage, &second, &run_id, &only_said).await;
    // One that comes now is told so at once.
    let late = stage.house.ask(&lin, "3", "不对，地址是南京路二号").await;
    let told = |messages: &[Message]| messages.iter().filter(|m| said(m).contains("来不及更正")).count();
    stage.until(&late, "that two are too late", |messages| told(messages) >= 2).await;
    while !is_done(&stage, "heard").await {
        tokio::task::yield_now().await;
    }
    assert_eq!(told(&stage.house.messages(&late).await), 2);
}
