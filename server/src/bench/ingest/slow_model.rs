//! A language model that thinks before it speaks, and every platform's API that says yes at once: one loopback server for both.

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::response::Json;
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::time::Duration;

/// Its address; it ends with the process.
#[allow(clippy::disallowed_methods)] // a benchmark's own helper, as long as the benchmark
pub async fn start(delay: Duration) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let app = Router::new()
        .route("/v1/models", get(async || Json(json!({"object": "list", "data": [{"id": "slow", "object": "model"}]}))))
        .route("/v1/chat/completions", post(think))
        .fallback(yes)
        .with_state(delay);
    tokio::spawn(async move {
        let _ = axum::serve(listener, app).await;
    });
    Ok(address)
}

async fn think(State(delay): State<Duration>) -> Json<Value> {
    tokio::time::sleep(delay).await;
    let message = json!({"role": "assistant", "content": "签收后 7 天内可以退货 [1]。"});
    Json(
        json!({"id": "c", "object": "chat.completion", "model": "slow", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20}}),
    )
}

/// Tokens, sends, profiles: whatever field the platform's client looks for says that all is well.
async fn yes() -> Json<Value> {
    Json(json!({
        "errcode": 0, "code": 0, "ok": true, "access_token": "t", "expires_in": 7200, "accessToken": "t", "expireIn": 7200,
        "tenant_access_token": "t", "expire": 7200, "data": {"message_id": "m"}, "result": {"message_id": 1}, "messages": [{"id": "m"}],
        "sentMessages": [{"id": "1"}], "msg_list": [], "has_more": 0, "next_cursor": "c",
    }))
}
