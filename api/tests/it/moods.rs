//! The mood of a conversation, and agents' corrections of it.

use crate::world::world;
use serde_json::json;

#[tokio::test]
async fn a_correction_is_shown_counts_and_waits_in_the_learning_inbox() {
    let w = world().await;
    let (visitor, conversation) = w.asked(&w.a, "你们怎么退货").await;
    for (n, text) in ["太过分了，等了三天没人理，垃圾", "什么态度，投诉你们！"].iter().enumerate() {
        let sent = json!({"client_msg_id": format!("m{n}"), "text": text});
        w.post("/widget/messages", &visitor, sent).await.ok(201);
    }
    let path = format!("/conversations/{conversation}");
    let moods = async || w.get(&format!("{path}/moods"), &w.a.agent).await.ok(200);
    let first = moods().await;
    assert_eq!((first["direction"].as_str(), first["turns"].as_array().unwrap().len()), (Some("souring"), 3), "{first}");
    assert_eq!((&first["turns"][2]["emotion"], &first["unhappy_turns"]), (&json!("anger"), &json!(2)));
    let felt = async || {
        let c = w.get(&path, &w.a.agent).await.ok(200);
        (c["mood"].clone(), c["mood_percent"].as_i64().unwrap(), c["mood_worse"].clone())
    };
    let (mood, percent, _) = felt().await;
    assert_eq!((mood, percent > 0), (json!("anger"), true));
    w.get(&format!("{path}/moods"), &w.b.admin).await.problem(404, "not_found");

    let intent = w.post("/intents", &w.a.supervisor, json!({"name": "投诉"})).await.ok(201);
    let turn = first["turns"][2]["message_id"].as_str().unwrap();
    let correction = format!("{path}/messages/{turn}/correction");
    let correct = async |token: &str, body| w.call("PUT", &correction, token, body).await;
    correct(&w.a.reader, json!({"emotion": "neutral"})).await.problem(403, "scope_missing");
    correct(&w.b.agent, json!({"emotion": "neutral"})).await.problem(404, "not_found");
    correct(&w.a.agent, json!({"emotion": "furious"})).await.problem(422, "invalid_field");
    correct(&w.a.agent, json!({"intent_id": "itt_none"})).await.problem(404, "not_found");
    correct(&w.a.agent, json!({"emotion": "neutral", "intent_id": intent["id"]})).await.ok(204);
    let after = moods().await;
    let last = &after["turns"][2];
    assert_eq!(
        (&last["emotion"], &last["corrected"]["emotion"], &after["unhappy_turns"]),
        (&json!("neutral"), &json!("neutral"), &json!(0))
    );
    let (mood, percent, worse) = felt().await;
    assert_eq!((mood, percent, worse), (json!("neutral"), 0, json!(false)), "lists and rules go by the correction");
    let inbox = w.get("/learning-items", &w.a.supervisor).await.ok(200);
    let group = inbox["items"].as_array().unwrap().iter().find(|g| g["items"][0]["message_id"] == turn).expect("in the inbox");
    assert_eq!((&group["items"][0]["reason"], &group["suggestion"]["intent_id"]), (&json!("corrected"), &intent["id"]));

    let bot = w.get(&format!("{path}/messages?limit=50"), &w.a.agent).await.ok(200);
    let bot = bot["items"].as_array().unwrap().iter().find(|m| m["kind"] == "outgoing").unwrap()["id"].as_str().unwrap().to_owned();
    w.call("PUT", &format!("{path}/messages/{bot}/correction"), &w.a.agent, json!({"emotion": "joy"})).await.problem(422, "invalid_field");
    correct(&w.a.agent, json!({})).await.ok(204);
    assert_eq!(moods().await["turns"][2]["corrected"], json!(null), "taken back");
    assert_eq!(felt().await.0, json!("anger"));
}

#[tokio::test]
async fn a_first_message_is_no_trend() {
    let w = world().await;
    let (visitor, conversation) = w.asked(&w.a, "太过分了，等了三天没人理，垃圾").await;
    let felt = async || w.get(&format!("/conversations/{conversation}"), &w.a.agent).await.ok(200);
    let first = felt().await;
    assert_eq!((&first["mood"], &first["mood_worse"]), (&json!("anger"), &json!(null)));
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "2", "text": "好的，谢谢你，解决了"})).await.ok(201);
    assert_eq!(felt().await["mood_worse"], json!(false), "better");
}
