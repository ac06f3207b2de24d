//! Group commit for the journal of channels, built like `committer`: all calls that wait are written in one transaction, so that one
//! fsync answers many platforms. Moves of cursors and openings of reply windows are written with the events they came with; marks that an
//! event was taken, and notes of what left, ride along. SQLite is handed a group in one message.

use crate::channel_cursor::{self, CursorMove};
use crate::channel_event::{self, ChannelEvent};
use crate::channel_opening::{self, WindowOpening};
use crate::channel_sent::{self, SentStep};
use crate::db::{Pools, Tx};
use crate::each::{EachSql, Rows};
use crate::error::{Error, Result};
use crate::script::{Part, run_at_once};
use tokio::sync::{mpsc, oneshot};

const GROUP_MAX: usize = 512;
/// Calls that may wait before a platform is told to come back.
const WAITING_MAX: usize = 8_192;

/// What one call or one fetch brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
    pub events: Vec<ChannelEvent>,
    /// How far a fetched stream has been read with these events.
    pub cursor: Option<CursorMove>,
    pub openings: Vec<WindowOpening>,
    /// What left over a channel; it shares the group, not the call.
    pub sent: Vec<SentStep>,
}

#[derive(Debug)]
pub(crate) enum Work {
    Keep(Brought, oneshot::Sender<Result<u64>>),
    /// No one waits for this.
    Settle(i64),
}

#[derive(Debug, Clone)]
pub(crate) struct ChannelJournal {
    queue: mpsc::Sender<Work>,
}

impl ChannelJournal {
    pub fn start(pools: Pools) -> Self {
        let (queue, works) = mpsc::channel(WAITING_MAX);
        tokio::spawn(work(pools, works));
        Self { queue }
    }

    /// Left undone when the queue is full.
    pub fn note(&self, work: Work) {
        let _ = self.queue.try_send(work);
    }
}

impl crate::Db {
    /// Keeps what a channel brought; returns once it is on disk, with how many rows of its group were new. Events that were kept
    /// before change nothing. `Busy` when too many calls wait.
    pub async fn journal(&self, brought: Brought) -> Result<u64> {
        let (done, answer) = oneshot::channel();
        self.journal.queue.try_send(Work::Keep(brought, done)).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => Error::Busy,
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

async fn work(pools: Pools, mut works: mpsc::Receiver<Work>) {
    let mut group = Vec::new();
    while works.recv_many(&mut group, GROUP_MAX).await > 0 {
        let (mut kept, mut settled) = (Vec::new(), Rows::default());
        for work in group.drain(..) {
            match work {
                Work::Keep(brought, done) => kept.push((brought, done)),
                Work::Settle(pk) => drop(settled.row().int(pk)),
            }
        }
        write(&pools, kept, settled).await;
    }
}

async fn write(pools: &Pools, kept: Vec<(Brought, oneshot::Sender<Result<u64>>)>, settled: Rows) {
    let (brought, answers): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    match write_group(pools, &brought, settled).await {
        Ok(fresh) => answers.into_iter().for_each(|answer| drop(answer.send(Ok(fresh)))),
        // One call that the database refuses (an inbox deleted meanwhile) must not sink its neighbours.
        Err(error) if answers.len() > 1 => {
            tracing::warn!(%error, size = answers.len(), "a group of channel events failed; writing them singly");
            for (brought, answer) in brought.into_iter().zip(answers) {
                let _ = answer.send(write_group(pools, std::slice::from_ref(&brought), Rows::default()).await);
            }
        }
        Err(error) => match answers.into_iter().next() {
            Some(answer) => drop(answer.send(Err(error))),
            None => tracing::warn!(%error, "taken channel events could not be marked; they will be taken again and change nothing"),
        },
    }
}

async fn write_group(pools: &Pools, brought: &[Brought], settled: Rows) -> Result<u64> {
    let (mut events, mut sent, mut moves) = (Rows::default(), Rows::default(), Vec::new());
    for one in brought {
        one.events.iter().for_each(|event| channel_event::push(&mut events, event));
        moves.extend(one.cursor.as_ref());
        one.sent.iter().for_each(|step| channel_sent::push(&mut sent, step));
    }
    let openings = channel_opening::rows(brought.iter().flat_map(|one| &one.openings));
    let parts: Vec<Part> = vec![
        (&channel_event::INSERT_EACH, events),
        (&channel_opening::PUT_EACH, openings),
        (&channel_sent::INSERT_EACH, sent),
        (&channel_event::SETTLE_EACH, settled),
    ];
    let touched = match pools {
        Pools::Sqlite { writer, .. } if moves.is_empty() => run_at_once(writer, parts, 0).await?,
        _ => write_with_moves(pools, parts, moves).await?,
    };
    Ok(touched.first().copied().unwrap_or(0))
}

async fn write_with_moves(pools: &Pools, parts: Vec<Part>, moves: Vec<&CursorMove>) -> Result<Vec<u64>> {
    let mut tx = match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    };
    let mut touched = Vec::with_capacity(parts.len());
    for (sql, rows) in parts {
        touched.push(run_each(&mut tx, rows, sql).await?);
    }
    for cursor in moves {
        channel_cursor::put_in(&mut tx, cursor).await?;
    }
    tx.commit().await?;
    Ok(touched)
}

async fn run_each(tx: &mut Tx, rows: Rows, sql: &EachSql) -> Result<u64> {
    if rows.is_empty() { Ok(0) } else { tx.run(sql.text(tx.dialect()), rows.finish()).await }
}
