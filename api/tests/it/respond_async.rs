//! Visitors whose client does not wait for the bot (`Prefer: respond-async, wait=N`): what is kept, what is told at once, and in which order
//! it comes.

use crate::world::{Answer, World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

async fn visitor(w: &World) -> String {
    w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned()
}

async fn post(w: &World, token: &str, path: &str, prefer: &str, body: Value) -> Answer {
    let request = Request::post(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("prefer", prefer);
    w.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// The worker that takes what was kept; without it a bot's turn never begins.
fn feed(w: &World) -> (CancellationToken, JoinHandle<()>) {
    let stop = CancellationToken::new();
    (stop.clone(), tokio::spawn(w.engine.clone().run_feed(stop)))
}

/// What the visitor said, by `client_msg_id`, in the order of the thread.
async fn said(w: &World, token: &str) -> Vec<String> {
    let thread = w.get("/widget/messages", token).await.ok(200);
    let items = thread["items"].as_array().unwrap().iter();
    items.filter(|m| m["kind"] == "incoming").map(|m| m["client_msg_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_message_is_kept_while_the_bot_is_slow_and_comes_once_and_in_order() {
    let w = world().await;
    let token = visitor(&w).await;
    let ask = json!({"client_msg_id": "1", "text": "我要退货", "page": {"url": "https://shop-a.example/p/1", "title": "手机"}});
    for prefer in ["respond-async", "respond-async, wait=0"] {
        let kept = post(&w, &token, "/widget/messages", prefer, ask.clone()).await;
        assert_eq!(kept.ok(202), json!({"client_msg_id": "1", "kept": true}));
        assert_eq!(kept.header("preference-applied"), "respond-async");
    }
    post(&w, &token, "/widget/messages", "respond-async", json!({"client_msg_id": "2", "text": "还有发票"})).await.ok(202);
    let left = json!({"client_msg_id": "3", "name": "王", "phone": "13800000000", "text": "请回电"});
    post(&w, &token, "/widget/leave-message", "respond-async", left).await.ok(202);
    assert!(said(&w, &token).await.is_empty(), "nobody has taken them");

    let (stop, worker) = feed(&w);
    post(&w, &token, "/widget/handoff", "respond-async, wait=10", json!({"client_msg_id": "4"})).await.ok(201);
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(said(&w, &token).await, ["1", "2", "3", "4"]);
    let again = post(&w, &token, "/widget/messages", "respond-async", ask).await;
    assert_eq!((again.ok(200)["message"]["client_msg_id"].as_str(), again.header("idempotent-replayed")), (Some("1"), "true"));
}

#[tokio::test]
async fn a_quick_turn_is_answered_as_without_the_preference() {
    let w = world().await;
    let token = visitor(&w).await;
    let (stop, worker) = feed(&w);
    let ask = json!({"client_msg_id": "1", "text": "我要退货"});
    let sent = post(&w, &token, "/widget/messages", "respond-async, wait=10", ask).await.ok(201);
    assert_eq!((sent["message"]["client_msg_id"].as_str(), sent["conversation"]["owner_kind"].as_str()), (Some("1"), Some("bot")));
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(said(&w, &token).await, ["1"]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_at_once() {
    let w = world().await;
    let token = visitor(&w).await;
    let refused = async |body: Value| post(&w, &token, "/widget/messages", "respond-async", body).await;
    refused(json!({"client_msg_id": "1", "text": "  "})).await.problem(422, "empty_message");
    refused(json!({"client_msg_id": "2", "text": "看图", "attachments": ["att_none"]})).await.problem(422, "invalid_field");
    let answers = json!({"client_msg_id": "3", "text": "这条", "reply_to": "msg_none"});
    assert!(refused(answers).await.status.is_client_error());
    let (waiting, stuck) = qn_store::channel_event::count(&w.engine.db, &w.a.tenant_id, &"inb_web_a".into()).await.unwrap();
    assert_eq!((waiting, stuck), (0, 0), "nothing of it is kept");
}
