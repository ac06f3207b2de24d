//! Group commit. One task takes whatever commits are waiting (at most `GROUP_MAX`), writes them as a handful of statements
//! in one transaction, and answers each caller. One fsync then pays for many conversations.
//!
//! Within a group each conversation and each event appears once; a second one waits for the next group.

use crate::args::args;
use crate::commit_sink::CommitSink;
use crate::db::{Pools, Tx};
use crate::dedupe::DedupeRow;
use crate::each::Rows;
use crate::error::{Error, Result};
use crate::{assignment, conversation, conversation_tie, dedupe, effect, log, mention, message, oversight};
use qn_base::Timestamp;
use qn_domain::{Change, Commit, LogEntry, Outcome, TenantId};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// Commits in one transaction.
const GROUP_MAX: usize = 256;
/// Commits that may wait before callers are told to come back.
const WAITING_MAX: usize = 8_192;

#[derive(Debug, Clone)]
pub struct Committer {
    queue: mpsc::Sender<Job>,
}

#[derive(Debug)]
enum Job {
    Commit(Box<Commit>, oneshot::Sender<Result<Outcome>>),
    /// All or none of them.
    Together(Vec<Commit>, oneshot::Sender<Result<Outcome>>),
    Announce {
        tenant_id: TenantId,
        at: Timestamp,
        resource: String,
        id: String,
        done: oneshot::Sender<Result<Outcome>>,
    },
    Close(oneshot::Sender<()>),
}

impl Committer {
    pub(crate) fn start(pools: Pools, sink: CommitSink) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING_MAX);
        tokio::spawn(Worker { pools, sink, jobs, waiting: VecDeque::new() }.run());
        Self { queue }
    }

    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Job::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

impl crate::Db {
    /// Makes a decision durable; returns once it is on disk (or was a repetition, or lost the race).
    pub async fn commit(&self, commit: Commit) -> Result<Outcome> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Commit(Box::new(commit), done))?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// The same for a decision about several conversations: all of it is true, or none. The outcome is the first one's. A repeated event
    /// is a conflict here: who decides again looks for it first.
    pub async fn commit_together(&self, commits: Vec<Commit>) -> Result<Outcome> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Together(commits, done))?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Tells everybody who follows the tenant's log that a settings object changed.
    pub async fn announce(&self, tenant_id: &TenantId, resource: &str, id: &str, at: Timestamp) -> Result<()> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Announce { tenant_id: tenant_id.clone(), at, resource: resource.to_owned(), id: id.to_owned(), done })?;
        answer.await.map_err(|_| Error::Closed)?.map(|_| ())
    }

    fn send(&self, job: Job) -> Result<()> {
        self.committer.queue.try_send(job).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })
    }
}

struct Worker {
    pools: Pools,
    sink: CommitSink,
    jobs: mpsc::Receiver<Job>,
    waiting: VecDeque<Job>,
}

impl Worker {
    async fn run(mut self) {
        while self.fill().await {
            if let Some(Job::Together(..)) = self.waiting.front()
                && let Some(Job::Together(commits, done)) = self.waiting.pop_front()
            {
                self.write_together(commits, done).await;
                continue;
            }
            let (group, close) = self.take_group();
            if !group.is_empty() {
                self.write(group).await;
            }
            if let Some(done) = close {
                let _ = done.send(());
                return;
            }
        }
    }

    /// Waits for work, then takes all that is there. False when nobody can send any more.
    async fn fill(&mut self) -> bool {
        if self.waiting.is_empty() {
            match self.jobs.recv().await {
                Some(job) => self.waiting.push_back(job),
                None => return false,
            }
        }
        while self.waiting.len() < GROUP_MAX
            && let Ok(job) = self.jobs.try_recv()
        {
            self.waiting.push_back(job);
        }
        true
    }

