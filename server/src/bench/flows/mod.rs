//! `qingniao bench flows`: refunds per second through the durable engine against a service on loopback, beside two limits of the
//! same run: the same calls with no engine at all, and with one bare committed row for each of the engine's commits.

pub mod servers;
pub mod waiting;

use super::child::{Folder, Server};
use super::http::Connection;
use super::{Samples, round};
use anyhow::{Context, Result, ensure};
use qn_store::{CommitSink, Db, Options};
use qn_workflow::{Event, Flow, Language, Moment, RunState, Status, advance, compile};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub const REFUND: &str = include_str!("../../../../examples/flows/refund.json");
const BRANCHING_NODES: usize = 50;

#[derive(Debug, Serialize)]
pub struct Row {
    pub database: &'static str,
    pub concurrency: usize,
    pub workflows_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// The same calls, no engine, nothing kept.
    pub limit_per_second: f64,
    pub limit_p50_ms: f64,
    /// The same calls, and a row on disk wherever the engine commits.
    pub limit_durable_per_second: f64,
    pub limit_durable_p50_ms: f64,
    pub share_of_durable_limit: f64,
    pub memory_mib: f64,
    pub cpu_us_per_workflow: f64,
    pub disk_bytes_per_workflow: f64,
    /// A flow of 50 nodes that branches and calls nobody: decided, written as journal text and read back, in memory.
    pub us_per_node: f64,
}

struct Measured {
    per_second: f64,
    samples: Samples,
    cpu_us: f64,
    memory_mib: f64,
    disk_bytes: f64,
}

pub async fn run(database_url: Option<&str>, concurrency: &[usize], seconds: u64) -> Result<Vec<Row>> {
    let office = Server::start(&["bench", "backoffice"], None).await.context("the service to call does not start")?;
    let us_per_node = round(on_a_server_thread(us_per_node)?);
    let mut rows = Vec::new();
    for c in concurrency.iter().copied() {
        let mut bare = measure("flow-limit", None, &office.address, c, seconds).await?;
        let mut durable = measure("flow-limit-durable", database_url, &office.address, c, seconds).await?;
        let mut ours = measure("flow-server", database_url, &office.address, c, seconds).await?;
        rows.push(Row {
            database: if database_url.is_some() { "postgres" } else { "sqlite" },
            concurrency: c,
            workflows_per_second: round(ours.per_second),
            p50_ms: ours.samples.percentile_ms(0.50),
            p99_ms: ours.samples.percentile_ms(0.99),
            limit_per_second: round(bare.per_second),
            limit_p50_ms: bare.samples.percentile_ms(0.50),
            limit_durable_per_second: round(durable.per_second),
            limit_durable_p50_ms: durable.samples.percentile_ms(0.50),
            share_of_durable_limit: round(ours.per_second / durable.per_second),
            memory_mib: round(ours.memory_mib),
            cpu_us_per_workflow: round(ours.cpu_us),
            disk_bytes_per_workflow: round(ours.disk_bytes),
            us_per_node,
        });
    }
    Ok(rows)
}

/// Refunds through one of the servers, each of an order of its own.
async fn measure(name: &str, database_url: Option<&str>, office: &str, clients: usize, seconds: u64) -> Result<Measured> {
    let folder = Folder::make()?;
    let before = bytes_at_rest(&folder, database_url).await?;
    let server = Server::start_in(&folder, &["bench", name, "--office", office], database_url).await?;
    let orders = Arc::new(AtomicU64::new(u64::from(std::process::id()) * 1_000_000_000 + u64::from(rand_start()) * 1_000));
    let warm = load(&server.address, clients, Duration::from_millis(500), &orders).await?.len();
    let cpu = server.cpu_seconds()?;
    let started = Instant::now();
    let samples = load(&server.address, clients, Duration::from_secs(seconds), &orders).await?;
    let (took, count) = (started.elapsed().as_secs_f64(), samples.len() as f64);
    let cpu_us = (server.cpu_seconds()? - cpu) * 1e6 / count;
    let memory_mib = server.resident_bytes()? as f64 / 1_048_576.0;
    drop(server);
    let kept = bytes_at_rest(&folder, database_url).await?.saturating_sub(before);
    Ok(Measured { per_second: count / took, cpu_us, memory_mib, disk_bytes: kept as f64 / (count + warm as f64), samples })
}

