//! How many idle connections one process holds, what each costs in memory, and how fast one event reaches a thousand watchers.

use super::child::Server;
use super::http::Connection;
use super::{Samples, round};
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const INBOX_KEY: &str = "bluewhale-web";
const FRAME_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug, Serialize)]
pub struct Row {
    pub connections: usize,
    pub bytes_per_connection: f64,
    pub fanout_watchers: usize,
    pub fanout_events: usize,
    pub fanout_deliveries_per_second: f64,
    /// From the moment the event's request is sent to the moment a watcher has it.
    pub fanout_p50_ms: f64,
    pub fanout_p99_ms: f64,
    pub server_memory_mib: f64,
    /// Set when fewer connections than asked for could be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounded_by: Option<String>,
}

type Socket = WebSocketStream<TcpStream>;

pub async fn run(wanted: usize, watchers: usize, events: usize) -> Result<Row> {
    let server = Server::start(&["serve", "--demo"], None).await?;
    let mut http = Connection::open(&server.address).await?;
    let room = descriptor_room();
    let connections = wanted.min(room);
    let visitor = boot(&mut http).await?;
    // The first sockets warm the allocator and the pools, so that the slope is the cost of a connection alone.
    let warm = 500.min(connections / 10);
    let mut held = open_many(&server.address, &visitor, 0, warm).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = server.resident_bytes()?;
    held.extend(open_many(&server.address, &visitor, warm, connections - warm).await?);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let grown = server.resident_bytes()?.saturating_sub(before);
    let memory = server.resident_bytes()?;
    let opened = held.len();
    drop(held);
    let (mut latencies, deliveries_per_second) = fan_out(&server.address, &visitor, watchers, events).await?;
    Ok(Row {
        connections: opened,
        bytes_per_connection: round(grown as f64 / (opened - warm).max(1) as f64),
        fanout_watchers: watchers,
        fanout_events: events,
        fanout_deliveries_per_second: round(deliveries_per_second),
        fanout_p50_ms: latencies.percentile_ms(0.50),
        fanout_p99_ms: latencies.percentile_ms(0.99),
        server_memory_mib: round(memory as f64 / 1048576.0),
        bounded_by: (connections < wanted).then(|| format!("the limit of open files leaves room for {room}")),
    })
}

/// A customer with a conversation to watch.
struct Visitor {
    token: String,
    conversation_id: String,
    version: i64,
}

async fn boot(http: &mut Connection) -> Result<Visitor> {
    let boot = http.post("/api/v1/widget/boot", None, &json!({"key": INBOX_KEY, "language": "zh-CN"}).to_string()).await?.ok()?.json()?;
    let token = boot["visitor_token"].as_str().context("boot gives no visitor_token")?.to_owned();
    let sent = http
        .post("/api/v1/widget/messages", Some(&token), &json!({"client_msg_id": "first", "text": "你好"}).to_string())
        .await?
        .ok()?
        .json()?;
    Ok(Visitor {
        token,
        conversation_id: sent["conversation"]["id"].as_str().context("no conversation")?.to_owned(),
        version: sent["conversation"]["version"].as_i64().context("no version")?,
    })
}

/// How many sockets this process and its child may each still open.
fn descriptor_room() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|l| l.starts_with("Max open files")).unwrap_or_default();
    line.split_whitespace().nth(3).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1024).saturating_sub(200)
}

async fn open_many(address: &str, visitor: &Visitor, from: usize, count: usize) -> Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    for n in from..from + count {
        sockets.push(open(address, visitor, n).await.with_context(|| format!("connection {n}"))?);
    }
    Ok(sockets)
}

/// Each 20,000 connections come from a loopback address of their own, because one address has 28,000 ports.
async fn open(address: &str, visitor: &Visitor, n: usize) -> Result<Socket> {
    let socket = TcpSocket::new_v4()?;
    let source = std::net::Ipv4Addr::new(127, 0, 1 + u8::try_from(n / 20_000).unwrap_or(254), 1);
    socket.bind((source, 0).into())?;
    let stream = socket.connect(address.parse()?).await?;
    let small = WebSocketConfig::default().read_buffer_size(2 * 1024).write_buffer_size(0);
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(format!("ws://{address}/api/v1/stream"), stream, Some(small)).await?;
    let resume = json!({"conversation_id": visitor.conversation_id, "version": visitor.version});
    socket.send(Message::text(json!({"type": "hello", "token": visitor.token, "resume": resume}).to_string())).await?;
    loop {
        let frame: Value = serde_json::from_str(&text(&mut socket).await?)?;
        match frame["type"].as_str() {
            Some("ready") => return Ok(socket),
            Some("bye") => bail!("the server said {frame}"),
            _ => {}
        }
    }
}

async fn text(socket: &mut Socket) -> Result<String> {
    loop {
        match tokio::time::timeout(FRAME_WITHIN, socket.next()).await.context("no frame in time")? {
            Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
            Some(Ok(Message::Close(_))) | None => bail!("the server closed the socket"),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
}

/// `watchers` sockets follow one conversation; `events` messages are sent into it one after the other.
async fn fan_out(address: &str, visitor: &Visitor, watchers: usize, events: usize) -> Result<(Samples, f64)> {
    let (seen, mut arrivals) = mpsc::unbounded_channel::<Instant>();
    for n in 0..watchers {
        let mut socket = open(address, visitor, n).await?;
        let seen = seen.clone();
        tokio::spawn(async move {
            while let Ok(frame) = text(&mut socket).await {
                if frame.contains("\"type\":\"entry\"") && seen.send(Instant::now()).is_err() {
                    return;
                }
            }
        });
    }
    let mut http = Connection::open(address).await?;
    let (mut latencies, mut busy) = (Samples::default(), Duration::ZERO);
    for n in 0..events {
        let sent_at = Instant::now();
        let body = json!({"client_msg_id": format!("fan-{n}"), "text": "多久能到货"}).to_string();
        http.post("/api/v1/widget/messages", Some(&visitor.token), &body).await?.ok()?;
        for _ in 0..watchers {
            let at = tokio::time::timeout(FRAME_WITHIN, arrivals.recv())
                .await
                .context("a watcher missed the event")?
                .context("watchers ended")?;
            latencies.push(u64::try_from(at.duration_since(sent_at).as_micros()).unwrap_or(u64::MAX));
        }
        busy += sent_at.elapsed();
    }
    Ok((latencies, (watchers * events) as f64 / busy.as_secs_f64()))
}
