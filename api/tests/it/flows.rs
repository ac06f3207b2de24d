//! Flows over HTTP: drafts of several authors, the gate before publishing, and what is live. Runs are in `flow_runs`.

use crate::world::{Answer, World, world};
use qn_api_types::flow::{FlowChange, FlowConflict, FlowNodeView};
use qn_api_types::flow_run::{FlowReport, FlowTestOutcome};
use serde_json::{Value, json};

/// Says one sentence; a saved test asks for it.
fn greeting(id: &str, text: &str, wanted: &str) -> Value {
    json!({
        "format": 1, "id": id, "name": "问候",
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "hello", "kind": "say", "settings": {"text": text}},
            {"id": "end", "kind": "end", "settings": {"output": {"said": true}}},
        ],
        "edges": [
            {"from": "start", "to": "hello"}, {"from": "hello", "to": "end"}, {"from": "hello", "port": "error", "to": "end"},
        ],
        "tests": [{"name": "says it", "says": [wanted], "output": {"said": true}}],
    })
}

pub async fn made(w: &World, id: &str, document: Value) -> Value {
    w.post("/flows", &w.a.supervisor, json!({"id": id, "document": document})).await.ok(201)
}

async fn save(w: &World, token: &str, id: &str, document: Value, revision: i64, base: Value) -> Answer {
    let body = json!({"document": document, "revision": revision, "base_hash": base});
    w.call("PUT", &format!("/flows/{id}/draft"), token, body).await
}

pub async fn publish(w: &World, token: &str, id: &str, revision: i64) -> Answer {
    w.post(&format!("/flows/{id}/publish"), token, json!({"note": "因为", "revision": revision})).await
}

#[tokio::test]
async fn a_flow_is_drawn_checked_tried_and_published() {
    let w = world().await;
    let flow = made(&w, "hello", greeting("x", "您好", "您好")).await;
    assert_eq!(
        (&flow["id"], &flow["name"], &flow["live"], &flow["enabled"]),
        (&json!("hello"), &json!("问候"), &Value::Null, &json!(true))
    );
    assert_eq!(flow["drafts"][0]["author_id"], "usr_supervisor_a");
    w.post("/flows", &w.a.supervisor, json!({"id": "hello", "name": "again"})).await.problem(409, "already_exists");

    let draft = w.get("/flows/hello/draft", &w.a.supervisor).await.ok(200);
    assert_eq!((&draft["revision"], &draft["source"], &draft["document"]["id"]), (&json!(1), &json!("mine"), &json!("hello")));
    let theirs = w.get("/flows/hello/draft", &w.a.admin).await.ok(200);
    assert_eq!((&theirs["revision"], &theirs["source"], &theirs["updated_at"]), (&json!(0), &json!("colleague"), &Value::Null));

    let mut broken = draft["document"].clone();
    broken["edges"].as_array_mut().unwrap().pop();
    broken["edges"][1]["to"] = json!("nowhere");
    let checked = w.post("/flows/hello/check", &w.a.agent, json!({"document": broken})).await.ok(200);
    assert_eq!((&checked["sound"], &checked["problems"][0]["code"]), (&json!(false), &json!("edge_to_nowhere")));
    assert_eq!((&checked["problems"][0]["node"], &checked["problems"][0]["severity"]), (&json!("hello"), &json!("error")));
    w.post("/flows/hello/check", &w.a.agent, json!({"document": {"format": 1}})).await.problem(422, "invalid_field");
    let answer = save(&w, &w.a.supervisor, "hello", broken, 1, Value::Null).await;
    assert_eq!((answer.header("etag").to_owned(), answer.ok(200)["revision"].clone()), ("\"2\"".to_owned(), json!(2)));
    let refused = publish(&w, &w.a.supervisor, "hello", 2).await.problem(422, "flow_unsound");
    assert_eq!(refused["problems"][0]["code"], "edge_to_nowhere");

    let wrong = greeting("hello", "您好", "再见");
    let tested = w.post("/flows/hello/test", &w.a.supervisor, json!({"document": wrong})).await.ok(200);
    let tested: Vec<FlowTestOutcome> = serde_json::from_value(tested["items"].clone()).unwrap();
    assert!(!tested[0].passed && tested[0].misses[0].en.contains("再见"), "{tested:?}");
    save(&w, &w.a.supervisor, "hello", wrong, 2, Value::Null).await.ok(200);
    let refused = publish(&w, &w.a.supervisor, "hello", 3).await.problem(422, "flow_tests_failed");
    assert_eq!(refused["tests"][0]["name"], "says it");

    let good = greeting("hello", "您好", "您好");
    let played = w.post("/flows/hello/simulate", &w.a.supervisor, json!({"document": good, "script": {"begins_at": 5}})).await.ok(200);
    let report: FlowReport = serde_json::from_value(played).unwrap();
    assert_eq!((report.messages[0].text.as_str(), report.now, report.output), ("您好", 5, json!({"said": true})));
    let strange = json!({"document": good, "script": {"answers": 1}});
    w.post("/flows/hello/simulate", &w.a.supervisor, strange).await.problem(422, "invalid_field");
    save(&w, &w.a.supervisor, "hello", good, 3, Value::Null).await.ok(200);
    let live = publish(&w, &w.a.supervisor, "hello", 4).await.ok(200);
    assert_eq!((&live["live"]["number"], &live["live"]["note"], live["drafts"].as_array().unwrap().len()), (&json!(1), &json!("因为"), 0));
    let next = w.get("/flows/hello/draft", &w.a.supervisor).await.ok(200);
    assert_eq!((&next["source"], &next["base_hash"]), (&json!("live"), &live["live"]["hash"]));
}

