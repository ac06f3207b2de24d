//! The flow that an answer offers: its button begins it whatever the words are like, and none is shown for a flow that takes nobody.

use crate::flows::{Stage, said};
use qn_domain::{ButtonAction, IntentReply, Message};
use qn_engine::Sent;
use serde_json::json;

/// Begins with words nobody would use, so that only its button leads to it.
async fn returns(stage: &Stage) {
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["qwertz"]}},
        {"id": "t", "kind": "say", "settings": {"text": "好的，已为您登记。"}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("returns", "人工上门取件", nodes, json!([["s", "next", "t"], ["t", "next", "e"]])).await;
}

async fn names(stage: &Stage, flow: &str) {
    let db = &stage.house.engine.db;
    let mut article =
        qn_store::article::list_published(db, &"tnt_1".into()).await.unwrap().into_iter().find(|a| a.id.0 == "art_return").unwrap();
    article.next_flow = Some(flow.into());
    let version = article.version;
    qn_store::article::upsert(db, &article, Some(version)).await.unwrap();
    stage.house.engine.reload_knowledge(&"tnt_1".into()).await.unwrap();
}

async fn answer(stage: &Stage, sent: &Sent) -> Message {
    stage.house.messages(sent).await.into_iter().rfind(|m| m.seq > sent.message.seq && !said(m).is_empty()).unwrap()
}

fn labels(message: &Message) -> Vec<&str> {
    message.content.buttons.iter().map(|button| button.label.as_str()).collect()
}

#[tokio::test]
async fn the_button_under_an_answer_begins_the_flow() {
    let stage = Stage::open().await;
    returns(&stage).await;
    names(&stage, "returns").await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "怎么退货?").await;
    let told = answer(&stage, &sent).await;
    assert_eq!(labels(&told), ["人工上门取件", "转人工"]);
    let ButtonAction::Reply { text } = &told.content.buttons[0].action else { panic!() };
    let pressed = stage.house.ask(&mei, "2", text).await;
    stage.until_said(&pressed, "已为您登记").await;
    assert_eq!(stage.runs().await.len(), 1);
    // Of two wishes, the offer stands under the last answer.
    let lin = stage.house.visitor("lin").await;
    let both = stage.house.ask(&lin, "1", "怎么退货，另外发票怎么开？").await;
    assert_eq!(labels(&answer(&stage, &both).await), ["人工上门取件", "转人工"]);
    // Once offered, an older button works as well, after something else was asked.
    stage.house.ask(&lin, "2", "发票怎么开?").await;
    let pressed = stage.house.ask(&lin, "3", text).await;
    stage.until_said(&pressed, "已为您登记").await;
}

#[tokio::test]
async fn a_flow_that_takes_nobody_shows_no_button() {
    let stage = Stage::open().await;
    names(&stage, "gone").await;
    let mei = stage.house.visitor("mei").await;
    let sent = stage.house.ask(&mei, "1", "怎么退货?").await;
    assert_eq!(labels(&answer(&stage, &sent).await), ["转人工"]);
    // A flow that works beside answers is not for customers to begin.
    let nodes = json!([
        {"id": "s", "kind": "start", "settings": {"trigger": "message", "phrases": ["qwertz"]}},
        {"id": "e", "kind": "end", "settings": {}},
    ]);
    stage.publish("gone", "旁边", nodes, json!([["s", "next", "e"]])).await;
    let lin = stage.house.visitor("lin").await;
    let sent = stage.house.ask(&lin, "1", "怎么退货?").await;
    assert_eq!(labels(&answer(&stage, &sent).await), ["转人工"]);
    assert!(stage.house.engine.flows_for_customers(&"tnt_1".into()).await.is_empty());
}

#[test]
fn what_an_intent_replied_before_flows_could_be_named_is_read() {
    let read: IntentReply = serde_json::from_value(json!({"kind": "text", "zh": "好", "en": ""})).unwrap();
    assert_eq!(read, IntentReply::Text { zh: "好".into(), en: String::new(), next_flow: None });
}
