//! Runs of flows over HTTP: started, decided, steered, begun by signed calls; shown to whom they concern, and to nobody else.

use crate::flows::{approval, made, publish};
use crate::settings::with;
use crate::world::{Answer, World, world};
use axum::body::Body;
use http::Request;
use qn_api_types::flow_run::FlowVisit;
use qn_channel::Signer;
use qn_runner::STUCK_MS;
use qn_store::flow_run::{FlowRun, RunStanding};
use qn_store::{RunChange, RunCommit};
use serde_json::{Value, json};

/// A published flow of this document, which names itself `f`.
pub async fn live(w: &World, document: Value) {
    made(w, "f", document).await;
    publish(w, &w.a.supervisor, "f", 1).await.ok(200);
}

async fn started(w: &World, token: &str, amount: i64) -> String {
    let run = w.post("/flows/f/runs", token, json!({"input": {"amount": amount}})).await.ok(201);
    run["run_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_run_is_started_once_under_its_key() {
    let w = world().await;
    made(&w, "f", approval()).await;
    w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.problem(409, "flow_off");
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let start = async |body: Value| with(&w, "POST", "/flows/f/runs", &w.a.supervisor, &[("idempotency-key", "k")], body).await;
    let first = start(json!({"input": {"amount": 5}})).await.ok(201);
    let again = start(json!({"input": {"amount": 5}})).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((&again.ok(200)["run_id"], again.json()["repeated"] == true, first["repeated"] == false), (&first["run_id"], true, true));
    start(json!({"input": {"amount": 6}})).await.problem(422, "idempotency_key_reused");
    let wrong = w.post("/flows/f/runs", &w.a.supervisor, json!({"input": {"sum": 6}})).await.problem(422, "invalid_field");
    assert_eq!(wrong["errors"][0]["field"], "input.sum");
    w.post("/flows/f/runs", &w.a.agent, json!({})).await.problem(403, "forbidden");
    assert_eq!(w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.problem(409, "flow_off");
}

#[tokio::test]
async fn an_approval_is_decided_by_those_it_is_for_and_once() {
    let w = world().await;
    live(&w, approval()).await;
    let by_supervisor = started(&w, &w.a.supervisor, 900).await;
    let by_admin = started(&w, &w.a.admin, 950).await;
    let seen = async |token: &str| {
        let list = w.get("/approvals", token).await.ok(200);
        let items = list["items"].as_array().unwrap().clone();
        items.into_iter().map(|a| (a["run_id"].as_str().unwrap().to_owned(), a["may_decide"] == true)).collect::<Vec<_>>()
    };
    assert!(seen(&w.a.agent).await.is_empty(), "what is for supervisors is not an agent's");
    let mut all = seen(&w.a.supervisor).await;
    all.sort_by_key(|(run, _)| *run != by_supervisor);
    assert_eq!(all, [(by_supervisor.clone(), false), (by_admin.clone(), true)], "nobody decides what they began");
    let one = w.get("/approvals", &w.a.admin).await.ok(200)["items"][0].clone();
    assert_eq!((&one["who"], &one["flow_name"], one["due_at"].is_i64()), (&json!("supervisor"), &json!("审批"), true));

    let decide = async |token: &str, run: &str, body: Value| w.post(&format!("/approvals/{run}/ok@/decide"), token, body).await;
    let yes = json!({"attempt": 1, "approved": true});
    decide(&w.a.agent, &by_supervisor, yes.clone()).await.problem(403, "approval_not_yours");
    decide(&w.a.supervisor, &by_supervisor, yes.clone()).await.problem(403, "approval_own");
    decide(&w.a.reader, &by_supervisor, yes.clone()).await.problem(403, "scope_missing");
    decide(&w.a.supervisor, &by_admin, json!({"attempt": 2, "approved": true})).await.problem(409, "approval_decided");
    w.post(&format!("/approvals/{by_admin}/nothing@/decide"), &w.a.supervisor, yes.clone()).await.problem(404, "not_found");
    let wish = json!({"attempt": 1, "approved": true, "payload": {"amount": 700}, "comment": "少退一点"});
    let decided = decide(&w.a.supervisor, &by_admin, wish).await.ok(200);
    assert_eq!((&decided["by"], &decided["payload"]["amount"]), (&json!("usr_supervisor_a"), &json!(700)));
    decide(&w.a.admin, &by_admin, yes).await.problem(409, "approval_decided");
    w.post(&format!("/runs/{by_admin}/pause"), &w.a.supervisor, json!({})).await.problem(409, "run_ended");
    let run = w.get(&format!("/runs/{by_admin}"), &w.a.agent).await.ok(200);
    assert_eq!((&run["state"], &run["trigger"], &run["version_number"]), (&json!("done"), &json!("api"), &json!(1)));
    let output = &run["output"];
    assert_eq!(
        (&output["payload"]["amount"], &output["comment"], &output["by_name"]),
        (&json!(700), &json!("少退一点"), &json!("supervisor a"))
    );
}

#[tokio::test]
async fn two_people_deciding_at_once_are_one_decision() {
    let w = world().await;
    live(&w, approval()).await;
    let run = w.post("/flows/f/runs", &w.a.other_agent, json!({})).await;
    run.problem(403, "forbidden");
    let secret = secret(&w).await;
    let run = call(&w, &secret, "c1", &json!({"amount": 5})).await.ok(202)["run_id"].as_str().unwrap().to_owned();
    let path = format!("/approvals/{run}/ok@/decide");
    let (yes, no) = tokio::join!(
        w.post(&path, &w.a.admin, json!({"attempt": 1, "approved": true})),
        w.post(&path, &w.a.supervisor, json!({"attempt": 1, "approved": false})),
    );
    let mut statuses = [yes.status.as_u16(), no.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", yes.text, no.text);
    let kept = w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["output"]["approved"].clone();
    assert_eq!(kept, json!(yes.status.as_u16() == 200));
}

/// Waits for a signal at a node of this name.
fn listening(node: &str) -> Value {
    json!({
        "format": 1, "id": "f", "name": "等信号", "variables": [{"name": "heard", "type": "object"}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": node, "kind": "signal", "timeout_ms": 9_000_000, "settings": {"signal": "arrived", "save": "heard"}},
            {"id": "end", "kind": "end", "settings": {"output": "{{ heard }}"}},
            {"id": "late", "kind": "end"},
        ],
        "edges": [{"from": "start", "to": node}, {"from": node, "to": "end"}, {"from": node, "port": "error", "to": "late"}],
    })
}

#[tokio::test]
async fn a_waiting_run_is_moved_to_a_version_that_knows_its_step_by_another_name() {
    let w = world().await;
    live(&w, listening("wait")).await;
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    let draft = w.get("/flows/f/draft", &w.a.supervisor).await.ok(200);
    let body = json!({"document": listening("hold"), "revision": draft["revision"], "base_hash": draft["base_hash"]});
    let saved = w.call("PUT", "/flows/f/draft", &w.a.supervisor, body).await.ok(200);
    publish(&w, &w.a.supervisor, "f", saved["revision"].as_i64().unwrap()).await.ok(200);
    let path = format!("/runs/{run}/move");
    let told = w.post(&path, &w.a.supervisor, json!({"version": "2"})).await.ok(200);
    assert!(told["moved"] == false && !told["problems"].as_array().unwrap().is_empty(), "{told}");
    let mapped = |dry: bool| json!({"version": "2", "nodes": {"wait": "hold"}, "dry_run": dry});
    assert_eq!(w.post(&path, &w.a.supervisor, mapped(true)).await.ok(200), json!({"moved": false, "problems": []}));
    assert_eq!(w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["version_number"], 1);
    assert_eq!(w.post(&path, &w.a.supervisor, mapped(false)).await.ok(200), json!({"moved": true, "problems": []}));
    w.post(&path, &w.a.agent, mapped(false)).await.problem(403, "forbidden");
    w.post(&path, &w.a.supervisor, json!({"version": "9"})).await.problem(404, "not_found");
    let signal = json!({"id": "s1", "name": "arrived", "payload": {"parcel": 7}});
    w.post(&format!("/runs/{run}/signal"), &w.a.supervisor, signal).await.ok(200);
    let ended = w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200);
    assert_eq!((&ended["state"], &ended["output"], &ended["version_number"]), (&json!("done"), &json!({"parcel": 7}), &json!(2)));
}

#[tokio::test]
async fn runs_are_listed_told_and_steered() {
    let w = world().await;
    live(&w, listening("wait")).await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        w.advance(5);
        runs.push(w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201)["run_id"].as_str().unwrap().to_owned());
    }
    let page = w.get("/runs?flow=f&state=parked&limit=3", &w.a.agent).await.ok(200);
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&page), [runs[3].clone(), runs[2].clone(), runs[1].clone()]);
    let rest = w.get(&format!("/runs?flow=f&state=parked&cursor={}", page["next_cursor"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!(ids(&rest), [runs[0].clone()]);
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["runs"]["parked"], 4);
    assert!(w.get("/runs?conversation=cnv_none", &w.a.agent).await.ok(200)["items"].as_array().unwrap().is_empty());

    let post = async |path: String, body: Value| w.post(&path, &w.a.supervisor, body).await;
    let signal = json!({"id": "s1", "name": "arrived", "payload": {"parcel": 7}});
    assert_eq!(post(format!("/runs/{}/signal", runs[0]), signal.clone()).await.ok(200), json!({"repeated": false}));
    post(format!("/runs/{}/signal", runs[0]), signal).await.problem(409, "run_ended");
    let told = w.get(&format!("/runs/{}", runs[0]), &w.a.agent).await.ok(200);
    assert_eq!((&told["state"], &told["output"]), (&json!("done"), &json!({"parcel": 7})));
    let waiting = w.get(&format!("/runs/{}", runs[1]), &w.a.agent).await.ok(200);
    let waits: Vec<FlowVisit> = serde_json::from_value(waiting["waits"].clone()).unwrap();
    let all: Vec<FlowVisit> = serde_json::from_value(waiting["steps"].clone()).unwrap();
    assert_eq!((waits[0].step.as_str(), all.len(), waiting["more"] == false), ("wait@", 2, true));

    post(format!("/runs/{}/pause", runs[1]), json!({})).await.ok(204);
    assert!(w.get(&format!("/runs/{}", runs[1]), &w.a.agent).await.ok(200)["paused_at"].is_i64());
    post(format!("/runs/{}/resume", runs[1]), json!({})).await.ok(204);
    assert_eq!(w.get(&format!("/runs/{}", runs[1]), &w.a.agent).await.ok(200)["paused_at"], Value::Null);
    post(format!("/runs/{}/cancel", runs[1]), json!({"reason": "弄错了"})).await.ok(204);
    let gone = w.get(&format!("/runs/{}", runs[1]), &w.a.agent).await.ok(200);
    assert!(gone["state"] == "cancelled" && gone["error"].as_str().unwrap().contains("supervisor a: 弄错了"), "{gone}");
    post(format!("/runs/{}/cancel", runs[1]), json!({})).await.problem(409, "run_ended");
    let many = post("/runs/cancel".into(), json!({"ids": [runs[1], runs[2], "run_none"]})).await.ok(200);
    assert_eq!(many, json!({"cancelled": [runs[2]], "refused": [runs[1], "run_none"]}));
    w.post(&format!("/runs/{}/cancel", runs[3]), &w.a.agent, json!({})).await.problem(403, "forbidden");
    post(format!("/runs/{}/retry", runs[3]), json!({})).await.problem(422, "invalid_field");
    post("/runs/run_none/retry".into(), json!({})).await.problem(404, "not_found");
    w.get("/runs/run_none", &w.a.agent).await.problem(404, "not_found");
}

#[tokio::test]
async fn no_address_that_a_run_is_given_reaches_inside() {
    let w = world().await;
    let document = json!({
        "format": 1, "id": "f", "name": "外呼", "variables": [{"name": "url", "type": "text", "input": true}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "call", "kind": "call", "timeout_ms": 2_000, "settings": {"method": "GET", "url": "{{ url }}/latest"}},
            {"id": "end", "kind": "end"},
            {"id": "lost", "kind": "end", "settings": {"output": "{{ error.kind }}"}},
        ],
        "edges": [{"from": "start", "to": "call"}, {"from": "call", "to": "end"}, {"from": "call", "port": "error", "to": "lost"}],
    });
    live(&w, document).await;
    for url in ["http://169.254.169.254", "http://10.0.0.1", "http://[::1]:1", "http://0x0a.1", "http://192.168.0.1:8080"] {
        let run = w.post("/flows/f/runs", &w.a.supervisor, json!({"input": {"url": url}})).await.ok(201);
        let path = format!("/runs/{}", run["run_id"].as_str().unwrap());
        let mut seen = Value::Null;
        for _ in 0..1_000 {
            seen = w.get(&path, &w.a.agent).await.ok(200);
            if seen["state"] == "done" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(seen["output"], "refused", "{url}");
        let told = seen["steps"].as_array().unwrap().iter().find(|step| step["node"] == "call").unwrap()["error"].clone();
        assert!(told["zh"].as_str().is_some_and(|zh| !zh.is_empty()), "{url}: {told}");
    }
}

/// A run of the live version that owes the outside something and that nobody moves.
async fn abandoned(w: &World, id: &str) {
    let hash = w.get("/flows/f", &w.a.agent).await.ok(200)["live"]["hash"].as_str().unwrap().to_owned();
    let now = w.engine.now();
    let run = FlowRun {
        id: id.to_owned(),
        tenant_id: "tnt_a".into(),
        flow_id: "f".to_owned(),
        version_hash: hash,
        trigger_key: id.to_owned(),
        standing: RunStanding::Active,
        error: None,
        error_zh: None,
        started_at: now,
        changed_at: now,
        conversation_id: None,
        contact_id: None,
        paused_at: None,
        search: String::new(),
    };
    let commit = RunCommit {
        tenant_id: "tnt_a".into(),
        run_id: id.to_owned(),
        position: 0,
        at: now,
        entries: "[]".to_owned(),
        run: RunChange::Begins(Box::new(run)),
        set_timers: vec![],
        drop_timers: vec![],
        set_tasks: vec![],
        drop_tasks: vec![],
        set_values: vec![],
        signal: None,
        effects: vec![],
    };
    w.engine.db.commit_run(commit).await.unwrap();
}

#[tokio::test]
async fn administrators_are_told_of_a_run_that_does_not_move_once() {
    let w = world().await;
    live(&w, approval()).await;
    let name = w.get("/flows/f", &w.a.agent).await.ok(200)["name"].as_str().unwrap().to_owned();
    abandoned(&w, "run_still").await;
    assert_eq!(w.engine.tell_stuck().await.unwrap(), 0, "it may be thinking");
    w.advance(STUCK_MS + 1);
    assert_eq!((w.engine.tell_stuck().await.unwrap(), w.engine.tell_stuck().await.unwrap()), (1, 0));
    let told = w.get("/notices", &w.a.admin).await.ok(200)["items"].clone();
    assert_eq!((told.as_array().unwrap().len(), &told[0]["run_id"]), (1, &json!("run_still")));
    assert_eq!(told[0]["title"], format!("A run of {name} does not move"));
    for token in [&w.a.agent, &w.b.admin] {
        assert_eq!(w.get("/notices", token).await.ok(200)["items"], json!([]));
    }
    abandoned(&w, "run_second").await;
    w.advance(STUCK_MS + 1);
    let listed = w.get("/runs?stuck=true", &w.a.agent).await.ok(200);
    let ids: Vec<&str> = listed["items"].as_array().unwrap().iter().filter_map(|run| run["id"].as_str()).collect();
    assert_eq!(ids, ["run_second", "run_still"]);
    assert_eq!(w.get("/runs?stuck=true", &w.b.admin).await.ok(200)["items"], json!([]));
    assert_eq!(w.engine.tell_stuck().await.unwrap(), 1, "only the new one");
    assert_eq!(w.get("/notices", &w.a.admin).await.ok(200)["items"].as_array().unwrap().len(), 2);
}

pub async fn secret(w: &World) -> String {
    w.post("/flows/f/hook-secret", &w.a.supervisor, json!({})).await.ok(200)["secret"].as_str().unwrap().to_owned()
}

async fn call(w: &World, secret: &str, id: &str, body: &Value) -> Answer {
    raw(w, secret, (id, w.engine.now()), body.to_string().into_bytes(), "/api/v1/hooks/flows/tnt_a/f").await
}

pub async fn raw(w: &World, secret: &str, (id, at): (&str, i64), body: Vec<u8>, path: &str) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in Signer::new(secret).unwrap().headers(id, at, &body) {
        request = request.header(name, value);
    }
    w.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_signed_call_begins_one_run_and_nothing_else_does() {
    let w = world().await;
    live(&w, approval()).await;
    let other = qn_channel::generate_secret();
    call(&w, &other, "c1", &json!({})).await.problem(404, "not_found");
    let secret = secret(&w).await;
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["has_hook_secret"], true);
    let first = call(&w, &secret, "c1", &json!({"amount": 12, "more": [1]})).await.ok(202);
    let again = call(&w, &secret, "c1", &json!({"amount": 12, "more": [1]})).await.ok(202);
    assert_eq!((&again["run_id"], &again["repeated"]), (&first["run_id"], &json!(true)));
    let run = w.get(&format!("/runs/{}", first["run_id"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!(
        (&run["trigger"], &run["input"], &run["context"]["event"]["more"]),
        (&json!("webhook"), &json!({"amount": 12}), &json!([1]))
    );

    call(&w, &other, "c2", &json!({})).await.problem(401, "bad_signature");
    let now = w.engine.now();
    let path = "/api/v1/hooks/flows/tnt_a/f";
    raw(&w, &secret, ("c3", now - 301_000), b"{}".to_vec(), path).await.problem(401, "bad_signature");
    raw(&w, &secret, ("c4", now), b"{".to_vec(), path).await.problem(400, "invalid_json");
    raw(&w, &secret, ("c5", now), "[".repeat(40).into_bytes(), path).await.problem(400, "json_too_deep");
    raw(&w, &secret, ("c6", now), vec![b' '; 256 * 1024 + 1], path).await.problem(413, "too_large");
    raw(&w, &secret, ("c7", now), b"{}".to_vec(), "/api/v1/hooks/flows/tnt_b/f").await.problem(404, "not_found");
    w.post("/hooks/flows/tnt_a/f", "", json!({})).await.problem(401, "bad_signature");
    raw(&w, &secret, ("c.8", now), b"{}".to_vec(), path).await.problem(400, "bad_call_id");
    call(&w, &secret, "c8", &json!({"amount": "a lot"})).await.problem(422, "invalid_field");
    assert_eq!(w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 1);

    let newer = self::secret(&w).await;
    call(&w, &secret, "c9", &json!({})).await.problem(401, "bad_signature");
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    call(&w, &newer, "c9", &json!({})).await.problem(409, "flow_off");
    w.call("DELETE", "/flows/f/hook-secret", &w.a.supervisor, Value::Null).await.ok(204);
    call(&w, &newer, "c9", &json!({})).await.problem(404, "not_found");
    w.post("/flows/f/hook-secret", &w.a.agent, json!({})).await.problem(403, "forbidden");
}
