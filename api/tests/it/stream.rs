//! The realtime stream over real sockets: exact resume, live entries, what customers may hear, expiry, signals, long polls.

use crate::settings::with;
use crate::world::{Socket, World, hasty, world};
use qn_domain::ActiveFlow;
use serde_json::{Value, json};

async fn ready_person(address: &str, token: &str, resume: Value) -> (Socket, Value) {
    let hello = if resume.is_null() {
        json!({"type": "hello", "token": token})
    } else {
        json!({"type": "hello", "token": token, "resume": resume})
    };
    let mut socket = Socket::open(address, hello).await;
    let ready = socket.expect("ready").await;
    (socket, ready)
}

async fn say(w: &World, visitor: &str, id: &str, text: &str) -> Value {
    w.post("/widget/messages", visitor, json!({"client_msg_id": id, "text": text})).await.ok(201)
}

#[tokio::test]
async fn people_get_every_entry_live_and_exactly_the_gap_after_a_break() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let (mut socket, ready) = ready_person(&address, &w.a.agent, Value::Null).await;
    assert_eq!((ready["resumed"].clone(), ready["heartbeat_ms"].clone()), (json!(false), json!(25_000)));
    let from = ready["seq"].as_i64().unwrap();
    say(&w, &visitor, "2", "第二句").await;
    let entry = socket.expect("entry").await;
    assert_eq!((entry["seq"].as_i64(), entry["conversation_id"].as_str()), (Some(from + 1), Some(id.as_str())));
    let kinds: Vec<&str> = entry["changes"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"message.created") && kinds.contains(&"conversation.updated"), "{kinds:?}");
    let updated = entry["changes"].as_array().unwrap().iter().find(|c| c["type"] == "conversation.updated").unwrap();
    assert_eq!(updated["conversation"]["contact"]["id"].as_str().map(|id| id.starts_with("con_")), Some(true));
    drop(socket);
    for n in 3..8 {
        say(&w, &visitor, &n.to_string(), "再来").await;
    }
    let (mut socket, ready) = ready_person(&address, &w.a.agent, json!({"seq": from + 1})).await;
    assert_eq!(ready["resumed"], true);
    let head = ready["seq"].as_i64().unwrap();
    for seq in from + 2..=head {
        assert_eq!(socket.expect("entry").await["seq"].as_i64(), Some(seq));
    }
    say(&w, &visitor, "live", "现在").await;
    assert_eq!(socket.expect("entry").await["seq"].as_i64(), Some(head + 1));
}

#[tokio::test]
async fn a_position_that_cannot_be_continued_means_reload() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    for position in [1_000_000, -5] {
        let mut socket = Socket::open(&address, json!({"type": "hello", "token": w.a.agent, "resume": {"seq": position}})).await;
        assert_eq!(socket.hear().await["type"], "reload");
        assert_eq!(socket.hear().await["resumed"], false);
    }
    let resume = json!({"conversation_id": id, "version": 999});
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor, "resume": resume})).await;
    assert_eq!(socket.hear().await["type"], "reload");
    let fresh = w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned();
    let mut socket =
        Socket::open(&address, json!({"type": "hello", "token": fresh, "resume": {"conversation_id": id, "version": 1}})).await;
    assert_eq!(socket.hear().await["type"], "reload");
}

#[tokio::test]
async fn a_customer_follows_their_own_conversation_from_its_first_entry() {
    let w = world().await;
    let address = w.serve().await;
    let visitor = w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    assert_eq!(socket.expect("ready").await["version"], 0);
    let (_, other) = w.asked(&w.a, "别人的会话").await;
    let sent = say(&w, &visitor, "1", "我要退货").await;
    let id = sent["conversation"]["id"].as_str().unwrap().to_owned();
    let first = socket.expect("entry").await;
    assert_eq!((first["version"].as_i64(), first["conversation_id"].as_str()), (Some(1), Some(id.as_str())));
    assert!(first.get("seq").is_none() && !first.to_string().contains("trace"));
    w.post(&format!("/conversations/{id}/messages"), &w.a.agent, json!({"client_msg_id": "n", "kind": "note", "text": "SECRET"}))
        .await
        .ok(201);
    let mut version = 1;
    loop {
        let entry = socket.expect("entry").await;
        version += 1;
        assert_eq!(entry["version"].as_i64(), Some(version));
        assert!(!entry.to_string().contains("SECRET") && !entry.to_string().contains(&other));
        let now = w.get(&format!("/conversations/{id}"), &w.a.agent).await.ok(200)["version"].as_i64().unwrap();
        if version == now {
            break;
        }
    }
    let resume = json!({"conversation_id": id, "version": 0});
    let mut again = Socket::open(&address, json!({"type": "hello", "token": visitor, "resume": resume})).await;
    assert_eq!(again.expect("ready").await["resumed"], true);
    for expected in 1..=version {
        let entry = again.expect("entry").await;
        assert_eq!(entry["version"].as_i64(), Some(expected));
        assert!(!entry.to_string().contains("SECRET"));
    }
}

