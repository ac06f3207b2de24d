//! Alarms begin flows: a monitoring system posts, showing the flow's secret because it cannot sign. Each firing begins one run, however
//! often it is told, and the run hears when it is over.

use crate::flow_runs::{live, secret};
use crate::flow_talk::until;
use crate::world::{Answer, World, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const PLACE: &str = "/api/v1/hooks/flows/tnt_a/f";

/// Opens a ticket and solves it when the alarm is over.
fn flow() -> Value {
    let mut flow: Value = serde_json::from_str(include_str!("../../../examples/flows/alarm.json")).unwrap();
    flow["id"] = json!("f");
    flow
}

/// Ends at once with what it was told.
fn telling(start: &Value) -> Value {
    json!({
        "format": 1, "id": "f", "name": "告警",
        "variables": [{"name": "severity", "type": "text", "input": true, "default": ""}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": start},
            {"id": "end", "kind": "end", "settings": {"output": "{{ context.event }}"}},
        ],
        "edges": [{"from": "start", "to": "end"}],
    })
}

fn alert(service: &str, status: &str) -> Value {
    began(service, status, "2026-11-30T01:15:00Z")
}

fn began(service: &str, status: &str, at: &str) -> Value {
    json!({
        "status": status, "fingerprint": format!("5f0c-{service}"),
        "labels": {"alertname": "OrdersFail", "service": service, "severity": "critical"},
        "annotations": {"summary": format!("{service}: 12% of orders fail")},
        "startsAt": at, "endsAt": if status == "firing" { "0001-01-01T00:00:00Z" } else { "2026-11-30T01:45:00Z" },
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

async fn runs(w: &World) -> usize {
    w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len()
}

/// The ids of the runs that a call told of, and whether each knew before.
fn told(taken: &Value) -> Vec<(String, bool)> {
    let runs = taken["runs"].as_array().unwrap();
    runs.iter().map(|run| (run["run_id"].as_str().unwrap().to_owned(), run["repeated"] == true)).collect()
}

#[tokio::test]
async fn every_alert_of_a_notification_begins_a_run_and_posted_again_it_begins_none() {
    let w = world().await;
    live(&w, flow()).await;
    let secret = secret(&w).await;
    let three = notification("firing", &[alert("checkout", "firing"), alert("cart", "firing"), alert("stock", "firing")]);
    let first = posted(&w, &secret, &[], &three, PLACE).await.ok(200);
    let again = posted(&w, &secret, &[("webhook-id", "n2")], &three, PLACE).await.ok(200);
    let (first, again) = (told(&first), told(&again));
    assert!(first.len() == 3 && first.iter().all(|(_, repeated)| !repeated));
    assert_eq!(again, first.iter().map(|(run, _)| (run.clone(), true)).collect::<Vec<_>>());
    for (run, _) in &first {
        let run = until(&w, run, "parked").await;
        assert_eq!((&run["trigger"], &run["context"]["event"]["status"]), (&json!("alarm"), &json!("firing")));
    }
    assert_eq!(titles(&w).await, ["OrdersFail cart", "OrdersFail checkout", "OrdersFail stock"]);

    // The reminder of a group that one more has joined is news of that one alone.
    let four = notification("firing", &[alert("checkout", "firing"), alert("pay", "firing")]);
    let taken = told(&posted(&w, &secret, &[], &four, PLACE).await.ok(200));
    assert_eq!((taken[0].1, taken[1].1), (true, false));
    // Fires again later, under another beginning.
    let later = notification("firing", &[began("checkout", "firing", "2026-11-30T05:00:00Z")]);
    let taken = told(&posted(&w, &secret, &[], &later, PLACE).await.ok(200));
    assert!(!taken[0].1 && taken[0].0 != first[0].0);
    assert_eq!(runs(&w).await, 5);
}

#[tokio::test]
async fn the_run_that_an_alarm_began_hears_when_it_is_over() {
    let w = world().await;
    live(&w, flow()).await;
    let secret = secret(&w).await;
    let fires = notification("firing", &[alert("checkout", "firing"), alert("stock", "firing")]);
    let begun = told(&posted(&w, &secret, &[], &fires, PLACE).await.ok(200));
    // One is over at once, perhaps before its run listens; of another nobody has heard.
    let over = notification("firing", &[alert("checkout", "resolved"), alert("stock", "firing"), alert("cart", "resolved")]);
    let taken = posted(&w, &secret, &[], &over, PLACE).await.ok(200);
    assert_eq!(
        (&taken["passed_over"], &taken["runs"][0]["resolved"], &taken["runs"][1]["resolved"]),
        (&json!(1), &json!(true), &json!(false))
    );
    assert_eq!((&taken["runs"][0]["run_id"], &taken["runs"][0]["key"]), (&json!(begun[0].0), &json!("5f0c-checkout@2026-11-30T01:15:00Z")));
    let done = until(&w, &begun[0].0, "done").await;
    until(&w, &begun[1].0, "parked").await;
    let ticket = w.get(&format!("/tickets/{}", done["output"]["id"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!((&ticket["ticket"]["title"], &ticket["ticket"]["state"]), (&json!("OrdersFail checkout"), &json!("solved")));
    // Told again, and told of another firing, it changes nothing.
    let taken = posted(&w, &secret, &[], &over, PLACE).await.ok(200);
    assert_eq!((&taken["passed_over"], taken["runs"].as_array().unwrap().len()), (&json!(2), 1));
    let other = notification("resolved", &[began("stock", "resolved", "2026-11-30T05:00:00Z")]);
    assert_eq!(posted(&w, &secret, &[], &other, PLACE).await.ok(200)["passed_over"], 1);
    assert_eq!(w.get(&format!("/runs/{}", begun[1].0), &w.a.agent).await.ok(200)["state"], "parked");
    let over = notification("resolved", &[alert("stock", "resolved")]);
    posted(&w, &secret, &[], &over, PLACE).await.ok(200);
    until(&w, &begun[1].0, "done").await;
    assert_eq!(runs(&w).await, 2);
}

#[tokio::test]
async fn a_flow_may_leave_unsaid_that_an_alarm_is_over() {
    let w = world().await;
    let mut flow = flow();
    flow["nodes"][0]["settings"]["resolved"] = json!("nothing");
    live(&w, flow).await;
    let secret = secret(&w).await;
    let begun = told(&posted(&w, &secret, &[], &notification("firing", &[alert("stock", "firing")]), PLACE).await.ok(200));
    until(&w, &begun[0].0, "parked").await;
    let over = notification("resolved", &[alert("stock", "resolved")]);
    assert_eq!(posted(&w, &secret, &[], &over, PLACE).await.ok(200), json!({"runs": [], "passed_over": 1}));
    assert_eq!(w.get(&format!("/runs/{}", begun[0].0), &w.a.agent).await.ok(200)["state"], "parked");
}

#[tokio::test]
async fn a_flow_that_is_off_begins_nothing_and_its_runs_hear_that_an_alarm_is_over() {
    let w = world().await;
    live(&w, flow()).await;
    let secret = secret(&w).await;
    let begun =
        told(&posted(&w, &secret, &[], &notification("firing", &[alert("stock", "firing"), alert("cart", "firing")]), PLACE).await.ok(200));
    for (run, _) in &begun {
        until(&w, run, "parked").await;
    }
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    let over = notification("resolved", &[alert("stock", "resolved"), alert("pay", "resolved")]);
    let taken = posted(&w, &secret, &[], &over, PLACE).await.ok(200);
    assert_eq!((&taken["passed_over"], told(&taken)), (&json!(1), vec![begun[0].clone()]));
    until(&w, &begun[0].0, "done").await;
    // What fires is refused, after the others had their turn.
    let mixed = notification("firing", &[alert("pay", "firing"), alert("cart", "resolved")]);
    posted(&w, &secret, &[], &mixed, PLACE).await.problem(409, "flow_off");
    until(&w, &begun[1].0, "done").await;
    assert_eq!(runs(&w).await, 2);
}

#[tokio::test]
async fn only_alarms_that_a_start_asks_for_begin_runs_and_a_run_reads_one_form_whoever_sends() {
    let w = world().await;
    let start = json!({"trigger": "alarm", "alarm": "Orders*", "severity": "warning", "severities": ["P1"], "labels": ["service=check*"]});
    live(&w, telling(&start)).await;
    let secret = secret(&w).await;
    let others = json!([
        {"name": "OrdersFail", "severity": "info", "key": "1", "labels": {"service": "checkout"}},
        {"name": "OrdersFail", "severity": "P2", "key": "2", "labels": {"service": "checkout"}},
        {"name": "OrdersFail", "severity": "critical", "key": "3", "labels": {"service": "cart"}},
        {"name": "DiskFull", "severity": "critical", "key": "4", "labels": {"service": "checkout"}},
        {"name": "OrdersFail", "severity": "p1", "key": "5", "labels": {"service": "checkout"}, "source": "zabbix", "summary": "12%"},
    ]);
    let taken = posted(&w, &secret, &[], &others, PLACE).await.ok(200);
    assert_eq!((&taken["passed_over"], told(&taken).len()), (&json!(4), 1));
    let run = until(&w, &told(&taken)[0].0, "done").await;
    assert_eq!(run["input"], json!({"severity": "p1"}), "what is named like an input is one");
    assert_eq!(
        run["output"],
        json!({"name": "OrdersFail", "severity": "p1", "status": "firing", "key": "5", "labels": {"service": "checkout"}, "annotations": {},
            "summary": "12%", "description": "", "values": {}, "starts_at": null, "link": "", "source": "zabbix"})
    );
    let taken = posted(&w, &secret, &[], &notification("firing", &[alert("checkout", "firing")]), PLACE).await.ok(200);
    let event = until(&w, &told(&taken)[0].0, "done").await["output"].clone();
    assert_eq!((&event["source"], &event["summary"]), (&json!("alertmanager"), &json!("checkout: 12% of orders fail")));
    assert_eq!(event["link"], "http://prometheus.example/graph?g0.expr=orders_failed");
}

#[tokio::test]
async fn a_body_that_is_no_alarm_is_refused_by_its_place_and_nothing_begins() {
    let w = world().await;
    live(&w, telling(&json!({"trigger": "alarm"}))).await;
    let secret = secret(&w).await;
    let mut undated = alert("stock", "firing");
    undated.as_object_mut().unwrap().remove("startsAt");
    for (body, field) in [
        (notification("firing", &[alert("cart", "firing"), undated]), "alerts[1].startsAt"),
        (notification("firing", &[alert("cart", "asleep")]), "alerts[0].status"),
        (json!({"name": "磁盘", "key": "1", "sumary": "95%"}), "sumary"),
        (json!([{"name": "磁盘"}]), "[0].key"),
        (json!("磁盘"), "body"),
        (Value::from(vec![json!({"name": "a", "key": "k"}); 201]), "body"),
    ] {
        let problem = posted(&w, &secret, &[], &body, PLACE).await.problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    let (good, other) = (json!({"name": "磁盘", "key": "1"}), qn_channel::generate_secret());
    posted(&w, &other, &[], &good, PLACE).await.problem(401, "wrong_hook_secret");
    posted(&w, &secret, &[], &good, "/api/v1/hooks/flows/tnt_b/f").await.problem(404, "not_found");
    assert_eq!(runs(&w).await, 0);
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    posted(&w, &secret, &[], &good, PLACE).await.problem(409, "flow_off");
    w.post("/flows/f/enable", &w.a.supervisor, json!({})).await.ok(200);
    assert_eq!(told(&posted(&w, &secret, &[], &good, PLACE).await.ok(200)).len(), 1);
}

#[tokio::test]
async fn a_webhook_may_take_a_notification_as_it_is() {
    let w = world().await;
    live(&w, telling(&json!({"trigger": "webhook"}))).await;
    let secret = secret(&w).await;
    let body = notification("firing", &[alert("checkout", "firing"), alert("cart", "resolved")]);
    let first = posted(&w, &secret, &[], &body, PLACE).await.ok(202);
    let again = posted(&w, &secret, &[], &body, PLACE).await.ok(202);
    assert_eq!((&first["repeated"], &again["repeated"], &again["run_id"]), (&json!(false), &json!(true), &first["run_id"]));
    let run = until(&w, first["run_id"].as_str().unwrap(), "done").await;
    assert_eq!((&run["trigger"], &run["output"]), (&json!("webhook"), &body));
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    posted(&w, &secret, &[], &notification("resolved", &[alert("cart", "resolved")]), PLACE).await.problem(409, "flow_off");
}

#[tokio::test]
async fn who_shows_the_secret_may_name_the_call_and_nobody_else_is_let_in() {
    let w = world().await;
    live(&w, telling(&json!({"trigger": "webhook"}))).await;
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
