//! What a flow names must be there before it is published: told by the check and by publishing, with the nearest name offered.

use crate::flows::{approval, made, publish};
use crate::world::{World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

fn naming(team: &str, kind: &str, label: &str) -> Value {
    json!({
        "format": 1, "id": "f", "name": "转售后",
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "mark", "kind": "label", "settings": {"add": [label]}},
            {"id": "ticket", "kind": "ticket", "settings": {"kind": kind, "title": "x", "fields": {"order_id": "{{ context.event }}"}}},
            {"id": "give", "kind": "hand_off", "settings": {"team": team}},
            {"id": "end", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "mark"}, {"from": "mark", "to": "ticket"}, {"from": "ticket", "to": "give"},
            {"from": "ticket", "port": "error", "to": "give"}, {"from": "give", "to": "end"}],
    })
}

async fn checked(w: &World, document: Value) -> Vec<(String, String, String)> {
    let checked = w.post("/flows/f/check", &w.a.agent, json!({"document": document})).await.ok(200);
    let text = |p: &Value, field: &str| p[field].as_str().unwrap_or_default().to_owned();
    checked["problems"].as_array().unwrap().iter().map(|p| (text(p, "code"), text(p, "node"), text(p, "severity"))).collect()
}

fn found(code: &str, node: &str, severity: &str) -> (String, String, String) {
    (code.to_owned(), node.to_owned(), severity.to_owned())
}

#[tokio::test]
async fn a_flow_with_a_typing_error_is_not_published_and_is_told_what_was_meant() {
    let w = world().await;
    made(&w, "f", naming("售後", "refnud", "退款")).await;
    let problems = checked(&w, naming("售後", "refnud", "退款")).await;
    assert_eq!(
        problems,
        [
            found("unknown_ticket_kind", "ticket", "error"),
            found("unknown_team", "give", "error"),
            found("unknown_label", "mark", "warning")
        ]
    );
    let refused = publish(&w, &w.a.supervisor, "f", 1).await.problem(422, "flow_unsound");
    let team = refused["problems"].as_array().unwrap().iter().find(|p| p["code"] == "unknown_team").unwrap();
    assert_eq!((&team["field"], &team["zh"]), (&json!("team"), &json!("没有名为「售後」的小组，是否要用「售后」？")));
    assert_eq!(team["en"], "there is no team \"售後\"; did you mean \"售后\"?");
    // Another company's names are not ours.
    assert_eq!(checked(&w, naming("tea_b", "refund", "退款")).await[0], found("unknown_team", "give", "error"));
    // What only its own editors have to mend can still be tried.
    w.post("/flows/f/simulate", &w.a.supervisor, json!({"document": naming("售後", "refund", "退款")})).await.ok(200);

    w.post("/labels", &w.a.supervisor, json!({"name": "退款", "color": "#ff0000"})).await.ok(201);
    assert_eq!(checked(&w, naming("售后", "refund", "退款")).await, []);
    let body = json!({"document": naming("售后", "refund", "退款"), "revision": 1, "base_hash": null});
    w.call("PUT", "/flows/f/draft", &w.a.supervisor, body).await.ok(200);
    publish(&w, &w.a.supervisor, "f", 2).await.ok(200);
}

fn calling(connector: &str, operation: &str, input: Value) -> Value {
    json!({
        "format": 1, "id": "f", "name": "查订单",
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "ask", "kind": "connect", "timeout_ms": 1000, "settings": {"connector": connector, "operation": operation, "input": input}},
            {"id": "end", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "ask"}, {"from": "ask", "to": "end"}, {"from": "ask", "port": "error", "to": "end"}],
    })
}

#[tokio::test]
async fn a_connector_its_operation_and_what_it_needs_must_be_there() {
    let w = world().await;
    let input =
        json!({"type": "object", "required": ["order_id"], "additionalProperties": false, "properties": {"order_id": {"type": "string"}}});
    let operation = json!({"name": "get_order", "title": {"zh": "查订单", "en": "Get an order"}, "method": "GET", "path": "/orders/{order_id}",
        "input": input, "places": {"order_id": {"at": "path", "name": "order_id"}}, "retry": "safe"});
    let connector = json!({"name": "shop", "title": "商城", "base_url": "http://127.0.0.1:1", "operations": [operation]});
    w.post("/connectors", &w.a.admin, connector).await.ok(201);
    made(&w, "f", calling("shop", "get_order", json!({}))).await;
    let codes = async |document: Value| checked(&w, document).await.into_iter().map(|(code, ..)| code).collect::<Vec<_>>();
    assert_eq!(codes(calling("shpo", "get_order", json!({}))).await, ["unknown_connector"]);
    assert_eq!(codes(calling("shop", "get_orders", json!({}))).await, ["unknown_operation"]);
    assert_eq!(codes(calling("shop", "get_order", json!({"order": 1}))).await, ["missing_field", "unknown_field"]);
    assert_eq!(codes(calling("shop", "get_order", json!({"order_id": "{{ context.event }}"}))).await, Vec::<String>::new());
    publish(&w, &w.a.supervisor, "f", 1).await.problem(422, "flow_unsound");
}

