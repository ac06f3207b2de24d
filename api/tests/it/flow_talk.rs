//! What the bot says off the straight way, signals by what they are about, failures that nobody is at, and a flow that has never run
//! played over past conversations.

use crate::flow_runs::{live, raw, secret};
use crate::flows::{made, publish};
use crate::world::{World, world};
use serde_json::{Value, json};

#[tokio::test]
async fn a_company_has_its_own_words_and_gets_the_built_in_ones_back() {
    let w = world().await;
    let first = w.get("/repairs", &w.a.agent).await.ok(200);
    let one = |list: &Value, name: &str| list["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!((&first["version"], &first["silence_minutes"]), (&json!(0), &json!(5)));
    assert_eq!((&one(&first, "cancelled")["zh"], &one(&first, "cancelled")["places"]), (&json!(""), &json!(["name"])));
    let body =
        json!({"texts": {"cancelled": {"zh": "{name}先放一放。"}, "resume": {"zh": " ", "en": ""}}, "silence_minutes": 0, "version": 0});
    w.call("PUT", "/repairs", &w.a.agent, body.clone()).await.problem(403, "forbidden");
    let put = w.call("PUT", "/repairs", &w.a.supervisor, body.clone()).await.ok(200);
    assert_eq!(
        (&one(&put, "cancelled")["zh"], &put["silence_minutes"], &put["version"]),
        (&json!("{name}先放一放。"), &json!(0), &json!(1))
    );
    w.call("PUT", "/repairs", &w.a.supervisor, body).await.problem(412, "precondition_failed");
    assert_eq!(w.get("/repairs", &w.b.admin).await.ok(200)["version"], 0, "another company has its own");
    for wrong in [
        json!({"texts": {"nothing": {"zh": "x"}}, "silence_minutes": 0, "version": 1}),
        json!({"texts": {"resume": {"zh": "x".repeat(501)}}, "silence_minutes": 0, "version": 1}),
        json!({"texts": {}, "silence_minutes": 1441, "version": 1}),
    ] {
        w.call("PUT", "/repairs", &w.a.supervisor, wrong).await.problem(422, "invalid_field");
    }
    let body = json!({"texts": {}, "silence_minutes": 5, "version": 1});
    let back = w.call("PUT", "/repairs", &w.a.supervisor, body).await.ok(200);
    assert_eq!(one(&back, "cancelled")["zh"], "");
}

/// Waits for the payment of an order, in a loop and behind a sub-flow's wall alike.
fn waits() -> Value {
    json!({
        "format": 1, "id": "f", "name": "等付款", "name_en": "Wait for payment",
        "variables": [{"name": "order", "zh": "订单号", "en": "Order", "type": "text", "input": true}, {"name": "paid", "type": "object"}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "webhook"}},
            {"id": "wait", "kind": "signal", "timeout_ms": 9_000_000,
                "settings": {"signal": "payment", "field": "order_id", "equals": "{{ order }}", "save": "paid"}},
            {"id": "end", "kind": "end", "settings": {"output": "{{ paid }}"}},
            {"id": "late", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "wait"}, {"from": "wait", "to": "end"}, {"from": "wait", "port": "error", "to": "late"}],
    })
}

async fn begins(w: &World, order: &str) -> String {
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({"input": {"order": order}})).await.ok(201);
    run["run_id"].as_str().unwrap().to_owned()
}