/// Of SQLite's file with all that its log holds copied into it; the log itself has its length from the start.
async fn bytes_at_rest(folder: &Folder, database_url: Option<&str>) -> Result<u64> {
    if database_url.is_some() {
        return Ok(0);
    }
    let file = folder.path().join(crate::storage::DATABASE_FILE);
    Db::open(&Options::sqlite(&file), CommitSink::none()).await?.close().await;
    Ok(std::fs::metadata(file)?.len())
}

/// Orders must not repeat between servers: a refund that was given is not given again.
fn rand_start() -> u32 {
    let mut bytes = [0; 4];
    qn_base::ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes) % 900_000
}

async fn load(address: &str, clients: usize, length: Duration, orders: &Arc<AtomicU64>) -> Result<Samples> {
    let until = Instant::now() + length;
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (address, orders) = (address.to_owned(), Arc::clone(orders));
        tasks.spawn(async move {
            let mut connection = Connection::open(&address).await?;
            let mut samples = Samples::default();
            while Instant::now() < until {
                let order = format!("SO{}", orders.fetch_add(1, Ordering::Relaxed));
                let body = json!({"order_id": order}).to_string();
                let started = Instant::now();
                let answer = connection.post("/hooks/refund", None, &body).await?.ok()?.json()?;
                samples.push(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
                ensure!(answer["refund"].is_string(), "order {order} was not refunded: {answer}");
            }
            anyhow::Ok(samples)
        });
    }
    let mut all = Samples::default();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    Ok(all)
}

/// With the stack that a server's threads have: on a smaller one each expression would get a stack of its own.
fn on_a_server_thread<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::cli::STACK_BYTES).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| anyhow::anyhow!("the measurement panicked"))?
    })
}

/// Decides a flow of 50 conditions and assignments many times over.
fn us_per_node() -> Result<f64> {
    let flow: Flow = serde_json::from_value(branching())?;
    let program = compile(flow, &Language::default(), &BTreeMap::new()).map_err(|problems| anyhow::anyhow!("{}", problems[0]))?;
    let (event, moment) = (Event::Start { input: serde_json::Map::new(), context: Box::default() }, Moment { now: 0, random: 0 });
    let (rounds, started) = (2_000, Instant::now());
    for n in 0..rounds {
        let decision = advance(&program, &RunState::new(format!("run_{n}")), &event, moment)?;
        ensure!(decision.next.status == Status::Done, "the branching flow did not end");
        let text = serde_json::to_string(&decision.entries)?;
        let back: Vec<qn_workflow::Entry> = serde_json::from_str(&text)?;
        ensure!(back.len() == decision.entries.len(), "the journal does not read back");
    }
    Ok(started.elapsed().as_secs_f64() * 1e6 / f64::from(rounds) / BRANCHING_NODES as f64)
}

fn branching() -> Value {
    let mut nodes = vec![json!({"id": "start", "kind": "start"}), json!({"id": "end", "kind": "end"})];
    let mut edges = vec![json!({"from": "start", "to": "q0"})];
    let pairs = (BRANCHING_NODES - 2) / 2;
    for n in 0..pairs {
        let (ask, add) = (format!("q{n}"), format!("a{n}"));
        let next = if n + 1 < pairs { format!("q{}", n + 1) } else { "end".to_owned() };
        nodes.push(json!({"id": ask, "kind": "choose", "settings": {"when": "sum % 2 == 0 || sum > 3"}}));
        nodes.push(json!({"id": add, "kind": "set", "settings": {"set": [{"variable": "sum", "value": "sum + 1"}]}}));
        edges.push(json!({"from": ask, "port": "yes", "to": add}));
        edges.push(json!({"from": ask, "port": "no", "to": add}));
        edges.push(json!({"from": add, "to": next}));
    }
    let sum = json!({"name": "sum", "type": "integer", "default": 0});
    json!({"format": 1, "id": "branching", "name": "branching", "variables": [sum], "nodes": nodes, "edges": edges})
}
