//! Reports over the API: the figures of real conversations, equal to what their messages say, and nobody else's.

use crate::world::{World, world};
use serde_json::{Value, json};

/// Waits until the reports have read everything said so far.
async fn told(w: &World, conversations: i64) -> Value {
    let stop = tokio_util::sync::CancellationToken::new();
    let indexer = tokio::spawn(w.engine.clone().run_indexer(stop.clone()));
    let report = loop {
        let report = w.get("/reports?by=agent", &w.a.supervisor).await.ok(200);
        let settled = report["total"]["conversations"] == conversations && report["total"]["resolved"] == 1;
        if settled && report["total"]["first_response"]["count"] == 2 {
            break report;
        }
        tokio::task::yield_now().await;
    };
    stop.cancel();
    indexer.await.unwrap();
    report
}

#[tokio::test]
async fn a_period_is_reported_counted_again_from_its_messages_and_written_as_a_table() {
    let w = world().await;
    w.asked(&w.a, "怎么退货").await;
    let mut handled = Vec::new();
    for text in ["转人工", "人工客服"] {
        let (_, id) = w.asked(&w.a, text).await;
        w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
        let said = json!({"client_msg_id": "1", "text": "您好，我来处理"});
        w.post(&format!("/conversations/{id}/messages"), &w.a.agent, said).await.ok(201);
        handled.push(id);
    }
    w.post(&format!("/conversations/{}/resolve", handled[0]), &w.a.agent, Value::Null).await.ok(200);
    w.asked(&w.b, "怎么退货").await;
    let report = told(&w, 3).await;
    let total = &report["total"];
    assert_eq!((total["handed_over"].clone(), total["handle"]["count"].clone()), (json!({"part": 2, "of": 3}), json!(1)));
    assert_eq!(total["service_level"], json!({"part": 2, "of": 2}));
    let groups = report["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "those without a person, and the one person");
    assert_eq!((groups[0]["key"].clone(), groups[1]["figures"]["conversations"].clone()), (Value::Null, json!(2)));
    let heat: i64 = report["heat"].as_array().unwrap().iter().flat_map(|d| d.as_array().unwrap()).map(|n| n.as_i64().unwrap()).sum();
    assert_eq!(heat, 3);

    let key = groups[1]["key"].as_str().unwrap();
    let behind = w.get(&format!("/reports/conversations?by=agent&key={key}"), &w.a.supervisor).await.ok(200);
    for item in behind["items"].as_array().unwrap() {
        let messages = w.get(&format!("/conversations/{}/messages", item["conversation_id"].as_str().unwrap()), &w.a.agent).await.ok(200);
        let messages = messages["items"].as_array().unwrap();
        let at = |wanted: &dyn Fn(&Value) -> bool| messages.iter().find(|m| wanted(m)).map_or(Value::Null, |m| m["created_at"].clone());
        assert_eq!(item["opened_at"], messages[0]["created_at"]);
        assert_eq!(item["queued_at"], at(&|m| m["content"]["activity"]["key"] == "queued"));
        assert_eq!(item["agent_replied_at"], at(&|m| m["kind"] == "outgoing" && m["author"]["kind"] == "agent"));
        assert_eq!(item["resolved_at"], at(&|m| m["content"]["activity"]["key"] == "resolved"));
    }
    assert_eq!(behind["items"].as_array().unwrap().len(), 2);
    assert_eq!(w.get("/reports/conversations?by=agent&key=none", &w.a.supervisor).await.ok(200)["items"].as_array().unwrap().len(), 1);

    let table = w.get("/reports/table.csv?by=agent", &w.a.supervisor).await;
    assert!(table.text.starts_with("\u{feff}group,conversations,resolved,"), "{}", table.text);
    assert_eq!((table.text.lines().count(), table.header("content-type")), (4, "text/csv; charset=utf-8"));
    let by_channel = w.get("/reports?by=channel", &w.a.supervisor).await.ok(200)["groups"].clone();
    let told =
        (by_channel.as_array().unwrap().len(), &by_channel[0]["key"], &by_channel[0]["name"], &by_channel[0]["figures"]["conversations"]);
    assert_eq!(told, (1, &json!("web"), &json!("Web chat"), &json!(3)));
    let behind = w.get("/reports/conversations?by=channel&key=web", &w.a.supervisor).await.ok(200);
    assert_eq!(behind["items"].as_array().unwrap().len(), 3);
    assert!(w.get("/reports/table.csv?by=channel", &w.a.supervisor).await.text.contains("\r\nWeb chat,3,"));
    let theirs = w.get("/reports", &w.b.supervisor).await.ok(200);
    assert!(theirs["total"]["conversations"].as_i64().unwrap() <= 1);
}

#[tokio::test]
async fn a_report_is_for_supervisors_and_says_what_it_cannot_read() {
    let w = world().await;
    w.get("/reports", &w.a.agent).await.problem(403, "forbidden");
    for query in ["from=5&to=5", "from=0&to=40000000000", "service_target_s=0", "follow_up_h=9999"] {
        w.get(&format!("/reports?{query}"), &w.a.supervisor).await.problem(422, "invalid_field");
    }
    w.get("/reports/conversations?cursor=x", &w.a.supervisor).await.problem(400, "invalid_cursor");
    assert_eq!(w.get("/reports?agent=nobody", &w.a.supervisor).await.ok(200)["total"]["conversations"], 0);
}
