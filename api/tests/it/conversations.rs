//! People at work: lists and counters, taking, writing, correcting, passing on, closing.

use crate::world::world;
use serde_json::{Value, json};

#[tokio::test]
async fn a_conversation_moves_through_the_buckets() {
    let w = world().await;
    let (visitor, id) = w.asked(&w.a, "我要退货").await;
    let bucket = async |name: &str| {
        let list = w.get(&format!("/conversations?bucket={name}"), &w.a.agent).await.ok(200);
        list["items"].as_array().unwrap().iter().any(|c| c["id"] == id.as_str())
    };
    assert!(bucket("bot").await && !bucket("queued").await && bucket("all").await);
    w.post("/widget/handoff", &visitor, json!({"client_msg_id": "person"})).await.ok(201);
    assert!(bucket("queued").await && !bucket("bot").await);
    let wait = w.get("/widget/wait", &visitor).await.ok(200);
    assert_eq!((wait["queued"].as_bool(), wait["position"].as_i64()), (Some(true), Some(1)));
    let claimed = w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(claimed["owner"], json!({"kind": "agent", "agent_id": "usr_agent_a"}));
    assert_eq!(claimed["handoff"]["reason"], "customer_asked");
    assert!(bucket("active").await);
    let counts = w.get("/conversations/counts", &w.a.agent).await.ok(200);
    assert_eq!((counts["mine"].as_i64(), counts["active"].as_i64(), counts["queued"].as_i64()), (Some(1), Some(1), Some(0)));
    w.post(&format!("/conversations/{id}/claim"), &w.a.other_agent, Value::Null).await.problem(409, "owned_by_other");
    let until = w.engine.now() + 60_000;
    w.post(&format!("/conversations/{id}/snooze"), &w.a.agent, json!({"until": 1})).await.problem(422, "not_in_future");
    w.post(&format!("/conversations/{id}/snooze"), &w.a.agent, json!({"until": until})).await.ok(200);
    assert!(bucket("snoozed").await && !bucket("active").await);
    w.post(&format!("/conversations/{id}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    assert!(bucket("resolved").await);
    w.post(&format!("/conversations/{id}/pend"), &w.a.agent, Value::Null).await.problem(409, "already_resolved");
    w.post(&format!("/conversations/{id}/reopen"), &w.a.agent, Value::Null).await.ok(200);
    assert!(bucket("active").await);
    w.get(&format!("/conversations/{id}/assignments"), &w.a.agent).await.ok(200);
}

#[tokio::test]
async fn sending_twice_makes_one_message_and_the_first_word_takes_over() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "你好").await;
    let path = format!("/conversations/{id}/messages");
    let body = json!({"client_msg_id": "m1", "text": "您好,我来帮您"});
    let first = w.post(&path, &w.a.agent, body.clone()).await;
    let again = w.post(&path, &w.a.agent, body).await;
    assert_eq!(first.ok(201)["id"], again.ok(200)["id"]);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["owner"]["kind"], "agent");
    w.post(&path, &w.a.other_agent, json!({"client_msg_id": "x", "text": "我也来"})).await.problem(409, "owned_by_other");
    w.post(&path, &w.a.other_agent, json!({"client_msg_id": "x", "text": "我也来", "force": true})).await.problem(409, "owned_by_other");
    w.post(&path, &w.a.supervisor, json!({"client_msg_id": "x", "text": "主管介入", "force": true})).await.ok(201);
    w.post(&path, &w.a.other_agent, json!({"client_msg_id": "n", "kind": "note", "text": "只给同事"})).await.ok(201);
    let list = w.get(&path, &w.a.agent).await.ok(200);
    let seqs: Vec<i64> = list["items"].as_array().unwrap().iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
    let page = w.get(&format!("{path}?after_seq=1&limit=2"), &w.a.agent).await.ok(200);
    assert_eq!(
        (page["items"][0]["seq"].as_i64(), page["has_more_before"].as_bool(), page["has_more_after"].as_bool()),
        (Some(2), Some(true), Some(true))
    );
    let page = w.get(&format!("{path}?before_seq=3"), &w.a.agent).await.ok(200);
    assert_eq!(
        (page["items"].as_array().unwrap().len(), page["has_more_before"].as_bool(), page["has_more_after"].as_bool()),
        (2, Some(false), Some(true))
    );
}

