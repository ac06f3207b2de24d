//! A platform that says yes to everything, on loopback: tokens, messages and profiles of any of them. What it was sent is kept for looking at.

use crate::loopback::Loopback;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Path and body of each call; the path with its method before it where that is neither GET nor POST.
type Book = Vec<(String, String)>;
type Shared = crate::loopback::Shared<Book>;

pub struct Agreeable {
    pub address: String,
    server: Loopback<Book>,
}

impl Agreeable {
    pub async fn start() -> Result<Agreeable> {
        let server = Loopback::serve(Router::new().fallback(yes)).await?;
        Ok(Agreeable { address: server.address.to_string(), server })
    }

    /// Calls that carried these words.
    pub fn heard(&self, words: &str) -> usize {
        self.server.book().iter().filter(|(_, body)| body.contains(words)).count()
    }

    /// Calls to this path, e.g. `HEAD /send`.
    pub fn called(&self, place: &str) -> usize {
        self.server.book().iter().filter(|(path, _)| path == place).count()
    }

    /// Waits until some call carried these words.
    pub async fn wait(&self, words: &str) -> Result<()> {
        let heard = self.server.wait(PATIENCE, || (self.heard(words) > 0).then_some(())).await;
        heard.with_context(|| format!("{words} was not sent: {:?}", self.server.book()))
    }
}

async fn yes(State(shared): State<Shared>, request: Request) -> axum::Json<Value> {
    let path = request.uri().path().to_owned();
    let place = match request.method().as_str() {
        "GET" | "POST" => path.clone(),
        method => format!("{method} {path}"),
    };
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.unwrap_or_default();
    // Escaped texts are kept as they are read.
    let body =
        serde_json::from_slice::<Value>(&body).map_or_else(|_| String::from_utf8_lossy(&body).into_owned(), |value| value.to_string());
    let answer = yes_at(&path);
    shared.book().push((place, body));
    shared.news.notify_waiters();
    axum::Json(answer)
}

/// Gateways for text messages are known by where they are called; their answers do not go together with the others'.
fn yes_at(path: &str) -> Value {
    if path.ends_with("/Messages.json") {
        return json!({"sid": "SM1"});
    }
    if path == "/send" {
        return json!({"message_id": "gw1"});
    }
    if path == "/v2/bot/message/quota" {
        return json!({"type": "limited", "value": 500});
    }
    if path == "/v2/bot/message/quota/consumption" {
        return json!({"totalUsage": 120});
    }
    if path == "/" {
        return json!({"Code": "OK", "BizId": "biz1"});
    }
    json!({
        "errcode": 0, "code": 0, "ok": true, "access_token": "t", "expires_in": 7200, "accessToken": "t", "expireIn": 7200,
        "tenant_access_token": "t", "expire": 7200, "data": {"message_id": "om_out"}, "result": {"message_id": 1},
        "messages": [{"id": "m"}], "sentMessages": [{"id": "1"}], "processQueryKey": "q",
    })
}
