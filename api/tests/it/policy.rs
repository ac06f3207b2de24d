//! What a published policy says happens, over HTTP: offers to make up, the place a customer is told, and taking the next by its order.

use crate::world::{World, world};
use serde_json::{Value, json};

async fn publish(w: &World, policy: Value) {
    let draft = w.call("PUT", "/routing/draft", &w.a.supervisor, json!({"policy": policy, "revision": 0})).await.ok(200);
    w.post("/routing/draft/publish", &w.a.supervisor, json!({"revision": draft["revision"]})).await.ok(200);
}

#[tokio::test]
async fn anger_makes_an_offer_that_agents_see_once_and_customers_never() {
    let w = world().await;
    let angry = json!({"fact": {"name": "intensity", "at_least": 0.3}});
    publish(&w, json!({"rules": [{"id": "angry", "name": "很生气", "when": angry, "then": {"compensation": "goodwill"}}]})).await;
    let (visitor, conversation) = w.asked(&w.a, "你们怎么退货").await;
    let path = format!("/conversations/{conversation}");
    let offers = async || w.get(&path, &w.a.agent).await.ok(200)["compensation"].clone();
    assert_eq!(offers().await, json!([]));
    for (n, text) in ["太过分了，等了三天没人理，垃圾", "什么态度，投诉你们！"].iter().enumerate() {
        w.post("/widget/messages", &visitor, json!({"client_msg_id": format!("m{n}"), "text": text})).await.ok(201);
    }
    let offered = offers().await;
    assert_eq!(
        (offered.as_array().map(Vec::len), &offered[0]["name"], &offered[0]["rule"]),
        (Some(1), &json!("goodwill"), &json!("很生气"))
    );
    let told = |items: &Value| items.to_string().matches("compensation_offered").count();
    assert_eq!(told(&w.get(&format!("{path}/messages?limit=50"), &w.a.agent).await.ok(200)), 1);
    assert_eq!(told(&w.get("/widget/messages", &visitor).await.ok(200)), 0);
}

#[tokio::test]
async fn the_next_is_the_first_by_the_policy() {
    let w = world().await;
    let english = json!({"fact": {"name": "language", "is": ["en"]}});
    publish(&w, json!({"rules": [{"id": "en", "when": english, "then": {"priority": 60}}]})).await;
    let (first, plain) = w.asked(&w.a, "转人工").await;
    let (second, foreign) = w.asked(&w.a, "I want to talk to a person please").await;
    let place = async |visitor: &str| w.get("/widget/wait", visitor).await.ok(200)["position"].clone();
    assert_eq!((place(&first).await, place(&second).await), (json!(2), json!(1)));
    w.post("/conversations/take-next", &w.a.reader, json!({})).await.problem(403, "scope_missing");
    for id in [&foreign, &plain] {
        let taken = w.post("/conversations/take-next", &w.a.agent, json!({})).await.ok(200);
        assert_eq!((&taken["conversation"]["id"], &taken["conversation"]["owner"]["kind"]), (&json!(id), &json!("agent")));
    }
    assert_eq!(w.post("/conversations/take-next", &w.a.agent, json!({})).await.ok(200)["conversation"], json!(null));
}
