//! Group commit for runs of flows, built like `committer`: all steps that wait are written as a handful of statements in one
//! transaction, so one fsync pays for many runs. Apart from conversations: it never touches their tables or their log.
//!
//! Within a group each run appears once. Two journals cannot both have a position: the second writer loses. What a run's end owes its
//! conversation goes into the outbox with it.
//!
//! What was said on calls rides with the next group: a transaction of its own would stand in the way of the very decision that the
//! call's answer leads to. Runs do not wait for their own minutes, and a record that comes while too many wait is dropped.

use crate::db::{Pools, Tx};
use crate::each::Rows;
use crate::effect;
use crate::error::{Error, Result};
use crate::flow_exchange::{self, FlowExchange};
use crate::flow_run::{self, FlowRun, FlowTimer, RunStanding};
use crate::flow_task::{self, FlowTask};
use crate::flow_value::{self, FlowValue};
use crate::script::{Part, run_at_once};
use qn_base::Timestamp;
use qn_domain::{Effect, TenantId};
use sqlx::sqlite::SqlitePool;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

const GROUP_MAX: usize = 256;
const WAITING_MAX: usize = 8_192;
const RECORDS_MAX: usize = 4_096;
/// How long records of calls wait for a decision to ride with.
const RIDE_WITHIN: Duration = Duration::from_millis(20);

/// One decision about one run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCommit {
    pub tenant_id: TenantId,
    pub run_id: String,
    /// Entries the journal had before; the compare of compare-and-set.
    pub position: i64,
    pub at: Timestamp,
    /// JSON array.
    pub entries: String,
    pub run: RunChange,
    pub set_timers: Vec<FlowTimer>,
    /// Steps whose timers go.
    pub drop_timers: Vec<String>,
    pub set_tasks: Vec<FlowTask>,
    /// Steps that no person is asked for any more.
    pub drop_tasks: Vec<String>,
    /// What others are to see of it; a value of none is forgotten.
    pub set_values: Vec<FlowValue>,
    /// Id of the signal this decision is about: the same one twice changes nothing.
    pub signal: Option<String>,
    /// For the outbox.
    pub effects: Vec<Effect>,
}

