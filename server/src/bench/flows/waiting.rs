//! `qingniao bench flows-waiting`: many runs that wait. Thousands parked on an approval while a new version is published, then
//! all approved; and a minute in which timers come due, with how late each run went on. The engine runs in this process.

use super::super::child::Folder;
use super::super::{Samples, memory, round};
use crate::storage;
use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use qn_base::{Clock, SystemClock};
use qn_domain::TenantId;
use qn_runner::{Acting, Acts, Errand, Runner, Wish};
use qn_store::{CommitSink, Db, flow_run};
use qn_workflow::request::Desk;
use qn_workflow::{Flow, Request};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests to the engine under way at the same time.
const AT_ONCE: usize = 64;
/// Timers are set this long before the first is due.
const AHEAD_MS: i64 = 60_000;
const MINUTE_MS: i64 = 60_000;
const WITHIN: Duration = Duration::from_secs(180);
const PAGE: i64 = 500;

#[derive(Debug, Serialize)]
pub struct Row {
    pub database: &'static str,
    /// Runs that wait for an approval, all in the store and none in memory.
    pub parked_runs: usize,
    pub parked_per_second: f64,
    pub memory_before_mib: f64,
    pub memory_parked_mib: f64,
    /// Runs begun on the version published while the others waited.
    pub newer_runs: usize,
    pub approved_per_second: f64,
    /// Runs that did not end on the version they began with.
    pub on_another_version: usize,
    pub timers: usize,
    /// From the time a run waited for to its next step being carried out, its decision committed before.
    pub late_p50_ms: f64,
    pub late_p99_ms: f64,
    pub late_max_ms: f64,
    pub memory_timers_mib: f64,
}

/// Takes down how late each run went on.
#[derive(Default)]
struct Late(Mutex<Samples>);

impl Acts for Late {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        Box::pin(async move {
            let Request::Desk(Desk::Emit { payload, .. }) = &*errand.request else { return None };
            let due: jiff::Timestamp = payload["due"].as_str()?.parse().ok()?;
            let late_us = (jiff::Timestamp::now().as_microsecond() - due.as_microsecond()).max(0);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(u64::try_from(late_us).unwrap_or(u64::MAX));
            Some(Ok(json!({})))
        })
    }
}

struct Bench {
    db: Db,
    runner: Runner,
    late: Arc<Late>,
    tenant_id: TenantId,
}

pub async fn run(database_url: Option<&str>, parked: usize, timers: usize) -> Result<Row> {
    let folder = Folder::make()?;
    let mut config = crate::config::Config::default();
    config.storage.data_dir = folder.path().to_owned();
    config.storage.database_url = database_url.unwrap_or_default().to_owned();
    storage::prepare(&config.storage.data_dir)?;
    let db = Db::open(&storage::options(&config).serving(), CommitSink::none()).await?;
    let tenant_id = super::servers::bench_tenant(&db).await?;
    let late = Arc::new(Late::default());
    let runner = Runner::start(db.clone(), Arc::new(SystemClock), Arc::clone(&late) as Arc<dyn Acts>);
    let bench = Bench { db: db.clone(), runner, late, tenant_id };
    let memory_before_mib = memory_mib()?;

    let started = Instant::now();
    let old = bench.publish(approval("one")).await?;
    bench.begin_many(parked, |n| bench.begin(&old, format!("old-{n}"), Map::new())).await?;
    let parked_per_second = parked as f64 / started.elapsed().as_secs_f64();
    let memory_parked_mib = memory_mib()?;
    let newer_runs = parked / 10;
    let new = bench.publish(approval("two")).await?;
    bench.begin_many(newer_runs, |n| bench.begin(&new, format!("new-{n}"), Map::new())).await?;
    let started = Instant::now();
    bench.approve_all(parked + newer_runs).await?;
    let approved_per_second = (parked + newer_runs) as f64 / started.elapsed().as_secs_f64();
    let on_another_version = bench.strays(&[("old", parked, "one"), ("new", newer_runs, "two")]).await?;

    let waits = bench.publish(waiting()).await?;
    let first_due = SystemClock.now() + AHEAD_MS;
    bench
        .begin_many(timers, |n| {
            let due_at = first_due + i64::try_from(n).unwrap_or(0) * MINUTE_MS / i64::try_from(timers.max(1)).unwrap_or(1);
            let due = jiff::Timestamp::from_millisecond(due_at).unwrap_or_default().to_string();
            bench.begin(&waits, format!("timer-{n}"), Map::from_iter([("due".to_owned(), json!(due))]))
        })
        .await?;
    ensure!(SystemClock.now() < first_due, "setting {timers} timers took longer than {AHEAD_MS} ms");
    let memory_timers_mib = bench.until_fired(timers).await?;
    let mut samples = std::mem::take(&mut *bench.late.0.lock().unwrap_or_else(PoisonError::into_inner));
    let (late_p50_ms, late_p99_ms, late_max_ms) = (samples.percentile_ms(0.50), samples.percentile_ms(0.99), samples.percentile_ms(1.0));
    db.close().await;
    Ok(Row {
        database: if database_url.is_some() { "postgres" } else { "sqlite" },
        parked_runs: parked,
        parked_per_second: round(parked_per_second),
        memory_before_mib,
        memory_parked_mib,
        newer_runs,
        approved_per_second: round(approved_per_second),
        on_another_version,
        timers,
        late_p50_ms,
        late_p99_ms,
        late_max_ms,
        memory_timers_mib,
    })
}