    fn take_group(&mut self) -> (Vec<Job>, Option<oneshot::Sender<()>>) {
        let (mut group, mut kept, mut close) = (Vec::new(), VecDeque::new(), None);
        let mut busy: HashSet<String> = HashSet::new();
        while let Some(job) = self.waiting.pop_front() {
            match job {
                // Written alone, in its turn: what waits behind it goes on waiting.
                Job::Together(..) => {
                    kept.push_back(job);
                    kept.append(&mut self.waiting);
                }
                Job::Close(done) if kept.is_empty() => close = Some(done),
                Job::Close(_) => kept.push_back(job),
                _ if close.is_some() || group.len() >= GROUP_MAX => kept.push_back(job),
                Job::Commit(ref commit, _) => {
                    let names = names_of(commit);
                    if names.iter().any(|n| busy.contains(n)) {
                        busy.extend(names);
                        kept.push_back(job);
                    } else {
                        busy.extend(names);
                        group.push(job);
                    }
                }
                Job::Announce { .. } => group.push(job),
            }
        }
        self.waiting = kept;
        (group, close)
    }

    async fn write(&self, group: Vec<Job>) {
        let started = Instant::now();
        self.write_all(group).await;
        metrics::histogram!("qn_commit_duration_seconds").record(started.elapsed().as_secs_f64());
    }

    async fn write_together(&self, commits: Vec<Commit>, done: oneshot::Sender<Result<Outcome>>) {
        let works: Vec<Work> = commits.into_iter().map(|commit| Work::Commit(Box::new(commit))).collect();
        metrics::counter!("qn_commits_total").increment(works.len() as u64);
        let answer = match try_write_group(&self.pools, &works, Report::Count).await {
            Ok(Some(written)) => {
                let first = written.first().map_or(Outcome::Conflict, |(outcome, _)| outcome.clone());
                written.into_iter().filter_map(|(_, entry)| entry).for_each(|entry| (self.sink.0)(entry));
                Ok(first)
            }
            Ok(None) => Ok(Outcome::Conflict),
            Err(error) => {
                metrics::counter!("qn_commit_failures_total").increment(1);
                single_failure(error)
            }
        };
        let _ = done.send(answer);
    }

    async fn write_all(&self, group: Vec<Job>) {
        let (works, answers): (Vec<Work>, Vec<_>) = group.into_iter().filter_map(Work::from_job).unzip();
        metrics::counter!("qn_commits_total").increment(works.len() as u64);
        let written = write_group(&self.pools, &works).await;
        if written.is_err() {
            metrics::counter!("qn_commit_failures_total").increment(1);
        }
        match written {
            Ok(outcomes) => self.answer(outcomes, answers),
            // One bad commit must not sink its neighbours: write them one by one.
            Err(error) if works.len() > 1 => {
                tracing::warn!(%error, size = works.len(), "a group of commits failed; writing them singly");
                for (work, answer) in works.into_iter().zip(answers) {
                    match write_group(&self.pools, std::slice::from_ref(&work)).await {
                        Ok(outcomes) => self.answer(outcomes, vec![answer]),
                        Err(error) => drop(answer.send(single_failure(error))),
                    }
                }
            }
            Err(error) => answers.into_iter().take(1).for_each(|answer| drop(answer.send(single_failure_ref(&error)))),
        }
    }

    fn answer(&self, outcomes: Vec<(Outcome, Option<Arc<LogEntry>>)>, answers: Vec<oneshot::Sender<Result<Outcome>>>) {
        // Followers hear first, so that a caller's answer never overtakes the event it caused.
        let (outcomes, entries): (Vec<_>, Vec<_>) = outcomes.into_iter().unzip();
        let mut entries: Vec<Arc<LogEntry>> = entries.into_iter().flatten().collect();
        entries.sort_by_key(|e| e.seq);
        for entry in entries {
            (self.sink.0)(entry);
        }
        for (outcome, answer) in outcomes.into_iter().zip(answers) {
            let _ = answer.send(Ok(outcome));
        }
    }
}

