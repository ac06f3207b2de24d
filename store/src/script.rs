//! Several statements over rows in one go, because what a small transaction costs is the way to the database and back, not the work
//! there: SQLite is handed them as one script, PostgreSQL as one statement with each of them in its `WITH`.

use crate::args::{Arg, args, postgres, sqlite};
use crate::db::{Dialect, Tx};
use crate::each::{EachSql, Rows};
use crate::error::{Error, Result};
use futures_util::TryStreamExt;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqlitePool, SqliteQueryResult, SqliteRow};
use sqlx::{AssertSqlSafe, Either, Executor, FromRow, Sqlite};

/// A statement and its rows.
pub(crate) type Part = (&'static EachSql, Rows);

/// Fails where the statement before touched another number of rows: this is one too small to have an absolute value. SQLite has no other
/// word for it outside of triggers.
const OR_FAIL: &str = "SELECT abs(-9223372036854775807 - (changes() <> $1))";

/// All parts in a transaction of its own, begun, written and committed in one message to SQLite's thread; how many rows each of the parts
/// touched, in order. An error, and nothing written, where one of the first `exact` parts did not touch each of its rows.
pub(crate) async fn run_at_once(writer: &SqlitePool, parts: Vec<Part>, exact: usize) -> Result<Vec<u64>> {
    let mut script = Script::default();
    let mut places = vec![None; parts.len()];
    script.add("BEGIN IMMEDIATE", vec![]);
    for (part, (sql, rows)) in parts.into_iter().enumerate().filter(|(_, (_, rows))| !rows.is_empty()) {
        places[part] = Some(if part < exact { script.add_whole(sql, rows) } else { script.add(sql.text(Dialect::Sqlite), rows.finish()) });
    }
    script.add("COMMIT", vec![]);
    let mut connection = writer.acquire().await?;
    let query = sqlx::query_with(AssertSqlSafe(script.text), sqlite(script.args)?);
    match (&mut *connection).execute_many(query).try_collect::<Vec<_>>().await {
        Ok(results) => {
            let touched = |place: Option<usize>| place.and_then(|n| results.get(n)).map_or(0, SqliteQueryResult::rows_affected);
            Ok(places.into_iter().map(touched).collect())
        }
        Err(error) => {
            // Some failures have undone it already; then there is nothing to undo.
            let _ = (&mut *connection).execute("ROLLBACK").await;
            Err(error.into())
        }
    }
}

/// SQLite's writer, in a transaction that its first script began and its last one ends: two messages to the database's thread, with room
/// between them to look at what the first gave back.
pub(crate) struct Scripted {
    writer: PoolConnection<Sqlite>,
    is_open: bool,
}

impl Scripted {
    /// Begins with these parts, and gives back what the last one does. None, and nothing written, where a part did not touch each of its
    /// rows; the last one may.
    pub(crate) async fn begin<T>(writer: &SqlitePool, parts: Vec<Part>, last: Part) -> Result<Option<(Self, Vec<T>)>>
    where
        T: for<'r> FromRow<'r, SqliteRow>,
    {
        let mut script = Script::default();
        script.add("BEGIN IMMEDIATE", vec![]);
        for (sql, rows) in parts.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            script.add_whole(sql, rows);
        }
        script.add(last.0.text(Dialect::Sqlite), last.1.finish());
        let mut this = Self { writer: writer.acquire().await?, is_open: true };
        let read = |rows: Vec<SqliteRow>| rows.iter().map(T::from_row).collect::<sqlx::Result<Vec<T>>>().map_err(Error::from);
        match this.run(script).await.and_then(read) {
            Ok(found) => Ok(Some((this, found))),
            Err(error) => {
                this.rollback().await;
                if is_miscount(&error) { Ok(None) } else { Err(error) }
            }
        }
    }

    /// Ends with these parts, in order; with nothing at all where one of them fails.
    pub(crate) async fn commit(mut self, stages: [Vec<Part>; 2]) -> Result<()> {
        let mut script = Script::default();
        for (sql, rows) in stages.into_iter().flatten().filter(|(_, rows)| !rows.is_empty()) {
            script.add(sql.text(Dialect::Sqlite), rows.finish());
        }
        script.add("COMMIT", vec![]);
        if let Err(error) = self.run(script).await {
            self.rollback().await;
            return Err(error);
        }
        self.is_open = false;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) {
        // Some failures have undone it already; then there is nothing to undo.
        let _ = (&mut *self.writer).execute("ROLLBACK").await;
        self.is_open = false;
    }

    /// What its last statement gave back.
    async fn run(&mut self, script: Script) -> Result<Vec<SqliteRow>> {
        let query = sqlx::query_with(AssertSqlSafe(script.text), sqlite(script.args)?);
        let mut steps = (&mut *self.writer).fetch_many(query);
        let (mut rows, mut last) = (Vec::new(), Vec::new());
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Left(_) => last = std::mem::take(&mut rows),
                Either::Right(row) => rows.push(row),
            }
        }
        Ok(last)
    }
}

