//! What tickets are promised, over HTTP: due times by kind of level, the clock that waits with the ticket, and whom the chain tells.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Ten hours for every ticket, two for urgent ones.
async fn promise(w: &World, escalation: Value) {
    let policy = json!({
        "tickets": [{"id": "all", "when": {"all": []}, "sla": "normal"},
            {"id": "urgent", "when": {"fact": {"name": "ticket.priority", "is": ["urgent"]}}, "sla": "quick"}],
        "sla": {"normal": {"name": "一般", "resolution_seconds": 36_000, "escalation": escalation},
            "quick": {"name": "加急", "resolution_seconds": 7_200}},
    });
    let draft = w.call("PUT", "/routing/draft", &w.a.supervisor, json!({"policy": policy, "revision": 0})).await.ok(200);
    w.post("/routing/draft/publish", &w.a.supervisor, json!({"revision": draft["revision"]})).await.ok(200);
}

async fn opened(w: &World, body: Value) -> Value {
    w.post("/tickets", &w.a.agent, body).await.ok(201)
}

async fn change(w: &World, ticket: &Value, body: Value) -> Value {
    let (path, version) = (format!("/tickets/{}", ticket["id"].as_str().unwrap()), format!("\"{}\"", ticket["version"]));
    with(w, "PATCH", &path, &w.a.agent, &[("if-match", version.as_str())], body).await.ok(200)["ticket"].clone()
}

/// How long it has from its last change on, within a minute: the clock of these tests goes on by itself.
fn has(ticket: &Value, ms: i64) -> bool {
    (ticket["due_at"].as_i64().unwrap() - ticket["updated_at"].as_i64().unwrap() - ms).abs() < MINUTE
}

#[tokio::test]
async fn a_ticket_is_due_as_its_level_promises_and_its_clock_waits_with_it() {
    let w = world().await;
    promise(&w, json!([])).await;
    let ticket = opened(&w, json!({"title": "投诉"})).await;
    let created = ticket["created_at"].as_i64().unwrap();
    assert!(has(&ticket, 10 * HOUR), "{ticket}");
    let promised = &ticket["sla"][0];
    assert_eq!((&promised["metric"], &promised["due_at"]), (&json!("resolution"), &ticket["due_at"]));
    assert!((promised["warn_at"].as_i64().unwrap() - created - 7 * HOUR - HOUR / 2).abs() < MINUTE, "at three quarters");
    w.advance(4 * HOUR);
    let waits = change(&w, &ticket, json!({"state": "waiting"})).await;
    assert_eq!((&waits["due_at"], &waits["sla"][0]["paused"]), (&json!(null), &json!(true)));
    w.advance(100 * HOUR);
    assert_eq!(w.get("/tickets?overdue=true", &w.a.agent).await.ok(200)["items"], json!([]));
    let works = change(&w, &waits, json!({"state": "working"})).await;
    assert!(has(&works, 6 * HOUR), "{works}");
    // Two hours were promised of an urgent one, and four are used.
    let urgent = change(&w, &works, json!({"priority": "urgent"})).await;
    assert_eq!(urgent["sla"][0]["breached"], true);
    assert!(has(&urgent, 0), "{urgent}");
    let eased = change(&w, &urgent, json!({"priority": "normal"})).await;
    assert!(has(&eased, 6 * HOUR) && eased["sla"][0]["breached"] == false, "{eased}");
    let solved = change(&w, &eased, json!({"state": "solved"})).await;
    assert!(solved["sla"][0]["done_at"].is_i64(), "{solved}");
    let reopened = change(&w, &solved, json!({"state": "working"})).await;
    assert!(has(&reopened, 6 * HOUR), "{reopened}");
}

#[tokio::test]
async fn a_time_that_somebody_gives_comes_before_the_promise() {
    let w = world().await;
    promise(&w, json!([])).await;
    let now = opened(&w, json!({"title": "x"})).await["created_at"].as_i64().unwrap();
    let given = opened(&w, json!({"title": "x", "due_at": now + HOUR})).await;
    assert_eq!((&given["due_at"], &given["sla"]), (&json!(now + HOUR), &json!([])));
    let urgent = change(&w, &given, json!({"priority": "urgent", "state": "waiting"})).await;
    assert_eq!((&urgent["due_at"], &urgent["sla"]), (&json!(now + HOUR), &json!([])), "it stays as it was given");
    let handed = change(&w, &urgent, json!({"due_at": null, "state": "working"})).await;
    assert!(has(&handed, 2 * HOUR) && handed["sla"][0]["paused"] == false, "{handed}");
    let again = change(&w, &handed, json!({"due_at": now + 3 * HOUR})).await;
    assert_eq!((&again["due_at"], &again["sla"]), (&json!(now + 3 * HOUR), &json!([])));
}