#[tokio::test]
async fn a_message_is_corrected_taken_back_and_remembered() {
    let w = world().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let path = format!("/conversations/{id}/messages");
    let sent = w.post(&path, &w.a.agent, json!({"client_msg_id": "m1", "text": "8 天"})).await.ok(201);
    let one = format!("{path}/{}", sent["id"].as_str().unwrap());
    w.call("PATCH", &one, &w.a.other_agent, json!({"text": "9 天"})).await.problem(403, "not_yours");
    let edited = w.call("PATCH", &one, &w.a.agent, json!({"text": "7 天"})).await.ok(200);
    assert!(edited["edited_at"].is_i64());
    w.post(&format!("{one}/retry"), &w.a.agent, Value::Null).await.problem(409, "not_failed");
    let recalled = w.post(&format!("{one}/recall"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!((recalled["content"]["text"].as_str(), recalled["recalled_at"].is_i64()), (Some(""), true));
    let before = w.get(&format!("{one}/revisions"), &w.a.agent).await.ok(200);
    let texts: Vec<&str> = before["items"].as_array().unwrap().iter().map(|r| r["content"]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["8 天", "7 天"]);
    let seen = w.get("/widget/messages", &visitor).await.ok(200);
    assert!(!seen.to_string().contains("7 天") && !seen.to_string().contains("8 天"), "{seen}");
    let late = w.post(&path, &w.a.agent, json!({"client_msg_id": "m2", "text": "晚了"})).await.ok(201);
    w.advance(121_000);
    w.post(&format!("{path}/{}/recall", late["id"].as_str().unwrap()), &w.a.agent, Value::Null).await.problem(409, "recall_window_passed");
}

#[tokio::test]
async fn a_transfer_is_offered_and_accepted_or_goes_to_a_team() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "你好").await;
    let at = |action: &str| format!("/conversations/{id}/{action}");
    w.post(&at("claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&at("transfer"), &w.a.agent, json!({"note": "x"})).await.problem(422, "invalid_field");
    w.post(&at("transfer"), &w.a.agent, json!({"to_agent_id": "usr_agent_b", "note": "x"})).await.problem(404, "not_found");
    let offered = w.post(&at("transfer"), &w.a.agent, json!({"to_agent_id": "usr_other_a", "note": "请接手"})).await.ok(200);
    assert_eq!(offered["transfer"]["to"], "usr_other_a");
    let mine = w.get("/conversations/offers", &w.a.other_agent).await.ok(200);
    assert_eq!((mine["items"].as_array().unwrap().len(), &mine["items"][0]["id"]), (1, &offered["id"]));
    let owners = w.get("/conversations/offers", &w.a.agent).await.ok(200);
    assert_eq!(owners["items"], json!([]), "offered to somebody else");
    w.post(&at("transfer/accept"), &w.a.supervisor, Value::Null).await.problem(409, "no_transfer");
    let taken = w.post(&at("transfer/accept"), &w.a.other_agent, Value::Null).await.ok(200);
    assert_eq!(taken["owner"]["agent_id"], "usr_other_a");
    let none = w.get("/conversations/offers", &w.a.other_agent).await.ok(200);
    assert_eq!(none["items"], json!([]), "taken, so offered no more");
    let queued = w.post(&at("transfer"), &w.a.other_agent, json!({"to_team_id": "tea_a"})).await.ok(200);
    assert_eq!(queued["owner"], json!({"kind": "queue", "team_id": "tea_a"}));
    let labelled = w.post(&at("labels"), &w.a.agent, json!({"labels": ["退货", "急", "急"]})).await.ok(200);
    assert_eq!(labelled["labels"].as_array().unwrap().len(), 2);
    assert_eq!(w.get("/conversations?label=%E6%80%A5", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_keystroke_silences_the_bot_and_an_agent_may_write_first() {
    let w = world().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    w.post(&format!("/conversations/{id}/keystroke"), &w.a.agent, Value::Null).await.ok(204);
    w.post(&format!("/conversations/{id}/keystroke"), &w.a.agent, Value::Null).await.ok(204);
    let view = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200);
    assert_eq!(view["owner"]["agent_id"], "usr_agent_a");
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "2", "text": "我要退货"})).await.ok(201);
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await.ok(200);
    let last = thread["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["kind"], "incoming", "the bot stays silent: {last}");
    let read = w.post(&format!("/conversations/{id}/read"), &w.a.agent, json!({"seq": last["seq"]})).await.ok(200);
    assert_eq!(read["unread"], 0);
    let contact_id = view["contact"]["id"].clone();
    w.post(&format!("/conversations/{id}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    let start = json!({"contact_id": contact_id, "inbox_id": "inb_web_a", "text": "您的退款到了", "client_msg_id": "s1"});
    let first = w.post("/conversations", &w.a.agent, start.clone()).await.ok(201);
    let again = w.post("/conversations", &w.a.agent, start).await.ok(200);
    assert_eq!((first["id"].clone(), first["owner"]["agent_id"].as_str()), (again["id"].clone(), Some("usr_agent_a")));
    w.post("/conversations", &w.a.agent, json!({"contact_id": contact_id, "inbox_id": "inb_web_a", "text": "x"}))
        .await
        .problem(422, "invalid_field");
}

#[tokio::test]
async fn lists_go_page_by_page() {
    let w = world().await;
    for _ in 0..5 {
        w.asked(&w.a, "你好").await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = w.get(&format!("/conversations?limit=2&cursor={cursor}"), &w.a.agent).await.ok(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
}