#[tokio::test]
async fn what_a_connector_declares_of_people_is_not_sent_elsewhere_without_a_purpose() {
    let w = world().await;
    let person = json!({"type": "object", "properties": {"reach": {"type": "string", "format": "email"}}});
    let operation = json!({"name": "find", "title": {"zh": "查客户", "en": "Find a customer"}, "method": "GET", "path": "/customers",
        "input": {"type": "object"}, "response": person, "retry": "safe"});
    let connector = json!({"name": "crm", "title": "CRM", "base_url": "http://127.0.0.1:1", "operations": [operation]});
    w.post("/connectors", &w.a.admin, connector).await.ok(201);
    let telling = |purpose: &str| {
        let mut document = calling("crm", "find", json!({}));
        document["variables"] = json!([{"name": "found", "type": "any"}]);
        document["nodes"][1]["settings"]["save"] = json!("found");
        let tell = json!({"event": "lead.new", "payload": {"whole": "{{ found }}"}, "purpose": purpose});
        document["nodes"].as_array_mut().unwrap().push(json!({"id": "tell", "kind": "emit", "settings": tell}));
        document["edges"][1]["to"] = json!("tell");
        document["edges"].as_array_mut().unwrap().push(json!({"from": "tell", "to": "end"}));
        document
    };
    made(&w, "f", telling("")).await;
    assert_eq!(checked(&w, telling("")).await, [found("no_purpose", "tell", "warning")]);
    assert_eq!(checked(&w, telling("sales call back")).await, []);
}

/// The address that an uploaded file has.
async fn uploaded(w: &World, token: &str, name: &str, bytes: &[u8]) -> String {
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post("/api/v1/attachments").header("authorization", format!("Bearer {token}"));
    let answer = w.send(request.header("content-type", "multipart/form-data; boundary=b").body(Body::from(body)).unwrap()).await;
    answer.ok(201)["url"].as_str().unwrap().to_owned()
}

fn showing(url: &str) -> Value {
    json!({
        "format": 1, "id": "f", "name": "看图",
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "show", "kind": "say", "settings": {"text": "请看", "images": [{"url": url, "alt": "红色手机"}]}},
            {"id": "end", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "show"}, {"from": "show", "to": "end"}],
    })
}

#[tokio::test]
async fn an_uploaded_picture_is_published_where_it_was_uploaded_and_nowhere_else() {
    let w = world().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let ours = uploaded(&w, &w.a.supervisor, "红 色.png", png).await;
    let theirs = uploaded(&w, &w.b.supervisor, "a.png", png).await;
    let paper = uploaded(&w, &w.a.supervisor, "a.pdf", b"%PDF-1.4\n%%EOF\n").await;
    let errors = async |url: &str| {
        let problems = checked(&w, showing(url)).await.into_iter();
        problems.filter(|(.., severity)| severity == "error").map(|(code, ..)| code).collect::<Vec<_>>()
    };
    made(&w, "f", showing(&theirs)).await;
    assert_eq!(errors(&theirs).await, ["unknown_picture"]);
    assert_eq!(errors(&paper).await, ["unfit_picture"]);
    assert_eq!(errors("https://shop.example/a.png").await, Vec::<String>::new());
    assert_eq!(errors(&ours).await, Vec::<String>::new());
    let refused = publish(&w, &w.a.supervisor, "f", 1).await.problem(422, "flow_unsound");
    let problem = refused["problems"].as_array().unwrap().iter().find(|p| p["code"] == "unknown_picture").unwrap();
    assert_eq!((&problem["node"], &problem["field"]), (&json!("show"), &json!("images.0.url")));
    assert_eq!(problem["en"], "this picture is not here: a flow that is imported comes without its files, upload it again");
    let body = json!({"document": showing(&ours), "revision": 1, "base_hash": null});
    w.call("PUT", "/flows/f/draft", &w.a.supervisor, body).await.ok(200);
    publish(&w, &w.a.supervisor, "f", 2).await.ok(200);
}

