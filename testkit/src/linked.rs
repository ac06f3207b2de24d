//! Platforms on loopback: Telegram, which is polled, DingTalk, which brings its calls over a WebSocket of ours, and WhatsApp, which
//! reports on what it was sent.
//! What they were sent is kept for looking at; what they have to bring is brought again until it was taken.

use crate::loopback::Loopback;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::{Json, Response};
use axum::routing::{any, get, post};
use bytes::Bytes;
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
/// An empty poll is answered after this.
const POLL: Duration = Duration::from_millis(300);
/// Where Telegram keeps every file of a customer.
pub const FILE_PATH: &str = "documents/file_1.txt";
/// What it holds: words of the customer that read as Telegram's own.
pub const FILE: &str = r#"{"ok": true, "result": {"file_path": "documents/file_2.txt"}}"#;

#[derive(Default)]
struct Book {
    /// Where DingTalk's gateway sends whoever wants its calls.
    address: String,
    /// Telegram's updates and DingTalk's messages that were not taken yet.
    waiting: Vec<Value>,
    /// The offsets that polls asked for.
    offsets: Vec<i64>,
    connections: usize,
    sent: Vec<Value>,
    /// The next connections are told to come again before they get anything.
    turn_away: usize,
}

type Shared = crate::loopback::Shared<Book>;

/// Either platform.
pub struct Linked {
    pub address: String,
    server: Loopback<Book>,
}

impl Linked {
    pub async fn telegram() -> Result<Linked> {
        let app = Router::new()
            .route("/{bot}/getUpdates", post(updates))
            .route("/{bot}/getFile", post(async || Json(json!({"ok": true, "result": {"file_path": FILE_PATH}}))))
            .route("/{bot}/{method}", any(sent))
            .route("/file/{bot}/{*path}", get(give_file));
        Self::start(app).await
    }

    pub async fn dingtalk() -> Result<Linked> {
        let app = Router::new()
            .route("/v1.0/gateway/connections/open", post(open_gateway))
            .route("/v1.0/oauth2/accessToken", post(async || Json(json!({"accessToken": "t", "expireIn": 7200}))))
            .route("/connect", get(connect))
            .route("/session/{name}", post(session));
        Self::start(app).await
    }

    /// WhatsApp Cloud's side of sending: every message gets an id of its own, `wamid.1` first.
    pub async fn whatsapp() -> Result<Linked> {
        let app = Router::new().route("/{version}/{number}/messages", post(take_whatsapp)).route("/{number}/messages", post(take_whatsapp));
        Self::start(app).await
    }

    async fn start(app: Router<Shared>) -> Result<Linked> {
        let server = Loopback::serve(app).await?;
        let address = server.address.to_string();
        server.book().address.clone_from(&address);
        Ok(Linked { address, server })
    }

    /// There is something to bring.
    pub fn bring(&self, what: Value) {
        self.server.book().waiting.push(what);
        self.server.news.notify_waiters();
    }

    pub fn turn_away(&self, connections: usize) {
        self.server.book().turn_away = connections;
    }

    pub fn connections(&self) -> usize {
        self.server.book().connections
    }

    pub fn last_offset(&self) -> Option<i64> {
        self.server.book().offsets.last().copied()
    }

    pub fn sent(&self) -> Vec<Value> {
        self.server.book().sent.clone()
    }

    /// Waits until something is so.
    pub async fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let found = self.server.wait(PATIENCE, || look(self)).await;
        found.with_context(|| format!("{what}: not within {} s; sent: {:?}", PATIENCE.as_secs(), self.sent()))
    }
}

/// Long polling: an offset confirms all before it.
async fn updates(State(shared): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let offset = body["offset"].as_i64().unwrap_or(0);
    let found = |shared: &Shared| {
        let mut book = shared.book();
        book.waiting.retain(|update| update["update_id"].as_i64() >= Some(offset));
        book.waiting.clone()
    };
    shared.book().offsets.push(offset);
    shared.news.notify_waiters();
    let news = shared.news.notified();
    tokio::pin!(news);
    news.as_mut().enable();
    let mut result = found(&shared);
    if result.is_empty() {
        let _ = tokio::time::timeout(POLL, news).await;
        result = found(&shared);
    }
    Json(json!({"ok": true, "result": result}))
}

/// A form is kept as text, for looking at.
async fn sent(State(shared): State<Shared>, Path((_, method)): Path<(String, String)>, body: Bytes) -> Json<Value> {
    let form = || json!({"form": String::from_utf8_lossy(&body)});
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_else(|_| form());
    body["method"] = json!(method);
    let number = {
        let mut book = shared.book();
        book.sent.push(body);
        book.sent.len()
    };
    shared.news.notify_waiters();
    Json(json!({"ok": true, "result": {"message_id": number, "chat": {"id": 7}}}))
}

async fn give_file(State(shared): State<Shared>, Path((_, path)): Path<(String, String)>) -> &'static str {
    shared.book().sent.push(json!({"method": "file", "path": path}));
    FILE
}

async fn take_whatsapp(State(shared): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let number = {
        let mut book = shared.book();
        book.sent.push(body);
        book.sent.len()
    };
    shared.news.notify_waiters();
    Json(json!({"messaging_product": "whatsapp", "messages": [{"id": format!("wamid.{number}")}]}))
}

async fn open_gateway(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"endpoint": format!("ws://{}/connect", shared.book().address), "ticket": "t 1"}))
}

async fn connect(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|socket| serve(shared, socket))
}

/// Brings what waits, one by one; what is acknowledged is done.
async fn serve(shared: Shared, mut socket: WebSocket) {
    let turned_away = {
        let mut book = shared.book();
        book.connections += 1;
        let turned_away = book.turn_away > 0;
        book.turn_away = book.turn_away.saturating_sub(1);
        turned_away
    };
    shared.news.notify_waiters();
    if turned_away {
        let frame = json!({"type": "SYSTEM", "headers": {"topic": "disconnect", "messageId": "d"}, "data": "{}"});
        let _ = socket.send(Message::text(frame.to_string())).await;
        return;
    }
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        let next = shared.book().waiting.first().cloned();
        let Some(next) = next else {
            news.await;
            continue;
        };
        let headers = json!({"topic": "/v1.0/im/bot/messages/get", "messageId": next["msgId"], "contentType": "application/json"});
        let frame = json!({"specVersion": "1.0", "type": "CALLBACK", "headers": headers, "data": next.to_string()});
        if socket.send(Message::text(frame.to_string())).await.is_err() {
            return;
        }
        let Some(Ok(Message::Text(ack))) = socket.recv().await else { return };
        let ack: Value = serde_json::from_str(&ack).unwrap_or(Value::Null);
        if ack["code"] == 200 && ack["headers"]["messageId"] == next["msgId"] {
            shared.book().waiting.retain(|one| one["msgId"] != next["msgId"]);
        }
    }
}

async fn session(State(shared): State<Shared>, Path(name): Path<String>, Json(mut body): Json<Value>) -> Json<Value> {
    body["session"] = json!(name);
    shared.book().sent.push(body);
    shared.news.notify_waiters();
    Json(json!({"errcode": 0, "errmsg": "ok"}))
}