impl Drop for Scripted {
    /// Whoever let it go without an end must not leave an open transaction to the next.
    fn drop(&mut self) {
        if self.is_open {
            self.writer.close_on_drop();
        }
    }
}

/// Whether it is `OR_FAIL` that failed.
fn is_miscount(error: &Error) -> bool {
    matches!(error, Error::Database(sqlx::Error::Database(told)) if told.message() == "integer overflow")
}

#[derive(Default)]
struct Script {
    statements: usize,
    text: String,
    args: Vec<Arg>,
}

impl Script {
    /// Its place in the script.
    fn add(&mut self, sql: &str, args: Vec<Arg>) -> usize {
        self.args.extend(args);
        self.text.push_str(&sql.replace("$1", &format!("${}", self.args.len())));
        self.text.push_str(";\n");
        self.statements += 1;
        self.statements - 1
    }

    /// The same, and the whole script fails where it does not touch each of its rows.
    fn add_whole(&mut self, sql: &EachSql, rows: Rows) -> usize {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let place = self.add(sql.text(Dialect::Sqlite), rows.finish());
        self.add(OR_FAIL, args![count]);
        place
    }
}

impl Tx {
    /// Runs all parts that have rows; how many rows each of the parts touched, in order. Parts of the first stage are done before those
    /// of the second; within a stage no two may touch the same row.
    pub(crate) async fn run_all(&mut self, stages: [Vec<Part>; 2]) -> Result<Vec<u64>> {
        let mut counts = vec![0; stages.iter().map(Vec::len).sum()];
        let mut first = 0;
        let mut all = Vec::new();
        for stage in stages {
            let length = stage.len();
            let mut filled: Vec<_> = (first..).zip(stage).filter(|(_, (_, rows))| !rows.is_empty()).collect();
            first += length;
            match self.dialect() {
                Dialect::Sqlite => all.append(&mut filled),
                Dialect::Postgres => self.run_filled(filled, &mut counts).await?,
            }
        }
        self.run_filled(all, &mut counts).await?;
        Ok(counts)
    }

    async fn run_filled(&mut self, parts: Vec<(usize, Part)>, counts: &mut [u64]) -> Result<()> {
        if parts.is_empty() {
            return Ok(());
        }
        let dialect = self.dialect();
        let (mut places, mut texts, mut args) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (sql, rows)) in parts {
            places.push(place);
            texts.push(sql.text(dialect).replace("$1", &format!("${}", texts.len() + 1)));
            args.extend(rows.finish());
        }
        let touched = match self {
            Tx::Sqlite(tx) => {
                let script = sqlx::query_with(AssertSqlSafe(texts.join(";\n")), sqlite(args)?);
                let results: Vec<_> = (&mut **tx).execute_many(script).try_collect().await?;
                results.iter().map(|result| result.rows_affected()).collect()
            }
            Tx::Postgres(tx) => {
                let (touched,): (Vec<i64>,) =
                    sqlx::query_as_with(AssertSqlSafe(counting(&texts)), postgres(args)?).fetch_one(&mut **tx).await?;
                touched.into_iter().map(i64::unsigned_abs).collect::<Vec<u64>>()
            }
        };
        places.into_iter().zip(touched).for_each(|(place, count)| counts[place] = count);
        Ok(())
    }
}

/// `WITH s0 AS (…), s1 AS (…) SELECT` how many rows each gave back.
fn counting(texts: &[String]) -> String {
    let named: Vec<String> = texts.iter().enumerate().map(|(n, text)| format!("s{n} AS ({text} RETURNING 1)")).collect();
    let counted: Vec<String> = (0..texts.len()).map(|n| format!("(SELECT COUNT(*) FROM s{n})")).collect();
    format!("WITH {} SELECT ARRAY[{}]", named.join(", "), counted.join(", "))
}