/// A commit alone that meets a unique index lost a race for the thread: that is a conflict, not a fault.
fn single_failure(error: Error) -> Result<Outcome> {
    if error.is_unique_violation() { Ok(Outcome::Conflict) } else { Err(error) }
}

fn single_failure_ref(error: &Error) -> Result<Outcome> {
    if error.is_unique_violation() {
        return Ok(Outcome::Conflict);
    }
    Err(Error::Database(sqlx::Error::Protocol(error.to_string())))
}

fn names_of(commit: &Commit) -> Vec<String> {
    let mut names =
        vec![commit.conversation.id.0.clone(), format!("{}\u{1}{}", commit.conversation.inbox_id, commit.conversation.thread_key)];
    if let Some(d) = &commit.dedupe {
        names.push(format!("{}\u{1}{}\u{1}{}", commit.tenant_id, d.scope, d.key));
    }
    names
}

enum Work {
    Commit(Box<Commit>),
    Announce { tenant_id: TenantId, at: Timestamp, resource: String, id: String },
}

impl Work {
    fn from_job(job: Job) -> Option<(Work, oneshot::Sender<Result<Outcome>>)> {
        match job {
            Job::Commit(commit, done) => Some((Work::Commit(commit), done)),
            Job::Announce { tenant_id, at, resource, id, done } => Some((Work::Announce { tenant_id, at, resource, id }, done)),
            Job::Together(..) | Job::Close(_) => None,
        }
    }

    fn tenant_id(&self) -> &TenantId {
        match self {
            Work::Commit(c) => &c.tenant_id,
            Work::Announce { tenant_id, .. } => tenant_id,
        }
    }

    fn commit(&self) -> Option<&Commit> {
        match self {
            Work::Commit(c) => Some(c),
            Work::Announce { .. } => None,
        }
    }

    fn entry(&self, seq: i64) -> LogEntry {
        match self {
            Work::Announce { tenant_id, at, resource, id } => LogEntry {
                tenant_id: tenant_id.clone(),
                seq,
                at: *at,
                conversation_id: None,
                contact_id: None,
                version: None,
                changes: vec![Change::ResourceChanged { resource: resource.clone(), id: id.clone() }],
            },
            Work::Commit(c) => entry_of(c, seq),
        }
    }
}

fn entry_of(c: &Commit, seq: i64) -> LogEntry {
    let conversation = c.conversation.clone();
    let mut changes: Vec<Change> = c.messages.iter().map(|m| Change::MessageCreated { message: m.clone() }).collect();
    changes.extend(c.changed.iter().map(|m| Change::MessageUpdated { message: m.clone() }));
    changes.push(match conversation.version {
        1 => Change::ConversationCreated { conversation },
        _ => Change::ConversationUpdated { conversation },
    });
    LogEntry {
        tenant_id: c.tenant_id.clone(),
        seq,
        at: c.at,
        conversation_id: Some(c.conversation.id.clone()),
        contact_id: Some(c.conversation.contact_id.clone()),
        version: Some(c.conversation.version),
        changes,
    }
}

/// How a statement over many rows says which of them it left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    /// It only counts: enough while none is left out, which is nearly always.
    Count,
    /// It names the rows it wrote, one by one.
    Names,
}

type Written = Vec<(Outcome, Option<Arc<LogEntry>>)>;

async fn write_group(pools: &Pools, works: &[Work]) -> Result<Written> {
    if let Some(written) = try_write_group(pools, works, Report::Count).await? {
        return Ok(written);
    }
    let written = try_write_group(pools, works, Report::Names).await?;
    written.ok_or_else(|| Error::Database(sqlx::Error::Protocol("a group of commits was not told what it wrote".into())))
}

