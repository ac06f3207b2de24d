//! Customers: start, ask, come back, prove who they are, leave, rate, and see nothing that is not theirs.

use crate::world::{Company, World, world};
use qn_auth::{UserClaims, user_token};
use serde_json::{Value, json};

pub async fn user_token(w: &World, company: &Company, subject: &str, name: &str, lifetime_ms: i64) -> String {
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, &format!("web-{}", company.letter)).await.unwrap().unwrap();
    let claims = UserClaims { subject: subject.into(), name: Some(name.into()), ..UserClaims::default() };
    user_token::sign(&inbox.secret, &claims, w.engine.now() + lifetime_ms).unwrap()
}

#[tokio::test]
async fn a_visitor_asks_gets_an_answer_and_comes_back() {
    let w = world().await;
    let config = w.get("/widget/config?key=web-a", "").await;
    assert_eq!(config.header("access-control-allow-origin"), "*");
    assert_eq!((config.ok(200)["open"].clone(), config.ok(200)["inbox_key"].clone()), (json!(true), json!("web-a")));
    w.get("/widget/config?key=api-a", "").await.problem(404, "not_found");
    let boot = w.boot(&w.a).await;
    assert_eq!((boot["conversation"].clone(), boot["contact"]["identified"].clone()), (Value::Null, json!(false)));
    let token = boot["visitor_token"].as_str().unwrap();
    let ask = json!({"client_msg_id": "q1", "text": "我要退货", "page": {"url": "https://shop-a.example/p/1", "title": "手机"}});
    let sent = w.post("/widget/messages", token, ask.clone()).await.ok(201);
    let again = w.post("/widget/messages", token, ask).await.ok(200);
    assert_eq!(sent["message"]["id"], again["message"]["id"]);
    assert_eq!(sent["conversation"]["owner_kind"], "bot");
    let thread = w.get("/widget/messages", token).await.ok(200);
    let answer =
        thread["items"].as_array().unwrap().iter().find(|m| m["author"]["kind"] == "bot").unwrap_or_else(|| panic!("{thread}")).clone();
    assert_eq!(answer["content"]["ai"], true);
    assert!(answer.get("trace").is_none());
    let back = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": token})).await.ok(200);
    assert_eq!(back["contact"]["id"], boot["contact"]["id"]);
    assert_eq!(back["conversation"]["id"], sent["conversation"]["id"]);
    assert_eq!(back["cursor"][sent["conversation"]["id"].as_str().unwrap()], back["conversation"]["version"]);
    assert_eq!(back["messages"].as_array().unwrap().len(), thread["items"].as_array().unwrap().len());
}

