//! Colleagues in one conversation: named in notes, asked in beside the owner, and out again.

use crate::world::{World, world};
use serde_json::{Value, json};

async fn owned(w: &World) -> (String, String) {
    let (visitor, id) = w.asked(&w.a, "我要退货").await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    (visitor, id)
}

async fn filtered(w: &World, who: &str, filter: &str) -> usize {
    let filter: String = filter.bytes().map(|b| format!("%{b:02X}")).collect();
    w.get(&format!("/conversations?filter={filter}"), who).await.ok(200)["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_colleague_named_in_a_note_is_told_until_they_have_seen_it() {
    let w = world().await;
    let (visitor, id) = owned(&w).await;
    let path = format!("/conversations/{id}/messages");
    let note = |mentions: Value| json!({"client_msg_id": "n1", "kind": "note", "text": "@other a 请看", "mentions": mentions});
    w.post(&path, &w.a.agent, note(json!(["usr_agent_b"]))).await.problem(422, "invalid_field");
    let said = json!({"client_msg_id": "m1", "text": "您好", "mentions": ["usr_other_a"]});
    w.post(&path, &w.a.agent, said).await.problem(422, "invalid_field");
    for status in [201, 200] {
        let written = w.post(&path, &w.a.agent, note(json!(["usr_other_a", "usr_other_a"]))).await.ok(status);
        assert_eq!(written["content"]["mentions"], json!(["usr_other_a"]));
    }
    let told = w.get("/mentions", &w.a.other_agent).await.ok(200);
    assert_eq!((told["items"].as_array().unwrap().len(), told["items"][0]["conversation_id"].as_str()), (1, Some(id.as_str())));
    assert!(w.get("/mentions", &w.a.agent).await.ok(200)["items"].as_array().unwrap().is_empty());
    assert_eq!(filtered(&w, &w.a.other_agent, r#"{"mentions_me":true}"#).await, 1);
    w.post(&path, &w.a.other_agent, json!({"client_msg_id": "n2", "kind": "note", "text": "看到了"})).await.ok(201);

    w.post(&format!("/conversations/{id}/mentions/seen"), &w.b.agent, Value::Null).await.problem(404, "not_found");
    w.post(&format!("/conversations/{id}/mentions/seen"), &w.a.other_agent, Value::Null).await.ok(204);
    assert!(w.get("/mentions", &w.a.other_agent).await.ok(200)["items"].as_array().unwrap().is_empty());
    assert_eq!(filtered(&w, &w.a.other_agent, r#"{"mentions_me":true}"#).await, 1, "the list keeps it");
    assert_eq!(filtered(&w, &w.a.supervisor, r#"{"mentions_me":true}"#).await, 0);
    let theirs = w.get("/widget/messages", &visitor).await.text;
    assert!(!theirs.contains("usr_other_a") && !theirs.contains("请看"), "the customer sees neither note nor name: {theirs}");
}

#[tokio::test]
async fn an_invited_colleague_answers_beside_the_owner_and_leaves() {
    let w = world().await;
    let (visitor, id) = owned(&w).await;
    let (path, people) = (format!("/conversations/{id}/messages"), format!("/conversations/{id}/participants"));
    let say = async |n: &str, who: &str| w.post(&path, who, json!({"client_msg_id": n, "text": format!("第 {n} 句")})).await;
    say("1", &w.a.other_agent).await.problem(409, "owned_by_other");
    w.post(&people, &w.a.other_agent, json!({"user_id": "usr_other_a"})).await.problem(409, "owned_by_other");
    w.post(&people, &w.a.agent, json!({"user_id": "usr_agent_b"})).await.problem(404, "not_found");
    for _ in 0..2 {
        let now = w.post(&people, &w.a.agent, json!({"user_id": "usr_other_a"})).await.ok(200);
        assert_eq!(now["participants"], json!(["usr_other_a"]));
    }
    assert_eq!(filtered(&w, &w.a.other_agent, r#"{"with_me":true}"#).await, 1);
    let counts = w.get("/views/counts", &w.a.other_agent).await.ok(200);
    assert_eq!(counts["items"][0], json!({"id": "with_me", "count": 1}));
    say("2", &w.a.other_agent).await.ok(201);
    let now = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200);
    assert_eq!(now["owner"]["agent_id"], "usr_agent_a", "it stays with its owner");
    w.post(&format!("/conversations/{id}/resolve"), &w.a.other_agent, Value::Null).await.problem(409, "owned_by_other");
    w.post(&people, &w.a.other_agent, json!({"user_id": "usr_admin_a"})).await.ok(200);
    let out = async |who: &str, user: &str| w.call("DELETE", &format!("{people}/{user}"), who, Value::Null).await;
    out(&w.a.other_agent, "usr_admin_a").await.problem(409, "owned_by_other");
    out(&w.a.agent, "usr_admin_a").await.ok(200);
    assert_eq!(out(&w.a.other_agent, "usr_other_a").await.ok(200)["participants"], json!([]));
    say("3", &w.a.other_agent).await.problem(409, "owned_by_other");

    let thread = w.get(&path, &w.a.agent).await.ok(200);
    let lines = thread["items"].as_array().unwrap().iter().filter_map(|m| m["content"]["activity"]["key"].as_str());
    let lines: Vec<&str> = lines.filter(|key| ["invited", "left"].contains(key)).collect();
    assert_eq!(lines, ["invited", "invited", "left", "left"]);
    let theirs = w.get("/widget/messages", &visitor).await.text;
    assert!(theirs.contains("第 2 句") && !theirs.contains("invited"), "{theirs}");
}

#[tokio::test]
async fn whoever_takes_it_is_no_guest_and_a_new_beginning_has_none() {
    let w = world().await;
    let (_, id) = owned(&w).await;
    let people = format!("/conversations/{id}/participants");
    w.post(&people, &w.a.agent, json!({"user_id": "usr_other_a"})).await.ok(200);
    w.post(&people, &w.a.agent, json!({"user_id": "usr_supervisor_a"})).await.ok(200);
    w.post(&format!("/conversations/{id}/transfer"), &w.a.agent, json!({"to_agent_id": "usr_other_a"})).await.ok(200);
    let now = w.post(&format!("/conversations/{id}/transfer/accept"), &w.a.other_agent, Value::Null).await.ok(200);
    assert_eq!(now["participants"], json!(["usr_supervisor_a"]));
    w.post(&format!("/conversations/{id}/resolve"), &w.a.other_agent, Value::Null).await.ok(200);
    let again = w.post(&format!("/conversations/{id}/reopen"), &w.a.other_agent, Value::Null).await.ok(200);
    assert_eq!(again["participants"], json!([]));
}
