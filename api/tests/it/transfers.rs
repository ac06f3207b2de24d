//! Why conversations are passed on: a list of the company's own, given with a transfer, seen by colleagues, counted by reports.

use crate::recount::read_up;
use crate::world::world;
use serde_json::{Value, json};

fn list(version: i64) -> Value {
    json!({"version": version, "items": [
        {"key": "expert", "zh": "需要专业同事", "en": "Needs an expert"},
        {"key": "shift", "zh": "  交班 "},
    ]})
}

#[tokio::test]
async fn the_list_is_written_by_supervisors_over_what_they_read() {
    let w = world().await;
    assert_eq!(w.get("/transfer-reasons", &w.a.agent).await.ok(200), json!({"items": [], "version": 0}));
    w.call("PUT", "/transfer-reasons", &w.a.agent, list(0)).await.problem(403, "forbidden");
    let kept = w.call("PUT", "/transfer-reasons", &w.a.supervisor, list(0)).await.ok(200);
    assert_eq!((&kept["version"], &kept["items"][1]), (&json!(1), &json!({"key": "shift", "zh": "交班", "en": "交班"})));
    assert_eq!(w.get("/transfer-reasons", &w.a.agent).await.ok(200), kept);
    w.call("PUT", "/transfer-reasons", &w.a.supervisor, list(0)).await.problem(412, "precondition_failed");
    let twice = json!({"version": 1, "items": [{"key": "a", "zh": "一"}, {"key": "a", "zh": ""}]});
    let wrong = w.call("PUT", "/transfer-reasons", &w.a.supervisor, twice).await.problem(422, "invalid_field").to_string();
    assert!(wrong.contains("items.1.zh") && wrong.contains("items.1.key"), "{wrong}");
    assert_eq!(w.get("/transfer-reasons", &w.b.supervisor).await.ok(200)["version"], 0);
}

#[tokio::test]
async fn a_reason_is_given_with_a_transfer_seen_by_colleagues_alone_and_counted() {
    let w = world().await;
    w.call("PUT", "/transfer-reasons", &w.a.supervisor, list(0)).await.ok(200);
    let team = w.post("/teams", &w.a.admin, json!({"name": "Second line"})).await.ok(201)["id"].clone();
    let mut visitors = Vec::new();
    for (to, reason) in [(json!("usr_other_a"), json!("expert")), (Value::Null, json!("shift")), (Value::Null, Value::Null)] {
        let (visitor, id) = w.asked(&w.a, "转人工").await;
        w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
        let path = format!("/conversations/{id}/transfer");
        let to_team = if to.is_null() { team.clone() } else { Value::Null };
        let pass = |reason: Value| json!({"to_agent_id": to, "to_team_id": to_team, "reason": reason});
        w.post(&path, &w.a.agent, pass(json!("boredom"))).await.problem(422, "invalid_field");
        w.post(&path, &w.a.agent, pass(reason)).await.ok(200);
        if !to.is_null() {
            w.post(&format!("{path}/accept"), &w.a.other_agent, Value::Null).await.ok(200);
        }
        visitors.push((visitor, id));
    }
    let (visitor, id) = &visitors[0];
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.other_agent).await.ok(200);
    let lines: Vec<&Value> = thread["items"].as_array().unwrap().iter().map(|m| &m["content"]["activity"]).collect();
    let offered = lines.iter().find(|line| line["key"] == "transfer_offered").unwrap();
    assert_eq!((&offered["params"]["reason"], &offered["params"]["reason_zh"]), (&json!("expert"), &json!("需要专业同事")));
    assert!(!w.get("/widget/messages", visitor).await.text.contains("expert"));
    read_up(&w).await;
    let report = w.get("/reports?by=agent", &w.a.supervisor).await.ok(200);
    let total = &report["total"];
    assert_eq!((&total["transfers"], &total["transfer_reasons"]), (&json!(3), &json!({"expert": 1, "shift": 1})));
    let table = w.get("/reports/table.csv?by=agent", &w.a.supervisor).await.text;
    assert!(table.lines().next().unwrap().ends_with(",transfers: Needs an expert,transfers: 交班"), "{table}");
    assert!(table.lines().last().unwrap().starts_with("all,3,") && table.lines().last().unwrap().ends_with(",1,1"), "{table}");
    // Taken out of the list: given no more, and counted as before.
    w.call("PUT", "/transfer-reasons", &w.a.supervisor, json!({"version": 1, "items": []})).await.ok(200);
    assert_eq!(w.get("/reports", &w.a.supervisor).await.ok(200)["total"]["transfer_reasons"], json!({"expert": 1, "shift": 1}));
}
