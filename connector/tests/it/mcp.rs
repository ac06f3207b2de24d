//! MCP servers: the official SDK's (installed by `cargo xtask oracle`), and ones that mean harm or know no better.

use crate::world::{NOW, Safe, caller, serve};
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use axum::routing::any;
use axum::{Json, Router};
use qn_base::ManualClock;
use qn_connector::mcp::{Found, Server, Tool, Work};
use qn_connector::{Auth, Done, Failure, Kind, RetryClass};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Oracle(Child, String);

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn oracle(words: &[&str]) -> Oracle {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../target/oracle/bin/python");
    assert!(python.exists(), "the MCP SDK is not installed: run `cargo xtask oracle` first");
    let mut command = Command::new(python);
    command.arg(root.join("tests/oracle/mcp_server.py")).args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Oracle(child, line.trim().to_owned())
}

fn at(url: &str, tools: Vec<Tool>) -> Server {
    Server { format: 1, base_url: url.to_owned(), auth: None, headers: [].into(), operations: tools }
}

async fn look(server: &Server, timeout_ms: u64) -> Result<Found, Failure> {
    caller(Arc::new(ManualClock::at(NOW))).discover(server, "ten_1/", &Safe::default(), timeout_ms).await
}

async fn call(server: &Server, name: &str, input: Value) -> Done {
    let tool = server.operations.iter().find(|tool| tool.name == name).unwrap();
    let secrets = Safe::default();
    let work = Work { owner: "ten_1/x", server, tool, input: &input, key: "run_1/step", timeout_ms: 5_000, secrets: &secrets };
    caller(Arc::new(ManualClock::at(NOW))).call_tool(&work).await
}

/// The SDK's server is up some time after it said where.
async fn found(server: &Server) -> Found {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match look(server, 5_000).await {
            Err(failure) if failure.kind == Kind::Unavailable && Instant::now() < until => tokio::task::yield_now().await,
            other => return other.unwrap(),
        }
    }
}

#[tokio::test]
async fn the_official_servers_tools_are_read_and_called() {
    for words in [&[] as &[&str], &["json"], &["stateless"], &["stateless", "json"]] {
        let oracle = oracle(words);
        let mut server = at(&oracle.1, Vec::new());
        let found = found(&server).await;
        assert_eq!((found.title.as_str(), found.tools.len(), found.notes.len()), ("订单", 3, 0));
        let place = &found.tools[0];
        assert_eq!((place.title.zh.as_str(), place.retry, found.tools[1].retry), ("下单", RetryClass::Idempotent, RetryClass::Safe));
        assert_eq!(place.input["properties"]["lines"]["items"]["properties"]["sku"]["type"], "string", "references are written out");
        assert!(place.response.is_some());
        server.operations = found.tools;
        let done = call(&server, "place", json!({"lines": [{"sku": "x", "qty": 2}, {"sku": "y"}]})).await;
        assert_eq!((done.outcome.unwrap(), done.exchange.status), (json!({"id": "A1", "total": 7.5}), Some(200)));
        assert_eq!(call(&server, "greet", json!({"name": "小明"})).await.outcome.unwrap(), json!({"text": "你好 小明"}));
        let failure = call(&server, "fail", json!({})).await.outcome.unwrap_err();
        assert!(failure.kind == Kind::Refused && failure.zh.contains("库存不足"), "{failure:?}");
        let failure = call(&server, "place", json!({"lines": [{"qty": 2}]})).await.outcome.unwrap_err();
        assert_eq!((failure.kind, failure.detail[0]["at"].as_str()), (Kind::Invalid, Some("/lines/0/sku")));
    }
}

fn tool() -> Tool {
    let tool = json!({"name": "t", "tool": "t", "title": {"zh": "t", "en": "t"}, "input": {"type": "object"}, "retry": "once"});
    serde_json::from_value(tool).unwrap()
}

/// Greets as a server should; whatever else is asked gets this answer.
async fn says(kind: &'static str, answer: fn() -> Body) -> Server {
    let handler = any(move |request: Request| async move {
        let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        match asked["method"].as_str() {
            Some("initialize") => {
                let result = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "x", "version": "1"}});
                Response::builder()
                    .header("content-type", "application/json")
                    .body(Body::from(json!({"jsonrpc": "2.0", "id": asked["id"], "result": result}).to_string()))
            }
            Some("notifications/initialized") => Response::builder().status(202).body(Body::empty()),
            _ => Response::builder().header("content-type", kind).body(answer()),
        }
        .unwrap()
    });
    at(&format!("http://{}/mcp", serve(Router::new().route("/mcp", handler)).await), vec![tool()])
}

