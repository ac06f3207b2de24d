//! Secrets that are never shown, connectors read from descriptions and tried, and who may do what.

use crate::flow_runs::live;
use crate::settings::with;
use crate::world::{World, world};
use axum::extract::Request;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::net::SocketAddr;

const VALUE: &str = "sk-live-51a8f0c2";

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn description() -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "支付", "version": "1"}, "servers": [{"url": "/v1"}],
        "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
        "paths": {"/refunds": {"post": {"operationId": "refund", "summary": "退款",
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["amount"],
                "properties": {"amount": {"type": "number", "minimum": 1}}}}}}}}}})
}

async fn payments() -> SocketAddr {
    let refund = post(|request: Request| async move {
        let proven = request.headers()["authorization"] == format!("Bearer {VALUE}");
        Json(json!({"proven": proven, "back": request.headers()["authorization"].to_str().unwrap()}))
    });
    serve(Router::new().route("/v1/refunds", refund).route("/openapi.json", get(|| async { Json(description()) }))).await
}

async fn put_secret(w: &World, hosts: &[&str]) -> Value {
    let body = json!({"value": VALUE, "hosts": hosts, "note": "支付"});
    w.call("PUT", "/secrets/pay", &w.a.admin, body.clone()).await.ok(200)
}

#[tokio::test]
async fn a_secret_is_put_used_listed_and_never_shown() {
    let w = world().await;
    let address = payments().await;
    let made = put_secret(&w, &["127.0.0.1"]).await;
    assert!(made.get("value").is_none() && !made.to_string().contains(VALUE));
    let body = json!({"name": "payments", "url": format!("http://{address}/openapi.json"), "auth": {"kind": "bearer", "secret": "pay"}});
    let made = w.post("/connectors", &w.a.admin, body).await.ok(201);
    assert_eq!((made["title"].as_str(), made["base_url"].as_str()), (Some("支付"), Some(&*format!("http://{address}/v1"))));
    let operations = w.get("/connectors/payments/operations", &w.a.supervisor).await.ok(200);
    assert_eq!((&operations["items"][0]["name"], &operations["items"][0]["retry"]), (&json!("refund"), &json!("once")));
    let path = "/connectors/payments/operations/refund/try";
    let tried = w.post(path, &w.a.admin, json!({"input": {"amount": 5}})).await;
    let body = tried.ok(200);
    assert_eq!((&body["ok"], &body["answer"]["proven"], &body["exchange"]["status"]), (&json!(true), &json!(true), &json!(200)));
    assert!(!tried.text.contains(VALUE), "{}", tried.text);
    let tried = w.post(path, &w.a.admin, json!({"input": {"amount": 0}})).await.ok(200);
    assert_eq!(
        (&tried["ok"], &tried["detail"][0]["at"], &tried["detail"][0]["zh"]),
        (&json!(false), &json!("/amount"), &json!("不能小于 1"))
    );
    let listed = w.get("/secrets", &w.a.admin).await;
    assert!(listed.ok(200)["items"][0]["used_at"].is_i64() && !listed.text.contains(VALUE) && !listed.text.contains("qn1."));
    // only where it is bound to
    put_secret(&w, &["pay.example.com"]).await;
    let tried = w.post(path, &w.a.admin, json!({"input": {"amount": 5}})).await.ok(200);
    assert!(tried["error"].as_str().unwrap().contains("not bound"), "{tried}");
    w.call("DELETE", "/secrets/pay", &w.a.admin, Value::Null).await.problem(409, "in_use");
}