pub async fn until(w: &World, run: &str, state: &str) -> Value {
    for _ in 0..1_000 {
        let seen = w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200);
        if seen["state"] == state {
            return seen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{run} is never {state}");
}

#[tokio::test]
async fn a_signal_finds_runs_by_what_it_is_about_by_api_and_by_a_signed_call() {
    let w = world().await;
    live(&w, waits()).await;
    let (one, two) = (begins(&w, "SO-1").await, begins(&w, "SO-2").await);
    for run in [&one, &two] {
        until(&w, run, "parked").await;
    }
    let signal = |id: &str, order: &str| json!({"id": id, "name": "payment", "payload": {"order_id": order, "amount": 5}});
    w.post("/flow-signals", &w.a.agent, signal("s1", "SO-2")).await.problem(403, "forbidden");
    let told = w.post("/flow-signals", &w.a.supervisor, signal("s1", "SO-2")).await.ok(200);
    assert_eq!((&told["runs"], &told["kept_until"], &told["repeated"]), (&json!([two]), &Value::Null, &json!(false)));
    assert_eq!(until(&w, &two, "done").await["output"]["amount"], 5);
    assert_eq!(w.get(&format!("/runs/{one}"), &w.a.agent).await.ok(200)["state"], "parked");
    let again = w.post("/flow-signals", &w.a.supervisor, signal("s1", "SO-2")).await.ok(200);
    assert_eq!((&again["runs"], &again["repeated"]), (&json!([]), &json!(true)));
    let elsewhere = w.post("/flow-signals", &w.b.admin, signal("s9", "SO-1")).await.ok(200);
    assert_eq!(elsewhere["runs"], json!([]), "another company's runs hear nothing");

    let secret = secret(&w).await;
    let path = "/api/v1/hooks/flows/tnt_a/f/signals/payment";
    let now = w.engine.now();
    let body = json!({"order_id": "SO-1", "amount": 7}).to_string().into_bytes();
    raw(&w, &qn_channel::generate_secret(), ("c1", now), body.clone(), path).await.problem(401, "bad_signature");
    raw(&w, &secret, ("c2", now), b"[1]".to_vec(), path).await.problem(422, "invalid_field");
    let told = raw(&w, &secret, ("c1", now), body.clone(), path).await.ok(202);
    assert_eq!(told["runs"], json!([one]));
    assert_eq!(until(&w, &one, "done").await["output"]["amount"], 7);

    let kept = w.post("/flow-signals", &w.a.supervisor, signal("early", "SO-3")).await.ok(200);
    assert!(kept["kept_until"].as_i64().unwrap() > now);
    let three = begins(&w, "SO-3").await;
    until(&w, &three, "done").await;
    let four = begins(&w, "SO-3").await;
    until(&w, &four, "parked").await;
    w.post("/flow-signals", &w.a.supervisor, json!({"id": "x", "name": "payment", "payload": {"order": {"id": 1}}}))
        .await
        .problem(422, "invalid_field");
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["name_en"], "Wait for payment");
}

#[tokio::test]
async fn a_failure_that_nobody_is_at_is_listed_counted_and_closed() {
    let w = world().await;
    let fails = json!({
        "format": 1, "id": "f", "name": "失败",
        "nodes": [{"id": "start", "kind": "start"}, {"id": "end", "kind": "end", "settings": {"failed": "no"}}],
        "edges": [{"from": "start", "to": "end"}],
    });
    live(&w, fails).await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
        until(&w, &run, "failed").await;
        runs.push(run);
    }
    assert_eq!(w.get("/runs/dead", &w.a.agent).await.ok(200)["count"], 2);
    assert_eq!(w.get("/runs?dead=true", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(w.get("/runs/dead", &w.b.admin).await.ok(200)["count"], 0);
    let close = format!("/runs/{}/close", runs[0]);
    w.post(&close, &w.a.agent, json!({})).await.problem(403, "forbidden");
    w.post(&close, &w.a.supervisor, json!({"note": "已线下退款"})).await.ok(204);
    w.post(&close, &w.a.supervisor, json!({})).await.problem(422, "invalid_field");
    w.post("/runs/run_none/close", &w.a.supervisor, json!({})).await.problem(404, "not_found");
    let closed = w.get(&format!("/runs/{}", runs[0]), &w.a.agent).await.ok(200)["closed"].clone();
    assert_eq!((&closed["by"], &closed["note"]), (&json!("usr_supervisor_a"), &json!("已线下退款")));
    let left = w.get("/runs?dead=true", &w.a.agent).await.ok(200);
    assert_eq!((left["items"].as_array().unwrap().len(), &left["items"][0]["id"]), (1, &json!(runs[1])));
    assert_eq!(w.get("/runs/dead", &w.a.agent).await.ok(200)["count"], 1);
}

#[tokio::test]
async fn a_flow_that_never_ran_is_played_over_conversations_with_its_words() {
    let w = world().await;
    let document = json!({
        "format": 1, "id": "f", "name": "换货", "variables": [{"name": "why", "type": "text"}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "message", "phrases": ["我要换货"]}},
            {"id": "ask", "kind": "ask", "timeout_ms": 60_000, "settings": {"text": "为什么换？", "save": "why"}},
            {"id": "told", "kind": "say", "settings": {"text": "记下了：{{ why }}"}},
            {"id": "end", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "ask"}, {"from": "ask", "to": "told"}, {"from": "ask", "port": "unclear", "to": "end"},
            {"from": "ask", "port": "error", "to": "end"}, {"from": "told", "to": "end"}],
    });
    made(&w, "f", document.clone()).await;
    let nothing = w.post("/flows/f/backtest", &w.a.supervisor, json!({"document": document})).await.ok(200);
    assert_eq!((&nothing["from_conversations"], &nothing["items"]), (&json!(true), &json!([])));
    let (visitor, _) = w.asked(&w.a, "你好，我要换货").await;
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "2", "text": "尺码太小"})).await.ok(201);
    let found = w.post("/flows/f/backtest", &w.a.supervisor, json!({"document": document})).await.ok(200);
    let [one] = found["items"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&one["run_id"], &one["now"]["status"]), (&Value::Null, &json!("done")));
    assert_eq!(one["now"]["said"], json!(["为什么换？", "记下了：尺码太小"]));
    assert_eq!(one["differs"], json!(["said"]));
    assert!(one["conversation_id"].as_str().unwrap().starts_with("cnv_"));
}

