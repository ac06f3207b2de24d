//! A platform that says yes to everything, on loopback: tokens, messages and profiles of any of them. What it was sent is kept for looking at.

use anyhow::{Result, bail};
use axum::Router;
use axum::extract::{Request, State};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(30);
const BODY_BYTES_MAX: usize = 1024 * 1024;

#[derive(Clone, Default)]
struct Shared {
    /// Path and body of each call.
    heard: Arc<Mutex<Vec<(String, String)>>>,
    news: Arc<Notify>,
}

pub struct Agreeable {
    pub address: String,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for Agreeable {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Agreeable {
    pub async fn start() -> Result<Agreeable> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let shared = Shared::default();
        let app = Router::new().fallback(yes).with_state(shared.clone());
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Ok(Agreeable { address, shared, task })
    }

    /// Calls that carried these words.
    pub fn heard(&self, words: &str) -> usize {
        self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|(_, body)| body.contains(words)).count()
    }

    /// Waits until some call carried these words.
    pub async fn wait(&self, words: &str) -> Result<()> {
        let watch = async {
            loop {
                let news = self.shared.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if self.heard(words) > 0 {
                    return;
                }
                news.await;
            }
        };
        match tokio::time::timeout(PATIENCE, watch).await {
            Ok(()) => Ok(()),
            Err(_) => bail!("{words} was not sent: {:?}", self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

async fn yes(State(shared): State<Shared>, request: Request) -> axum::Json<Value> {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.unwrap_or_default();
    // Escaped texts are kept as they are read.
    let body =
        serde_json::from_slice::<Value>(&body).map_or_else(|_| String::from_utf8_lossy(&body).into_owned(), |value| value.to_string());
    let answer = yes_at(&path);
    shared.heard.lock().unwrap_or_else(PoisonError::into_inner).push((path, body));
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
    if path == "/" {
        return json!({"Code": "OK", "BizId": "biz1"});
    }
    json!({
        "errcode": 0, "code": 0, "ok": true, "access_token": "t", "expires_in": 7200, "accessToken": "t", "expireIn": 7200,
        "tenant_access_token": "t", "expire": 7200, "data": {"message_id": "om_out"}, "result": {"message_id": 1},
        "messages": [{"id": "m"}], "sentMessages": [{"id": "1"}], "processQueryKey": "q",
    })
}
