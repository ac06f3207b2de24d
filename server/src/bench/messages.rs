//! Whole turns per second: a customer's message goes in over HTTP, is identified, threaded, understood, routed, answered by the
//! bot and committed, and the reply arrives on that customer's socket. First as fast as it goes, then paced at half of that.

use super::child::Server;
use super::http::Connection;
use super::{Samples, limit, round};
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// The inbox of the demo company that the load speaks to.
const INBOX_KEY: &str = "bluewhale-web";
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const QUESTIONS: &[&str] = &[
    "这个手机能防水吗?",
    "怎么申请退货",
    "发票怎么开",
    "多久能到货",
    "忘记密码了怎么办",
    "空调不制冷",
    "How do I return my order?",
    "耳机连不上蓝牙",
];

#[derive(Debug, Serialize)]
pub struct Row {
    pub database: &'static str,
    pub turns_per_second: f64,
    /// At half of that rate.
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Closed loop, at full rate.
    pub full_p50_ms: f64,
    pub full_p99_ms: f64,
    pub paced_turns_per_second: f64,
    pub limit_per_second: f64,
    pub share_of_limit: f64,
    pub customers: usize,
    pub server_cpu_us_per_turn: f64,
    pub server_memory_mib: f64,
}

struct Customer {
    http: Connection,
    socket: WebSocketStream<TcpStream>,
    token: String,
    name: usize,
    sent: u64,
}

pub async fn run(database_url: Option<&str>, customers: usize, seconds: u64) -> Result<Row> {
    let limit_per_second = limit::measure(database_url, customers, seconds.min(5)).await?;
    let server = Server::start(&["serve", "--demo"], database_url).await?;
    let mut people = open_customers(&server.address, customers).await?;
    let cpu_before = server.cpu_seconds()?;
    let (mut full, turns_per_second, back) = closed_loop(people, seconds).await?;
    let cpu_us = (server.cpu_seconds()? - cpu_before) * 1e6 / full.len() as f64;
    people = back;
    let (mut half, paced) = paced_loop(people, turns_per_second / 2.0, seconds).await?;
    Ok(Row {
        database: if database_url.is_some() { "postgres" } else { "sqlite" },
        turns_per_second: round(turns_per_second),
        p50_ms: half.percentile_ms(0.50),
        p99_ms: half.percentile_ms(0.99),
        full_p50_ms: full.percentile_ms(0.50),
        full_p99_ms: full.percentile_ms(0.99),
        paced_turns_per_second: round(paced),
        limit_per_second,
        share_of_limit: round(turns_per_second / limit_per_second),
        customers,
        server_cpu_us_per_turn: round(cpu_us),
        server_memory_mib: round(server.resident_bytes()? as f64 / 1048576.0),
    })
}

async fn open_customers(address: &str, count: usize) -> Result<Vec<Customer>> {
    let mut people = Vec::with_capacity(count);
    for name in 0..count {
        people.push(open_customer(address, name).await.with_context(|| format!("customer {name}"))?);
    }
    Ok(people)
}

/// Boots, says hello once (which makes the conversation), and follows it on a socket.
async fn open_customer(address: &str, name: usize) -> Result<Customer> {
    let mut http = Connection::open(address).await?;
    let boot = http.post("/api/v1/widget/boot", None, &json!({"key": INBOX_KEY, "language": "zh-CN"}).to_string()).await?.ok()?.json()?;
    let token = boot["visitor_token"].as_str().context("boot gives no visitor_token")?.to_owned();
    let hello = json!({"client_msg_id": format!("hello-{name}"), "text": "你好"}).to_string();
    let sent = http.post("/api/v1/widget/messages", Some(&token), &hello).await?.ok()?.json()?;
    let conversation = sent["conversation"]["id"].as_str().context("no conversation")?.to_owned();
    let version = sent["conversation"]["version"].as_i64().context("no version")?;
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/api/v1/stream"), stream).await?;
    let hello = json!({"type": "hello", "token": token, "resume": {"conversation_id": conversation, "version": version}});
    socket.send(Message::text(hello.to_string())).await?;
    loop {
        let frame = next_text(&mut socket).await?;
        let frame: Value = serde_json::from_str(&frame)?;
        match frame["type"].as_str() {
            Some("ready") => return Ok(Customer { http, socket, token, name, sent: 0 }),
            Some("bye") => bail!("the server said {frame}"),
            _ => {}
        }
    }
}

async fn next_text(socket: &mut WebSocketStream<TcpStream>) -> Result<String> {
    loop {
        match tokio::time::timeout(ANSWER_WITHIN, socket.next()).await.context("no frame within 10 s")? {
            Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
            Some(Ok(Message::Close(_))) | None => bail!("the server closed the socket"),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
        }
    }
}

impl Customer {
    /// One turn; µs from the first byte sent to the bot's reply on the socket.
    async fn turn(&mut self) -> Result<u64> {
        self.sent += 1;
        let question = QUESTIONS[(self.name + self.sent as usize) % QUESTIONS.len()];
        let body = json!({"client_msg_id": format!("m-{}-{}", self.name, self.sent), "text": question}).to_string();
        let started = Instant::now();
        self.http.post("/api/v1/widget/messages", Some(&self.token), &body).await?.ok()?;
        while !is_reply(&next_text(&mut self.socket).await?) {}
        Ok(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX))
    }
}

fn is_reply(frame: &str) -> bool {
    frame.contains("\"type\":\"entry\"") && frame.contains("\"kind\":\"bot\"")
}

async fn closed_loop(people: Vec<Customer>, seconds: u64) -> Result<(Samples, f64, Vec<Customer>)> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut customer in people {
        tasks.spawn(async move {
            let mut samples = Samples::default();
            while Instant::now() < until {
                samples.push(customer.turn().await?);
            }
            anyhow::Ok((samples, customer))
        });
    }
    let (mut all, mut back) = (Samples::default(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (samples, customer) = done??;
        all.extend(samples);
        back.push(customer);
    }
    let rate = all.len() as f64 / started.elapsed().as_secs_f64();
    Ok((all, rate, back))
}

/// Turns start on a common schedule; a late one counts from when it should have started.
async fn paced_loop(people: Vec<Customer>, rate: f64, seconds: u64) -> Result<(Samples, f64)> {
    let ticket = Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let total = (rate * seconds as f64) as u64;
    let mut tasks = JoinSet::new();
    for mut customer in people {
        let ticket = ticket.clone();
        tasks.spawn(async move {
            let mut samples = Samples::default();
            loop {
                let mine = ticket.fetch_add(1, Ordering::Relaxed);
                if mine >= total {
                    return anyhow::Ok(samples);
                }
                let due = begin + Duration::from_secs_f64(mine as f64 / rate);
                tokio::time::sleep_until(due.into()).await;
                let late_us = u64::try_from(due.elapsed().as_micros()).unwrap_or(0);
                samples.push(late_us + customer.turn().await?);
            }
        });
    }
    let mut all = Samples::default();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    let achieved = all.len() as f64 / begin.elapsed().as_secs_f64();
    Ok((all, achieved))
}