#[tokio::test]
async fn authors_find_out_about_each_other() {
    let w = world().await;
    made(&w, "f", greeting("f", "一", "一")).await;
    let first = publish(&w, &w.a.supervisor, "f", 1).await.ok(200)["live"]["hash"].clone();
    // the same person in two windows
    save(&w, &w.a.supervisor, "f", greeting("f", "二", "二"), 0, first.clone()).await.ok(200);
    let stale = save(&w, &w.a.supervisor, "f", greeting("f", "三", "三"), 0, first.clone()).await.problem(409, "draft_stale");
    assert_eq!((&stale["draft"]["revision"], &stale["draft"]["document"]["nodes"][1]["settings"]["text"]), (&json!(1), &json!("二")));
    publish(&w, &w.a.supervisor, "f", 9).await.problem(409, "draft_stale");
    // two people
    save(&w, &w.a.admin, "f", greeting("f", "四", "四"), 0, first.clone()).await.ok(200);
    let editing = w.get("/flows/f/drafts", &w.a.agent).await.ok(200);
    assert_eq!(editing["items"].as_array().unwrap().len(), 2);
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let moved = publish(&w, &w.a.admin, "f", 1).await.problem(409, "flow_moved_on");
    assert_eq!(moved["live"]["number"], 2);
    let changes: Vec<FlowChange> = serde_json::from_value(moved["changes"].clone()).unwrap();
    assert!(changes.iter().any(|c| c.node.as_deref() == Some("hello") && c.after == "二"), "{changes:?}");
    let base = w.get("/flows/f/versions/1", &w.a.admin).await.ok(200)["document"].clone();
    let theirs = w.get("/flows/f/versions/2", &w.a.admin).await.ok(200)["document"].clone();
    let mine = w.get("/flows/f/draft", &w.a.admin).await.ok(200)["document"].clone();
    let mut wish = json!({"base": base, "mine": mine, "theirs": theirs});
    let merged = w.post("/flows/f/merge", &w.a.admin, wish.clone()).await.ok(200);
    let conflicts: Vec<FlowConflict> = serde_json::from_value(merged["conflicts"].clone()).unwrap();
    let chosen: serde_json::Map<_, _> = conflicts.iter().map(|c| (c.path.clone(), json!("theirs"))).collect();
    assert!(!chosen.is_empty());
    wish["chosen"] = chosen.into();
    let merged = w.post("/flows/f/merge", &w.a.admin, wish).await.ok(200);
    assert_eq!((merged["conflicts"].as_array().unwrap().len(), &merged["document"]["nodes"][1]["settings"]["text"]), (0, &json!("二")));
    let diff = w.get("/flows/f/diff?from=1&to=draft", &w.a.admin).await.ok(200);
    assert!(diff["items"].as_array().unwrap().iter().any(|c| c["after"] == "四"), "{diff}");
    assert!(w.get("/flows/f/diff?from=2&to=live", &w.a.admin).await.ok(200)["items"].as_array().unwrap().is_empty());
    w.get("/flows/f/diff", &w.a.agent).await.problem(404, "not_found");
    save(&w, &w.a.admin, "f", greeting("f", "四", "四"), 1, moved["live"]["hash"].clone()).await.ok(200);
    assert_eq!(publish(&w, &w.a.admin, "f", 2).await.ok(200)["live"]["number"], 3);
    // nothing new, and things that do not belong together
    save(&w, &w.a.admin, "f", greeting("f", "四", "四"), 0, w.get("/flows/f", &w.a.admin).await.ok(200)["live"]["hash"].clone())
        .await
        .ok(200);
    publish(&w, &w.a.admin, "f", 1).await.problem(409, "flow_unchanged");
    save(&w, &w.a.admin, "f", greeting("g", "四", "四"), 1, Value::Null).await.problem(422, "invalid_field");
    save(&w, &w.a.admin, "f", greeting("f", "四", "四"), 1, json!("no such hash")).await.problem(422, "invalid_field");
    w.call("DELETE", "/flows/f/draft", &w.a.admin, Value::Null).await.ok(204);
    assert_eq!(w.get("/flows/f/draft", &w.a.admin).await.ok(200)["source"], "live");
}