/// A live flow whose one step is a refund with this input, run to its end. Gives the run's id.
async fn refunded(w: &World, input: Value) -> String {
    let document = json!({
        "format": 1, "id": "f", "name": "退款", "variables": [{"name": "kept", "type": "any"}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "pay", "kind": "connect", "timeout_ms": 5_000,
                "settings": {"connector": "payments", "operation": "refund", "input": input, "save": "kept"}},
            {"id": "end", "kind": "end"},
            {"id": "bad", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "pay"}, {"from": "pay", "to": "end"}, {"from": "pay", "port": "error", "to": "bad"}],
    });
    live(w, document).await;
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    for _ in 0..1_000 {
        if w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["state"] == "done" {
            return run;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the run did not end");
}

#[tokio::test]
async fn what_a_run_said_to_another_system_is_told_without_secrets_and_to_nobody_else() {
    let w = world().await;
    let address = payments().await;
    put_secret(&w, &["127.0.0.1"]).await;
    let text = json!({"type": "string"});
    let input = json!({"type": "object", "properties": {"amount": {"type": "number"}, "phone": text, "card_token": text}});
    let operation = json!({"name": "refund", "title": {"zh": "退款", "en": "Refund"}, "method": "POST", "path": "/v1/refunds",
        "input": input, "retry": "once"});
    let body = json!({"name": "payments", "base_url": format!("http://{address}"), "operations": [operation],
        "auth": {"kind": "bearer", "secret": "pay"}});
    w.post("/connectors", &w.a.admin, body).await.ok(201);
    let run = refunded(&w, json!({"amount": 5, "phone": "13812345678", "card_token": "tok-9f3c"})).await;
    let path = format!("/runs/{run}/exchanges");
    let told = w.get(&path, &w.a.supervisor).await;
    let one = told.ok(200)["items"][0].clone();
    assert_eq!((&one["step"], &one["attempt"], &one["state"]), (&json!("pay@"), &json!(1), &json!("done")));
    let exchange = &one["exchange"];
    assert_eq!((&exchange["method"], &exchange["status"]), (&json!("POST"), &json!(200)));
    assert_eq!(
        (&exchange["sent"]["amount"], &exchange["sent"]["card_token"], &exchange["got"]["proven"]),
        (&json!(5), &json!("…"), &json!(true))
    );
    for hidden in [VALUE, "13812345678", "tok-9f3c"] {
        assert!(!told.text.contains(hidden), "{hidden} is in {}", told.text);
    }
    w.get(&path, &w.a.agent).await.problem(403, "forbidden");
    w.get(&path, &w.b.supervisor).await.problem(404, "not_found");
    w.get("/runs/run_none/exchanges", &w.a.supervisor).await.problem(404, "not_found");
}

#[tokio::test]
async fn only_the_right_people_of_the_right_company() {
    let w = world().await;
    put_secret(&w, &["127.0.0.1"]).await;
    let body = json!({"value": "x", "hosts": ["x.example"]});
    for token in [&w.a.agent, &w.a.supervisor] {
        w.call("PUT", "/secrets/pay", token, body.clone()).await.problem(403, "forbidden");
    }
    w.get("/secrets", &w.a.agent).await.problem(403, "forbidden");
    assert_eq!(w.get("/secrets", &w.b.admin).await.ok(200)["items"], json!([]));
    w.call("DELETE", "/secrets/pay", &w.b.admin, Value::Null).await.problem(404, "not_found");
    w.post("/secrets/pay/rotate", &w.b.admin, json!({"value": "x"})).await.problem(404, "not_found");
    w.post("/secrets/pay/rotate", &w.a.admin, json!({"value": "another"})).await.ok(204);
    w.call("DELETE", "/secrets/pay", &w.a.admin, Value::Null).await.ok(204);
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_at_its_field() {
    let w = world().await;
    let put = async |name: &str, body: Value| w.call("PUT", &format!("/secrets/{name}"), &w.a.admin, body.clone()).await;
    assert_eq!(put("pay", json!({"hosts": ["x.example"]})).await.problem(422, "invalid_field")["errors"][0]["field"], "value");
    for host in ["*.example.com", "https://x.example", "a b"] {
        let problem = put("pay", json!({"value": "x", "hosts": [host]})).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], "hosts[0]", "{host}");
    }
    put("a%20b", json!({"value": "x", "hosts": ["x.example"]})).await.problem(422, "invalid_field");
    let create = async |body: Value| w.post("/connectors", &w.a.admin, body).await;
    let field = async |body: Value| create(body).await.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
    assert_eq!(field(json!({"name": "x"})).await, "document");
    assert_eq!(field(json!({"name": "x y", "document": "{}"})).await, "name");
    assert_eq!(field(json!({"name": "x", "document": "{\"swagger\": \"2.0\"}"})).await, "document");
    assert_eq!(field(json!({"name": "x", "url": "http://169.254.169.254/latest"})).await, "url");
    assert_eq!(field(json!({"name": "x", "base_url": "http://10.0.0.1", "operations": [operation()]})).await, "base_url");
    assert_eq!(field(json!({"name": "x", "base_url": "http://127.0.0.1", "operations": [{"name": 1}]})).await, "operations");
    let text = description().to_string();
    assert_eq!(field(json!({"name": "x", "document": text, "base_url": "http://127.0.0.1:1", "auth": {"kind": "magic"}})).await, "auth");
}