/// What a run asked of people, and they know of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub run_id: String,
    pub step: String,
    pub attempt: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RunChange {
    None,
    Begins(Box<FlowRun>),
    Stands {
        standing: RunStanding,
        error: Option<String>,
        error_zh: Option<String>,
        /// The version it goes on with, where that is another.
        version_hash: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    Done,
    /// The trigger or the signal was there before.
    Duplicate,
    /// Somebody else wrote this position.
    Conflict,
}

type Job = (Work, oneshot::Sender<Result<RunOutcome>>);

#[derive(Debug)]
enum Work {
    Commit(Box<RunCommit>),
    Tell(Told),
}

#[derive(Debug, Clone)]
pub(crate) struct FlowCommitter {
    queue: mpsc::Sender<Job>,
    records: mpsc::Sender<FlowExchange>,
}

impl FlowCommitter {
    pub fn start(pools: Pools) -> Self {
        let ((queue, jobs), (records, said)) = (mpsc::channel(WAITING_MAX), mpsc::channel(RECORDS_MAX));
        tokio::spawn(work(pools, Incoming { jobs, said }));
        Self { queue, records }
    }
}

impl crate::Db {
    /// Makes a decision about a run durable; returns once it is on disk, or changed nothing. `Busy` when too many wait.
    pub async fn commit_run(&self, commit: RunCommit) -> Result<RunOutcome> {
        self.write_flow(Work::Commit(Box::new(commit))).await
    }

    /// A task that was told is not told again after a restart.
    pub async fn tell_flow_task(&self, told: Told) -> Result<()> {
        self.write_flow(Work::Tell(told)).await.map(drop)
    }

    /// Notes what was said on a call, with the run's next decision or a moment later.
    pub fn record_flow_call(&self, exchange: FlowExchange) {
        if self.flows.records.try_send(exchange).is_err() {
            tracing::warn!("too many records of calls wait; one is dropped");
        }
    }

    async fn write_flow(&self, work: Work) -> Result<RunOutcome> {
        let (done, answer) = oneshot::channel();
        self.flows.queue.try_send((work, done)).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

struct Incoming {
    jobs: mpsc::Receiver<Job>,
    said: mpsc::Receiver<FlowExchange>,
}

impl Incoming {
    /// Until there is something to write. Records of calls alone wait a little for a decision to ride with. False: there will be no more.
    async fn wait(&mut self, waiting: &mut VecDeque<Job>, records: &mut Vec<FlowExchange>) -> bool {
        let job = tokio::select! {
            biased;
            job = self.jobs.recv() => job,
            Some(record) = self.said.recv() => {
                records.push(record);
                tokio::time::timeout(RIDE_WITHIN, self.jobs.recv()).await.unwrap_or(None)
            }
        };
        waiting.extend(job);
        self.fill(waiting, records);
        !waiting.is_empty() || !records.is_empty()
    }

    /// What else is there by now. Whoever's job is there has its calls' records there.
    fn fill(&mut self, waiting: &mut VecDeque<Job>, records: &mut Vec<FlowExchange>) {
        while waiting.len() < GROUP_MAX
            && let Ok(job) = self.jobs.try_recv()
        {
            waiting.push_back(job);
        }
        while records.len() < GROUP_MAX
            && let Ok(record) = self.said.try_recv()
        {
            records.push(record);
        }
    }
}

async fn work(pools: Pools, mut incoming: Incoming) {
    let (mut waiting, mut records) = (VecDeque::new(), Vec::new());
    loop {
        if waiting.is_empty() {
            if !incoming.wait(&mut waiting, &mut records).await {
                return;
            }
        } else {
            incoming.fill(&mut waiting, &mut records);
        }
        let (works, answers): (Vec<_>, Vec<_>) = take_group(&mut waiting).into_iter().unzip();
        write(&pools, works, latest(records.drain(..)), answers).await;
    }
}

/// One statement may name a key only once: the latest counts.
fn latest(records: impl Iterator<Item = FlowExchange>) -> Vec<FlowExchange> {
    let latest: HashMap<_, _> = records.map(|r| ((r.run_id.clone(), r.step.clone(), r.attempt), r)).collect();
    latest.into_values().collect()
}

/// Each run, each trigger and each shared value once; the others wait for the next group.
fn take_group(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let mut busy: HashSet<String> = HashSet::new();
    let (mut group, mut kept) = (Vec::with_capacity(waiting.len()), VecDeque::new());
    for job in waiting.drain(..) {
        let (run_id, others) = match &job.0 {
            Work::Commit(commit) => (&commit.run_id, trigger_of(commit).into_iter().chain(values_of(commit)).collect()),
            Work::Tell(told) => (&told.run_id, Vec::new()),
        };
        let free = !busy.contains(run_id) && !others.iter().any(|other| busy.contains(other));
        busy.insert(run_id.clone());
        busy.extend(others);
        if free {
            group.push(job);
        } else {
            kept.push_back(job);
        }
    }
    *waiting = kept;
    group
}

fn trigger_of(commit: &RunCommit) -> Option<String> {
    match &commit.run {
        RunChange::Begins(run) => Some(format!("{}\u{1}{}", run.tenant_id, run.trigger_key)),
        _ => None,
    }
}

fn values_of(commit: &RunCommit) -> impl Iterator<Item = String> {
    let name = move |value: &FlowValue| format!("{}\u{1}{}\u{1}{}\u{1}{}", commit.tenant_id, value.scope, value.owner, value.name);
    commit.set_values.iter().map(name)
}

async fn write(pools: &Pools, works: Vec<Work>, records: Vec<FlowExchange>, answers: Vec<oneshot::Sender<Result<RunOutcome>>>) {
    let outcome = match pools {
        Pools::Sqlite { writer, .. } if write_at_once(writer, &works, &records).await => Ok(RunOutcome::Done),
        _ => write_group(pools, &works, &records).await,
    };
    match outcome {
        Ok(RunOutcome::Done) => answers.into_iter().for_each(|answer| drop(answer.send(Ok(RunOutcome::Done)))),
        // Something in the group was there before, or failed. Alone, each learns its own fate.
        _ if works.len() > 1 || !records.is_empty() => {
            for (work, answer) in works.into_iter().zip(answers) {
                let _ = answer.send(write_group(pools, std::slice::from_ref(&work), &[]).await);
            }
            if let Err(error) = write_group(pools, &[], &records).await {
                tracing::warn!(%error, rows = records.len(), "records of calls could not be written");
            }
        }
        single => answers.into_iter().zip([single]).for_each(|(answer, outcome)| drop(answer.send(outcome))),
    }
}

/// Everything in one message to SQLite's thread; what it refuses is written again, step by step, to learn why.
async fn write_at_once(writer: &SqlitePool, works: &[Work], records: &[FlowExchange]) -> bool {
    let [first, second] = Written::of(works, records).stages();
    let parts = first.into_iter().chain(second).collect();
    run_at_once(writer, parts, COMPARED).await.is_ok()
}

/// Everything, or nothing and why.
async fn write_group(pools: &Pools, works: &[Work], records: &[FlowExchange]) -> Result<RunOutcome> {
    let mut tx = match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    };
    let rows = Written::of(works, records);
    let [begun, signals, journal] = [&rows.begun, &rows.signals, &rows.journal].map(Rows::len);
    let touched = tx.run_all(rows.stages()).await?;
    if touched[..2] != [begun, signals] {
        tx.rollback().await?;
        return Ok(RunOutcome::Duplicate);
    }
    if touched[2] != journal {
        tx.rollback().await?;
        return Ok(RunOutcome::Conflict);
    }
    tx.commit().await?;
    Ok(RunOutcome::Done)
}

/// What begins, signals and journals: a row of these that is not written is a duplicate, or a conflict.
const COMPARED: usize = 3;

#[derive(Default)]
struct Written {
    begun: Rows,
    signals: Rows,
    journal: Rows,
    standing: Rows,
    dropped: Rows,
    timers: Rows,
    done_tasks: Rows,
    tasks: Rows,
    told: Rows,
    values: Rows,
    forgotten: Rows,
    effects: Rows,
    records: Rows,
}

impl Written {
    /// What begins and goes before what is set: a timer may go and be set again. The first `COMPARED` are compared.
    fn stages(self) -> [Vec<Part>; 2] {
        let first = vec![
            (&flow_run::INSERT_EACH, self.begun),
            (&flow_run::INSERT_SIGNAL_EACH, self.signals),
            (&flow_run::INSERT_JOURNAL_EACH, self.journal),
            (&flow_run::UPDATE_EACH, self.standing),
            (&flow_run::DROP_TIMER_EACH, self.dropped),
            (&flow_task::DROP_EACH, self.done_tasks),
        ];
        let second = vec![
            (&flow_run::SET_TIMER_EACH, self.timers),
            (&flow_task::SET_EACH, self.tasks),
            (&flow_task::TELL_EACH, self.told),
            (&flow_value::SET_EACH, self.values),
            (&flow_value::FORGET_EACH, self.forgotten),
            (&effect::INSERT_EACH, self.effects),
            (&flow_exchange::PUT_EACH, self.records),
        ];
        [first, second]
    }

    fn of(works: &[Work], records: &[FlowExchange]) -> Self {
        let mut out = Written::default();
        records.iter().for_each(|record| flow_exchange::push(&mut out.records, record));
        for work in works {
            match work {
                Work::Commit(commit) => out.add(commit),
                Work::Tell(told) => {
                    out.told.row().text(&told.run_id).text(&told.step).int(told.attempt);
                }
            }
        }
        out
    }

    fn add(&mut self, c: &RunCommit) {
        let tenant = c.tenant_id.as_str();
        self.journal.row().text(&c.run_id).int(c.position).text(tenant).int(c.at).text(&c.entries);
        match &c.run {
            RunChange::None => {}
            RunChange::Begins(run) => flow_run::push(&mut self.begun, run),
            RunChange::Stands { standing, error, error_zh, version_hash } => {
                let row = self.standing.row().text(&c.run_id).text(standing.as_str()).text_or_null(error.as_deref()).int(c.at);
                row.text_or_null(version_hash.as_deref()).text_or_null(error_zh.as_deref());
            }
        }
        for timer in &c.set_timers {
            self.timers.row().text(&c.run_id).text(&timer.step).text(tenant).int(timer.due_at);
        }
        for step in &c.drop_timers {
            self.dropped.row().text(&c.run_id).text(step);
        }
        for task in &c.set_tasks {
            self.tasks
                .row()
                .text(&c.run_id)
                .text(&task.step)
                .text(tenant)
                .int(task.attempt)
                .text(&task.request)
                .int(task.at)
                .text(&task.kind)
                .text_or_null(task.listens.as_deref())
                .int_or_null(task.also_at);
        }
        for step in &c.drop_tasks {
            self.done_tasks.row().text(&c.run_id).text(step);
        }
        for FlowValue { scope, owner, name, value, run_id, updated_at } in &c.set_values {
            match value {
                Some(value) => {
                    self.values.row().text(tenant).text(scope).text(owner).text(name).text(value).text(run_id).int(*updated_at);
                }
                None => {
                    self.forgotten.row().text(tenant).text(scope).text(owner).text(name);
                }
            }
        }
        if let Some(signal) = &c.signal {
            self.signals.row().text(&c.run_id).text(signal).text(tenant).int(c.at);
        }
        c.effects.iter().for_each(|e| effect::push(&mut self.effects, &c.tenant_id, e, c.at));
    }
}
