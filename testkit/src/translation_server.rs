//! A translator as the product calls one: it says that it is English now, and fails for the words `fail`, `babble` and `invent`.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;

#[derive(Clone)]
struct Shared {
    key: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

pub struct TranslationServer {
    pub url: String,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for TranslationServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TranslationServer {
    /// `key` is the bearer token it wants.
    #[allow(clippy::unwrap_used)] // without it no test can begin
    pub async fn start(key: &str) -> TranslationServer {
        let shared = Shared { key: format!("Bearer {key}"), asked: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/translate", listener.local_addr().unwrap());
        let router = Router::new().route("/translate", post(answer)).with_state(shared.clone());
        let task = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        TranslationServer { url, shared, task }
    }

    /// Every call's body.
    pub fn asked(&self) -> Vec<Value> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(State(shared): State<Shared>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let asked: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = asked["text"].as_str().unwrap_or_default().to_owned();
    shared.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    if headers.get("authorization").is_none_or(|key| *key != shared.key.as_str()) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    match text.as_str() {
        "fail" => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
        "babble" => (StatusCode::OK, "<html>".into()),
        "invent" => (StatusCode::OK, json!({"text": "call [PHONE_7]"}).to_string()),
        text => (StatusCode::OK, json!({"text": format!("IN ENGLISH: {text}")}).to_string()),
    }
}