fn operation() -> Value {
    json!({"name": "a", "title": {"zh": "甲", "en": "A"}, "method": "GET", "path": "/a", "input": {"type": "object"}, "retry": "safe"})
}

#[tokio::test]
async fn a_connector_is_looked_into_changed_and_deleted() {
    let w = world().await;
    let body = json!({"document": description().to_string(), "base_url": "http://127.0.0.1:1"});
    let seen = w.post("/connector-descriptions", &w.a.admin, body).await.ok(200);
    assert_eq!((&seen["proofs"][0]["kind"], seen["operations"].as_array().map(Vec::len)), (&json!("bearer"), Some(1)));
    let body = json!({"name": "own", "base_url": "http://127.0.0.1:1", "operations": [operation()]});
    w.post("/connectors", &w.a.admin, body.clone()).await.ok(201);
    w.post("/connectors", &w.a.admin, body).await.problem(409, "already_exists");
    let change = json!({"enabled": false, "auth": {"kind": "bearer", "secret": "s"}, "document": description().to_string()});
    let changed = with(&w, "PATCH", "/connectors/own", &w.a.admin, &[("if-match", "\"1\"")], change.clone()).await.ok(200);
    assert_eq!((&changed["version"], &changed["enabled"], &changed["auth"]["secret"]), (&json!(2), &json!(false), &json!("s")));
    with(&w, "PATCH", "/connectors/own", &w.a.admin, &[("if-match", "\"1\"")], change.clone()).await.problem(412, "precondition_failed");
    let tried = w.post("/connectors/own/operations/refund/try", &w.a.admin, json!({"input": {"amount": 1}})).await.ok(200);
    assert!(tried["error"].as_str().unwrap().contains("switched off"));
    w.post("/connectors/own/operations/none/try", &w.a.admin, json!({})).await.problem(404, "not_found");
    assert_eq!(w.get("/connectors", &w.b.admin).await.ok(200)["items"], json!([]));
    w.get("/connectors/own", &w.b.admin).await.problem(404, "not_found");
    with(&w, "DELETE", "/connectors/own", &w.a.admin, &[("if-match", "\"2\"")], Value::Null).await.ok(204);
}

#[tokio::test]
async fn a_robot_is_a_connector_too() {
    let w = world().await;
    let steps = json!([{"do": "open", "url": "/legacy"}, {"do": "fill_secret", "at": "#password", "secret": "stock"}, {"do": "click", "at": "#ok"}]);
    let routine = json!({"name": "note", "title": {"zh": "记备注", "en": "Leave a note"}, "input": {"type": "object"}, "steps": steps, "retry": "keyed"});
    let body = json!({"name": "stock", "base_url": "http://127.0.0.1:1", "robot": {"hosts": [], "operations": [routine]}});
    let made = w.post("/connectors", &w.a.admin, body).await.ok(201);
    assert_eq!((&made["kind"], &made["operations"], &made["auth"]), (&json!("robot"), &json!(1), &Value::Null));
    let listed = w.get("/connectors/stock/operations", &w.a.supervisor).await.ok(200);
    assert_eq!((&listed["items"][0]["method"], &listed["items"][0]["title"]["zh"]), (&json!("ROBOT"), &json!("记备注")));
    w.call("PUT", "/secrets/stock", &w.a.admin, json!({"value": "cangku-2009", "hosts": ["127.0.0.1:1"]})).await.ok(200);
    w.call("DELETE", "/secrets/stock", &w.a.admin, Value::Null).await.problem(409, "in_use");
    let bad = json!({"name": "bad", "base_url": "http://127.0.0.1:1", "robot": {"operations": [{"name": "x", "steps": [{"do": "run", "script": "1"}]}]}});
    assert_eq!(w.post("/connectors", &w.a.admin, bad).await.problem(422, "invalid_field")["errors"][0]["field"], "robot");
}
