//! Supervisors over the heads of agents: who may, who hears, what is kept; and the floor, pushed to who has it open.

use crate::world::{Socket, World, world};
use serde_json::{Value, json};

async fn claimed(w: &World) -> String {
    let (_, id) = w.asked(&w.a, "转人工").await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    id
}

async fn socket(address: &str, token: &str) -> Socket {
    let mut socket = Socket::open(address, json!({"type": "hello", "token": token})).await;
    socket.expect("ready").await;
    socket
}

#[tokio::test]
async fn a_whisper_is_heard_by_the_agent_and_by_nobody_else() {
    let w = world().await;
    let id = claimed(&w).await;
    let address = w.serve().await;
    let (mut agent, mut other) = (socket(&address, &w.a.agent).await, socket(&address, &w.a.other_agent).await);
    let path = format!("/conversations/{id}/whispers");
    w.post(&path, &w.a.agent, json!({"text": "x"})).await.problem(403, "forbidden");
    w.post(&path, &w.b.supervisor, json!({"text": "x"})).await.problem(404, "not_found");
    w.post(&path, &w.a.supervisor, json!({"text": "先道歉"})).await.ok(200);
    let heard = agent.expect("whisper").await;
    assert_eq!((heard["text"].as_str(), heard["conversation_id"].as_str()), (Some("先道歉"), Some(id.as_str())));
    assert!(heard.get("readers").is_none());
    other.silent_of("whisper").await;
    let seen = async |token: &str| w.get(&path, token).await.ok(200)["items"].as_array().unwrap().len();
    assert_eq!([seen(&w.a.agent).await, seen(&w.a.supervisor).await, seen(&w.a.other_agent).await], [1, 1, 0]);
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await;
    assert!(!thread.text.contains("先道歉"), "it is no message");
    let (_, waiting) = w.asked(&w.a, "转人工").await;
    w.post(&format!("/conversations/{waiting}/whispers"), &w.a.supervisor, json!({"text": "x"})).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn reading_along_changes_nothing_but_the_record() {
    let w = world().await;
    let id = claimed(&w).await;
    let before = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200);
    w.post(&format!("/conversations/{id}/monitor"), &w.a.agent, Value::Null).await.problem(403, "forbidden");
    w.post(&format!("/conversations/{id}/monitor"), &w.a.supervisor, Value::Null).await.ok(200);
    assert_eq!(w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200), before);
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200);
    assert_eq!((kept["items"][0]["kind"].as_str(), kept["items"][0]["conversation_id"].as_str()), (Some("monitor"), Some(id.as_str())));
    w.get("/oversight", &w.a.agent).await.problem(403, "forbidden");
    assert_eq!(w.get("/oversight", &w.b.supervisor).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn a_conversation_is_taken_over_in_one_step_with_its_reason_on_record() {
    let w = world().await;
    let id = claimed(&w).await;
    let path = format!("/conversations/{id}/take-over");
    w.post(&path, &w.a.other_agent, json!({"reason": "x"})).await.problem(403, "forbidden");
    w.post(&path, &w.a.supervisor, json!({"reason": " "})).await.problem(422, "invalid_field");
    let taken = w.post(&path, &w.a.supervisor, json!({"reason": "投诉升级"})).await.ok(200);
    assert_eq!(taken["owner"]["kind"], "agent");
    let again = w.post(&path, &w.a.supervisor, json!({"reason": "投诉升级"})).await.ok(200);
    assert_eq!(again["version"], taken["version"], "who has it does not take it again");
    let said = json!({"client_msg_id": "1", "text": "我还在"});
    w.post(&format!("/conversations/{id}/messages"), &w.a.agent, said).await.problem(409, "owned_by_other");
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200);
    let kept = kept["items"].as_array().unwrap();
    assert_eq!((kept.len(), kept[0]["kind"].as_str(), kept[0]["text"].as_str()), (1, Some("take_over"), Some("投诉升级")));
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await;
    assert!(thread.text.contains("taken_over") && !thread.text.contains("投诉升级"));
}

#[tokio::test]
async fn the_floor_is_pushed_to_supervisors_who_have_it_open() {
    let w = world().await;
    let address = w.serve().await;
    let (mut boss, mut agent) = (socket(&address, &w.a.supervisor).await, socket(&address, &w.a.agent).await);
    w.get("/wallboard", &w.a.agent).await.problem(403, "forbidden");
    agent.say(json!({"type": "wallboard", "on": true})).await;
    boss.say(json!({"type": "wallboard", "on": true})).await;
    let first = boss.expect("wallboard").await;
    assert_eq!((first["board"]["queues"].clone(), first["board"]["talks"].clone()), (json!([]), json!([])));
    let id = claimed(&w).await;
    let talks = loop {
        let board = boss.expect("wallboard").await["board"].clone();
        if board["talks"] != json!([]) {
            break board["talks"].clone();
        }
    };
    assert_eq!(talks[0]["conversation_id"], id.as_str());
    agent.silent_of("wallboard").await;
}

#[tokio::test]
async fn a_colleagues_state_is_set_with_a_reason_but_not_that_of_somebody_above() {
    let w = world().await;
    let people = w.get("/users", &w.a.supervisor).await.ok(200);
    let id =
        |role: &str| people["items"].as_array().unwrap().iter().find(|u| u["role"] == role).unwrap()["id"].as_str().unwrap().to_owned();
    let body = json!({"presence": "busy", "reason": "午休"});
    let path = format!("/users/{}/presence", id("agent"));
    w.call("PUT", &path, &w.a.agent, body.clone()).await.problem(403, "forbidden");
    let set = w.call("PUT", &path, &w.a.supervisor, body.clone()).await.ok(200);
    assert_eq!(set["presence"], "busy");
    w.call("PUT", &format!("/users/{}/presence", id("admin")), &w.a.supervisor, body).await.problem(403, "forbidden");
    let kept = w.get("/oversight", &w.a.supervisor).await.ok(200)["items"].clone();
    assert_eq!((kept.as_array().unwrap().len(), kept[0]["state"].as_str(), kept[0]["text"].as_str()), (1, Some("busy"), Some("午休")));
}