#[tokio::test]
async fn a_new_conversation_reaches_the_open_socket() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, first) = w.asked(&w.a, "你好").await;
    w.post(&format!("/conversations/{first}/claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&format!("/conversations/{first}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    w.advance(2 * 3_600_000);
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    socket.expect("ready").await;
    let second = say(&w, &visitor, "2", "又来了").await["conversation"]["id"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    let entry = socket.expect("entry").await;
    assert_eq!((entry["conversation_id"].as_str(), entry["version"].as_i64()), (Some(second.as_str()), Some(1)));
    let resume = json!({"conversation_id": first, "version": 2});
    let mut again = Socket::open(&address, json!({"type": "hello", "token": visitor, "resume": resume})).await;
    assert_eq!(again.expect("ready").await["resumed"], true);
    assert_eq!(again.expect("entry").await["conversation_id"].as_str(), Some(second.as_str()));
}

#[tokio::test]
async fn another_company_hears_nothing() {
    let w = world().await;
    let address = w.serve().await;
    let (mut stranger, _) = ready_person(&address, &w.b.admin, Value::Null).await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    stranger.say(json!({"type": "typing", "conversation_id": id, "on": true})).await;
    stranger.say(json!({"type": "viewing", "conversation_id": id})).await;
    let (mut ours, _) = ready_person(&address, &w.a.agent, Value::Null).await;
    stranger.say(json!({"type": "typing", "conversation_id": id, "on": true})).await;
    say(&w, &visitor, "2", "第二句").await;
    stranger.silent_of("entry").await;
    ours.expect("entry").await;
    ours.silent_of("typing").await;
}

#[tokio::test]
async fn what_is_typed_where_a_one_time_code_is_asked_for_is_shown_to_nobody() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let mut customer = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    customer.expect("ready").await;
    let (mut agent, _) = ready_person(&address, &w.a.agent, Value::Null).await;
    let known = qn_store::conversation::get(&w.engine.db, &w.a.tenant_id, &id.as_str().into()).await.unwrap();
    let mut draft = qn_engine::Draft::on(known, w.engine.now());
    let (run_id, flow, step) = ("run_1".into(), "proof".into(), "v".into());
    draft.conversation.bot.flows.push(ActiveFlow { run_id, flow, step, attempt: 1, secret: true, ..ActiveFlow::default() });
    w.engine.db.commit(draft.finish()).await.unwrap();
    agent.expect("entry").await;
    customer.say(json!({"type": "typing", "conversation_id": id, "on": true, "preview": "123456"})).await;
    let typing = agent.expect("typing").await;
    assert_eq!((typing["on"].as_bool(), typing["preview"].as_str()), (Some(true), None));
}

#[tokio::test]
async fn typing_and_viewing_are_told_to_those_they_concern() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let mut customer = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    customer.expect("ready").await;
    let (mut agent, _) = ready_person(&address, &w.a.agent, Value::Null).await;
    customer.say(json!({"type": "typing", "conversation_id": id, "on": true, "preview": "我想\u{202E}问"})).await;
    let typing = agent.expect("typing").await;
    assert_eq!((typing["who"]["kind"].as_str(), typing["preview"].as_str()), (Some("contact"), Some("我想问")));
    agent.say(json!({"type": "viewing", "conversation_id": id})).await;
    let viewers = agent.expect("viewers").await;
    assert_eq!(viewers["users"], json!([{"id": "usr_agent_a", "name": "agent a", "typing": false}]));
    agent.say(json!({"type": "typing", "conversation_id": id, "on": true})).await;
    let typing = customer.expect("typing").await;
    assert_eq!((typing["who"]["name"].as_str(), typing.get("preview")), (Some("agent a"), None));
    customer.say(json!({"type": "typing", "conversation_id": "cnv_other", "on": true})).await;
    customer.say(json!({"type": "ping"})).await;
    customer.expect("pong").await;
    w.post("/stream/signal", &visitor, json!({"type": "typing", "conversation_id": id, "on": false})).await.ok(204);
    assert_eq!(agent.expect("typing").await["who"]["kind"], "agent");
    assert_eq!(agent.expect("typing").await["on"], false);
    drop(agent);
    let (mut other, _) = ready_person(&address, &w.a.other_agent, Value::Null).await;
    other.say(json!({"type": "viewing", "conversation_id": id})).await;
    let mut last = other.expect("viewers").await;
    if last["users"].as_array().unwrap().len() == 2 {
        last = other.expect("viewers").await;
    }
    assert_eq!(last["users"].as_array().unwrap().len(), 1, "the closed window no longer looks: {last}");
}

