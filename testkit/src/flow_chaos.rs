//! Kills the flow engine under load and then asks the back office's books: no refund lost, none paid twice, every compensation
//! exactly once. The office goes on living; it answers some writes with 503, some too late, and refuses notes for some orders.

use crate::http::{Api, Request};
use crate::random::Random;
use crate::server::{Plan, Server};
use crate::storage::{Database, Storage};
use anyhow::{Context, Result, bail, ensure};
use http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The engine lives this long after it was ready, in ms.
const LIFE_MS: std::ops::Range<usize> = 40..400;
/// Orders that end so have their note refused for good, so their refund must be taken back.
const REFUSED: &str = "7";
/// Attempts the refund flow gives a step (`examples/flows/refund.json`). A write that met as many faults may be given up.
const ATTEMPTS: u64 = 5;
/// One in this many triggers is sent twice at once.
const DOUBLED_ONE_IN: usize = 5;
const DRAIN_WITHIN: Duration = Duration::from_secs(120);

#[derive(Debug, Clone)]
pub struct Options {
    pub binary: PathBuf,
    pub database: Database,
    pub refunds: usize,
    pub concurrency: usize,
    pub seed: u64,
    /// Every n-th write of the office is answered with 503.
    pub unavailable_every: u64,
}

/// What the books say at the end.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub database: String,
    pub seed: u64,
    pub refunds: usize,
    pub kills: usize,
    pub doubled_triggers: usize,
    /// Orders that should be refunded and are not, though no write of theirs used up its attempts.
    pub lost: usize,
    /// Orders of which a write met a fault at every attempt, and whose refund therefore does not stand.
    pub given_up: usize,
    pub paid_twice: usize,
    /// Orders whose refund should have been taken back and was not.
    pub not_taken_back: usize,
    pub taken_back_twice: usize,
    pub taken_back: usize,
    pub runs: usize,
    /// Runs that have not ended.
    pub unfinished: i64,
    /// Requests the office saw more than once under one key, and answered the same.
    pub repeated_requests: u64,
    pub drain_ms: u64,
    pub seconds: u64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.lost + self.paid_twice + self.not_taken_back + self.taken_back_twice == 0 && self.unfinished == 0 && self.runs == self.refunds
    }
}

pub async fn run(options: &Options) -> Result<Report> {
    let started = Instant::now();
    let office_plan = Plan::new(&options.binary).command(&["bench", "backoffice"]);
    let office = Server::start(office_plan, Storage::fresh(&Database::Sqlite).await?).await?;
    let books = Api::new(&office.url())?;
    let faults =
        json!({"unavailable_every": options.unavailable_every, "silent_every": 41, "silent_ms": 2500, "notes_refused_for": REFUSED});
    books.deliver(&Request::json(Method::POST, "//faults", &faults)).await?;
    let plan = Plan::new(&options.binary).command(&["bench", "flow-server", "--office", &office.address]);
    let mut engine = Server::start(plan.with("QN__SERVER__THREADS", "2"), Storage::fresh(&options.database).await?).await?;

    let done = Arc::new(AtomicBool::new(false));
    let crowd = send(options, &engine.url(), &done)?;
    let (mut chance, mut kills) = (Random::new(options.seed), 0);
    while !done.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis((LIFE_MS.start + chance.below(LIFE_MS.len())) as u64)).await;
        engine.kill()?;
        engine.launch().await?;
        kills += 1;
    }
    let doubled_triggers = crowd.await??;
    let draining = Instant::now();
    let standing = drain(&engine).await?;
    let audit: Value = serde_json::from_slice(&books.deliver(&Request::get("//audit")).await?.body)?;
    let mut report = judge(options, &audit)?;
    report.kills = kills;
    report.doubled_triggers = doubled_triggers;
    report.drain_ms = u64::try_from(draining.elapsed().as_millis()).unwrap_or(u64::MAX);
    let count = |name: &str| standing[name].as_i64().unwrap_or(0);
    report.unfinished = count("active") + count("parked");
    report.runs = usize::try_from(count("done") + count("failed") + count("cancelled")).unwrap_or(0);
    report.seconds = started.elapsed().as_secs();
    engine.finish().await?;
    office.finish().await?;
    Ok(report)
}