fn memory_mib() -> Result<f64> {
    Ok(round(memory::resident_bytes("self")? as f64 / 1_048_576.0))
}

impl Bench {
    async fn publish(&self, flow: Value) -> Result<String> {
        let flow: Flow = serde_json::from_value(flow)?;
        Ok(self.runner.publish(&self.tenant_id, flow, "bench", "").await?)
    }

    async fn begin(&self, version: &str, key: String, input: Map<String, Value>) -> Result<()> {
        let trigger_key = Some(key.as_str());
        self.runner.begin(Wish { input, ..Wish::of(&self.tenant_id, version, trigger_key) }).await?;
        Ok(())
    }

    async fn begin_many<F: Future<Output = Result<()>>>(&self, count: usize, begin: impl Fn(usize) -> F) -> Result<()> {
        stream::iter((0..count).map(begin)).buffer_unordered(AT_ONCE).try_collect::<()>().await
    }

    /// Decides page after page, as people with a long list would, until nothing waits.
    async fn approve_all(&self, count: usize) -> Result<()> {
        let (yes, mut decided) = (json!({"approved": true, "by": "bench"}), 0);
        while decided < count {
            let page = self.runner.tasks(&self.tenant_id, None, PAGE).await?;
            ensure!(!page.items.is_empty(), "{decided} of {count} approvals were listed");
            decided += page.items.len();
            let replies = page.items.iter().map(|task| {
                let attempt = u32::try_from(task.attempt).unwrap_or(1);
                self.runner.reply(&self.tenant_id, &task.run_id, &task.step, attempt, Ok(yes.clone()))
            });
            stream::iter(replies).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        Ok(())
    }

    /// Runs that ended with another version's words, or did not end well.
    async fn strays(&self, groups: &[(&str, usize, &str)]) -> Result<usize> {
        let mut strays = 0;
        for (group, count, word) in groups {
            for n in 0..*count {
                let run = flow_run::find_by_trigger(&self.db, &self.tenant_id, &format!("{group}-{n}")).await?.context("a run is gone")?;
                let state = self.runner.state(&self.tenant_id, &run.id).await?;
                strays += usize::from(state.output["version"] != **word);
            }
        }
        Ok(strays)
    }

    /// Waits until every timer fired; the most memory seen meanwhile.
    async fn until_fired(&self, timers: usize) -> Result<f64> {
        let (started, mut most) = (Instant::now(), 0.0);
        loop {
            most = f64::max(most, memory_mib()?);
            let fired = self.late.0.lock().unwrap_or_else(PoisonError::into_inner).len();
            if fired >= timers {
                return Ok(most);
            }
            ensure!(started.elapsed() < WITHIN, "{fired} of {timers} timers fired");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn approval(version: &str) -> Value {
    json!({"format": 1, "id": "approval", "name": "approval",
    "nodes": [
        {"id": "start", "kind": "start"},
        {"id": "ask", "kind": "approval", "timeout_ms": 604_800_000, "settings": {"who": "supervisor", "title": "退款 800 元"}},
        {"id": "done", "kind": "end", "settings": {"output": {"version": version}}},
        {"id": "no", "kind": "end", "settings": {"failed": "no"}}
    ],
    "edges": [
        {"from": "start", "to": "ask"},
        {"from": "ask", "port": "approved", "to": "done"},
        {"from": "ask", "port": "rejected", "to": "no"},
        {"from": "ask", "port": "timeout", "to": "no"},
        {"from": "ask", "port": "error", "to": "no"}
    ]})
}

fn waiting() -> Value {
    json!({"format": 1, "id": "waiting", "name": "waiting",
        "variables": [{"name": "due", "type": "time", "input": true}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "wait", "kind": "wait", "settings": {"until": "due"}},
            {"id": "tell", "kind": "emit", "settings": {"event": "due", "payload": {"due": "{{ due }}"}}},
            {"id": "done", "kind": "end"}
        ],
        "edges": [{"from": "start", "to": "wait"}, {"from": "wait", "to": "tell"}, {"from": "tell", "to": "done"}]})
}
