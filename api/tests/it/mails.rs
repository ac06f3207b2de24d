//! Letters as their readers see them: the original for supervisors, and what a machine answered as a line for colleagues.

use crate::world::{Socket, World, world};
use qn_domain::{ActivityKey, MessageKind, Owner};
use qn_store::channel_cursor::CursorMove;
use qn_store::mail::{self, NewMail};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const LETTER: &str = "From: Li Wei <li@customer.example>\r\nTo: support@shop.example\r\nSubject: Returning things\r\n\
    Message-ID: <1.li@customer.example>\r\nX-Odd: kept as it is\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n怎么退货?\r\n";
const AWAY: &str = "From: Li Wei <li@customer.example>\r\nTo: support@shop.example\r\nSubject: Out of office\r\n\
    Message-ID: <2.li@customer.example>\r\nIn-Reply-To: <1.li@customer.example>\r\nAuto-Submitted: auto-replied\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\nI am back on Monday.\r\n";

fn settings() -> Value {
    json!({"address": "support@shop.example", "user": "support", "password": "p", "imap_host": "127.0.0.1", "imap_port": 1,
        "smtp_host": "127.0.0.1", "smtp_port": 1})
}

async fn comes(w: &World, inbox_id: &str, uid: i64, raw: &str) {
    let tenant_id = w.a.tenant_id.clone();
    let now = w.engine.now();
    let position = format!("1:{uid}");
    let cursor = CursorMove { tenant_id, inbox_id: inbox_id.into(), stream: "imap:INBOX".into(), position, at: now };
    let new = NewMail {
        id: format!("mail_{uid}"),
        folder: "INBOX".into(),
        uid_validity: 1,
        uid,
        fingerprint: format!("f{uid}"),
        raw: raw.as_bytes().to_vec(),
        is_whole: true,
        received_at: now,
    };
    assert_eq!(mail::keep(&w.engine.db, &cursor, &[new]).await.unwrap(), 1);
}

/// The next change of this type, of all that entries bring.
async fn change(socket: &mut Socket, fits: impl Fn(&Value) -> bool) -> Value {
    loop {
        let entry = socket.expect("entry").await;
        if let Some(change) = entry["changes"].as_array().unwrap().iter().find(|change| fits(change)) {
            return change.clone();
        }
    }
}

/// A robot's letters look like anybody's: another subject each time, and no word of what it is.
fn ticket(from: &str, n: i64) -> String {
    format!(
        "From: {from}\r\nTo: support@shop.example\r\nSubject: Ticket {n} was opened\r\nMessage-ID: <{n}.{from}>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n怎么退货?\r\n"
    )
}