/// None, and nothing written, when counting was not enough.
async fn try_write_group(pools: &Pools, works: &[Work], report: Report) -> Result<Option<Written>> {
    let mut tx = match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    };
    let mut outcomes: Vec<Option<Outcome>> = works.iter().map(|_| None).collect();
    if !drop_repeated(&mut tx, works, &mut outcomes, report).await? || !drop_conflicts(&mut tx, works, &mut outcomes, report).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let numbers = number(&mut tx, works, &outcomes).await?;
    let entries: Vec<Option<Arc<LogEntry>>> = works.iter().zip(&numbers).map(|(w, n)| n.map(|n| Arc::new(w.entry(n)))).collect();
    write_rows(&mut tx, works, &entries).await?;
    tx.commit().await?;
    let outcome = |(outcome, entry): (Option<Outcome>, Option<Arc<LogEntry>>)| {
        (outcome.or_else(|| entry.clone().map(|entry| Outcome::Done { entry })).unwrap_or(Outcome::Conflict), entry)
    };
    Ok(Some(outcomes.into_iter().zip(entries).map(outcome).collect()))
}

/// Events seen before get their first result. False when the count says that there are some.
async fn drop_repeated(tx: &mut Tx, works: &[Work], outcomes: &mut [Option<Outcome>], report: Report) -> Result<bool> {
    let mut rows = Rows::default();
    for c in works.iter().filter_map(Work::commit) {
        if let Some(d) = &c.dedupe {
            dedupe::push(&mut rows, &c.tenant_id, d, c.at);
        }
    }
    if rows.is_empty() {
        return Ok(true);
    }
    if report == Report::Count {
        let count = rows.len();
        return Ok(tx.run(dedupe::INSERT_EACH.text(tx.dialect()), rows.finish()).await? == count);
    }
    let fresh: Vec<DedupeRow> = tx.all(dedupe::INSERT_EACH_NAMING.text(tx.dialect()), rows.finish()).await?;
    let fresh: HashSet<(String, String, String)> = fresh.into_iter().map(|r| (r.tenant_id, r.scope, r.key)).collect();
    for (work, outcome) in works.iter().zip(outcomes) {
        let Some((c, d)) = work.commit().and_then(|c| Some((c, c.dedupe.as_ref()?))) else { continue };
        if fresh.contains(&(c.tenant_id.0.clone(), d.scope.clone(), d.key.clone())) {
            continue;
        }
        let first: Vec<DedupeRow> = tx.all(dedupe::FIND, args![c.tenant_id.as_str(), &d.scope, &d.key]).await?;
        *outcome = Some(first.into_iter().next().map_or(Outcome::Conflict, |r| Outcome::Duplicate(r.read())));
    }
    Ok(true)
}

