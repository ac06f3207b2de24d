//! One act on many conversations: each by itself, told one by one, once per key, and back again where a way leads back.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

async fn mine(w: &World, n: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..n {
        let (_, id) = w.asked(&w.a, "我要退货").await;
        w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
        ids.push(id);
    }
    ids
}

async fn bulk(w: &World, ids: &[String], action: Value) -> Value {
    w.post("/conversations/bulk", &w.a.agent, json!({"ids": ids, "action": action})).await.ok(200)
}

async fn one(w: &World, id: &str) -> Value {
    w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)
}

#[tokio::test]
async fn what_is_refused_for_one_leaves_the_others_alone() {
    let w = world().await;
    let mut ids = mine(&w, 2).await;
    let (_, theirs) = w.asked(&w.a, "在吗").await;
    w.post(&format!("/conversations/{theirs}/claim"), &w.a.other_agent, Value::Null).await.ok(200);
    let (_, foreign) = w.asked(&w.b, "在吗").await;
    ids.extend([theirs.clone(), foreign, ids[0].clone()]);
    let done = bulk(&w, &ids, json!({"do": "resolve"})).await;
    assert_eq!(done["done"].as_array().unwrap().len(), 2, "{done}");
    let why: Vec<_> = done["refused"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert_eq!(why, ["owned_by_other", "not_found"]);
    assert!(!done["refused"][0]["detail"].as_str().unwrap().is_empty());
    assert_eq!((one(&w, &ids[0]).await["status"].as_str(), one(&w, &theirs).await["status"].as_str()), (Some("resolved"), Some("open")));
}

#[tokio::test]
async fn an_act_is_taken_back_to_what_was() {
    let w = world().await;
    let ids = mine(&w, 3).await;
    w.post(&format!("/conversations/{}/labels", ids[0]), &w.a.agent, json!({"labels": ["投诉", "退款"]})).await.ok(200);
    w.post(&format!("/conversations/{}/pend", ids[1]), &w.a.agent, Value::Null).await.ok(200);
    let state = async || {
        let mut all = Vec::new();
        for id in &ids {
            let c = one(&w, id).await;
            all.push((c["status"].clone(), c["owner"].clone(), c["labels"].clone(), c["snoozed_until"].clone()));
        }
        all
    };
    let before = state().await;
    let later = w.engine.now() + 3_600_000;
    for action in [
        json!({"do": "change_labels", "add": ["投诉", "加急"], "remove": ["退款"]}),
        json!({"do": "snooze", "until": later}),
        json!({"do": "pend"}),
        json!({"do": "wake"}),
    ] {
        let done = bulk(&w, &ids, action.clone()).await;
        assert_eq!(done["done"].as_array().unwrap().len(), 3, "{done}");
        assert_ne!(state().await, before, "{action}");
        for one in done["done"].as_array().unwrap().iter().filter(|one| !one["undo"].is_null()) {
            bulk(&w, &[one["id"].as_str().unwrap().to_owned()], one["undo"].clone()).await;
        }
        assert_eq!(state().await, before, "{action}");
    }
    let open = [ids[0].clone(), ids[2].clone()];
    let done = bulk(&w, &open, json!({"do": "resolve"})).await;
    assert_eq!(done["done"][0]["undo"], json!({"do": "reopen"}));
    bulk(&w, &open, json!({"do": "reopen"})).await;
    assert_eq!(state().await, before);
}

#[tokio::test]
async fn a_repetition_changes_nothing_more() {
    let w = world().await;
    let ids = mine(&w, 2).await;
    let canned = w.post("/canned-responses", &w.a.supervisor, json!({"shortcut": "等等", "text": "请稍等"})).await.ok(201);
    let body = json!({"ids": ids, "action": {"do": "canned", "id": canned["id"]}});
    for _ in 0..2 {
        let sent = with(&w, "POST", "/conversations/bulk", &w.a.agent, &[("idempotency-key", "k")], body.clone()).await.ok(200);
        assert_eq!(sent["done"].as_array().unwrap().len(), 2, "{sent}");
    }
    for id in &ids {
        let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await.ok(200);
        let said = thread["items"].as_array().unwrap().iter().filter(|m| m["content"]["text"] == "请稍等").count();
        assert_eq!(said, 1);
    }
    let pend = json!({"ids": ids, "action": {"do": "pend"}});
    let again = [("idempotency-key", "p")];
    with(&w, "POST", "/conversations/bulk", &w.a.agent, &again, pend.clone()).await.ok(200);
    bulk(&w, &ids, json!({"do": "wake"})).await;
    with(&w, "POST", "/conversations/bulk", &w.a.agent, &again, pend).await.ok(200);
    assert_eq!(one(&w, &ids[0]).await["status"], "open", "it was set aside once");
    let other = json!({"ids": ids, "action": {"do": "resolve"}});
    with(&w, "POST", "/conversations/bulk", &w.a.agent, &again, other).await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_whole() {
    let w = world().await;
    let ids = mine(&w, 1).await;
    let many: Vec<String> = (0..201).map(|n| format!("cnv_{n:026}")).collect();
    let refused =
        async |ids: &[String], action: Value, who: &str| w.post("/conversations/bulk", who, json!({"ids": ids, "action": action})).await;
    for (ids, action) in [
        (&many[..], json!({"do": "resolve"})),
        (&[], json!({"do": "resolve"})),
        (&ids[..], json!({"do": "snooze", "until": 1})),
        (&ids[..], json!({"do": "to_team", "team_id": "tea_b"})),
        (&ids[..], json!({"do": "change_labels"})),
        (&ids[..], json!({"do": "fly"})),
    ] {
        let answer = refused(ids, action.clone(), &w.a.agent).await;
        assert!(answer.status.as_u16() == 422 || answer.status.as_u16() == 400, "{action}: {} {}", answer.status, answer.text);
    }
    refused(&ids, json!({"do": "resolve"}), &w.a.reader).await.problem(403, "scope_missing");
    assert_eq!(one(&w, &ids[0]).await["status"], "open");
}

#[tokio::test]
async fn a_priority_is_set_for_many_moves_them_in_the_queue_and_is_taken_back() {
    let w = world().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(w.asked(&w.a, "转人工").await.1);
    }
    w.post(&format!("/conversations/{}/priority", ids[0]), &w.a.agent, json!({"priority": "low"})).await.ok(200);
    let urgent = json!({"do": "set_priority", "priority": "urgent"});
    let done = bulk(&w, &ids, urgent.clone()).await;
    let undo: Vec<&str> = done["done"].as_array().unwrap().iter().map(|one| one["undo"]["priority"].as_str().unwrap()).collect();
    assert_eq!(undo, ["low", "normal", "normal"]);
    assert_eq!(bulk(&w, &ids, urgent).await["done"][0]["undo"], Value::Null, "nothing changed, nothing to take back");
    assert_eq!(one(&w, &ids[2]).await["priority"], "urgent");
    let lines = w.get(&format!("/conversations/{}/messages?limit=20", ids[2]), &w.a.agent).await.ok(200);
    let told = lines["items"].as_array().unwrap().iter().filter(|m| m["content"]["activity"]["key"] == "priority_changed");
    assert_eq!(told.map(|m| m["content"]["activity"]["params"]["priority"].clone()).collect::<Vec<_>>(), [json!("urgent")]);
    for one in done["done"].as_array().unwrap() {
        bulk(&w, &[one["id"].as_str().unwrap().to_owned()], one["undo"].clone()).await;
    }
    assert_eq!((one(&w, &ids[0]).await["priority"].as_str(), one(&w, &ids[2]).await["priority"].as_str()), (Some("low"), Some("normal")));
    w.post("/conversations/bulk", &w.a.agent, json!({"ids": ids, "action": {"do": "set_priority", "priority": "huge"}}))
        .await
        .problem(422, "invalid_field");
}
