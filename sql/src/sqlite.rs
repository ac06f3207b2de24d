//! SQLite files on this machine. Reading opens them read-only; a statement that takes too long is stopped inside the database.

use crate::answer::{Answer, hexadecimal};
use crate::failure;
use crate::postgres::too_many;
use crate::run::{Bound, Job};
use futures_util::TryStreamExt;
use qn_connector::Failure;
use qn_connector::sql::{Access, Dialect};
use serde_json::{Map, Value};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row, TypeInfo, ValueRef};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Steps of the database's machine between two looks at whether anybody still waits.
const STEPS: i32 = 10_000;

/// Tells the database that nobody waits any more.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

pub(crate) async fn run(path: &Path, job: &Job<'_>) -> Result<Answer, Failure> {
    let reads = job.access == Access::Read;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(reads)
        .create_if_missing(false)
        .busy_timeout(Duration::from_millis(job.timeout_ms))
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging();
    let waits = Waits(Arc::new(AtomicBool::new(true)));
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    let going_on = Arc::clone(&waits.0);
    connection.lock_handle().await.map_err(failed)?.set_progress_handler(STEPS, move || going_on.load(Ordering::SeqCst));
    let asked = if reads { rows(&mut connection, job).await } else { written(&mut connection, job).await };
    if asked.is_ok() {
        let _ = connection.close().await;
    }
    asked
}

async fn written(connection: &mut SqliteConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.map_err(failed)?;
    let answer = if job.statement.says("returning") {
        let mut answer = rows(connection, job).await?;
        if answer.more {
            return Err(too_many());
        }
        answer.changed = answer.rows.len() as u64;
        answer
    } else {
        let query = sqlx::query(AssertSqlSafe(job.statement.text.clone())).persistent(false);
        let done = with_values(query, &job.values).execute(&mut *connection).await.map_err(failed)?;
        Answer { changed: done.rows_affected(), ..Answer::default() }
    };
    job.commit(sqlx::query("COMMIT").execute(connection)).await.map_err(failed)?;
    Ok(answer)
}

async fn rows(connection: &mut SqliteConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    let mut answer = Answer { gives_rows: true, ..Answer::default() };
    let query = sqlx::query(AssertSqlSafe(job.statement.text.clone())).persistent(false);
    let mut rows = with_values(query, &job.values).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let row = object(&row)?;
        let bytes = row.to_string().len();
        if !answer.take(row, bytes)? {
            break;
        }
    }
    Ok(answer)
}

fn object(row: &SqliteRow) -> Result<Value, Failure> {
    let mut fields = Map::new();
    for (i, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(i).map_err(failed)?;
        let kind = raw.type_info();
        let value = match kind.name() {
            _ if raw.is_null() => Value::Null,
            "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(i).map_err(failed)?.into(),
            "REAL" => row.try_get_unchecked::<f64, _>(i).map_err(failed)?.into(),
            "BLOB" => hexadecimal(row.try_get_unchecked::<&[u8], _>(i).map_err(failed)?).into(),
            _ => row.try_get_unchecked::<String, _>(i).map_err(failed)?.into(),
        };
        fields.insert(column.name().to_owned(), value);
    }
    Ok(Value::Object(fields))
}

fn with_values<'q>(mut query: Query<'q, Sqlite, SqliteArguments>, values: &[Bound]) -> Query<'q, Sqlite, SqliteArguments> {
    for value in values {
        query = match value.clone() {
            Bound::Text(text) => query.bind(text),
            Bound::Integer(integer) => query.bind(integer),
            Bound::Number(number) => query.bind(number),
            Bound::Boolean(boolean) => query.bind(boolean),
        };
    }
    query
}

fn failed(error: sqlx::Error) -> Failure {
    failure::of(&error, Dialect::Sqlite)
}
