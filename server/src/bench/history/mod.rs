//! A server with a long past: how fast it starts, what it holds in memory, and how fast an agent's lists and searches are answered
//! when the database holds a million messages. The past is written by `fill`; the server then runs as a child on that folder.

mod fill;

use super::child::{Folder, Server};
use super::http::Connection;
use super::{Samples, round};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The demo's agent whose lists are read.
const READER: &str = "zhouming@bluewhale.example";
/// How often each address is asked for.
const ROUNDS: usize = 40;
/// What is started first is not what an operator waits for: the median of these starts is reported.
const STARTS: usize = 5;
/// Memory is read after this.
const IDLE: Duration = Duration::from_secs(5);

const LISTS: &[&str] = &[
    "/conversations?bucket=active&limit=50",
    "/conversations?bucket=active&view=mine&limit=50",
    "/conversations?bucket=queued&sort=oldest_waiting&limit=50",
    "/conversations?bucket=bot&limit=50",
    "/conversations?bucket=resolved&limit=50",
    "/conversations?bucket=all&limit=50",
    "/conversations?bucket=all&label=%E5%94%AE%E5%90%8E&limit=50",
    "/conversations/counts",
];
/// 防水, 退货 发票, a number that one message holds, a word in most, English, a sentence, one that is nowhere.
const SEARCHES: &[&str] = &[
    "%E9%98%B2%E6%B0%B4",
    "%E9%80%80%E8%B4%A7%20%E5%8F%91%E7%A5%A8",
    "7654321",
    "%E8%AF%B7%E9%97%AE",
    "return%20order",
    "%E7%A9%BA%E8%B0%83%E4%B8%8D%E5%88%B6%E5%86%B7",
    "%E9%87%8F%E5%AD%90%E7%BA%A0%E7%BC%A0",
];

#[derive(Debug, Serialize)]
pub struct Row {
    pub database: &'static str,
    pub messages: usize,
    pub conversations: usize,
    pub fill_seconds: f64,
    pub database_mib: f64,
    pub binary_mib: f64,
    /// From starting the process to 200 on `/readyz`.
    pub start_ms: f64,
    pub idle_memory_mib: f64,
    pub list_p50_ms: f64,
    pub list_p95_ms: f64,
    /// Full text over messages.
    pub search_p50_ms: f64,
    pub search_p95_ms: f64,
    /// The same words as a filter of the conversation list: messages and contacts.
    pub filter_p50_ms: f64,
    pub filter_p95_ms: f64,
    /// The slowest addresses, by their own 95th percentile.
    pub slowest: Vec<String>,
}

pub async fn run(messages: usize) -> Result<Row> {
    let folder = Folder::make()?;
    Server::start_in(&folder, &["serve", "--demo"], None).await?.stop().await?;
    let token = token(folder.path())?;
    let began = Instant::now();
    let conversations = fill::fill(folder.path(), messages).await?;
    let fill_seconds = round(began.elapsed().as_secs_f64());
    let mut starts = Samples::default();
    for _ in 0..STARTS - 1 {
        let (server, took) = start(&folder).await?;
        starts.push(took);
        server.stop().await?;
    }
    let (server, took) = start(&folder).await?;
    starts.push(took);
    tokio::time::sleep(IDLE).await;
    let idle_memory_mib = round(server.resident_bytes()? as f64 / 1048576.0);
    let mut asked = Asked { connection: Connection::open(&server.address).await?, token, slowest: Vec::new() };
    let mut lists = asked.each(LISTS.iter().map(|p| (*p).to_owned())).await?;
    let mut searches = asked.each(SEARCHES.iter().map(|q| format!("/search?kind=messages&limit=20&q={q}"))).await?;
    let mut filters = asked.each(SEARCHES.iter().map(|q| format!("/conversations?bucket=all&limit=50&q={q}"))).await?;
    asked.slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(Row {
        database: "sqlite",
        messages,
        conversations,
        fill_seconds,
        database_mib: mib(&folder.path().join(crate::storage::DATABASE_FILE))?,
        binary_mib: mib(&std::env::current_exe()?)?,
        start_ms: starts.percentile_ms(0.50),
        idle_memory_mib,
        list_p50_ms: lists.percentile_ms(0.50),
        list_p95_ms: lists.percentile_ms(0.95),
        search_p50_ms: searches.percentile_ms(0.50),
        search_p95_ms: searches.percentile_ms(0.95),
        filter_p50_ms: filters.percentile_ms(0.50),
        filter_p95_ms: filters.percentile_ms(0.95),
        slowest: asked.slowest.iter().take(3).map(|(ms, path)| format!("{ms} ms {path}")).collect(),
    })
}

async fn start(folder: &Folder) -> Result<(Server, u64)> {
    let began = Instant::now();
    let server = Server::start_in(folder, &["serve"], None).await?;
    Ok((server, u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)))
}

/// A token of the demo's agent, made by the command line as an operator would.
fn token(dir: &Path) -> Result<String> {
    let made = Command::new(std::env::current_exe()?)
        .args(["token", "create", "--user", READER, "--name", "bench", "--output", "json", "--data-dir"])
        .arg(dir)
        .stderr(Stdio::inherit())
        .output()?;
    let made: Value = serde_json::from_slice(&made.stdout).context("`token create` gives no JSON")?;
    Ok(made["secret"].as_str().context("`token create` gives no secret")?.to_owned())
}

fn mib(file: &Path) -> Result<f64> {
    Ok(round(std::fs::metadata(file)?.len() as f64 / 1048576.0))
}

/// One agent who asks one thing after the other.
struct Asked {
    connection: Connection,
    token: String,
    slowest: Vec<(f64, String)>,
}

impl Asked {
    async fn each(&mut self, paths: impl Iterator<Item = String>) -> Result<Samples> {
        let mut all = Samples::default();
        for path in paths {
            let mut own = Samples::default();
            for _ in 0..ROUNDS {
                let began = Instant::now();
                self.connection.get(&format!("/api/v1{path}"), Some(&self.token)).await?.ok().with_context(|| path.clone())?;
                own.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            self.slowest.push((own.percentile_ms(0.95), path));
            all.extend(own);
        }
        Ok(all)
    }
}
