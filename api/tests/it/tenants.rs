//! Two companies, every route: whoever asks with another company's ids learns nothing, and changes nothing.

use crate::world::{World, world};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Routes that serve the public by design, and are proved elsewhere. Signing out an unknown session is a wish fulfilled.
const PUBLIC: [&str; 4] = ["/api/v1/widget/config", "/api/v1/widget/boot", "/api/v1/auth/sign-in", "/api/v1/auth/sign-out"];

/// One real object of company A for every kind of id a path can name.
async fn ids_of_a(w: &World) -> BTreeMap<&'static str, String> {
    let (_, conversation) = w.asked(&w.a, "我要退货 ONLY-A").await;
    let view = w.get(&format!("/conversations/{conversation}"), &w.a.admin).await.ok(200);
    let sent = json!({"client_msg_id": "1", "text": "ONLY-A"});
    let message = w.post(&format!("/conversations/{conversation}/messages"), &w.a.agent, sent).await.ok(201);
    let intent = w.post("/intents", &w.a.admin, json!({"name": "ONLY-A"})).await.ok(201);
    w.post("/flows", &w.a.supervisor, json!({"id": "flow_only_a", "name": "ONLY-A"})).await.ok(201);
    BTreeMap::from([
        ("flow", "flow_only_a".to_owned()),
        ("intent", intent["id"].as_str().unwrap().to_owned()),
        ("conversation", conversation),
        ("message", message["id"].as_str().unwrap().to_owned()),
        ("contact", view["contact"]["id"].as_str().unwrap().to_owned()),
        ("user", "usr_agent_a".to_owned()),
        ("team", "tea_a".to_owned()),
        ("inbox", "inb_web_a".to_owned()),
        ("article", "art_return_a".to_owned()),
    ])
}

fn fill(path: &str, ids: &BTreeMap<&'static str, String>) -> String {
    let mut filled = path.strip_prefix("/api/v1").unwrap_or(path).to_owned();
    let of = |kind: &str| ids.get(kind).cloned().unwrap_or_else(|| "none".to_owned());
    let main = match path.split('/').nth(3).unwrap_or("") {
        "conversations" => of("conversation"),
        "contacts" => of("contact"),
        "users" => of("user"),
        "teams" => of("team"),
        "inboxes" => of("inbox"),
        "intents" => of("intent"),
        "flows" => of("flow"),
        "articles" | "widget" => of("article"),
        _ => "none".to_owned(),
    };
    filled = filled.replace("{id}", &main).replace("{message_id}", &of("message")).replace("{language}", "zh-CN");
    while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
        filled.replace_range(from..=to, "none");
    }
    filled
}

/// A body that fits the route closely enough to get past reading, so that only ownership can refuse it.
fn body_for(path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or("") {
        "messages" => json!({"client_msg_id": "b", "text": "from B"}),
        "{message_id}" => json!({"text": "from B"}),
        "snooze" => json!({"until": 9_999_999_999_999_i64}),
        "transfer" => json!({"to_team_id": "tea_b"}),
        "labels" => json!({"labels": ["from-B"]}),
        "read" => json!({"seq": 1}),
        "begin-flow" => json!({"flow_id": "flow_only_a"}),
        "examples" => json!({"texts": ["from B"]}),
        "try" => json!({"text": "from B"}),
        "draft" => json!({"document": {"format": 1, "id": "flow_only_a", "name": "from B", "nodes": []}, "revision": 0}),
        "publish" => json!({"note": "from B", "revision": 1}),
        "rollback" => json!({"note": "from B", "number": 1}),
        "merge" => {
            let document = json!({"format": 1, "id": "x", "name": "from B", "nodes": []});
            json!({"base": document, "mine": document, "theirs": document})
        }
        "check" | "test" | "simulate" => json!({"document": {"format": 1, "id": "x", "name": "from B", "nodes": []}}),
        "conversations" => json!({"contact_id": "con_x", "inbox_id": "inb_web_a", "text": "from B", "client_msg_id": "b"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn no_route_answers_with_another_companys_things() {
    let w = world().await;
    let ids = ids_of_a(&w).await;
    let visitor_b = w.boot(&w.b).await["visitor_token"].as_str().unwrap().to_owned();
    let document = serde_json::to_value(qn_api::document()).unwrap();
    let before = snapshot(&w, &ids).await;
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if PUBLIC.contains(&path.as_str()) || path.ends_with("/stream") || path.contains("/channels/") {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let body = if method == "GET" || method == "DELETE" { Value::Null } else { body_for(path) };
            let filled = fill(path, &ids);
            for token in [w.b.admin.as_str(), visitor_b.as_str()] {
                let answer = w.call(&method, &with_query(&filled), token, body.clone()).await;
                walked += 1;
                assert!(!answer.status.is_server_error(), "{method} {filled}: {} {}", answer.status, answer.text);
                assert!(!answer.text.contains("ONLY-A") && !answer.text.contains("公司 a"), "{method} {filled} leaks: {}", answer.text);
                for (kind, id) in &ids {
                    let echoed = answer.status.is_client_error();
                    assert!(echoed || !answer.text.contains(id.as_str()), "{method} {filled} names {kind} {id}: {}", answer.text);
                }
                let names_an_object = path.contains('{') && filled.contains('_');
                if names_an_object && !path.ends_with("/{name}") {
                    assert!(answer.status.is_client_error(), "{method} {filled}: {} {}", answer.status, answer.text);
                }
            }
            let nobody = w.call(&method, &with_query(&filled), "", body).await;
            assert!(nobody.status.is_client_error(), "{method} {filled} serves strangers: {} {}", nobody.status, nobody.text);
        }
    }
    assert!(walked > 50, "the document lists {walked} operations");
    assert_eq!(before, snapshot(&w, &ids).await, "something of A changed");
}

/// Polls wait 25 seconds when nothing is there; an old position makes them answer at once.
fn with_query(path: &str) -> String {
    if path.ends_with("/stream/poll") { format!("{path}?seq=999999&conversation_id=cnv_none&version=9") } else { path.to_owned() }
}

async fn snapshot(w: &World, ids: &BTreeMap<&'static str, String>) -> Vec<String> {
    let conversation = &ids["conversation"];
    let mut seen = Vec::new();
    let intent = &ids["intent"];
    let paths = [
        format!("/conversations/{conversation}"),
        format!("/conversations/{conversation}/messages"),
        format!("/intents/{intent}"),
        format!("/intents/{intent}/examples"),
        "/flows/flow_only_a".to_owned(),
        "/flows/flow_only_a/draft".to_owned(),
    ];
    for path in paths {
        seen.push(w.get(&path, &w.a.admin).await.text);
    }
    seen
}

#[tokio::test]
async fn every_operation_is_described_and_needs_somebody() {
    let document = serde_json::to_value(qn_api::document()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path} says nothing of itself");
            assert!(operation["tags"].as_array().is_some_and(|t| t.len() == 1), "{method} {path} has no tag");
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(response["description"].is_string(), "{method} {path} {status} has no description");
            }
            ids.push(operation["operationId"].as_str().unwrap_or("").to_owned());
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "operation ids repeat");
}
