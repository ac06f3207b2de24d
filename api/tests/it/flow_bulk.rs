//! Runs searched for, and one act on all that fit: counted first, carried out once, noted with who and why, and nobody else's touched.

use crate::flow_runs::live;
use crate::settings::with;
use crate::world::{Answer, World, world};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Waits for a signal, with an order number it was begun with.
fn waiting() -> Value {
    json!({
        "format": 1, "id": "f", "name": "等信号",
        "variables": [{"name": "order", "type": "text", "input": true}, {"name": "heard", "type": "object"}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "wait", "kind": "signal", "timeout_ms": 9_000_000, "settings": {"signal": "arrived", "save": "heard"}},
            {"id": "end", "kind": "end", "settings": {"output": "{{ heard }} {{ order }}"}},
            {"id": "late", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": "wait"}, {"from": "wait", "to": "end"}, {"from": "wait", "port": "error", "to": "late"}],
    })
}

async fn started(w: &World, input: Value) -> String {
    w.advance(5);
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({"input": input})).await.ok(201);
    run["run_id"].as_str().unwrap().to_owned()
}

async fn found(w: &World, token: &str, query: &str) -> Vec<String> {
    let page = w.get(&format!("/runs?{query}"), token).await.ok(200);
    page["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
}

async fn order(w: &World, key: &str, body: Value) -> Answer {
    with(w, "POST", "/runs/bulk", &w.a.supervisor, &[("idempotency-key", key)], body).await
}

#[tokio::test]
async fn runs_are_searched_by_what_they_began_with_and_only_by_their_own_company() {
    let w = world().await;
    live(&w, waiting()).await;
    let (first, second) = (started(&w, json!({"order": "SO-1001"})).await, started(&w, json!({"order": "SO-2002"})).await);
    assert_eq!(found(&w, &w.a.agent, "q=so-100").await, std::slice::from_ref(&first));
    assert_eq!(found(&w, &w.a.agent, &format!("q={second}")).await, std::slice::from_ref(&second));
    assert_eq!(found(&w, &w.a.agent, "q=%20%20").await, [second.clone(), first.clone()]);
    assert_eq!(found(&w, &w.a.agent, "q=so-&state=done").await, Vec::<String>::new());
    assert!(found(&w, &w.b.agent, "q=so-").await.is_empty() && found(&w, &w.b.agent, &format!("q={first}")).await.is_empty());
}

#[tokio::test]
async fn an_act_on_all_that_fit_is_counted_carried_out_once_and_noted() {
    let w = world().await;
    live(&w, waiting()).await;
    let mut runs = Vec::new();
    for number in ["SO-1001", "SO-1002", "SO-2001"] {
        runs.push(started(&w, json!({"order": number})).await);
    }
    let pause = json!({"action": "pause", "filter": {"flow": "f", "q": "SO-100"}});
    let mut counted = pause.clone();
    counted["dry_run"] = true.into();
    assert_eq!(order(&w, "count", counted).await.ok(200), json!({"matched": 2, "done": 0, "refused": [], "more": false}));
    let held = async |run: &str| w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["paused_at"].is_i64();
    assert!(!held(&runs[0]).await, "counting changes nothing");
    let done = json!({"matched": 2, "done": 2, "refused": [], "more": false});
    assert_eq!(order(&w, "hold", pause.clone()).await.ok(200), done);
    assert!(held(&runs[0]).await && held(&runs[1]).await && !held(&runs[2]).await);
    // the same order again is the first; the same words as a new order find nobody to hold
    assert_eq!(order(&w, "hold", pause.clone()).await.ok(200), done);
    order(&w, "hold", json!({"action": "cancel", "filter": {}})).await.problem(422, "idempotency_key_reused");
    assert_eq!(order(&w, "again", pause).await.ok(200)["matched"], 0);
    assert_eq!(order(&w, "go", json!({"action": "resume", "filter": {}})).await.ok(200)["done"], 2);
    assert!(!held(&runs[0]).await);

    let cancel = json!({"action": "cancel", "filter": {"state": "parked", "q": "so-1001"}, "reason": "弄错了"});
    w.post("/runs/bulk", &w.a.agent, cancel.clone()).await.problem(403, "forbidden");
    assert_eq!(w.post("/runs/bulk", &w.b.supervisor, cancel.clone()).await.ok(200)["matched"], 0);
    assert_eq!(order(&w, "stop", cancel).await.ok(200)["done"], 1);
    let gone = w.get(&format!("/runs/{}", runs[0]), &w.a.agent).await.ok(200);
    assert!(gone["state"] == "cancelled" && gone["error"].as_str().unwrap().contains("supervisor a: 弄错了"), "{gone}");
    assert_eq!(w.get(&format!("/runs/{}", runs[1]), &w.a.agent).await.ok(200)["state"], "parked");
    w.post("/runs/bulk", &w.a.supervisor, json!({"action": "cancel", "filter": {"q": "x".repeat(101)}}))
        .await
        .problem(422, "invalid_field");

    let noted = w.get("/runs/bulk", &w.a.supervisor).await.ok(200)["items"].clone();
    let acts: Vec<&str> = noted.as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    let mut sorted = acts.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["cancel", "pause", "pause", "resume"], "what was only counted is no order");
    let last = noted.as_array().unwrap().iter().find(|one| one["action"] == "cancel").unwrap();
    assert_eq!((&last["by"], &last["reason"], &last["filter"]["q"]), (&json!("usr_supervisor_a"), &json!("弄错了"), &json!("so-1001")));
    assert_eq!(last["outcome"]["done"], 1);
    let theirs = w.get("/runs/bulk", &w.b.supervisor).await.ok(200)["items"].clone();
    assert_eq!(theirs.as_array().unwrap().len(), 1, "each company's orders are its own");
    w.get("/runs/bulk", &w.a.agent).await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_order_is_carried_out_to_its_end_also_when_nobody_waits_for_the_answer() {
    let w = world().await;
    live(&w, waiting()).await;
    for number in 0..30 {
        started(&w, json!({"order": format!("SO-{number}")})).await;
    }
    let orders = async || w.get("/runs/bulk", &w.a.supervisor).await.ok(200)["items"].clone();
    {
        let mut asked = Box::pin(order(&w, "gone", json!({"action": "cancel", "filter": {"q": "so-"}})));
        let noted = async {
            while orders().await == json!([]) {
                tokio::task::yield_now().await;
            }
        };
        // The browser goes as soon as the order stands.
        tokio::select! {
            () = noted => {}
            _ = &mut asked => {}
        }
    }
    for _ in 0..1_000 {
        let outcome = orders().await[0]["outcome"].clone();
        if outcome.is_object() {
            assert_eq!((&outcome["matched"], &outcome["done"]), (&json!(30), &json!(30)));
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("half carried out: {}", w.get("/runs?state=parked", &w.a.supervisor).await.ok(200));
}

/// Calls the address it is given, and fails where that says no.
fn calling() -> Value {
    json!({
        "format": 1, "id": "f", "name": "外呼", "variables": [{"name": "url", "type": "text", "input": true}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "call", "kind": "call", "timeout_ms": 2_000, "settings": {"method": "GET", "url": "{{ url }}/x"}},
            {"id": "end", "kind": "end"},
            {"id": "lost", "kind": "end", "settings": {"failed": "down"}},
        ],
        "edges": [{"from": "start", "to": "call"}, {"from": "call", "to": "end"}, {"from": "call", "port": "error", "to": "lost"}],
    })
}

/// A service that is down, and how often it was asked.
async fn down() -> (String, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&asked);
    let says = move || {
        seen.fetch_add(1, Ordering::SeqCst);
        async { axum::http::StatusCode::SERVICE_UNAVAILABLE }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(says)).await });
    (url, asked)
}

#[tokio::test]
async fn what_failed_is_retried_once_under_a_key_however_often_it_is_sent() {
    let w = world().await;
    live(&w, calling()).await;
    let (url, asked) = down().await;
    let run = started(&w, json!({"url": url})).await;
    let failed_after = async |times: u64| {
        for _ in 0..1_000 {
            let state = w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["state"].clone();
            if state == "failed" && asked.load(Ordering::SeqCst) == times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never failed after {times}, but {}", asked.load(Ordering::SeqCst));
    };
    failed_after(1).await;
    w.advance(5);
    let retry = json!({"action": "retry", "filter": {"dead": true, "q": url}});
    let first = order(&w, "k", retry.clone()).await.ok(200);
    assert_eq!((&first["matched"], &first["done"]), (&json!(1), &json!(1)));
    failed_after(2).await;
    assert_eq!(order(&w, "k", retry.clone()).await.ok(200), first);
    failed_after(2).await;
    w.advance(5);
    assert_eq!(order(&w, "another", retry).await.ok(200)["done"], 1);
    failed_after(3).await;
}