/// What the answer says it is, the answer, what it counts as.
type Case = (&'static str, fn() -> Body, Kind);

#[tokio::test]
async fn answers_that_mean_harm_are_refused_at_little_cost() {
    let huge = || Body::from("[".repeat(600_000));
    let deep = || Body::from(format!("data: {{\"id\": 2, \"result\": {}1{}}}\n\n", "[".repeat(100), "]".repeat(100)));
    let events = || Body::from("data: {oops\n\n");
    let text = || Body::from("{oops");
    let nothing = || Body::from("data: {\"id\": 99, \"result\": {}}\n\n");
    let cases: [Case; 5] = [
        ("application/json", huge, Kind::Limit),
        ("text/event-stream", deep, Kind::Limit),
        ("text/event-stream", events, Kind::Invalid),
        ("application/json", text, Kind::Invalid),
        ("text/event-stream", nothing, Kind::Invalid),
    ];
    for (kind, body, wanted) in cases {
        let failure = call(&says(kind, body).await, "t", json!({})).await.outcome.unwrap_err();
        assert_eq!((failure.kind, failure.in_doubt), (wanted, true), "{failure:?}");
    }
}

#[tokio::test]
async fn a_stream_that_stays_open_is_answered_and_one_that_says_nothing_times_out() {
    let open = || {
        let first = futures_util::stream::once(async {
            Ok::<_, std::io::Error>("data: {\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}}\n\n")
        });
        Body::from_stream(futures_util::StreamExt::chain(first, futures_util::stream::pending()))
    };
    let server = says("text/event-stream", open).await;
    assert_eq!(call(&server, "t", json!({})).await.outcome.unwrap(), json!({"text": "ok"}));
    let silent = || Body::from_stream(futures_util::stream::pending::<Result<&'static str, std::io::Error>>());
    let server = says("text/event-stream", silent).await;
    let (began, failure) = (Instant::now(), look(&server, 300).await.unwrap_err());
    assert_eq!(failure.kind, Kind::Timeout);
    assert!(began.elapsed() < Duration::from_secs(4) && !failure.zh.is_empty());
}

#[tokio::test]
async fn neither_addresses_nor_redirects_nor_endless_lists_lead_astray() {
    let failure = look(&at("http://169.254.169.254/mcp", Vec::new()), 2_000).await.unwrap_err();
    assert!(failure.kind == Kind::Refused && failure.zh.contains("公网"), "{failure:?}");
    let away = any(|| async { Response::builder().status(307).header("location", "http://169.254.169.254/").body(Body::empty()).unwrap() });
    let address = serve(Router::new().route("/mcp", away)).await;
    let failure = look(&at(&format!("http://{address}/mcp"), Vec::new()), 2_000).await.unwrap_err();
    assert!(failure.message.contains("redirect"), "{failure:?}");
    let endless = any(|Json(asked): Json<Value>| async move {
        let tools = json!({"tools": [{"name": "t", "inputSchema": {"type": "object"}}], "nextCursor": format!("{}", asked["id"]), "protocolVersion": "2025-03-26"});
        Json(json!({"jsonrpc": "2.0", "id": asked["id"], "result": tools}))
    });
    let address = serve(Router::new().route("/mcp", endless)).await;
    let failure = look(&at(&format!("http://{address}/mcp"), Vec::new()), 20_000).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Limit);
}

#[tokio::test]
async fn a_secret_goes_to_its_host_only_and_is_taken_out_of_what_comes_back() {
    let echo = any(|request: Request| async move {
        let proof = request.headers().get("authorization").map(|v| v.to_str().unwrap_or_default().to_owned()).unwrap_or_default();
        let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        Json(
            json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"protocolVersion": "2025-11-25", "content": [{"type": "text", "text": proof}]}}),
        )
    });
    let address = serve(Router::new().route("/mcp", echo)).await;
    let mut server = at(&format!("http://{address}/mcp"), vec![tool()]);
    server.auth = Some(Auth::Bearer { secret: "k".into() });
    let answered = async |secrets: Safe| {
        let work = Work {
            owner: "ten_1/x",
            server: &server,
            tool: &server.operations[0],
            input: &json!({}),
            key: "k",
            timeout_ms: 5_000,
            secrets: &secrets,
        };
        caller(Arc::new(ManualClock::at(NOW))).call_tool(&work).await
    };
    let done = answered(Safe::default().with("k", "sk-12345678", &["127.0.0.1"])).await;
    assert_eq!(done.outcome.unwrap(), json!({"text": "Bearer …"}));
    let done = answered(Safe::default().with("k", "sk-12345678", &["other.example"])).await;
    assert_eq!(done.outcome.unwrap_err().message, "not bound");
}
