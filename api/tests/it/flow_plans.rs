//! Versions that are not live yet: planned for a time, on trial in a share of runs; drafts played over past runs; expressions tried.

use crate::flows::{approval, made, publish};
use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

/// Gives back `text`.
fn saying(text: &str) -> Value {
    json!({
        "format": 1, "id": "f", "name": format!("说{text}"),
        "nodes": [{"id": "start", "kind": "start"}, {"id": "end", "kind": "end", "settings": {"output": text}}],
        "edges": [{"from": "start", "to": "end"}],
    })
}

/// One's draft of this document; gives its revision.
pub async fn drafted(w: &World, document: Value) -> i64 {
    let draft = w.get("/flows/f/draft", &w.a.supervisor).await.ok(200);
    let body = json!({"document": document, "revision": draft["revision"], "base_hash": draft["live_hash"]});
    w.call("PUT", "/flows/f/draft", &w.a.supervisor, body).await.ok(200)["revision"].as_i64().unwrap()
}

async fn run(w: &World) -> String {
    let run = w.post("/flows/f/runs", &w.a.supervisor, json!({})).await.ok(201);
    run["run_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_draft_goes_live_at_its_time_by_itself() {
    let w = world().await;
    made(&w, "f", saying("一")).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let revision = drafted(&w, saying("二")).await;
    let due_at = w.engine.now() + HOUR_MS;
    let wish = |due_at: i64| json!({"note": "周一", "revision": revision, "due_at": due_at});
    w.call("PUT", "/flows/f/plan", &w.a.agent, wish(due_at)).await.problem(403, "forbidden");
    w.call("PUT", "/flows/f/plan", &w.a.supervisor, wish(1)).await.problem(422, "invalid_field");
    let planned = w.call("PUT", "/flows/f/plan", &w.a.supervisor, wish(due_at)).await.ok(200);
    assert_eq!(
        (&planned["live"]["number"], &planned["plan"]["number"], &planned["plan"]["due_at"]),
        (&json!(1), &json!(2), &json!(due_at))
    );
    assert_eq!(w.get("/flow-plans", &w.a.agent).await.ok(200)["items"][0]["flow_id"], "f");
    assert_eq!(w.get("/flow-plans", &w.b.admin).await.ok(200)["items"], json!([]));
    w.engine.publish_due().await.unwrap();
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["live"]["number"], 1, "not before its time");
    w.advance(HOUR_MS);
    assert_eq!(w.engine.publish_due().await.unwrap(), None);
    let live = w.get("/flows/f", &w.a.agent).await.ok(200);
    assert_eq!(
        (&live["live"]["number"], &live["name"], &live["plan"], live["drafts"].as_array().unwrap().len()),
        (&json!(2), &json!("说二"), &Value::Null, 0)
    );
    // somebody was faster
    let revision = drafted(&w, saying("三")).await;
    let wish = json!({"note": "周二", "revision": revision, "due_at": w.engine.now() + HOUR_MS});
    w.call("PUT", "/flows/f/plan", &w.a.supervisor, wish).await.ok(200);
    w.post("/flows/f/rollback", &w.a.supervisor, json!({"number": 1, "note": "回去"})).await.ok(200);
    w.advance(HOUR_MS);
    w.engine.publish_due().await.unwrap();
    let stays = w.get("/flows/f", &w.a.agent).await.ok(200);
    assert_eq!((&stays["live"]["number"], &stays["plan"]["failure"]), (&json!(1), &json!("moved_on")));
    w.call("DELETE", "/flows/f/plan", &w.a.supervisor, Value::Null).await.ok(204);
    w.call("DELETE", "/flows/f/plan", &w.a.supervisor, Value::Null).await.problem(404, "not_found");
    let kinds = w.get("/flows/f/releases", &w.a.agent).await.ok(200);
    let kinds: Vec<&str> = kinds["items"].as_array().unwrap().iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["unplan", "plan_failed", "rollback", "plan", "publish", "plan", "publish"]);
}

