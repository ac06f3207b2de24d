//! Addresses inside the house that a connector names in a setting of its own: each is refused where it is written.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

fn operation() -> Value {
    json!({"name": "a", "title": {"zh": "甲", "en": "A"}, "method": "GET", "path": "/a", "input": {"type": "object"}, "retry": "safe"})
}

fn robot(base_url: &str, hosts: Value) -> Value {
    let routine = json!({"name": "look", "title": {"zh": "看", "en": "Look"}, "input": {"type": "object"}, "retry": "safe",
        "steps": [{"do": "open", "url": "/"}]});
    json!({"name": "stock", "base_url": base_url, "robot": {"hosts": hosts, "operations": [routine]}})
}

fn of_token(token_url: &str) -> Value {
    json!({"name": "crm", "base_url": "https://crm.example.com", "operations": [operation()],
        "auth": {"kind": "oauth2", "token_url": token_url, "client_id": "me", "secret": "crm"}})
}

fn mail(base_url: &str) -> Value {
    json!({"name": "post", "base_url": base_url, "smtp": {"from": "service@shop.example"}})
}

fn shop(base_url: &str) -> Value {
    json!({"name": "shop", "base_url": base_url,
        "sql": {"operations": [{"name": "one", "sql": "SELECT 1 AS one", "input": {"type": "object"}}]}})
}

/// Refused at this field, with words that say what to do.
async fn is_refused(w: &World, path: &str, body: Value, field: &str) {
    let shown = body.to_string();
    let problem = w.post(path, &w.a.admin, body).await.problem(422, "address_not_allowed");
    let words = problem["errors"][0]["message"].as_str().unwrap_or_default();
    assert_eq!(problem["errors"][0]["field"], field, "{shown}: {problem}");
    assert!(words.contains("egress.allow_private"), "{shown}: {problem}");
}

#[tokio::test]
async fn no_setting_of_a_connector_names_an_address_inside() {
    let w = world().await;
    for host in ["169.254.169.254", "10.0.0.1", "192.168.1.5", "[::1]", "2886729729", "0x0a.1"] {
        is_refused(&w, "/connectors", of_token(&format!("http://{host}/token")), "auth.token_url").await;
        is_refused(&w, "/connectors", mail(&format!("smtps://{host}")), "base_url").await;
        is_refused(&w, "/connectors", shop(&format!("mysql://{host}/shop")), "base_url").await;
        is_refused(&w, "/connectors", shop(&format!("postgres://{host}:5432/shop")), "base_url").await;
        is_refused(&w, "/connectors", robot(&format!("http://{host}/legacy"), json!([])), "base_url").await;
        is_refused(&w, "/connectors", robot("https://stock.example.com", json!(["cdn.example.com", host])), "robot.hosts[1]").await;
    }
    is_refused(&w, "/connectors", robot("https://stock.example.com", json!(["10.0.0.9:8443"])), "robot.hosts[0]").await;
    assert_eq!(w.get("/connectors", &w.a.admin).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn a_change_is_judged_like_what_is_new() {
    let w = world().await;
    w.post("/connectors", &w.a.admin, of_token("https://id.example.com/token")).await.ok(201);
    w.post("/connectors", &w.a.admin, robot("https://stock.example.com", json!(["cdn.example.com:8443"]))).await.ok(201);
    let change = async |name: &str, body: Value| {
        let path = format!("/connectors/{name}");
        let tag = w.get(&path, &w.a.admin).await.header("etag").to_owned();
        let problem = with(&w, "PATCH", &path, &w.a.admin, &[("if-match", &tag)], body).await.problem(422, "address_not_allowed");
        problem["errors"][0]["field"].as_str().unwrap().to_owned()
    };
    let auth = of_token("http://10.0.0.1/token")["auth"].clone();
    assert_eq!(change("crm", json!({"auth": auth})).await, "auth.token_url");
    assert_eq!(change("crm", json!({"base_url": "http://10.0.0.1"})).await, "base_url");
    let inside = robot("", json!(["10.0.0.9"]))["robot"].clone();
    assert_eq!(change("stock", json!({"robot": inside})).await, "robot.hosts[0]");
}

#[tokio::test]
async fn a_robot_that_is_only_tried_is_judged_as_well() {
    let w = world().await;
    let routine = robot("", json!([]))["robot"]["operations"][0].clone();
    let tried = |base_url: &str, hosts: Value| json!({"base_url": base_url, "hosts": hosts, "routine": routine.clone(), "input": {}});
    for path in ["/robot-rehearsals", "/robot-recordings"] {
        is_refused(&w, path, tried("http://10.0.0.1", json!([])), "base_url").await;
        is_refused(&w, path, tried("https://stock.example.com", json!(["169.254.169.254"])), "hosts[0]").await;
        let odd = tried("https://stock.example.com", json!(["https://cdn.example.com/x"]));
        let problem = w.post(path, &w.a.admin, odd).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], "hosts[0]");
    }
}
