//! The store behind HTTP, described by an OpenAPI document that is made from its tools' schemas, so that a connector can import it.
//! A changing call needs an `Idempotency-Key`; the same key gives the first answer.

use super::store::Store;
use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Answer = (StatusCode, Json<Value>);

#[derive(Debug)]
struct Counter {
    store: Store,
    answers: HashMap<String, (StatusCode, Value)>,
}

/// The store of one task; ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct Service {
    pub base_url: String,
    counter: Arc<Mutex<Counter>>,
}

impl Service {
    /// Opens on a free port of this machine. `tools` are the schemas as published.
    pub async fn start(db: Value, tools: &Value) -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.context("no port for the store")?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let counter = Arc::new(Mutex::new(Counter { store: Store::new(db), answers: HashMap::new() }));
        let document = describe(tools, &base_url);
        let app = Router::new()
            .route("/openapi.json", get(move || std::future::ready(Json(document.clone()))))
            .route("/tools/{name}", post(call))
            .with_state(Arc::clone(&counter));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { base_url, counter })
    }

    /// Begins anew with this database.
    pub fn reset(&self, db: Value) {
        *self.counter.lock().unwrap_or_else(PoisonError::into_inner) = Counter { store: Store::new(db), answers: HashMap::new() };
    }

    /// Everything the store knows now.
    pub fn db(&self) -> Value {
        self.counter.lock().unwrap_or_else(PoisonError::into_inner).store.db.clone()
    }
}

async fn call(State(counter): State<Arc<Mutex<Counter>>>, Path(name): Path<String>, headers: HeaderMap, Json(args): Json<Value>) -> Answer {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    if key.is_empty() {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "an Idempotency-Key is needed"})));
    }
    let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((status, answer)) = counter.answers.get(&key) {
        return (*status, Json(answer.clone()));
    }
    let (status, answer) = match counter.store.call(&name, &args) {
        Ok(value) => (StatusCode::OK, json!({"result": value})),
        Err(reason) => (StatusCode::UNPROCESSABLE_ENTITY, json!({"error": reason})),
    };
    counter.answers.insert(key, (status, answer.clone()));
    (status, Json(answer))
}

/// OpenAPI 3.1 with one operation for each tool.
fn describe(tools: &Value, base_url: &str) -> Value {
    let mut paths = Map::new();
    for tool in tools.as_array().into_iter().flatten() {
        let tool = tool.get("function").unwrap_or(tool);
        let name = tool["name"].as_str().unwrap_or_default();
        let operation = json!({
            "operationId": name,
            "summary": tool["description"],
            "requestBody": {"required": true, "content": {"application/json": {"schema": tool["parameters"]}}},
            "responses": {"200": {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}}},
        });
        paths.insert(format!("/tools/{name}"), json!({"post": operation}));
    }
    json!({"openapi": "3.1.0", "info": {"title": "retail", "version": "1"}, "servers": [{"url": base_url}], "paths": paths})
}