#[tokio::test]
async fn a_version_on_trial_takes_its_share_is_compared_and_promoted() {
    let w = world().await;
    made(&w, "f", saying("一")).await;
    let revision = 1;
    let wish = |share: i64, revision: i64| json!({"share_percent": share, "revision": revision, "note": "试"});
    w.call("PUT", "/flows/f/canary", &w.a.supervisor, wish(50, revision)).await.problem(409, "flow_off");
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let revision = drafted(&w, saying("二")).await;
    w.call("PUT", "/flows/f/canary", &w.a.supervisor, wish(100, revision)).await.problem(422, "invalid_field");
    let trial = w.call("PUT", "/flows/f/canary", &w.a.supervisor, wish(50, revision)).await.ok(200);
    assert_eq!(
        (&trial["live"]["number"], &trial["canary"]["number"], &trial["canary"]["share_percent"]),
        (&json!(1), &json!(2), &json!(50))
    );
    let mut of_trial = 0;
    for _ in 0..40 {
        let id = run(&w).await;
        let told = w.get(&format!("/runs/{id}"), &w.a.agent).await.ok(200);
        of_trial += i64::from(told["version_number"] == 2);
        assert_eq!(told["output"] == "二", told["version_number"] == 2);
    }
    assert!((8..=32).contains(&of_trial), "{of_trial} of 40");
    let told = w.get("/flows/f/canary", &w.a.agent).await.ok(200);
    assert_eq!((&told["trial"]["runs"], &told["live"]["runs"]), (&json!(of_trial), &json!(40 - of_trial)));
    assert_eq!((&told["trial"]["done"], &told["trial"]["handed_off"]), (&json!(of_trial), &json!(0)));
    let other = w.call("PUT", "/flows/f/canary", &w.a.supervisor, json!({"share_percent": 5})).await.ok(200);
    assert_eq!(other["canary"]["share_percent"], 5);
    w.post("/flows/f/canary/promote", &w.a.agent, json!({})).await.problem(403, "forbidden");
    let live = w.post("/flows/f/canary/promote", &w.a.supervisor, json!({})).await.ok(200);
    assert_eq!((&live["live"]["number"], &live["canary"], live["drafts"].as_array().unwrap().len()), (&json!(2), &Value::Null, 0));
    w.get("/flows/f/canary", &w.a.agent).await.problem(404, "not_found");
    let revision = drafted(&w, saying("三")).await;
    w.call("PUT", "/flows/f/canary", &w.a.supervisor, wish(99, revision)).await.ok(200);
    w.call("DELETE", "/flows/f/canary", &w.a.supervisor, Value::Null).await.ok(204);
    let id = run(&w).await;
    assert_eq!(w.get(&format!("/runs/{id}"), &w.a.agent).await.ok(200)["version_number"], 2);
}

