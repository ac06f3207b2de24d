//! One table, one insert, group commit, nothing else: the limit that `qingniao bench` compares the product with.
//! Not used by the product itself.

use crate::connect::{Options, open_pools, tend_log};
use crate::db::{Pools, Tx};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result};
use tokio::sync::{mpsc, oneshot};

const GROUP_MAX: usize = 256;

const INSERT_EACH: EachSql = each_sql!("INSERT INTO bare_message (text) SELECT value->>0 FROM ", "");

type Job = (String, oneshot::Sender<bool>);

#[derive(Debug, Clone)]
pub struct Bare {
    queue: mpsc::Sender<Job>,
}

impl Bare {
    /// Opens (or makes) the table; same journal, room and durability settings as the product.
    pub async fn open(options: &Options) -> Result<Bare> {
        let pools = open_pools(options).await?;
        let mut tx = begin(&pools).await?;
        let create = tx.dialect().pick(
            "CREATE TABLE IF NOT EXISTS bare_message (pk INTEGER PRIMARY KEY, text TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS bare_message (pk BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL)",
        );
        tx.run(create, vec![]).await?;
        tx.commit().await?;
        tend_log(options, &pools).await?;
        let (queue, jobs) = mpsc::channel(8_192);
        tokio::spawn(work(pools, jobs));
        Ok(Bare { queue })
    }

    /// Returns once the row is on disk.
    pub async fn insert(&self, text: String) -> Result<()> {
        let (done, answer) = oneshot::channel();
        self.queue.send((text, done)).await.map_err(|_| Error::Closed)?;
        if answer.await.unwrap_or(false) { Ok(()) } else { Err(Error::Closed) }
    }
}

async fn begin(pools: &Pools) -> Result<Tx> {
    Ok(match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    })
}

async fn work(pools: Pools, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        let written = write(&pools, &group).await;
        if let Err(error) = &written {
            tracing::error!(%error, "a group of rows was not written");
        }
        for (_, done) in group {
            let _ = done.send(written.is_ok());
        }
    }
}

async fn write(pools: &Pools, group: &[Job]) -> Result<()> {
    let mut rows = Rows::default();
    for (text, _) in group {
        rows.row().text(text);
    }
    let mut tx = begin(pools).await?;
    tx.run(INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}
