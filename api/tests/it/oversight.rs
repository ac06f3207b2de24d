//! Supervisors over the heads of agents: who may, who hears, what is kept; and the floor, pushed to who has it open.

use crate::settings::with;
use crate::world::{Socket, World, world};
use serde_json::{Value, json};

async fn claimed(w: &World) -> String {
    claimed_of(w).await.1
}

/// The visitor's token, and their conversation that an agent has.
async fn claimed_of(w: &World) -> (String, String) {
    let (visitor, id) = w.asked(&w.a, "转人工").await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    (visitor, id)
}

async fn socket(address: &str, token: &str) -> Socket {
    let mut socket = Socket::open(address, json!({"type": "hello", "token": token})).await;
    socket.expect("ready").await;
    socket
}

#[tokio::test]
async fn a_whisper_is_heard_by_the_agent_and_by_nobody_else() {
    let w = world().await;
    let (visitor, id) = claimed_of(&w).await;
    let address = w.serve().await;
    let mut customer = socket(&address, &visitor).await;
    let (mut agent, mut other) = (socket(&address, &w.a.agent).await, socket(&address, &w.a.other_agent).await);
    let path = format!("/conversations/{id}/whispers");
    w.post(&path, &w.a.agent, json!({"text": "x"})).await.problem(403, "forbidden");
    w.post(&path, &w.b.supervisor, json!({"text": "x"})).await.problem(404, "not_found");
    w.post(&path, &w.a.supervisor, json!({"text": "先道歉"})).await.ok(200);
    let heard = agent.expect("whisper").await;
    assert_eq!((heard["text"].as_str(), heard["conversation_id"].as_str()), (Some("先道歉"), Some(id.as_str())));
    assert!(heard.get("readers").is_none());
    other.silent_of("whisper").await;
    customer.silent_of("whisper").await;
    let seen = async |token: &str| w.get(&path, token).await.ok(200)["items"].as_array().unwrap().len();
    assert_eq!([seen(&w.a.agent).await, seen(&w.a.supervisor).await, seen(&w.a.other_agent).await], [1, 1, 0]);
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await;
    assert!(!thread.text.contains("先道歉"), "it is no message");
    w.post(&path, &w.a.reader, json!({"text": "x"})).await.problem(403, "forbidden");
    assert!(!w.get("/widget/messages", &visitor).await.text.contains("先道歉"));
    w.get(&path, &visitor).await.problem(401, "invalid_token");
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
async fn the_floor_tells_what_people_are_busy_with_and_from_when_on_that_is_too_long() {
    let w = world().await;
    let address = w.serve().await;
    let _here = socket(&address, &w.a.agent).await;
    let stands = async || {
        let board = w.get("/wallboard", &w.a.supervisor).await.ok(200);
        board["agents"].as_array().unwrap().iter().find(|agent| agent["user_id"] == "usr_agent_a").unwrap().clone()
    };
    w.call("PUT", "/me/presence", &w.a.agent, json!({"presence": "busy", "reason": "break"})).await.ok(200);
    let busy = stands().await;
    assert_eq!((&busy["state"], &busy["reason"]), (&json!("busy"), &json!("break")));
    assert_eq!(busy["late_at"].as_i64().unwrap() - busy["since"].as_i64().unwrap(), 15 * 60_000, "as long as a break may take");
    w.call("PUT", "/me/presence", &w.a.agent, json!({"presence": "busy"})).await.ok(200);
    let busy = stands().await;
    assert_eq!((&busy["state"], &busy["reason"], &busy["late_at"]), (&json!("busy"), &Value::Null, &Value::Null));
    w.call("PUT", "/me/presence", &w.a.agent, json!({"presence": "online"})).await.ok(200);
    let online = stands().await;
    assert_eq!((&online["state"], &online["reason"], &online["late_at"]), (&json!("online"), &Value::Null, &Value::Null));
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
    let board = until(&mut boss, |board| board["talks"] != json!([])).await;
    assert_eq!(board["talks"][0]["conversation_id"], id.as_str());
    assert_eq!((board["queues"].clone(), board["today"]["conversations"].as_i64()), (json!([]), Some(0)), "told behind the log");
    let asked_once = w.get("/wallboard", &w.a.supervisor).await.ok(200);
    assert_eq!((&asked_once["talks"], &asked_once["agents"]), (&board["talks"], &board["agents"]));
    while qn_store::episode::fill_after(&w.engine.db, &w.a.tenant_id, 100, tell).await.unwrap() {}
    let (_, waits) = w.asked(&w.a, "转人工").await;
    let board = until(&mut boss, |board| board["queues"] != json!([])).await;
    assert_eq!((board["queues"][0]["team_id"].as_str(), board["queues"][0]["waiting"].as_i64()), (Some("tea_a"), Some(1)));
    assert_eq!((board["today"]["conversations"].as_i64(), &board["today"]["service_level"]), (Some(1), &json!({"part": 1, "of": 1})));
    w.post(&format!("/conversations/{waits}/claim"), &w.a.agent, Value::Null).await.ok(200);
    let board = until(&mut boss, |board| board["talks"].as_array().unwrap().len() == 2).await;
    assert_eq!(board["queues"][0]["waiting"], 0, "the team had a customer today");
    for one in [&id, &waits] {
        w.post(&format!("/conversations/{one}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    }
    until(&mut boss, |board| board["talks"] == json!([])).await;
    agent.silent_of("wallboard").await;
    let mut admin = socket(&address, &w.a.admin).await;
    admin.say(json!({"type": "wallboard", "on": true})).await;
    boss.say(json!({"type": "wallboard", "on": false})).await;
    claimed(&w).await;
    until(&mut admin, |board| board["talks"] != json!([])).await;
    boss.silent_of("wallboard").await;
}

fn tell(c: &qn_domain::Conversation, messages: &[qn_domain::Message], assignments: &[qn_domain::Assignment]) -> Vec<qn_domain::Episode> {
    qn_report::episodes(&qn_report::Told { conversation: c, messages, assignments })
}

async fn until(socket: &mut Socket, seen: impl Fn(&Value) -> bool) -> Value {
    loop {
        let board = socket.expect("wallboard").await["board"].take();
        if seen(&board) {
            return board;
        }
    }
}

#[tokio::test]
async fn who_is_no_supervisor_any_more_sees_the_floor_no_more() {
    let w = world().await;
    let address = w.serve().await;
    let (mut boss, mut admin) = (socket(&address, &w.a.supervisor).await, socket(&address, &w.a.admin).await);
    let mut stranger = socket(&address, &w.b.supervisor).await;
    for socket in [&mut boss, &mut admin, &mut stranger] {
        socket.say(json!({"type": "wallboard", "on": true})).await;
        socket.expect("wallboard").await;
    }
    let head = [("if-match", "\"1\"")];
    with(&w, "PATCH", "/users/usr_supervisor_a", &w.a.admin, &head, json!({"role": "agent"})).await.ok(200);
    claimed(&w).await;
    until(&mut admin, |board| board["talks"] != json!([])).await;
    boss.silent_of("wallboard").await;
    stranger.silent_of("wallboard").await;
    boss.say(json!({"type": "wallboard", "on": true})).await;
    boss.silent_of("wallboard").await;
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