#[tokio::test]
async fn presence_follows_the_socket() {
    let w = world().await;
    let address = w.serve().await;
    let (mut other, _) = ready_person(&address, &w.a.other_agent, Value::Null).await;
    let _agent = ready_person(&address, &w.a.agent, Value::Null).await;
    loop {
        let presence = other.expect("presence").await;
        if presence["user_id"] == "usr_agent_a" {
            assert_eq!(presence["connected"], true);
            break;
        }
    }
    assert!(w.engine.presence.attached(&w.a.tenant_id, &"usr_agent_a".into()));
}

#[tokio::test]
async fn an_ended_token_is_renewed_without_losing_anything() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    let version = socket.expect("ready").await["version"].as_i64().unwrap();
    let fresh = w.post("/widget/boot", "", json!({"key": "web-a", "visitor_token": visitor})).await.ok(200)["visitor_token"].clone();
    socket.say(json!({"type": "hello", "token": fresh})).await;
    say(&w, fresh.as_str().unwrap(), "2", "还在").await;
    assert_eq!(socket.expect("entry").await["version"].as_i64(), Some(version + 1));
    let (stranger, _) = w.asked(&w.a, "别人").await;
    socket.say(json!({"type": "hello", "token": stranger})).await;
    assert!(socket.hear().await.is_null(), "a socket does not turn into somebody else's");
    assert!(!id.is_empty());
}

#[tokio::test]
async fn logging_out_closes_the_customers_sockets_and_draining_everybodys() {
    let w = world().await;
    let address = w.serve().await;
    let (visitor, _) = w.asked(&w.a, "你好").await;
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    socket.expect("ready").await;
    w.post("/widget/logout", &visitor, Value::Null).await.ok(204);
    assert_eq!(socket.expect("bye").await["reason"], "signed_out");
    let (mut agent, _) = ready_person(&address, &w.a.agent, Value::Null).await;
    w.engine.hub.restart(1_500);
    let bye = agent.expect("bye").await;
    assert_eq!((bye["reason"].as_str(), bye["retry_ms"].as_i64()), (Some("restart"), Some(1_500)));
    assert!(agent.hear().await.is_null());
}