async fn history(w: &World, id: &str) -> Vec<Value> {
    let lines = w.get(&format!("/tickets/{id}/history"), &w.a.agent).await.ok(200);
    lines["items"].as_array().unwrap().clone()
}

/// Time goes by, and the outbox works until the history says so.
async fn pass(w: &World, ms: i64, id: &str, what: &str) -> Value {
    w.advance(ms);
    let stop = CancellationToken::new();
    let outbox = tokio::spawn(w.engine.clone().run_outbox(stop.clone()));
    let told = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            if let Some(line) = history(w, id).await.into_iter().find(|line| line["what"] == what) {
                return line;
            }
            tokio::task::yield_now().await;
        }
    });
    let told = told.await.unwrap_or_else(|_| panic!("never {what}"));
    stop.cancel();
    outbox.await.unwrap();
    told
}

#[tokio::test]
async fn the_chain_tells_who_has_it_then_supervisors_and_hands_it_to_a_team() {
    let w = world().await;
    let team = "tea_a";
    promise(
        &w,
        json!([{"at_percent": 75, "actions": ["notify_owner"]},
            {"at_percent": 100, "actions": ["notify_owner", "notify_supervisors", {"to_team": team}]}]),
    )
    .await;
    let ticket = opened(&w, json!({"title": "投诉", "assignee_id": "usr_agent_a"})).await;
    let id = ticket["id"].as_str().unwrap();
    let notices = async |token: &str| w.get("/notices", token).await.ok(200)["items"].as_array().unwrap().clone();
    let warned = pass(&w, 8 * HOUR, id, "warned").await;
    assert_eq!((&warned["changed"]["percent"], &warned["by"]["kind"]), (&json!(75), &json!("system")));
    let told = notices(&w.a.agent).await;
    assert_eq!((told.len(), &told[0]["ticket_id"], &told[0]["run_id"]), (1, &json!(id), &json!(null)));
    assert!(told[0]["title"].as_str().unwrap().contains("#1"), "{told:?}");
    assert!(notices(&w.a.supervisor).await.is_empty() && notices(&w.a.other_agent).await.is_empty());
    let breached = pass(&w, 3 * HOUR, id, "breached").await;
    assert_eq!(breached["changed"]["percent"], 100);
    assert_eq!((notices(&w.a.agent).await.len(), notices(&w.a.supervisor).await.len()), (2, 1));
    let late = w.get(&format!("/tickets/{id}"), &w.a.agent).await.ok(200)["ticket"].clone();
    assert_eq!(
        (&late["team_id"], &late["assignee_id"], &late["state"], &late["overdue"]),
        (&json!(team), &json!(null), &json!("open"), &json!(true))
    );
    // What is late stays late while it waits, and is not late anew afterwards.
    let waits = change(&w, &late, json!({"state": "waiting"})).await;
    assert_eq!((&waits["due_at"], &waits["overdue"]), (&late["due_at"], &json!(true)));
    let works = change(&w, &waits, json!({"state": "working"})).await;
    assert_eq!((&works["due_at"], &works["sla"][0]["due_at"]), (&late["due_at"], &late["due_at"]));
}

#[tokio::test]
async fn a_level_that_promises_no_resolution_is_refused_for_tickets() {
    let w = world().await;
    let policy = json!({"tickets": [{"id": "all", "when": {"all": []}, "sla": "answers"}],
        "sla": {"answers": {"name": "x", "first_response_seconds": 60}}});
    let refused = w.call("PUT", "/routing/draft", &w.a.supervisor, json!({"policy": policy, "revision": 0})).await;
    let errors = refused.problem(422, "invalid_field")["errors"].clone();
    assert!(errors[0]["field"].as_str().unwrap().ends_with("tickets[0].sla"), "{errors}");
}