/// Writes the conversations; those somebody else moved first become conflicts and give their event back. False when the count says
/// that there are some.
async fn drop_conflicts(tx: &mut Tx, works: &[Work], outcomes: &mut [Option<Outcome>], report: Report) -> Result<bool> {
    let (mut inserts, mut updates) = (Rows::default(), Rows::default());
    for (work, outcome) in works.iter().zip(outcomes.iter()) {
        if let (Some(c), None) = (work.commit(), outcome) {
            conversation::push(if c.conversation.version == 1 { &mut inserts } else { &mut updates }, &c.conversation);
        }
    }
    if report == Report::Count {
        for (rows, sql) in [(inserts, &conversation::INSERT_EACH), (updates, &conversation::UPDATE_EACH)] {
            let count = rows.len();
            if count > 0 && tx.run(sql.text(tx.dialect()), rows.finish()).await? != count {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let mut written: HashSet<String> = HashSet::new();
    for (rows, sql) in [(inserts, &conversation::INSERT_EACH_NAMING), (updates, &conversation::UPDATE_EACH_NAMING)] {
        if !rows.is_empty() {
            let ids: Vec<(String,)> = tx.all(sql.text(tx.dialect()), rows.finish()).await?;
            written.extend(ids.into_iter().map(|(id,)| id));
        }
    }
    let mut forget = Rows::default();
    for (work, outcome) in works.iter().zip(outcomes.iter_mut()) {
        let Some(c) = work.commit() else { continue };
        if outcome.is_some() || written.contains(c.conversation.id.as_str()) {
            continue;
        }
        *outcome = Some(Outcome::Conflict);
        if let Some(d) = &c.dedupe {
            dedupe::push(&mut forget, &c.tenant_id, d, c.at);
        }
    }
    if !forget.is_empty() {
        tx.run(dedupe::DELETE_EACH.text(tx.dialect()), forget.finish()).await?;
    }
    Ok(true)
}

/// Counts the tenants' logs on and deals the numbers out in order.
async fn number(tx: &mut Tx, works: &[Work], outcomes: &[Option<Outcome>]) -> Result<Vec<Option<i64>>> {
    let mut wanted: HashMap<&TenantId, i64> = HashMap::new();
    for (work, outcome) in works.iter().zip(outcomes) {
        if outcome.is_none() {
            *wanted.entry(work.tenant_id()).or_default() += 1;
        }
    }
    let mut tenants: Vec<_> = wanted.into_iter().collect();
    tenants.sort_by_key(|(id, _)| id.as_str());
    let mut next: HashMap<TenantId, i64> = HashMap::new();
    for (id, count) in tenants {
        let rows: Vec<(i64,)> =
            tx.all("UPDATE tenant SET log_seq = log_seq + $2 WHERE id = $1 RETURNING log_seq", args![id.as_str(), count]).await?;
        let head = rows.first().map(|(seq,)| *seq).ok_or_else(|| Error::NotFound { what: "tenant", id: id.to_string() })?;
        next.insert(id.clone(), head - count);
    }
    Ok(works
        .iter()
        .zip(outcomes)
        .map(|(work, outcome)| {
            let seq = next.get_mut(work.tenant_id()).filter(|_| outcome.is_none())?;
            *seq += 1;
            Some(*seq)
        })
        .collect())
}

async fn write_rows(tx: &mut Tx, works: &[Work], entries: &[Option<Arc<LogEntry>>]) -> Result<()> {
    let (mut messages, mut changed, mut revisions) = (Rows::default(), Rows::default(), Rows::default());
    let (mut effects, mut assignments, mut overseen, mut logs) = (Rows::default(), Rows::default(), Rows::default(), Rows::default());
    let mut ties = Rows::default();
    let mut mentions = Rows::default();
    for (work, entry) in works.iter().zip(entries) {
        let Some(entry) = entry else { continue };
        log::push(&mut logs, entry);
        let Some(c) = work.commit() else { continue };
        c.messages.iter().for_each(|m| message::push(&mut messages, m));
        c.messages.iter().for_each(|m| mention::push(&mut mentions, m));
        c.changed.iter().for_each(|m| message::push(&mut changed, m));
        c.revisions.iter().for_each(|r| message::push_revision(&mut revisions, &c.tenant_id, r));
        c.effects.iter().for_each(|e| effect::push(&mut effects, &c.tenant_id, e, c.at));
        c.assignment.iter().for_each(|a| assignment::push(&mut assignments, a));
        c.tie.iter().for_each(|t| conversation_tie::push(&mut ties, t));
        c.oversight.iter().for_each(|o| oversight::push(&mut overseen, o));
    }
    let rest = vec![
        (&mention::INSERT_EACH, mentions),
        (&message::UPDATE_EACH, changed),
        (&message::INSERT_REVISION_EACH, revisions),
        (&effect::INSERT_EACH, effects),
        (&assignment::INSERT_EACH, assignments),
        (&oversight::INSERT_EACH, overseen),
        (&conversation_tie::PUT_EACH, ties),
        (&log::INSERT_EACH, logs),
    ];
    tx.run_all([vec![(&message::INSERT_EACH, messages)], rest]).await?;
    Ok(())
}