#[tokio::test]
async fn long_polls_tell_the_same_story() {
    let w = world().await;
    let (visitor, id) = w.asked(&w.a, "你好").await;
    let start = w.get("/stream/poll", &w.a.agent).await.ok(200);
    let seq = start["seq"].as_i64().unwrap();
    assert_eq!((start["entries"].clone(), start["reload"].clone()), (json!([]), json!(false)));
    let poll = format!("/stream/poll?seq={seq}");
    let (news, _) = tokio::join!(w.get(&poll, &w.a.agent), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        say(&w, &visitor, "2", "第二句").await
    });
    let news = news.ok(200);
    assert_eq!(news["entries"][0]["seq"].as_i64(), Some(seq + 1));
    assert_eq!(news["seq"].as_i64().unwrap(), seq + news["entries"].as_array().unwrap().len() as i64);
    assert_eq!(w.get("/stream/poll?seq=99999", &w.a.agent).await.ok(200)["reload"], true);
    let mine = w.get(&format!("/stream/poll?conversation_id={id}&version=0"), &visitor).await.ok(200);
    let versions: Vec<i64> = mine["entries"].as_array().unwrap().iter().map(|e| e["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
    assert_eq!(mine["conversation_id"].as_str(), Some(id.as_str()));
    w.get("/stream/poll", "").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_ended_token_says_so_and_a_renewing_hello_goes_on_where_it_was() {
    let w = hasty().await;
    let address = w.serve().await;
    let (visitor, _) = w.asked(&w.a, "你好").await;
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": visitor})).await;
    let version = socket.expect("ready").await["version"].as_i64().unwrap();
    w.advance(31 * 24 * 3_600_000);
    assert_eq!(socket.expect("bye").await["reason"], "token_expired");
    w.post("/widget/messages", &visitor, json!({"client_msg_id": "x", "text": "x"})).await.problem(401, "token_expired");
    let contact_id: qn_domain::ContactId =
        w.get("/conversations", &w.a.agent).await.ok(200)["items"][0]["contact"]["id"].as_str().unwrap().into();
    let fresh = w.auth.issue_visitor(&w.a.tenant_id, &"inb_web_a".into(), &contact_id).token;
    let sent = say(&w, &fresh, "2", "还在").await;
    socket.say(json!({"type": "hello", "token": fresh})).await;
    let entry = socket.expect("entry").await;
    assert_eq!((entry["version"].as_i64(), entry["conversation_id"].clone()), (Some(version + 1), sent["conversation"]["id"].clone()));
}

#[tokio::test]
async fn a_person_who_is_signed_out_elsewhere_is_told() {
    let w = hasty().await;
    let address = w.serve().await;
    let wish = qn_auth::SignIn {
        email: "agent@a.example".into(),
        password: crate::world::PASSWORD.into(),
        tenant_id: None,
        user_agent: "test".into(),
    };
    let secret = w.auth.sign_in(wish).await.unwrap().secret;
    let open = async |origin: &str| {
        let request = http::Request::get(format!("ws://{address}/api/v1/stream"))
            .header("host", &address)
            .header("origin", origin)
            .header("cookie", format!("qn_session={secret}"))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .body(())
            .unwrap();
        let mut socket = Socket(tokio_tungstenite::connect_async(request).await.unwrap().0);
        socket.say(json!({"type": "hello"})).await;
        socket
    };
    assert_eq!(open("https://evil.example").await.hear().await["reason"], "signed_out", "a foreign page's socket has no cookie");
    let mut socket = open(&format!("http://{address}")).await;
    socket.expect("ready").await;
    w.auth.sign_out(&secret).await.unwrap();
    assert_eq!(socket.expect("bye").await["reason"], "signed_out");
}

/// The heartbeat that would find out is 25 s away.
#[tokio::test]
async fn what_ends_a_sign_in_ends_its_sockets_at_once() {
    let w = world().await;
    let address = w.serve().await;
    let made = w.post("/tokens", &w.a.admin, json!({"name": "x", "scopes": ["read"]})).await.ok(201);
    let (mut revoked, _) = ready_person(&address, made["secret"].as_str().unwrap(), Value::Null).await;
    let (mut other, _) = ready_person(&address, &w.a.admin, Value::Null).await;
    let path = format!("/tokens/{}", made["id"].as_str().unwrap());
    with(&w, "DELETE", &path, &w.a.admin, &[("if-match", "\"1\"")], Value::Null).await.ok(204);
    assert_eq!(revoked.expect("bye").await["reason"], "token_expired");

    let (mut agent, _) = ready_person(&address, &w.a.agent, Value::Null).await;
    let user = w.get("/users/usr_agent_a", &w.a.admin).await.ok(200);
    let version = format!("\"{}\"", user["version"]);
    let head = [("if-match", version.as_str())];
    with(&w, "PATCH", "/users/usr_agent_a", &w.a.admin, &head, json!({"disabled": true})).await.ok(200);
    assert_eq!(agent.expect("bye").await["reason"], "token_expired");
    say(&w, w.boot(&w.a).await["visitor_token"].as_str().unwrap(), "1", "还在吗").await;
    assert_eq!(other.expect("entry").await["type"], "entry", "another sign-in of a person goes on");
}

#[tokio::test]
async fn a_waiting_customer_hears_when_the_queue_moves() {
    let w = hasty().await;
    let address = w.serve().await;
    let (first, first_id) = w.asked(&w.a, "你好").await;
    w.post("/widget/handoff", &first, json!({"client_msg_id": "p"})).await.ok(201);
    w.advance(1_000);
    let (second, id) = w.asked(&w.a, "你好").await;
    w.post("/widget/handoff", &second, json!({"client_msg_id": "p"})).await.ok(201);
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": second})).await;
    let place = socket.expect("queue").await;
    assert_eq!((place["position"].as_i64(), place["conversation_id"].as_str()), (Some(2), Some(id.as_str())));
    w.post(&format!("/conversations/{first_id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(socket.expect("queue").await["position"], 1);
}
