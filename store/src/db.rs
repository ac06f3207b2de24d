//! The two databases behind one face: `Db` for single statements, `Tx` for several that belong together.
//! Statements are `&'static str` with `$n`; a statement that truly differs is a `Dialect` pair at its place.

use crate::args::{Arg, postgres, sqlite};
use crate::channel_journal::ChannelJournal;
use crate::committer::Committer;
use crate::error::{Error, Result};
use crate::flow_committer::FlowCommitter;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Postgres, Sqlite, Transaction};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The text for this database out of an explicit pair.
    pub(crate) fn pick(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// One writer, because SQLite has one; readers never wait for it (WAL).
    Sqlite {
        writer: SqlitePool,
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

/// A handle to the database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    pub(crate) committer: Committer,
    pub(crate) flows: FlowCommitter,
    pub(crate) journal: ChannelJournal,
}

/// A write transaction. Dropping it without `commit` undoes everything.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A row type readable from both databases.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl Db {
    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn all<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>> {
        self.all_text(sql.to_owned(), args).await
    }

    /// For lists whose filters vary; the text is built from constants only, values are always bound.
    pub(crate) async fn all_text<T: Row>(&self, sql: String, args: Vec<Arg>) -> Result<Vec<T>> {
        let sql = AssertSqlSafe(sql);
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => sqlx::query_as_with(sql, sqlite(args)?).fetch_all(reader).await?,
            Pools::Postgres(pool) => sqlx::query_as_with(sql, postgres(args)?).fetch_all(pool).await?,
        })
    }

    pub(crate) async fn one<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<T>> {
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => sqlx::query_as_with(sql, sqlite(args)?).fetch_optional(reader).await?,
            Pools::Postgres(pool) => sqlx::query_as_with(sql, postgres(args)?).fetch_optional(pool).await?,
        })
    }

    /// Runs one writing statement; returns how many rows it touched.
    pub(crate) async fn run(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => sqlx::query_with(sql, sqlite(args)?).execute(writer).await?.rows_affected(),
            Pools::Postgres(pool) => sqlx::query_with(sql, postgres(args)?).execute(pool).await?.rows_affected(),
        })
    }

    /// A writing statement with RETURNING.
    pub(crate) async fn run_returning<T: Row>(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => sqlx::query_as_with(sql, sqlite(args)?).fetch_all(writer).await?,
            Pools::Postgres(pool) => sqlx::query_as_with(sql, postgres(args)?).fetch_all(pool).await?,
        })
    }

    pub async fn begin(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// True when the database answers.
    pub async fn ping(&self) -> Result<()> {
        let _: Option<(i64,)> = self.one("SELECT CAST(1 AS BIGINT)", vec![]).await?;
        Ok(())
    }

    /// Stops taking commits, finishes those accepted, closes the pools.
    pub async fn close(&self) {
        self.committer.close().await;
        match &self.pools {
            Pools::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn run(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64> {
        Ok(match self {
            Tx::Sqlite(tx) => sqlx::query_with(sql, sqlite(args)?).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => sqlx::query_with(sql, postgres(args)?).execute(&mut **tx).await?.rows_affected(),
        })
    }

    pub(crate) async fn all<T: Row>(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<T>> {
        Ok(match self {
            Tx::Sqlite(tx) => sqlx::query_as_with(sql, sqlite(args)?).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, postgres(args)?).fetch_all(&mut **tx).await?,
        })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Tx::Sqlite(_) => Dialect::Sqlite,
            Tx::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await,
            Tx::Postgres(tx) => tx.rollback().await,
        }
        .map_err(Error::from)
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
        .map_err(Error::from)
    }
}