#[tokio::test]
async fn a_published_flow_takes_the_place_of_words_where_it_can() {
    let w = world().await;
    let flow = |id: &str, last: Value| {
        json!({
            "format": 1, "id": id, "name": id,
            "nodes": [{"id": "start", "kind": "start"}, last, {"id": "end", "kind": "end"}],
            "edges": [{"from": "start", "to": "do"}, {"from": "do", "to": "end"}],
        })
    };
    made(&w, "notes", flow("notes", json!({"id": "do", "kind": "say", "settings": {"text": "已记下"}}))).await;
    made(&w, "gives", flow("gives", json!({"id": "do", "kind": "hand_off"}))).await;
    made(&w, "silent", flow("silent", json!({"id": "do", "kind": "label", "settings": {"add": ["x"]}}))).await;
    let bind = async |at: &str, id: &str, version: i64| {
        let body = json!({"texts": {}, "silence_minutes": 5, "flows": {at: id}, "version": version});
        w.call("PUT", "/repairs", &w.a.supervisor, body).await
    };
    let refused = bind("hand_off", "gives", 0).await.problem(422, "invalid_field");
    assert_eq!(refused["errors"][0]["field"], "flows.hand_off", "a draft alone begins nothing");
    for id in ["notes", "gives", "silent"] {
        publish(&w, &w.a.supervisor, id, 1).await.ok(200);
    }
    bind("hand_off", "notes", 0).await.problem(422, "invalid_field");
    bind("cannot_handle", "silent", 0).await.problem(422, "invalid_field");
    bind("greeting", "notes", 0).await.problem(422, "invalid_field");
    assert_eq!(bind("cannot_handle", "notes", 0).await.ok(200)["flows"], json!({"cannot_handle": "notes"}));
    assert_eq!(bind("hand_off", "gives", 1).await.ok(200)["flows"], json!({"hand_off": "gives"}));
    // One that was switched off since may stay; the words are said meanwhile.
    w.post("/flows/gives/disable", &w.a.supervisor, json!({"note": "停"})).await.ok(200);
    bind("hand_off", "gives", 2).await.ok(200);
    assert_eq!(w.get("/repairs", &w.a.agent).await.ok(200)["flows"], json!({"hand_off": "gives"}));
    for (version, at) in [(3, "silence"), (4, "clarify"), (5, "cancelled")] {
        bind(at, "silent", version).await.problem(422, "invalid_field");
        assert_eq!(bind(at, "notes", version).await.ok(200)["flows"], json!({at: "notes"}));
    }
}
