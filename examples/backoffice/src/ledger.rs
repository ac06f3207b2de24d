//! The books as a SQLite database: a file in the company's folder, or memory where nothing has to outlive the process. One
//! connection; what is written while it is busy waits and is entered together.

use crate::books::Line;
use anyhow::{Context, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS entry (no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, \
    what TEXT NOT NULL CHECK (what IN ('refund', 'reversal', 'note', 'return')), order_id TEXT NOT NULL, body TEXT NOT NULL, \
    status INTEGER NOT NULL, answer TEXT NOT NULL) STRICT";
const ENTER: &str = "INSERT INTO entry (key, what, order_id, body, status, answer) \
    SELECT value ->> 'key', value ->> 'what', value ->> 'order_id', value -> 'body', value ->> 'status', value -> 'answer' \
    FROM json_each($1) WHERE true ON CONFLICT (key) DO NOTHING";
const ALL: &str = "SELECT json_object('key', key, 'what', what, 'order_id', order_id, 'body', json(body), 'status', status, \
    'answer', json(answer)) FROM entry ORDER BY no";
const BY_ORDER: &str = "SELECT order_id, SUM(what = 'refund'), SUM(what = 'reversal') FROM entry \
    WHERE what IN ('refund', 'reversal') GROUP BY order_id ORDER BY order_id";
const BESIDE: &str = "SELECT COUNT(*) FILTER (WHERE what = 'note'), COUNT(*) FILTER (WHERE what = 'return') FROM entry";

/// Of what nobody waits for, this much is entered together.
const LINES_MAX: usize = 256;
const BUSY: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct Ledger {
    waiting: Mutex<Vec<Line>>,
    connection: tokio::sync::Mutex<SqliteConnection>,
    is_kept: bool,
}

/// What the entries come to.
#[derive(Debug, Default)]
pub struct Sums {
    /// Order, refunds, reversals.
    pub orders: Vec<(String, i64, i64)>,
    pub notes: i64,
    pub returns: i64,
}

impl Ledger {
    /// Opens the books and reads what was entered before. One process has them at a time.
    pub async fn open(folder: Option<&Path>) -> Result<(Self, Vec<Line>)> {
        let mut options = SqliteConnectOptions::new()
            .locking_mode(SqliteLockingMode::Exclusive)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)?;
            options = options.filename(folder.join("books.db")).create_if_missing(true);
        }
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query(SCHEMA).execute(&mut connection).await?;
        let texts: Vec<String> = sqlx::query_scalar(ALL).fetch_all(&mut connection).await?;
        let lines = texts.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>().context("an entry cannot be read")?;
        let ledger = Self { waiting: Mutex::default(), connection: connection.into(), is_kept: folder.is_some() };
        Ok((ledger, lines))
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(&self, line: Line) {
        self.waiting().push(line);
    }

    /// Returns when what was added before may be told: at once in memory, where it would end with the process anyway.
    pub async fn settle(&self) -> Result<()> {
        if self.is_kept || self.waiting().len() >= LINES_MAX {
            self.enter(&mut *self.connection.lock().await).await?;
        }
        Ok(())
    }

    /// Lines wait until they stand: whoever gives up in between, or fails, leaves them to the next, and none is entered twice.
    async fn enter(&self, connection: &mut SqliteConnection) -> Result<()> {
        let (count, text) = {
            let waiting = self.waiting();
            if waiting.is_empty() {
                return Ok(());
            }
            (waiting.len(), serde_json::to_string(&*waiting)?)
        };
        sqlx::query(ENTER).bind(text).execute(connection).await?;
        self.waiting().drain(..count);
        Ok(())
    }

    pub async fn sums(&self) -> Result<Sums> {
        let mut connection = self.connection.lock().await;
        self.enter(&mut connection).await?;
        let orders = sqlx::query_as(BY_ORDER).fetch_all(&mut *connection).await?;
        let (notes, returns) = sqlx::query_as(BESIDE).fetch_one(&mut *connection).await?;
        Ok(Sums { orders, notes, returns })
    }
}
