//! A server that speaks the chat-completions protocol on a free port of this machine: streams, tool calls, JSON schema, and its failures
//! in the order a test wants them. What it was asked is kept for looking at.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

/// What the server does with the next request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Streams this text in small pieces, with usage at the end.
    Say(String),
    /// The same in one JSON document, as servers that do not stream.
    SayWhole(String),
    /// These bytes as the body of an event stream.
    Raw(Vec<u8>),
    /// Some words, then the connection breaks.
    Half,
    /// The head of an event stream and a comment, and then nothing.
    Silent,
    /// Not even a head.
    Hang,
    Status(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Refuses a request that has this field, otherwise does as the next act says.
    Without(&'static str),
    /// More words than anybody wants.
    Endless,
    /// Calls the first tool with these arguments.
    CallTool(Value),
}

#[derive(Clone, Default)]
struct Seen {
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<Value>>>,
    keys: Arc<Mutex<Vec<String>>>,
}

/// Lives as long as the test's runtime.
pub struct ModelServer {
    pub base_url: String,
    seen: Seen,
}

impl ModelServer {
    pub async fn start(acts: impl IntoIterator<Item = Act>) -> ModelServer {
        let seen = Seen { acts: Arc::new(Mutex::new(acts.into_iter().collect())), ..Seen::default() };
        let models = json!({"object": "list", "data": [{"id": "test-model", "object": "model"}]});
        let app = Router::new()
            .route("/v1/chat/completions", post(chat))
            .route("/v1/models", get(async move || axum::Json(models)))
            .with_state(seen.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a test's model server");
        let base_url = format!("http://{}/v1", listener.local_addr().expect("a test's model server"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        ModelServer { base_url, seen }
    }

    pub fn will(&self, act: Act) {
        self.seen.acts.lock().expect("a test's model server").push_back(act);
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Value> {
        self.seen.asked.lock().expect("a test's model server").clone()
    }

    pub fn keys(&self) -> Vec<String> {
        self.seen.keys.lock().expect("a test's model server").clone()
    }
}

async fn chat(State(seen): State<Seen>, headers: axum::http::HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).expect("a test's model server");
    let key = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    seen.keys.lock().expect("a test's model server").push(key);
    seen.asked.lock().expect("a test's model server").push(body.clone());
    let mut act = next(&seen);
    while let Act::Without(field) = act {
        if body.pointer(field).is_some() {
            seen.acts.lock().expect("a test's model server").push_front(Act::Without(field));
            return status(400, &[], r#"{"error":{"type":"invalid_request_error","message":"unknown field"}}"#);
        }
        act = next(&seen);
    }
    match act {
        Act::Say(text) => stream(said(&body, &text).into_bytes()),
        Act::SayWhole(text) => whole(&body, &text),
        Act::Raw(bytes) => stream(bytes),
        Act::CallTool(arguments) => stream(calling(&body, &arguments).into_bytes()),
        Act::Status(code, headers, text) => status(code, headers, text),
        Act::Half => {
            let half = event(&json!({"choices": [{"index": 0, "delta": {"content": "Half of"}}]}));
            let broken: Vec<Result<Bytes, std::io::Error>> = vec![Ok(half.into()), Err(std::io::Error::other("gone"))];
            // The first piece must be out before the connection breaks.
            let pieces = futures_util::stream::iter(broken).then(|piece| async {
                tokio::task::yield_now().await;
                piece
            });
            event_stream(Body::from_stream(pieces))
        }
        Act::Silent => {
            let first = futures_util::stream::iter([Ok::<_, Infallible>(Bytes::from(": waiting\n\n"))]);
            event_stream(Body::from_stream(first.chain(futures_util::stream::pending())))
        }
        Act::Endless => {
            let piece = event(&json!({"choices": [{"index": 0, "delta": {"content": "word ".repeat(200)}}]}));
            let pieces = futures_util::stream::repeat_with(move || Ok::<_, Infallible>(Bytes::from(piece.clone())));
            event_stream(Body::from_stream(pieces))
        }
        Act::Hang => std::future::pending().await,
        Act::Without(_) => unreachable!(),
    }
}

fn next(seen: &Seen) -> Act {
    seen.acts.lock().expect("a test's model server").pop_front().unwrap_or(Act::Say("Hello".into()))
}

pub fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn chunk(body: &Value, delta: &Value, finish: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]
    })
}

fn usage() -> Value {
    json!({"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42})
}

fn said(body: &Value, text: &str) -> String {
    let mut out = event(&chunk(body, &json!({"role": "assistant", "content": ""}), None));
    let chars: Vec<char> = text.chars().collect();
    for piece in chars.chunks(3) {
        out += &event(&chunk(body, &json!({"content": piece.iter().collect::<String>()}), None));
    }
    out + &end(body, "stop")
}

fn end(body: &Value, reason: &str) -> String {
    let mut out = event(&chunk(body, &json!({}), Some(reason)));
    if body["stream_options"]["include_usage"] == true {
        out += &event(&json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": usage()}));
    }
    out + "data: [DONE]\n\n"
}

/// The arguments come in pieces, only the first piece names the call.
fn calling(body: &Value, arguments: &Value) -> String {
    let name = &body["tools"][0]["function"]["name"];
    let text = arguments.to_string();
    let (a, b) = text.split_at(text.len() / 2);
    let first = json!({"tool_calls": [{"index": 0, "id": "call_9", "type": "function", "function": {"name": name, "arguments": a}}]});
    let second = json!({"tool_calls": [{"index": 0, "function": {"arguments": b}}]});
    event(&chunk(body, &first, None)) + &event(&chunk(body, &second, None)) + &end(body, "tool_calls")
}

fn whole(body: &Value, text: &str) -> Response {
    let message = json!({"role": "assistant", "content": text});
    let value = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage()
    });
    Response::builder().header("content-type", "application/json").body(Body::from(value.to_string())).expect("a test's model server")
}

fn stream(bytes: Vec<u8>) -> Response {
    event_stream(Body::from(bytes))
}

fn event_stream(body: Body) -> Response {
    Response::builder().header("content-type", "text/event-stream; charset=utf-8").body(body).expect("a test's model server")
}

fn status(code: u16, headers: &[(&str, &str)], text: &'static str) -> Response {
    let mut response = Response::builder().status(code);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Body::from(text)).expect("a test's model server")
}