#[tokio::test]
async fn what_is_live_goes_back_and_off_and_everything_is_written_down() {
    let w = world().await;
    made(&w, "f", greeting("f", "一", "一")).await;
    let first = publish(&w, &w.a.supervisor, "f", 1).await.ok(200)["live"]["hash"].clone();
    save(&w, &w.a.supervisor, "f", greeting("f", "二", "二"), 0, first.clone()).await.ok(200);
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let post = async |path: &str, body: Value| w.post(&format!("/flows/f/{path}"), &w.a.supervisor, body).await;
    let back = post("rollback", json!({"number": 1, "note": "退回"})).await.ok(200);
    assert_eq!((&back["live"]["number"], &back["live"]["hash"]), (&json!(1), &first));
    post("rollback", json!({"number": 1, "note": "退回"})).await.problem(409, "flow_already_live");
    post("rollback", json!({"number": 7, "note": "退回"})).await.problem(404, "not_found");
    post("rollback", json!({"number": 2, "note": " "})).await.problem(422, "invalid_field");
    let etag = w.get("/flows/f", &w.a.supervisor).await.header("etag").to_owned();
    crate::settings::with(&w, "DELETE", "/flows/f", &w.a.supervisor, &[("if-match", &etag)], Value::Null)
        .await
        .problem(409, "flow_enabled");
    assert_eq!(post("disable", json!({"note": "节假日"})).await.ok(200)["enabled"], false);
    post("disable", json!({})).await.ok(200);
    let told = w.get("/flows/f/releases", &w.a.agent).await.ok(200);
    let told: Vec<_> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["kind"].as_str().unwrap(), r["number"].as_i64(), r["note"].as_str().unwrap()))
        .collect();
    let expected =
        [("disable", Some(1), "节假日"), ("rollback", Some(1), "退回"), ("publish", Some(2), "因为"), ("publish", Some(1), "因为")];
    assert_eq!(told, expected);
    let versions = w.get("/flows/f/versions", &w.a.agent).await.ok(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    let hash = versions["items"][0]["hash"].as_str().unwrap();
    let by_number = w.get("/flows/f/versions/2", &w.a.agent).await.ok(200);
    assert_eq!(by_number, w.get(&format!("/flows/f/versions/{hash}"), &w.a.agent).await.ok(200));
    assert_eq!(by_number["document"]["nodes"][1]["settings"]["text"], "二");
    w.get("/flows/f/versions/9", &w.a.agent).await.problem(404, "not_found");
    let etag = w.get("/flows/f", &w.a.supervisor).await.header("etag").to_owned();
    crate::settings::with(&w, "DELETE", "/flows/f", &w.a.supervisor, &[("if-match", &etag)], Value::Null).await.ok(204);
    w.get("/flows/f", &w.a.supervisor).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_document_goes_out_as_text_and_comes_back_the_same() {
    let w = world().await;
    made(&w, "f", greeting("f", "一", "一")).await;
    w.get("/flows/f/export", &w.a.agent).await.problem(404, "not_found");
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let document = w.get("/flows/f/versions/1", &w.a.agent).await.ok(200)["document"].clone();
    for format in ["json", "yaml"] {
        let file = w.get(&format!("/flows/f/export?format={format}"), &w.a.agent).await;
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"f.{format}\""));
        let read = w.post("/flow-documents/read", &w.a.supervisor, json!({"text": file.text})).await.ok(200);
        assert_eq!(read["document"], document, "{format}");
    }
    let refused = w.post("/flow-documents/read", &w.a.supervisor, json!({"text": "a: ["})).await.problem(422, "flow_unsound");
    assert_eq!(refused["problems"][0]["code"], "unreadable");
    w.get("/flows/f/export?version=1", &w.b.admin).await.problem(404, "not_found");
}

