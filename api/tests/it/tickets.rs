//! Tickets over HTTP: opened once under a key, changed by version, tied to conversations, kept from other companies.

use crate::settings::with;
use crate::world::{World, world};
use serde_json::{Value, json};

async fn opened(w: &World, body: Value) -> Value {
    w.post("/tickets", &w.a.agent, body).await.ok(201)
}

#[tokio::test]
async fn a_ticket_is_opened_worked_on_and_remembered() {
    let w = world().await;
    let (_, conversation) = w.asked(&w.a, "你好").await;
    let create = async |body: Value| with(&w, "POST", "/tickets", &w.a.agent, &[("idempotency-key", "k")], body).await;
    let wish = json!({"title": " 投诉  快递 ", "kind": "complaint", "fields": {"order_id": "A1"}, "conversation_id": conversation});
    let first = create(wish.clone()).await.ok(201);
    assert_eq!(
        (&first["number"], &first["title"], &first["state"], &first["version"]),
        (&json!(1), &json!("投诉 快递"), &json!("open"), &json!(1))
    );
    assert_eq!(create(wish).await.ok(200)["id"], first["id"]);
    create(json!({"title": "another"})).await.problem(422, "idempotency_key_reused");
    assert!(first["contact_id"].is_string(), "whose conversation it is");
    let path = format!("/tickets/{}", first["id"].as_str().unwrap());
    let detail = w.get("/tickets/1", &w.a.reader).await.ok(200);
    assert_eq!((&detail["ticket"]["id"], &detail["conversation_ids"]), (&first["id"], &json!([conversation])));
    let change = async |version: &str, body: Value| with(&w, "PATCH", &path, &w.a.agent, &[("if-match", version)], body).await;
    let taken = change("\"1\"", json!({"assignee_id": "usr_agent_a", "note": "我来"})).await.ok(200);
    assert_eq!((&taken["ticket"]["state"], &taken["ticket"]["version"]), (&json!("working"), &json!(2)));
    change("\"1\"", json!({"state": "solved"})).await.problem(412, "precondition_failed");
    let wrong = change("\"2\"", json!({"fields": {"colour": "red"}})).await.problem(422, "invalid_field");
    assert_eq!(wrong["errors"][0]["field"], "fields.colour");
    change("\"2\"", json!({"state": "gone"})).await.problem(422, "invalid_field");
    change("\"2\"", json!({"assignee_id": "usr_agent_b"})).await.problem(422, "invalid_field");
    change("\"2\"", json!({"state": "solved"})).await.ok(200);
    let lines = w.get(&format!("{path}/history?limit=2"), &w.a.agent).await.ok(200);
    let items = lines["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["changed"]["state"], &items[1]["note"]), (2, &json!(["working", "solved"]), &json!("我来")));
    assert_eq!(items[1]["by"]["name"], "agent a");
    let rest = w.get(&format!("{path}/history?cursor={}", lines["next_cursor"].as_str().unwrap()), &w.a.agent).await.ok(200);
    assert_eq!(rest["items"][0]["what"], "opened");
    w.get(&path, &w.b.admin).await.problem(404, "not_found");
    w.post("/tickets", &w.a.reader, json!({"title": "x"})).await.problem(403, "scope_missing");
}

#[tokio::test]
async fn tickets_are_listed_by_what_is_asked_for_and_a_cursor_is_one_of_ours() {
    let w = world().await;
    for n in 0..3 {
        opened(&w, json!({"title": format!("ticket {n}"), "priority": if n == 0 { "urgent" } else { "low" }})).await;
    }
    let numbers = async |query: &str| -> Vec<i64> {
        let list = w.get(&format!("/tickets?{query}"), &w.a.agent).await.ok(200);
        list["items"].as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers("").await, [3, 2, 1]);
    assert_eq!(numbers(&format!("limit=1&cursor={}", qn_api_types::cursor::marked("3"))).await, [2]);
    assert_eq!(numbers("priority=urgent&state=active").await, [1]);
    assert_eq!(numbers("q=%232").await, [2]);
    assert_eq!(numbers("assignee=me").await, Vec::<i64>::new());
    assert_eq!(numbers("assignee=none").await, [3, 2, 1]);
    w.get("/tickets?state=gone", &w.a.agent).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn what_is_nobodys_in_a_team_is_listed_and_counted_for_everybody_of_it() {
    let w = world().await;
    for (title, team, assignee, state) in [
        ("waits", json!("tea_a"), json!(null), "open"),
        ("taken", json!("tea_a"), json!("usr_agent_a"), "open"),
        ("done", json!("tea_a"), json!(null), "solved"),
        ("of no team", json!(null), json!(null), "open"),
    ] {
        let made = opened(&w, json!({"title": title, "team_id": team, "assignee_id": assignee})).await;
        if state == "solved" {
            let path = format!("/tickets/{}", made["id"].as_str().unwrap());
            with(&w, "PATCH", &path, &w.a.agent, &[("if-match", "\"1\"")], json!({"state": state})).await.ok(200);
        }
    }
    let counts = async |token: &str| w.get("/tickets/counts", token).await.ok(200);
    assert_eq!(counts(&w.a.agent).await, json!({"mine": 1, "team_unassigned": 1}));
    assert_eq!(counts(&w.a.other_agent).await, json!({"mine": 0, "team_unassigned": 1}));
    assert_eq!(counts(&w.b.agent).await, json!({"mine": 0, "team_unassigned": 0}));
    let list = w.get("/tickets?team=mine&assignee=none&state=active", &w.a.other_agent).await.ok(200);
    let titles: Vec<&str> = list["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["waits"]);
}

#[tokio::test]
async fn conversations_are_tied_once_and_taken_away() {
    let w = world().await;
    let (_, conversation) = w.asked(&w.a, "你好").await;
    let ticket = opened(&w, json!({"title": "x"})).await;
    let path = format!("/tickets/{}/conversations", ticket["id"].as_str().unwrap());
    for _ in 0..2 {
        let tied = w.post(&path, &w.a.agent, json!({"conversation_id": conversation})).await.ok(200);
        assert_eq!((&tied["conversation_ids"], &tied["ticket"]["version"]), (&json!([conversation]), &json!(2)));
    }
    assert_eq!(w.get(&format!("/tickets?conversation={conversation}"), &w.a.agent).await.ok(200)["items"][0]["id"], ticket["id"]);
    let (_, theirs) = w.asked(&w.b, "你好").await;
    w.post(&path, &w.a.agent, json!({"conversation_id": theirs})).await.problem(404, "not_found");
    let freed = w.call("DELETE", &format!("{path}/{conversation}"), &w.a.agent, json!(null)).await.ok(200);
    assert_eq!(freed["conversation_ids"], json!([]));
    w.call("DELETE", &format!("{path}/{conversation}"), &w.a.agent, json!(null)).await.problem(404, "not_found");
}

#[tokio::test]
async fn kinds_ask_for_what_supervisors_say() {
    let w = world().await;
    let fields = json!([{"name": "imei", "zh": "串号", "en": "IMEI", "kind": "text", "required": true}]);
    let body = json!({"name_zh": "维修", "name_en": "Repair", "fields": fields, "due_ms": 86_400_000});
    w.call("PUT", "/ticket-kinds/repair", &w.a.agent, body.clone()).await.problem(403, "forbidden");
    assert_eq!(w.call("PUT", "/ticket-kinds/repair", &w.a.supervisor, body.clone()).await.ok(200)["version"], 1);
    w.call("PUT", "/ticket-kinds/repair", &w.a.supervisor, body).await.problem(412, "precondition_failed");
    let bad = json!({"name_zh": "x", "name_en": "x", "fields": [{"name": "a b", "zh": "x", "en": "x", "kind": "colour"}]});
    assert_eq!(
        w.call("PUT", "/ticket-kinds/x", &w.a.supervisor, bad).await.problem(422, "invalid_field")["errors"].as_array().unwrap().len(),
        2
    );
    let kinds = w.get("/ticket-kinds", &w.a.reader).await.ok(200);
    assert!(kinds["items"].as_array().unwrap().iter().any(|kind| kind["id"] == "repair"));
    let missing = w.post("/tickets", &w.a.agent, json!({"title": "x", "kind": "repair"})).await.problem(422, "invalid_field");
    assert_eq!(missing["errors"][0]["field"], "fields.imei");
    let made = opened(&w, json!({"title": "x", "kind": "repair", "fields": {"imei": "1"}})).await;
    assert_eq!(made["due_at"].as_i64().unwrap() - made["created_at"].as_i64().unwrap(), 86_400_000);
    w.post("/tickets", &w.a.agent, json!({"title": "x", "kind": "nothing"})).await.problem(404, "not_found");
}

#[tokio::test]
async fn webhooks_that_ask_hear_of_tickets() {
    let w = world().await;
    let hook = async |events: Value| {
        let body = json!({"url": "https://hooks.example.com/x", "events": events});
        w.post("/webhooks", &w.a.admin, body).await.ok(201)["id"].as_str().unwrap().to_owned()
    };
    let (tickets, messages) = (hook(json!(["ticket.created", "ticket.updated"])).await, hook(json!(["message.created"])).await);
    let ticket = opened(&w, json!({"title": "投诉", "priority": "urgent"})).await;
    let path = format!("/tickets/{}", ticket["id"].as_str().unwrap());
    with(&w, "PATCH", &path, &w.a.agent, &[("if-match", "\"1\"")], json!({"state": "solved"})).await.ok(200);
    let heard = async |id: &str| -> Vec<String> {
        let list = w.get(&format!("/webhooks/{id}/deliveries"), &w.a.admin).await.ok(200);
        let mut events: Vec<String> =
            list["items"].as_array().unwrap().iter().map(|d| d["event_type"].as_str().unwrap().to_owned()).collect();
        events.sort();
        events
    };
    assert_eq!(heard(&tickets).await, ["ticket.created", "ticket.updated"]);
    assert_eq!(heard(&messages).await, Vec::<String>::new());
}
