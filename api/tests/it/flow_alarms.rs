//! A monitoring system's alarm begins a flow: Prometheus Alertmanager posts, showing the flow's secret because it cannot sign. The
//! same notification begins one run, however often it comes; a ticket is opened for each alert that fires.

use crate::flow_runs::{live, secret};
use crate::flow_talk::until;
use crate::world::{Answer, World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const PLACE: &str = "/api/v1/hooks/flows/tnt_a/f";

fn flow() -> Value {
    let mut flow: Value = serde_json::from_str(include_str!("../../../examples/flows/alarm.json")).unwrap();
    flow["id"] = json!("f");
    flow
}

fn alert(service: &str, status: &str) -> Value {
    json!({
        "status": status, "fingerprint": format!("5f0c-{service}"),
        "labels": {"alertname": "OrdersFail", "service": service, "severity": "critical"},
        "annotations": {"summary": format!("{service}: 12% of orders fail")},
        "startsAt": "2026-11-30T01:15:00Z", "endsAt": if status == "firing" { "0001-01-01T00:00:00Z" } else { "2026-11-30T01:45:00Z" },
        "generatorURL": "http://prometheus.example/graph?g0.expr=orders_failed",
    })
}

fn notification(status: &str, alerts: &[Value]) -> Value {
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"OrdersFail\"}", "truncatedAlerts": 0, "status": status, "receiver": "qingniao",
        "groupLabels": {"alertname": "OrdersFail"}, "commonLabels": {"alertname": "OrdersFail", "severity": "critical"},
        "commonAnnotations": {}, "externalURL": "http://alertmanager.example", "alerts": alerts,
    })
}

async fn posted(w: &World, secret: &str, more: &[(&str, &str)], body: &Value, path: &str) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json").header("authorization", format!("Bearer {secret}"));
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    w.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn titles(w: &World) -> Vec<String> {
    let tickets = w.get("/tickets", &w.a.agent).await.ok(200);
    let mut found: Vec<String> =
        tickets["items"].as_array().unwrap().iter().filter_map(|one| one["title"].as_str().map(str::to_owned)).collect();
    found.sort();
    found
}

#[tokio::test]
async fn an_alarm_that_is_posted_again_begins_one_run_and_opens_a_ticket_for_each_alert() {
    let w = world().await;
    live(&w, flow()).await;
    let secret = secret(&w).await;
    let fires = notification("firing", &[alert("checkout", "firing"), alert("cart", "resolved"), alert("stock", "firing")]);
    let first = posted(&w, &secret, &[], &fires, PLACE).await.ok(202);
    let again = posted(&w, &secret, &[], &fires, PLACE).await.ok(202);
    assert_eq!((&first["repeated"], &again["repeated"], &again["run_id"]), (&json!(false), &json!(true), &first["run_id"]));
    let run = until(&w, first["run_id"].as_str().unwrap(), "done").await;
    assert_eq!(run["trigger"], "webhook");
    let expected = ["OrdersFail checkout", "OrdersFail stock"];
    assert_eq!(titles(&w).await, expected);

    // What is over is another notification, and opens nothing.
    let over = notification("resolved", &[alert("checkout", "resolved"), alert("stock", "resolved")]);
    let ended = posted(&w, &secret, &[], &over, PLACE).await.ok(202);
    assert_eq!(ended["repeated"], false);
    until(&w, ended["run_id"].as_str().unwrap(), "done").await;
    assert_eq!(titles(&w).await, expected);
    assert_eq!(w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_shows_the_secret_may_name_the_call_and_nobody_else_is_let_in() {
    let w = world().await;
    live(&w, flow()).await;
    let secret = secret(&w).await;
    let body = notification("resolved", &[]);
    posted(&w, &qn_channel::generate_secret(), &[], &body, PLACE).await.problem(401, "wrong_hook_secret");
    posted(&w, "no secret", &[], &body, PLACE).await.problem(401, "wrong_hook_secret");
    posted(&w, &w.a.admin, &[], &body, PLACE).await.problem(401, "wrong_hook_secret");
    posted(&w, &secret, &[], &body, "/api/v1/hooks/flows/tnt_b/f").await.problem(404, "not_found");
    posted(&w, &secret, &[("webhook-id", "a.b")], &body, PLACE).await.problem(400, "bad_call_id");
    // A signature that is there is what counts.
    posted(&w, &secret, &[("webhook-id", "n1"), ("webhook-signature", "v1,AAAA")], &body, PLACE).await.problem(401, "bad_signature");
    let one = posted(&w, &secret, &[("webhook-id", "n1")], &body, PLACE).await.ok(202);
    let two = posted(&w, &secret, &[("webhook-id", "n2")], &body, PLACE).await.ok(202);
    let again = posted(&w, &secret, &[("webhook-id", "n1")], &notification("firing", &[]), PLACE).await.ok(202);
    assert_eq!((one["run_id"] == two["run_id"], &again["run_id"], &again["repeated"]), (false, &one["run_id"], &json!(true)));
    // The same words may be said twice to runs that wait: a signal has a name.
    let signals = format!("{PLACE}/signals/payment");
    posted(&w, &secret, &[], &json!({"order_id": "SO-1"}), &signals).await.problem(400, "bad_call_id");
    posted(&w, &secret, &[("webhook-id", "s1")], &json!({"order_id": "SO-1"}), &signals).await.ok(202);
}