fn sharing(id: &str, kind: &str) -> Value {
    json!({
        "format": 1, "id": id, "name": id, "variables": [{"name": "visits", "type": kind, "scope": "tenant", "default": null}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "set", "kind": "set", "settings": {"set": [{"variable": "visits", "value": if kind == "text" { "'x'" } else { "1" }}]}},
            {"id": "end", "kind": "end", "settings": {"output": "{{ visits }}"}},
        ],
        "edges": [{"from": "start", "to": "set"}, {"from": "set", "to": "end"}],
    })
}

#[tokio::test]
async fn flows_that_share_a_variable_agree_on_its_type_and_a_run_shows_what_it_holds() {
    let w = world().await;
    made(&w, "f", sharing("f", "integer")).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    made(&w, "g", sharing("g", "text")).await;
    let refused = publish(&w, &w.a.supervisor, "g", 1).await.problem(422, "flow_unsound");
    assert_eq!((&refused["problems"][0]["code"], &refused["problems"][0]["field"]), (&json!("shared_type"), &json!("visits")));
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    let run = ended(&w, &run).await;
    let shared = &run["shared"][0];
    assert_eq!((&shared["scope"], &shared["name"], &shared["value"]), (&json!("tenant"), &json!("visits"), &json!(1)));
    assert_eq!(shared["run_id"], run["id"]);
}

async fn ended(w: &World, run: &str) -> Value {
    for _ in 0..2_000 {
        let shown = w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200);
        if shown["state"] == "done" {
            return shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{run} never ends");
}

#[tokio::test]
async fn after_a_share_of_the_time_others_may_decide_as_well() {
    let w = world().await;
    let mut document = approval();
    for node in document["nodes"].as_array_mut().unwrap() {
        if node["kind"] == "approval" {
            node["settings"]["also"] = json!("team:售后");
            node["settings"]["also_after"] = json!(25);
            node["timeout_ms"] = json!(400_000);
        }
    }
    made(&w, "f", document).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let run = w.post("/flows/f/runs", &w.a.admin, json!({"input": {"amount": 900}})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    let path = format!("/approvals/{run}/ok@/decide");
    let yes = json!({"attempt": 1, "approved": true});
    let mine = async || w.get("/approvals", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len();
    let shown = w.get("/approvals", &w.a.supervisor).await.ok(200)["items"][0].clone();
    assert_eq!(shown["also"]["at"].as_i64().unwrap() - shown["asked_at"].as_i64().unwrap(), 100_000);
    assert_eq!(shown["also"]["deciders"]["en"], "Team 售后");
    assert_eq!(mine().await, 0);
    w.post(&path, &w.a.agent, yes.clone()).await.problem(403, "approval_not_yours");
    let told = async || w.get("/notices", &w.a.agent).await.ok(200)["items"].as_array().unwrap().clone();
    assert!(w.engine.tell_widened().await.unwrap().is_some(), "the hour is kept");
    assert_eq!(told().await.len(), 0);
    w.advance(100_001);
    assert_eq!(mine().await, 1);
    assert_eq!(w.engine.tell_widened().await.unwrap(), None);
    assert_eq!(w.engine.tell_widened().await.unwrap(), None);
    let notices = told().await;
    assert_eq!((notices.len(), &notices[0]["run_id"], &notices[0]["flow_name"]), (1, &json!(run), &json!("审批")));
    assert!(notices[0]["title"].as_str().unwrap().contains("退款 900 元"), "{notices:?}");
    assert_eq!(w.get("/notices", &w.a.admin).await.ok(200)["items"], json!([]), "who began it may not decide");
    w.post(&path, &w.a.agent, yes).await.ok(200);
    assert_eq!(told().await.len(), 0, "decided: nothing to look at");
}

#[tokio::test]
async fn what_begins_flows_is_told_with_its_fields() {
    let w = world().await;
    let events = w.get("/flow-nodes", &w.a.agent).await.ok(200)["events"].as_array().unwrap().clone();
    let created = events.iter().find(|event| event["name"] == "ticket.created").unwrap();
    assert!(created["fields"].as_array().unwrap().contains(&json!("priority")) && created["zh"] == "新建工单", "{created}");
    assert!(events.iter().any(|event| event["name"] == "message.received"));
}