#[tokio::test]
async fn opening_the_widget_makes_no_contact_and_the_first_word_does() {
    let w = world().await;
    let count = async || w.get("/contacts?limit=200", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len();
    let before = count().await;
    for _ in 0..5 {
        w.boot(&w.a).await;
    }
    let page = |n: i64| json!({"url": format!("https://shop-a.example/p/{n}"), "title": format!("第 {n} 页")});
    let boot = w.post("/widget/boot", "", json!({"key": "web-a", "language": "en", "page": page(1)})).await.ok(200);
    let (token, id) = (boot["visitor_token"].as_str().unwrap(), boot["contact"]["id"].as_str().unwrap());
    w.post("/widget/page", token, page(2)).await.ok(204);
    let again = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": token, "page": page(2)})).await.ok(200);
    assert_eq!(again["contact"]["id"], id);
    assert_eq!(w.get("/widget/messages", token).await.ok(200)["items"], json!([]));
    w.get("/widget/wait", token).await.ok(200);
    assert_eq!(count().await, before, "nobody has said anything");
    w.get(&format!("/contacts/{id}"), &w.a.agent).await.problem(404, "not_found");

    w.post("/widget/messages", token, json!({"client_msg_id": "1", "text": "hello", "page": page(3)})).await.ok(201);
    assert_eq!(count().await, before + 1);
    let contact = w.get(&format!("/contacts/{id}"), &w.a.agent).await.ok(200);
    assert_eq!((&contact["language"], contact["identities"].as_array().unwrap().len()), (&json!("en"), 1), "{contact}");
    let pages = w.get(&format!("/contacts/{id}/pages"), &w.a.agent).await.ok(200);
    let urls: Vec<_> = pages["items"].as_array().unwrap().iter().map(|p| p["url"].as_str().unwrap()).collect();
    assert_eq!(urls, ["https://shop-a.example/p/3", "https://shop-a.example/p/2", "https://shop-a.example/p/1"]);
    w.post("/widget/page", token, page(4)).await.ok(204);
    assert_eq!(w.get(&format!("/contacts/{id}/pages"), &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn what_makes_a_visitor_a_contact() {
    let w = world().await;
    for (path, body) in [
        ("/widget/handoff", json!({"client_msg_id": "h"})),
        ("/widget/leave-message", json!({"client_msg_id": "l", "name": "王", "text": "请回电"})),
        ("/widget/attributes", json!({"attributes": {"plan": "gold"}})),
    ] {
        let boot = w.boot(&w.a).await;
        let (token, id) = (boot["visitor_token"].as_str().unwrap(), boot["contact"]["id"].as_str().unwrap());
        let answer = w.post(path, token, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        w.get(&format!("/contacts/{id}"), &w.a.agent).await.ok(200);
    }
    let boot = w.boot(&w.a).await;
    let user = user_token(&w, &w.a, "user-9", "韩梅梅", 60_000).await;
    let known = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": boot["visitor_token"], "user_token": user})).await;
    assert_eq!(known.ok(200)["contact"]["id"], boot["contact"]["id"], "what they uploaded before stays theirs");
    w.get(&format!("/contacts/{}", boot["contact"]["id"].as_str().unwrap()), &w.a.agent).await.ok(200);
}

#[tokio::test]
async fn customers_never_see_notes_traces_or_private_lines() {
    let w = world().await;
    let (visitor, id) = w.asked(&w.a, "我要退货").await;
    w.post(&format!("/conversations/{id}/messages"), &w.a.agent, json!({"client_msg_id": "n", "kind": "note", "text": "SECRET-NOTE"}))
        .await
        .ok(201);
    w.post(&format!("/conversations/{id}/labels"), &w.a.agent, json!({"labels": ["SECRET-LABEL"]})).await.ok(200);
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    let people = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await.ok(200).to_string();
    assert!(people.contains("SECRET-NOTE") && people.contains("trace"));
    let boot = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": visitor})).await.ok(200);
    for text in [
        w.get("/widget/messages", &visitor).await.text,
        boot.to_string(),
        w.get("/stream/poll?conversation_id=x&version=0", &visitor).await.text,
    ] {
        assert!(!text.contains("SECRET") && !text.contains("trace"), "{text}");
    }
    assert_eq!(boot["conversation"]["agent_name"], "agent a");
}

#[tokio::test]
async fn a_signed_user_is_the_same_customer_everywhere() {
    let w = world().await;
    let (anonymous, id) = w.asked(&w.a, "你好").await;
    let token = user_token(&w, &w.a, "user-7", "王小明", 60_000).await;
    let boot = async |body: Value| w.post("/widget/boot", "", body).await;
    let identified = boot(json!({"key": "web-a", "visitor_token": anonymous, "user_token": token})).await.ok(200);
    assert_eq!((identified["contact"]["identified"].clone(), identified["contact"]["name"].clone()), (json!(true), json!("王小明")));
    assert_eq!(identified["conversation"]["id"], id.as_str(), "what was said before stays theirs");
    let elsewhere = boot(json!({"key": "web-a", "user_token": token})).await.ok(200);
    assert_eq!(elsewhere["contact"]["id"], identified["contact"]["id"]);
    let other = user_token(&w, &w.a, "user-8", "李雷", 60_000).await;
    let switched = boot(json!({"key": "web-a", "visitor_token": identified["visitor_token"], "user_token": other})).await.ok(200);
    assert_ne!(switched["contact"]["id"], identified["contact"]["id"]);
    assert_eq!(switched["conversation"], Value::Null);
    boot(json!({"key": "web-b", "user_token": token})).await.problem(401, "invalid_token");
    boot(json!({"key": "web-a", "user_token": user_token(&w, &w.a, "user-7", "x", -120_000).await})).await.problem(401, "token_expired");
    boot(json!({"key": "web-a", "visitor_token": "qnv_x.y"})).await.problem(401, "invalid_token");
    let page = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200);
    assert_eq!(page["contact"]["name"], "王小明");
}

#[tokio::test]
async fn claims_fill_in_but_do_not_overrule_what_is_proved() {
    let w = world().await;
    let token = user_token(&w, &w.a, "user-7", "王小明", 60_000).await;
    let boot = w.post("/widget/boot", "", json!({"key": "web-a", "user_token": token})).await.ok(200);
    let visitor = boot["visitor_token"].as_str().unwrap();
    let said = json!({"name": "别人", "email": "X@Example.com", "attributes": {"plan": "gold", "orders": 3, "old": null}});
    w.post("/widget/attributes", visitor, said).await.ok(204);
    let id: qn_domain::ContactId = boot["contact"]["id"].as_str().unwrap().into();
    let contact = qn_store::contact::get(&w.engine.db, &w.a.tenant_id, &id).await.unwrap();
    assert_eq!((contact.name.as_str(), contact.email.as_deref()), ("王小明", Some("x@example.com")));
    assert_eq!(Value::Object(contact.attributes), json!({"plan": "gold", "orders": 3}));
    w.post("/widget/attributes", visitor, json!({"attributes": {"deep": {"x": 1}}})).await.problem(422, "invalid_field");
    w.post("/widget/page", visitor, json!({"url": "https://shop-a.example/cart", "title": "购物车"})).await.ok(204);
    w.post("/widget/page", visitor, json!({"url": "javascript:alert(1)"})).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn leaving_a_message_rating_and_logging_out() {
    let w = world().await;
    let token = w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned();
    w.post("/widget/csat", &token, json!({"score": 5})).await.problem(409, "no_conversation");
    let left = json!({"client_msg_id": "l1", "name": "王小明", "email": "w@example.com", "text": "请回电"});
    let sent = w.post("/widget/leave-message", &token, left.clone()).await.ok(201);
    assert_eq!(sent["conversation"]["version"], 1, "the message and how to reach its author are one commit");
    w.post("/widget/leave-message", &token, left).await.ok(200);
    w.post("/widget/leave-message", &token, json!({"client_msg_id": "l2", "email": "nonsense", "text": "x"}))
        .await
        .problem(422, "invalid_field");
    let id = sent["conversation"]["id"].as_str().unwrap();
    assert_eq!(w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["contact"]["email"], "w@example.com");
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await.ok(200);
    let reach = thread["items"].as_array().unwrap().iter().map(|m| &m["content"]["activity"]).find(|a| a["key"] == "leave_message");
    assert_eq!(reach.unwrap()["params"]["contact"]["email"], "w@example.com");
    w.post("/widget/csat", &token, json!({"score": 5})).await.problem(409, "rating_too_early");
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&format!("/conversations/{id}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    w.post("/widget/csat", &token, json!({"score": 9})).await.problem(422, "invalid_field");
    w.post("/widget/csat", &token, json!({"score": 5, "comment": "很好"})).await.ok(204);
    w.post("/widget/csat", &token, json!({"score": 1})).await.problem(409, "already_given");
    w.post("/widget/read", &token, json!({"seq": 1})).await.ok(204);
    w.post("/widget/logout", &token, Value::Null).await.ok(204);
    w.get("/widget/messages", &token).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn an_inbox_may_insist_on_identity() {
    let w = world().await;
    let mut inbox = qn_store::inbox::find_by_key(&w.engine.db, "web-a").await.unwrap().unwrap();
    inbox.widget.require_identity = true;
    qn_store::inbox::update(&w.engine.db, &inbox).await.unwrap();
    w.post("/widget/boot", "", json!({"key": "web-a"})).await.problem(403, "identity_required");
    let token = user_token(&w, &w.a, "user-7", "王小明", 60_000).await;
    w.post("/widget/boot", "", json!({"key": "web-a", "user_token": token})).await.ok(200);
}

#[tokio::test]
async fn the_signed_channel_takes_what_is_signed_and_nothing_else() {
    let w = world().await;
    let inbox = qn_store::inbox::find_by_key(&w.engine.db, "api-a").await.unwrap().unwrap();
    let signer = qn_channel::Signer::new(&inbox.secret).unwrap();
    let now = w.engine.now();
    let post = async |endpoint: &str, body: &str, at: i64, signed: &str| {
        let mut request = http::Request::post(format!("/api/v1/channels/api/api-a/{endpoint}")).header("content-type", "application/json");
        for (name, value) in signer.headers("evt_1", at, signed.as_bytes()) {
            request = request.header(name, value);
        }
        w.send(request.body(axum::body::Body::from(body.to_owned())).unwrap()).await
    };
    let body = json!({"message_id": "ext-1", "contact": {"external_id": "c-1", "name": "Ann"}, "text": "我要退货"}).to_string();
    let first = post("messages", &body, now, &body).await.ok(202);
    let again = post("messages", &body, now, &body).await.ok(202);
    assert_eq!(first["results"][0]["duplicate"], false);
    assert_eq!(
        again["results"][0],
        json!({
            "message_id": "ext-1", "conversation_id": first["results"][0]["conversation_id"],
            "qn_message_id": first["results"][0]["qn_message_id"], "duplicate": true
        })
    );
    post("messages", &body, now, "something else").await.problem(401, "bad_signature");
    post("messages", &body, now - 301_000, &body).await.problem(401, "bad_signature");
    let wrong = json!({"message_id": "ext-2", "contact": {"external_id": "c-1"}, "text": "x", "extra": 1}).to_string();
    post("messages", &wrong, now, &wrong).await.problem(422, "unknown_field");
    let id = first["results"][0]["conversation_id"].as_str().unwrap();
    let answer = w.post(&format!("/conversations/{id}/messages"), &w.a.agent, json!({"client_msg_id": "1", "text": "好的"})).await.ok(201);
    let report = json!({"message_id": answer["id"], "state": "read"}).to_string();
    post("status", &report, now, &report).await.ok(204);
    let (_, foreign) = w.asked(&w.b, "你好").await;
    let message =
        w.post(&format!("/conversations/{foreign}/messages"), &w.b.agent, json!({"client_msg_id": "1", "text": "B"})).await.ok(201);
    let report = json!({"message_id": message["id"], "state": "failed"}).to_string();
    post("status", &report, now, &report).await.problem(404, "not_found");
    let (_, web) = w.asked(&w.a, "你好").await;
    let message = w.post(&format!("/conversations/{web}/messages"), &w.a.agent, json!({"client_msg_id": "1", "text": "A"})).await.ok(201);
    let report = json!({"message_id": message["id"], "state": "failed"}).to_string();
    post("status", &report, now, &report).await.problem(404, "not_found");
}
