//! Group commit. One task takes whatever commits are waiting (at most `GROUP_MAX`), writes them as a handful of statements
//! in one transaction, and answers each caller. One fsync then pays for many conversations.
//!
//! Within a group each conversation and each event appears once; a second one waits for the next group.

use crate::commit_group::{self, Work};
use crate::commit_sink::CommitSink;
use crate::db::Pools;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::{Commit, LogEntry, Outcome, TenantId};
use std::collections::{HashSet, VecDeque};
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

impl Job {
    /// What is written with others, and who waits for it.
    fn into_work(self) -> Option<(Work, oneshot::Sender<Result<Outcome>>)> {
        match self {
            Job::Commit(commit, done) => Some((Work::Commit(commit), done)),
            Job::Announce { tenant_id, at, resource, id, done } => Some((Work::Announce { tenant_id, at, resource, id }, done)),
            Job::Together(..) | Job::Close(_) => None,
        }
    }
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
        self.announce_all(tenant_id, resource, &[id], at).await
    }

    /// The same of several: they wait for one another's group and not each for one of its own.
    pub async fn announce_all(&self, tenant_id: &TenantId, resource: &str, ids: &[&str], at: Timestamp) -> Result<()> {
        let mut answers = Vec::with_capacity(ids.len());
        for id in ids {
            let (done, answer) = oneshot::channel();
            self.send(Job::Announce { tenant_id: tenant_id.clone(), at, resource: resource.to_owned(), id: (*id).to_owned(), done })?;
            answers.push(answer);
        }
        for answer in answers {
            answer.await.map_err(|_| Error::Closed)??;
        }
        Ok(())
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
        let answer = match commit_group::write_all_or_none(&self.pools, &works).await {
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
        let (works, answers): (Vec<Work>, Vec<_>) = group.into_iter().filter_map(Job::into_work).unzip();
        metrics::counter!("qn_commits_total").increment(works.len() as u64);
        let written = commit_group::write(&self.pools, &works).await;
        if written.is_err() {
            metrics::counter!("qn_commit_failures_total").increment(1);
        }
        match written {
            Ok(outcomes) => self.answer(outcomes, answers),
            // One bad commit must not sink its neighbours: write them one by one.
            Err(error) if works.len() > 1 => {
                tracing::warn!(%error, size = works.len(), "a group of commits failed; writing them singly");
                for (work, answer) in works.into_iter().zip(answers) {
                    match commit_group::write(&self.pools, std::slice::from_ref(&work)).await {
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
