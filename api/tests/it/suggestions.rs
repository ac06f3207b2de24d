//! Suggested answers over the API: offered, used, counted, and nobody else's.

use crate::world::world;
use serde_json::{Value, json};

#[tokio::test]
async fn an_offer_is_inserted_by_the_agent_and_counted_in_the_overview() {
    let w = world().await;
    let (_, id) = w.asked(&w.a, "怎么退货").await;
    let path = format!("/conversations/{id}");
    w.post(&format!("{path}/claim"), &w.a.agent, Value::Null).await.ok(200);
    let found = w.post(&format!("{path}/suggestions"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!((found["seq"].clone(), found["can_draft"].clone()), (json!(1), json!(false)));
    let item = found["items"][0].clone();
    assert_eq!((item["key"].as_str(), item["source"].as_str()), (Some("article:art_return_a"), Some("article")));
    assert!(item["confidence"].as_f64().unwrap() > 0.5 && item["article_ids"] == json!(["art_return_a"]));
    let draft = w.post(&format!("{path}/suggestions/draft"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(draft, json!({"item": null, "reason": "off"}));
    let summary = w.post(&format!("{path}/summary"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(summary["by_model"], false);
    for (token, status, code) in [(&w.a.reader, 403, "scope_missing"), (&w.b.agent, 404, "not_found")] {
        for what in ["suggestions", "suggestions/draft", "summary"] {
            w.post(&format!("{path}/{what}"), token, Value::Null).await.problem(status, code);
        }
    }
    let said = json!({"client_msg_id": "1", "text": item["text"], "format": "markdown", "suggestion": item["key"]});
    w.post(&format!("{path}/messages"), &w.a.agent, said).await.ok(201);
    let today = w.get("/overview", &w.a.agent).await.ok(200)["today"]["suggestions"].clone();
    assert_eq!(today, json!({"accepted": 1, "edited": 0, "ignored": 0, "used_share": 1.0}));
    assert_eq!(w.get("/overview", &w.b.agent).await.ok(200)["today"]["suggestions"]["used_share"], Value::Null);
    assert_eq!(w.get("/overview", &w.a.agent).await.ok(200)["llm"], Value::Null);
}