#[tokio::test]
async fn a_robot_that_opens_a_new_subject_each_time_is_answered_twelve_times_and_then_left_to_people() {
    let w = world().await;
    let address = w.serve().await;
    let made = w.post("/inboxes", &w.a.admin, json!({"name": "邮箱", "channel": "email", "channel_settings": settings()})).await.ok(201);
    let inbox_id = made["id"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": w.a.agent})).await;
    socket.expect("ready").await;
    for n in 1..=14 {
        comes(&w, &inbox_id, n, &ticket("tickets@robot.example", n)).await;
    }
    comes(&w, &inbox_id, 15, &ticket("li@customer.example", 15)).await;
    let stop = CancellationToken::new();
    let taking = tokio::spawn(w.engine.clone().run_mail(stop.clone()));
    let mut answers = Vec::new();
    for n in 1..=15 {
        let subject = format!("Ticket {n} was opened");
        let of = |change: &Value| change["message"]["content"]["text"].as_str().is_some_and(|text| text.starts_with(&subject));
        let letter = change(&mut socket, |change| change["type"] == "message.created" && of(change)).await["message"].clone();
        let id = letter["conversation_id"].as_str().unwrap().into();
        let thread = qn_store::message::list_range(&w.engine.db, &w.a.tenant_id, &id, 1, 50).await.unwrap();
        let line = |key| thread.iter().any(|m| m.content.activity.as_ref().is_some_and(|activity| activity.key == key));
        let conversation = qn_store::conversation::get(&w.engine.db, &w.a.tenant_id, &id).await.unwrap();
        let quiet = line(ActivityKey::AnsweredOften);
        let with_people = !matches!(conversation.owner, Owner::Bot);
        let sent = thread.iter().filter(|m| m.kind == MessageKind::Outgoing).count();
        assert_eq!((quiet, with_people), (sent == 0, sent == 0), "letter {n}: {thread:?}");
        answers.push(sent);
    }
    assert_eq!(answers[..12].iter().sum::<usize>(), 12, "{answers:?}");
    assert_eq!(answers[12..14], [0, 0], "people decide about the robot");
    assert!(answers[14] > 0, "nobody else goes without an answer");
    stop.cancel();
    taking.await.unwrap();
}

#[tokio::test]
async fn a_list_is_shown_to_people_and_never_answered() {
    let w = world().await;
    let address = w.serve().await;
    let made = w.post("/inboxes", &w.a.admin, json!({"name": "邮箱", "channel": "email", "channel_settings": settings()})).await.ok(201);
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": w.a.agent})).await;
    socket.expect("ready").await;
    let list = ticket("news@list.example", 1).replacen("To:", "List-Id: <news.list.example>\r\nTo:", 1);
    comes(&w, made["id"].as_str().unwrap(), 1, &list).await;
    let stop = CancellationToken::new();
    let taking = tokio::spawn(w.engine.clone().run_mail(stop.clone()));
    let incoming = |change: &Value| change["type"] == "message.created" && change["message"]["kind"] == "incoming";
    let letter = change(&mut socket, incoming).await["message"].clone();
    let id = letter["conversation_id"].as_str().unwrap().into();
    let thread = qn_store::message::list_range(&w.engine.db, &w.a.tenant_id, &id, 1, 50).await.unwrap();
    assert!(thread.iter().all(|m| m.kind != MessageKind::Outgoing), "{thread:?}");
    let conversation = qn_store::conversation::get(&w.engine.db, &w.a.tenant_id, &id).await.unwrap();
    assert!(!matches!(conversation.owner, Owner::Bot), "{conversation:?}");
    stop.cancel();
    taking.await.unwrap();
}

#[tokio::test]
async fn the_original_is_every_byte_and_for_supervisors_and_a_machines_answer_is_a_line() {
    let w = world().await;
    let address = w.serve().await;
    let made = w.post("/inboxes", &w.a.admin, json!({"name": "邮箱", "channel": "email", "channel_settings": settings()})).await.ok(201);
    let inbox_id = made["id"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": w.a.agent})).await;
    socket.expect("ready").await;
    comes(&w, &inbox_id, 1, LETTER).await;
    let stop = CancellationToken::new();
    let taking = tokio::spawn(w.engine.clone().run_mail(stop.clone()));

    let incoming = |change: &Value| change["type"] == "message.created" && change["message"]["kind"] == "incoming";
    let letter = change(&mut socket, incoming).await["message"].clone();
    let id = letter["conversation_id"].as_str().unwrap().to_owned();
    let path = format!("/conversations/{id}/messages/{}/original", letter["id"].as_str().unwrap());
    let original = w.get(&path, &w.a.supervisor).await;
    assert_eq!((original.status.as_u16(), original.text.as_str()), (200, LETTER));
    assert_eq!((original.header("content-type"), original.header("x-content-type-options")), ("message/rfc822", "nosniff"));
    assert!(original.header("content-disposition").starts_with("attachment"));
    w.get(&path, &w.a.agent).await.problem(403, "forbidden");
    w.get(&path, &w.b.supervisor).await.problem(404, "not_found");
    let (_, other) = w.asked(&w.a, "你好").await;
    let messages = w.get(&format!("/conversations/{other}/messages"), &w.a.agent).await.ok(200);
    let chat = messages["items"][0]["id"].as_str().unwrap();
    w.get(&format!("/conversations/{other}/messages/{chat}/original"), &w.a.supervisor).await.problem(404, "not_found");

    comes(&w, &inbox_id, 2, AWAY).await;
    let told = |change: &Value| change["type"] == "message.created" && change["message"]["content"]["activity"]["key"] == "auto_answered";
    let line = change(&mut socket, told).await["message"].clone();
    assert_eq!(line["conversation_id"], id.as_str());
    let params = &line["content"]["activity"]["params"];
    assert_eq!((&params["from"], &params["text"]), (&json!("li@customer.example"), &json!("I am back on Monday.")));
    let thread = w.get(&format!("/conversations/{id}/messages"), &w.a.agent).await.ok(200);
    let customers = thread["items"].as_array().unwrap().iter().filter(|m| m["kind"] == "incoming").count();
    assert_eq!(customers, 1, "it asks nobody anything: {thread}");
    stop.cancel();
    taking.await.unwrap();
}

/// A letter without a word of what it answers.
fn plain(id: &str, from: &str, subject: &str) -> String {
    format!(
        "From: {from}\r\nTo: support@shop.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@plain.example>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{id}\r\n"
    )
}

#[tokio::test]
async fn a_subject_joins_a_conversation_for_the_same_people_and_in_the_same_mailbox_only() {
    let w = world().await;
    let address = w.serve().await;
    let mut inboxes = Vec::new();
    for name in ["邮箱", "Mailbox"] {
        let made = w.post("/inboxes", &w.a.admin, json!({"name": name, "channel": "email", "channel_settings": settings()})).await.ok(201);
        inboxes.push(made["id"].as_str().unwrap().to_owned());
    }
    let mut socket = Socket::open(&address, json!({"type": "hello", "token": w.a.agent})).await;
    socket.expect("ready").await;
    let letters = [
        (0, plain("first", "li@customer.example", "Broken kettle")),
        (0, plain("second", "li@customer.example", "Re: Broken kettle")),
        (0, plain("stranger", "mallory@elsewhere.example", "Re: Broken kettle")),
        (0, plain("other", "li@customer.example", "Re: My invoice")),
        // the same letter in another mailbox is a letter there
        (1, plain("first", "li@customer.example", "Broken kettle")),
    ];
    let stop = CancellationToken::new();
    let taking = tokio::spawn(w.engine.clone().run_mail(stop.clone()));
    let mut places = Vec::new();
    for (n, (inbox, letter)) in (1..).zip(&letters) {
        comes(&w, &inboxes[*inbox], n, letter).await;
        let incoming = |change: &Value| change["type"] == "message.created" && change["message"]["kind"] == "incoming";
        let message = change(&mut socket, incoming).await["message"].clone();
        places.push(message["conversation_id"].as_str().unwrap().to_owned());
    }
    stop.cancel();
    taking.await.unwrap();
    assert_eq!(places[1], places[0], "an answer of whoever wrote");
    let others: std::collections::HashSet<_> = places[1..].iter().collect();
    assert_eq!(others.len(), 4, "a stranger, another subject, another mailbox: {places:?}");
    let of = qn_store::conversation::get(&w.engine.db, &w.a.tenant_id, &places[4].as_str().into()).await.unwrap();
    assert_eq!(of.inbox_id.0, inboxes[1]);
}
