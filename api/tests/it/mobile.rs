//! The contract of apps: who has no token of the company's server is refused, and who has one talks, follows, and goes on after a break.

use crate::world::{Socket, World, world};
use qn_auth::{UserClaims, user_token};
use serde_json::{Value, json};

/// An app's inbox: its key and its secret.
async fn app(w: &World) -> (String, String) {
    let made = w.post("/inboxes", &w.a.admin, json!({"name": "App", "channel": "mobile"})).await.ok(201);
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, made["key"].as_str().unwrap()).await.unwrap().unwrap();
    (inbox.key.clone(), w.engine.open_secret(&inbox).unwrap())
}

fn signed(w: &World, secret: &str, lifetime_ms: i64) -> String {
    let claims = UserClaims { subject: "user-7".into(), name: Some("王小明".into()), ..UserClaims::default() };
    user_token::sign(secret, &claims, w.engine.now() + lifetime_ms).unwrap()
}

#[tokio::test]
async fn an_app_without_a_good_token_is_refused() {
    let w = world().await;
    let (key, secret) = app(&w).await;
    w.post("/widget/boot", "", json!({"key": key})).await.problem(403, "identity_required");
    let good = signed(&w, &secret, 60_000);
    let other = signed(&w, &qn_channel::generate_secret(), 60_000);
    let none = {
        let body = good.split('.').nth(1).unwrap();
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.")
    };
    for bad in [other, none, signed(&w, &secret, -600_000), format!("{good}x"), "not.a.token".to_owned()] {
        let answer = w.post("/widget/boot", "", json!({"key": key, "user_token": bad})).await;
        assert_eq!(answer.status, 401, "{bad}: {}", answer.text);
    }
    // The web inbox of the same company has another secret.
    let web = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    let crossed = w.post("/widget/boot", "", json!({"key": key, "user_token": signed(&w, &web.secret, 60_000)})).await;
    assert_eq!(crossed.status, 401, "{}", crossed.text);
    assert_eq!(w.post("/widget/boot", "", json!({"key": key, "user_token": good})).await.ok(200)["contact"]["identified"], true);
}

#[tokio::test]
async fn an_app_talks_and_goes_on_exactly_where_it_broke_off() {
    let w = world().await;
    let address = w.serve().await;
    let (key, secret) = app(&w).await;
    let boot = async || w.post("/widget/boot", "", json!({"key": key, "user_token": signed(&w, &secret, 60_000)})).await.ok(200);
    let first = boot().await;
    let token = first["visitor_token"].as_str().unwrap().to_owned();
    let say = async |id: &str, text: &str| w.post("/widget/messages", &token, json!({"client_msg_id": id, "text": text})).await;
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": token})).await;
    socket.expect("ready").await;
    let sent = say("1", "我要退货").await.ok(201);
    assert_eq!(say("1", "我要退货").await.ok(200)["message"]["id"], sent["message"]["id"], "the same client_msg_id is the same message");
    let id = sent["conversation"]["id"].as_str().unwrap();
    let heard = socket.expect("entry").await["version"].as_i64().unwrap();
    drop(socket);

    // In a tunnel: two messages go out by REST, their entries are not heard.
    say("2", "第二句").await.ok(201);
    say("3", "第三句").await.ok(201);
    let resume = json!({"conversation_id": id, "version": heard});
    let mut again = Socket::open(&address, json!({"type": "hello", "token": token, "resume": resume})).await;
    assert_eq!(again.expect("ready").await["resumed"], true);
    let now = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["version"].as_i64().unwrap();
    for version in heard + 1..=now {
        assert_eq!(again.expect("entry").await["version"].as_i64(), Some(version), "no gap, nothing twice");
    }
    // The next start of the app finds the same customer, the conversation and where to go on.
    let second = boot().await;
    assert_eq!((&second["contact"]["id"], &second["conversation"]["id"]), (&first["contact"]["id"], &sent["conversation"]["id"]));
    assert_eq!(second["cursor"][id].as_i64(), Some(now));
    // Signed out, the token is worth nothing.
    w.post("/widget/logout", &token, Value::Null).await.ok(204);
    assert_eq!(say("4", "还在吗").await.status, 401);
}

#[tokio::test]
async fn what_an_app_shows_can_be_corrected_and_taken_back_after_it_was_delivered() {
    let w = world().await;
    let address = w.serve().await;
    let (key, secret) = app(&w).await;
    let boot = w.post("/widget/boot", "", json!({"key": key, "user_token": signed(&w, &secret, 60_000)})).await.ok(200);
    let token = boot["visitor_token"].as_str().unwrap().to_owned();
    let asked = w.post("/widget/messages", &token, json!({"client_msg_id": "1", "text": "转人工"})).await.ok(201);
    let id = asked["conversation"]["id"].as_str().unwrap();
    let messages = format!("/conversations/{id}/messages");
    let said = w.post(&messages, &w.a.agent, json!({"client_msg_id": "a", "text": "您的密码是 123456"})).await.ok(201);
    let message_id = qn_domain::MessageId::from(said["id"].as_str().unwrap());
    w.engine.delivery_report(&w.a.tenant_id, &message_id, qn_domain::DeliveryState::Delivered, None).await.unwrap();
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": token})).await;
    socket.expect("ready").await;
    let recalled = w.post(&format!("{messages}/{message_id}/recall"), &w.a.agent, Value::Null).await.ok(200);
    assert!(recalled["recalled_at"].is_i64() && recalled["content"]["text"] == "", "{recalled}");
    let told = loop {
        let entry = socket.expect("entry").await;
        assert!(!entry.to_string().contains("123456"), "{entry}");
        let changes = entry["changes"].as_array().unwrap();
        if let Some(change) = changes.iter().find(|change| change["message"]["id"] == message_id.as_str()) {
            break change["message"].clone();
        }
    };
    assert!(told["recalled_at"].is_i64(), "{told}");
}
