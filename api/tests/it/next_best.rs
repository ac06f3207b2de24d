//! What to do next beside a conversation: a flow for what the customer wants, begun by a person and gone on with by the bot; the end after
//! thanks; waiting after a question; who else the customer may be. Each goes away when it is done, and is only for whoever has it.

use crate::flows::{made, publish};
use crate::world::{World, world};
use serde_json::{Value, json};

fn refund() -> Value {
    json!({
        "format": 1, "id": "refund", "name": "退款", "name_en": "Refund",
        "variables": [{"name": "order", "type": "any"}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要退款"]}},
            {"id": "which", "kind": "ask", "timeout_ms": 600_000, "settings": {"text": "请告诉我订单号。", "save": "order"}},
            {"id": "told", "kind": "say", "settings": {"text": "已登记 {{ order }}"}},
            {"id": "end", "kind": "end", "settings": {}},
        ],
        "edges": [
            {"from": "start", "to": "which"}, {"from": "which", "to": "told"}, {"from": "told", "to": "end"},
            {"from": "which", "port": "unclear", "to": "end"}, {"from": "which", "port": "error", "to": "end"},
            {"from": "told", "port": "error", "to": "end"},
        ],
    })
}

/// One that another system begins.
fn hook() -> Value {
    json!({
        "format": 1, "id": "hook", "name": "对账",
        "nodes": [{"id": "start", "kind": "start", "settings": {"trigger": "webhook"}}, {"id": "end", "kind": "end", "settings": {}}],
        "edges": [{"from": "start", "to": "end"}],
    })
}

async fn steps(w: &World, id: &str, token: &str) -> Value {
    w.get(&format!("/conversations/{id}/next-best"), token).await.ok(200)["steps"].clone()
}

/// A visitor who talks with the first agent: token, conversation.
async fn served(w: &World, text: &str) -> (String, String) {
    let (token, id) = w.asked(&w.a, text).await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    (token, id)
}

async fn says(w: &World, token: &str, key: &str, text: &str) {
    w.post("/widget/messages", token, json!({"client_msg_id": key, "text": text})).await.ok(201);
}

async fn answers(w: &World, id: &str, key: &str, text: &str) {
    w.post(&format!("/conversations/{id}/messages"), &w.a.agent, json!({"client_msg_id": key, "text": text})).await.ok(201);
}

async fn hears(w: &World, token: &str, text: &str) {
    let last = async || w.get("/widget/messages", token).await.ok(200)["items"].as_array().unwrap().last().unwrap().clone();
    while last().await["content"]["text"] != text {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flow_for_what_the_customer_wants_is_begun_by_the_agent() {
    let w = world().await;
    for (id, document) in [("refund", refund()), ("hook", hook())] {
        made(&w, id, document).await;
        publish(&w, &w.a.supervisor, id, 1).await.ok(200);
    }
    let (token, id) = served(&w, "怎么退货?").await;
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
    says(&w, &token, "2", "我要退款").await;
    let shown = steps(&w, &id, &w.a.agent).await;
    let message_id = shown[0]["message_id"].clone();
    assert!(message_id.is_string());
    assert_eq!(
        shown,
        json!([{"kind": "begin_flow", "target": "refund", "title": "退款", "title_en": "Refund", "quote": "我要退款",
            "message_id": message_id, "at": null, "percent": null}])
    );
    assert_eq!(steps(&w, &id, &w.a.reader).await, shown, "looking needs no right to write");
    assert_eq!(steps(&w, &id, &w.a.other_agent).await, json!([]), "a colleague has nothing to do here");
    w.get(&format!("/conversations/{id}/next-best"), &w.b.agent).await.problem(404, "not_found");

    let path = format!("/conversations/{id}/begin-flow");
    let wish = json!({"flow_id": "refund", "message_id": message_id});
    w.post(&path, &w.a.reader, wish.clone()).await.problem(403, "scope_missing");
    w.post(&path, &w.b.agent, wish.clone()).await.problem(404, "not_found");
    w.post(&path, &w.a.other_agent, wish.clone()).await.problem(409, "owned_by_other");
    for flow in ["hook", "none"] {
        w.post(&path, &w.a.agent, json!({"flow_id": flow})).await.problem(409, "flow_off");
    }
    w.post(&path, &w.a.agent, json!({"flow_id": "refund", "message_id": "msg_none"})).await.problem(404, "not_found");
    for _ in 0..2 {
        let begun = w.post(&path, &w.a.agent, wish.clone()).await.ok(200);
        assert_eq!(begun["owner"]["kind"], "bot");
    }
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]), "the bot has it");

    let stop = tokio_util::sync::CancellationToken::new();
    let outbox = tokio::spawn(w.engine.clone().run_outbox(stop.clone()));
    hears(&w, &token, "请告诉我订单号。").await;
    let runs = w.get(&format!("/runs?conversation={id}"), &w.a.agent).await.ok(200)["items"].clone();
    assert_eq!((runs.as_array().unwrap().len(), &runs[0]["flow_id"]), (1, &json!("refund")), "pressed twice, begun once");
    says(&w, &token, "3", "A1001").await;
    hears(&w, &token, "已登记 A1001").await;
    stop.cancel();
    outbox.await.unwrap();
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]), "what was done is not offered again");
}