fn order(n: usize) -> String {
    format!("SO{n:06}")
}

/// Everybody asks for refunds until all are acknowledged; a caller that gets no answer asks again, like any webhook sender.
fn send(options: &Options, url: &str, done: &Arc<AtomicBool>) -> Result<tokio::task::JoinHandle<Result<usize>>> {
    let (next, total, seed) = (Arc::new(AtomicUsize::new(0)), options.refunds, options.seed);
    let mut tasks = JoinSet::new();
    for n in 0..options.concurrency {
        let (api, next, mut chance) = (Api::new(url)?, Arc::clone(&next), Random::new(seed + n as u64 + 1));
        tasks.spawn(async move {
            let mut doubled = 0;
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= total {
                    return anyhow::Ok(doubled);
                }
                let request = Request::json(Method::POST, "//hooks/refund", &json!({"order_id": order(n)}));
                if chance.below(DOUBLED_ONE_IN) == 0 {
                    doubled += 1;
                    let (one, two) = tokio::join!(api.deliver(&request), api.deliver(&request));
                    ensure!(one?.status == 200 && two?.status == 200, "a doubled trigger was not taken");
                } else {
                    ensure!(api.deliver(&request).await?.status == 200, "a trigger was not taken");
                }
            }
        });
    }
    let done = Arc::clone(done);
    Ok(tokio::spawn(async move {
        let mut doubled = 0;
        while let Some(task) = tasks.join_next().await {
            doubled += task.map_err(anyhow::Error::from).and_then(|task| task).inspect_err(|_| done.store(true, Ordering::Relaxed))?;
        }
        done.store(true, Ordering::Relaxed);
        Ok(doubled)
    }))
}

/// Waits until every run has ended; how many stand how.
async fn drain(engine: &Server) -> Result<Value> {
    let (api, started) = (Api::new(&engine.url())?, Instant::now());
    while started.elapsed() < DRAIN_WITHIN {
        let standing: Value = serde_json::from_slice(&api.deliver(&Request::get("//standing")).await?.body)?;
        if standing["active"].is_null() && standing["parked"].is_null() {
            return Ok(standing);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("runs did not end within {} s; the engine said:\n{}", DRAIN_WITHIN.as_secs(), engine.output())
}

fn judge(options: &Options, audit: &Value) -> Result<Report> {
    let names = |field: &str| -> Result<BTreeSet<String>> {
        serde_json::from_value(audit[field].clone()).with_context(|| format!("the books say nothing of {field}"))
    };
    let (standing, twice, back_twice) = (names("standing")?, names("paid_back_twice")?, names("reversed_twice")?);
    let used_up = |order: &str| audit["faulted"][order].as_u64().unwrap_or(0) >= ATTEMPTS;
    let orders: Vec<String> = (0..options.refunds).map(order).collect();
    let (refused, fine): (Vec<&String>, Vec<&String>) = orders.iter().partition(|order| order.ends_with(REFUSED));
    Ok(Report {
        database: options.database.name().to_owned(),
        seed: options.seed,
        refunds: options.refunds,
        kills: 0,
        doubled_triggers: 0,
        lost: fine.iter().filter(|order| !standing.contains(**order) && !used_up(order)).count(),
        given_up: fine.iter().filter(|order| !standing.contains(**order) && used_up(order)).count(),
        paid_twice: twice.len(),
        not_taken_back: refused.iter().filter(|order| standing.contains(**order)).count(),
        taken_back_twice: back_twice.len(),
        taken_back: usize::try_from(audit["reversals"].as_u64().unwrap_or(0)).unwrap_or(0),
        runs: 0,
        unfinished: 0,
        repeated_requests: audit["repeated"].as_u64().unwrap_or(0),
        drain_ms: 0,
        seconds: 0,
    })
}