#[tokio::test]
async fn agents_look_and_supervisors_draw() {
    let w = world().await;
    made(&w, "f", greeting("f", "一", "一")).await;
    for path in ["/flows", "/flows/f", "/flows/f/draft", "/flows/f/drafts", "/flows/f/versions", "/flows/f/releases", "/runs", "/approvals"]
    {
        w.get(path, &w.a.reader).await.ok(200);
    }
    w.post("/flows", &w.a.agent, json!({"name": "x"})).await.problem(403, "forbidden");
    save(&w, &w.a.agent, "f", greeting("f", "一", "一"), 0, Value::Null).await.problem(403, "forbidden");
    publish(&w, &w.a.agent, "f", 1).await.problem(403, "forbidden");
    w.post("/flows/f/disable", &w.a.agent, json!({})).await.problem(403, "forbidden");
    let nodes = w.get("/flow-nodes", &w.a.agent).await.ok(200);
    let kinds: Vec<FlowNodeView> = serde_json::from_value(nodes["items"].clone()).unwrap();
    assert!(kinds.iter().any(|k| k.name == "approval") && nodes["document_schema"]["properties"]["nodes"].is_object());
}

/// Waits for a supervisor, and gives what was decided.
pub fn approval() -> Value {
    json!({
        "format": 1, "id": "f", "name": "审批",
        "variables": [
            {"name": "amount", "type": "integer", "input": true, "default": 800}, {"name": "decision", "type": "object"},
        ],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "ok", "kind": "approval", "timeout_ms": 9000,
                "settings": {"who": "supervisor", "title": "退款 {{ amount }} 元", "payload": {"amount": "{{ amount }}"}, "save": "decision"}},
            {"id": "end", "kind": "end", "settings": {"output": "{{ decision }}"}},
            {"id": "late", "kind": "end"},
        ],
        "edges": [
            {"from": "start", "to": "ok"}, {"from": "ok", "port": "approved", "to": "end"}, {"from": "ok", "port": "rejected", "to": "end"},
            {"from": "ok", "port": "error", "to": "late"},
        ],
    })
}

#[tokio::test]
async fn another_company_sees_none_of_it() {
    let w = world().await;
    made(&w, "f", approval()).await;
    let hash = publish(&w, &w.a.supervisor, "f", 1).await.ok(200)["live"]["hash"].as_str().unwrap().to_owned();
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    let b = &w.b.admin;
    for path in [
        "/flows/f",
        "/flows/f/draft",
        "/flows/f/drafts",
        "/flows/f/versions/1",
        &format!("/flows/f/versions/{hash}"),
        &format!("/runs/{run}"),
    ] {
        w.get(path, b).await.problem(404, "not_found");
    }
    for path in ["/flows/f/versions", "/flows/f/releases"] {
        w.get(path, b).await.problem(404, "not_found");
    }
    for path in ["/flows", "/runs", "/approvals"] {
        assert!(w.get(path, b).await.ok(200)["items"].as_array().unwrap().is_empty(), "{path}");
    }
    for (path, body) in
        [("publish", json!({"note": "x", "revision": 1})), ("rollback", json!({"number": 1, "note": "x"})), ("disable", json!({}))]
    {
        w.post(&format!("/flows/f/{path}"), b, body).await.problem(404, "not_found");
    }
    save(&w, b, "f", greeting("f", "一", "一"), 0, Value::Null).await.problem(404, "not_found");
    w.post("/flows", b, json!({"id": "f", "name": "theirs"})).await.ok(201);
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["live"]["number"], 1);
}