#[tokio::test]
async fn thanks_offer_the_end() {
    let w = world().await;
    let (token, id) = served(&w, "运费谁出?").await;
    says(&w, &token, "2", "谢谢").await;
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]), "nobody has answered yet");
    answers(&w, &id, "1", "运费我们出。").await;
    says(&w, &token, "3", "好的，谢谢！").await;
    let shown = steps(&w, &id, &w.a.agent).await;
    assert_eq!((&shown[0]["kind"], &shown[0]["quote"], &shown[1]), (&json!("resolve"), &json!("好的，谢谢！"), &Value::Null));
    w.post(&format!("/conversations/{id}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
}

#[tokio::test]
async fn a_question_without_an_answer_offers_to_wait() {
    let w = world().await;
    let (token, id) = served(&w, "东西坏了").await;
    answers(&w, &id, "1", "请问订单号是多少？").await;
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
    w.advance(121_000);
    let shown = steps(&w, &id, &w.a.agent).await;
    assert_eq!((&shown[0]["kind"], &shown[0]["quote"]), (&json!("pend"), &json!("请问订单号是多少？")));
    w.post(&format!("/conversations/{id}/pend"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
    says(&w, &token, "2", "A1001").await;
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
}

#[tokio::test]
async fn who_it_may_be_is_looked_at_until_somebody_said() {
    let w = world().await;
    let typed = json!({"attributes": {}, "name": "王小明", "phone": "139 1086 2253"});
    let mut contacts = Vec::new();
    let mut last = String::new();
    for text in ["我要退货", "我的退货到哪了"] {
        let (token, id) = served(&w, text).await;
        w.post("/widget/attributes", &token, typed.clone()).await;
        contacts.push(w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["contact"]["id"].clone());
        last = id;
    }
    let shown = steps(&w, &last, &w.a.agent).await;
    assert_eq!((&shown[0]["kind"], &shown[0]["target"], &shown[0]["title"]), (&json!("same_person"), &contacts[0], &json!("王小明")));
    assert!(shown[0]["percent"].as_i64().unwrap() > 90, "{shown}");
    let refused = json!({"contact_id": contacts[0], "same": false});
    w.post(&format!("/contacts/{}/links", contacts[1].as_str().unwrap()), &w.a.agent, refused).await.ok(201);
    assert_eq!(steps(&w, &last, &w.a.agent).await, json!([]));
}

#[tokio::test]
async fn the_same_person_elsewhere_is_offered_for_merging_until_somebody_took_it_apart() {
    let w = world().await;
    let (_, id) = served(&w, "怎么退货?").await;
    let contact = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["contact"]["id"].clone();
    let start = json!({"contact_id": contact, "inbox_id": "inb_api_a", "text": "您的包裹到了。", "client_msg_id": "1"});
    let other = w.post("/conversations", &w.a.agent, start).await.ok(201)["id"].clone();
    let shown = steps(&w, &id, &w.a.agent).await;
    assert_eq!(
        (&shown[0]["kind"], &shown[0]["target"], &shown[0]["title"], &shown[0]["quote"]),
        (&json!("merge"), &other, &json!("api a"), &json!("您的包裹到了。"))
    );
    let tie = w.post(&format!("/conversations/{id}/merge"), &w.a.agent, json!({"into": other})).await.ok(201);
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]), "a part is worked on in its whole");
    assert_eq!(steps(&w, other.as_str().unwrap(), &w.a.agent).await, json!([]));
    w.post(&format!("/conversation-ties/{}/undo", tie["id"].as_str().unwrap()), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(steps(&w, &id, &w.a.agent).await, json!([]));
}
