//! Loading a dump: rows of one table after another into an empty database, in one transaction.

use super::{Kind, TABLES, Table};
use crate::args::{Arg, postgres, sqlite};
use crate::db::{Db, Dialect, Tx};
use crate::error::{Error, Result};
use sqlx::AssertSqlSafe;

/// The name of a table that already holds rows; none when a dump may be loaded.
pub async fn first_table_with_rows(db: &Db) -> Result<Option<&'static str>> {
    for table in TABLES {
        let found: Vec<(i64,)> = db.all_text(format!("SELECT CAST(1 AS BIGINT) FROM {} LIMIT 1", table.name), vec![]).await?;
        if !found.is_empty() {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Dropping it without `finish` leaves the database empty.
#[derive(Debug)]
pub struct Loader {
    tx: Tx,
}

impl Db {
    pub async fn loader(&self) -> Result<Loader> {
        Ok(Loader { tx: self.begin().await? })
    }
}

impl Loader {
    /// Adds rows as `Snapshot::read` gave them, one per line. `columns` are those the dump was made with; a column this
    /// program does not know is refused. Call table by table in the order of `TABLES`.
    pub async fn add(&mut self, table: &Table, columns: &[String], lines: &str) -> Result<u64> {
        let rows: Vec<&str> = lines.lines().filter(|line| !line.is_empty()).collect();
        if rows.is_empty() {
            return Ok(0);
        }
        let sql = insert(table, columns, self.tx.dialect())?;
        self.run(sql, vec![Arg::Text(Some(format!("[{}]", rows.join(","))))]).await
    }

    /// Makes everything durable.
    pub async fn finish(mut self) -> Result<()> {
        if self.tx.dialect() == Dialect::Postgres {
            for table in TABLES.iter().filter(|t| t.is_counted()) {
                let name = table.name;
                let sql =
                    format!("SELECT setval(pg_get_serial_sequence('{name}', 'pk'), (SELECT COALESCE(MAX(pk), 0) + 1 FROM {name}), false)");
                self.run(sql, vec![]).await?;
            }
        }
        self.tx.commit().await
    }

    async fn run(&mut self, sql: String, args: Vec<Arg>) -> Result<u64> {
        let sql = AssertSqlSafe(sql);
        Ok(match &mut self.tx {
            Tx::Sqlite(tx) => sqlx::query_with(sql, sqlite(args)?).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => sqlx::query_with(sql, postgres(args)?).execute(&mut **tx).await?.rows_affected(),
        })
    }
}

fn insert(table: &Table, columns: &[String], dialect: Dialect) -> Result<String> {
    let known = table.columns();
    let mut values = Vec::with_capacity(columns.len());
    for (i, name) in columns.iter().enumerate() {
        let unknown = || Error::Corrupt { column: table.name, reason: format!("the dump has an unknown column {name:?}") };
        let column = known.iter().find(|c| c.name == name).ok_or_else(unknown)?;
        values.push(match column.kind {
            Kind::Text => format!("value->>{i}"),
            Kind::Int => format!("CAST(value->>{i} AS BIGINT)"),
        });
    }
    let rows = dialect.pick("json_each($1)", "jsonb_array_elements(CAST($1 AS JSONB))");
    Ok(format!("INSERT INTO {} ({}) SELECT {} FROM {rows}", table.name, columns.join(", "), values.join(", ")))
}