#[tokio::test]
async fn a_draft_is_played_over_the_runs_there_were() {
    let w = world().await;
    made(&w, "f", saying("一")).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    for _ in 0..3 {
        run(&w).await;
    }
    let play = async |document: Value| w.post("/flows/f/backtest", &w.a.supervisor, json!({"document": document, "runs": 2})).await;
    let same = play(saying("一")).await.ok(200);
    assert_eq!((&same["same"], &same["different"], same["items"].as_array().unwrap().len()), (&json!(2), &json!(0), 2));
    let other = play(saying("二")).await.ok(200);
    assert_eq!(
        (&other["different"], &other["items"][0]["differs"], &other["items"][0]["now"]["output"]),
        (&json!(2), &json!(["output"]), &json!("二"))
    );
    assert_eq!(w.get("/runs?flow=f", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len(), 3, "nothing was begun");
    let mut broken = saying("一");
    broken["edges"] = json!([]);
    play(broken).await.problem(422, "flow_unsound");
    w.post("/flows/f/backtest", &w.a.agent, json!({"document": saying("一")})).await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_expression_is_tried_with_a_sample() {
    let w = world().await;
    let preview = async |text: &str, kind: &str| {
        let body = json!({"text": text, "kind": kind, "values": {"amount": 30}});
        w.post("/flow-expressions/preview", &w.a.supervisor, body).await
    };
    assert_eq!(preview("amount > 20", "expression").await.ok(200)["value"], true);
    assert_eq!(preview("共 {{ amount }} 元", "template").await.ok(200)["value"], "共 30 元");
    let missing = preview("amount > limit", "expression").await.ok(200);
    assert_eq!((&missing["ok"], &missing["missing"]), (&json!(false), &json!(["limit"])));
    preview("amount", "script").await.problem(422, "invalid_field");
}

#[tokio::test]
async fn an_approval_tells_its_labels_and_deciders_and_takes_values_of_their_kind_only() {
    let w = world().await;
    let mut document = approval();
    let node = document["nodes"].as_array_mut().unwrap().iter_mut().find(|node| node["kind"] == "approval").unwrap();
    node["settings"]["fields"] = json!([{"name": "amount", "zh": "金额", "en": "Amount", "kind": "number"}]);
    made(&w, "f", document).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let run = w.post("/flows/f/runs", &w.a.admin, json!({"input": {"amount": 900}})).await.ok(201)["run_id"].as_str().unwrap().to_owned();
    let waiting = w.get("/approvals", &w.a.supervisor).await.ok(200)["items"][0].clone();
    assert_eq!((&waiting["fields"][0]["zh"], &waiting["deciders"]["zh"]), (&json!("金额"), &json!("任一主管")));
    assert_eq!(waiting["deciders"]["names"], json!(["supervisor a"]), "whoever began it is not among them");
    let decide = async |payload: Value| {
        let body = json!({"attempt": 1, "approved": true, "payload": payload});
        w.post(&format!("/approvals/{run}/ok@/decide"), &w.a.supervisor, body).await
    };
    let wrong = decide(json!({"amount": "a lot"})).await.problem(422, "invalid_field");
    assert_eq!(wrong["errors"][0]["field"], "payload.amount");
    decide(json!({"amount": 700})).await.ok(200);
    assert_eq!(w.get(&format!("/runs/{run}"), &w.a.agent).await.ok(200)["output"]["payload"]["amount"], 700);
}

/// Gives the conversation to this team.
fn giving(team: &str, name: &str) -> Value {
    json!({
        "format": 1, "id": "f", "name": name,
        "nodes": [{"id": "start", "kind": "start"}, {"id": "give", "kind": "hand_off", "settings": {"team": team}}, {"id": "end", "kind": "end"}],
        "edges": [{"from": "start", "to": "give"}, {"from": "give", "to": "end"}],
    })
}

#[tokio::test]
async fn what_a_version_names_must_be_there_whenever_it_goes_live() {
    let w = world().await;
    let team = w.post("/teams", &w.a.admin, json!({"name": "双十一"})).await.ok(201);
    let path = format!("/teams/{}", team["id"].as_str().unwrap());
    made(&w, "f", giving("双十一", "一")).await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    let revision = drafted(&w, giving("售后", "二")).await;
    publish(&w, &w.a.supervisor, "f", revision).await.ok(200);
    let revision = drafted(&w, giving("双十一", "三")).await;
    let trial = json!({"share_percent": 50, "revision": revision, "note": "试"});
    w.call("PUT", "/flows/f/canary", &w.a.supervisor, trial).await.ok(200);
    let plan = json!({"note": "周一", "revision": revision, "due_at": w.engine.now() + HOUR_MS});
    w.call("PUT", "/flows/f/plan", &w.a.supervisor, plan).await.ok(200);

    with(&w, "DELETE", &path, &w.a.admin, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    let back = json!({"number": 1, "note": "回去"});
    let refused = w.post("/flows/f/rollback", &w.a.supervisor, back.clone()).await.problem(422, "flow_unsound");
    assert_eq!((&refused["problems"][0]["code"], &refused["errors"][0]["field"]), (&json!("unknown_team"), &json!("give.team")));
    w.post("/flows/f/canary/promote", &w.a.supervisor, json!({})).await.problem(422, "flow_unsound");
    w.advance(HOUR_MS);
    w.engine.publish_due().await.unwrap();
    let flow = w.get("/flows/f", &w.a.agent).await.ok(200);
    assert_eq!((&flow["live"]["number"], &flow["plan"]["failure"]), (&json!(2), &json!("names_gone")));
    assert_eq!(flow["canary"]["number"], 3, "the trial goes on");
    let release = w.get("/flows/f/releases", &w.a.agent).await.ok(200)["items"][0].clone();
    assert_eq!((&release["kind"], &release["number"]), (&json!("plan_failed"), &json!(3)));
    let told = w.get("/notices", &w.a.supervisor).await.ok(200)["items"].clone();
    assert_eq!((told.as_array().unwrap().len(), &told[0]["flow_id"], &told[0]["run_id"]), (1, &json!("f"), &Value::Null));
    assert!(told[0]["text"].as_str().unwrap().contains("双十一"), "{told}");
    assert_eq!(release["note"], told[0]["text"]);
    assert_eq!(w.get("/notices", &w.a.agent).await.ok(200)["items"], json!([]));
    w.engine.publish_due().await.unwrap();
    assert_eq!(w.get("/notices", &w.a.supervisor).await.ok(200)["items"].as_array().unwrap().len(), 1, "told once");

    let team = w.post("/teams", &w.a.admin, json!({"name": "双十一"})).await.ok(201);
    let path = format!("/teams/{}", team["id"].as_str().unwrap());
    w.post("/flows/f/canary/promote", &w.a.supervisor, json!({})).await.ok(200);
    let live = w.post("/flows/f/rollback", &w.a.supervisor, back).await.ok(200);
    assert_eq!(live["live"]["number"], 1);

    w.post("/flows/f/disable", &w.a.supervisor, json!({"note": "停"})).await.ok(200);
    with(&w, "DELETE", &path, &w.a.admin, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    let refused = w.post("/flows/f/enable", &w.a.supervisor, json!({"note": "开"})).await.problem(422, "flow_unsound");
    assert_eq!(refused["problems"][0]["code"], "unknown_team");
    assert_eq!(w.get("/flows/f", &w.a.agent).await.ok(200)["enabled"], false);
    w.post("/teams", &w.a.admin, json!({"name": "双十一"})).await.ok(201);
    assert_eq!(w.post("/flows/f/enable", &w.a.supervisor, json!({"note": "开"})).await.ok(200)["enabled"], true);
}
