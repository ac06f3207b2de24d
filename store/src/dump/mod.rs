//! The whole database as lines of JSON, one array per row, the same text from either database: what a backup is made of.
//! Reading sees one moment, however long it takes; loading goes into an empty database in one transaction, or not at all.

mod load;
mod tables;

pub use load::{Loader, first_table_with_rows};
pub use tables::{Column, Kind, TABLES, Table, find};

use crate::db::{Db, Pools, Tx};
use crate::error::{Error, Result};
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Row, Type};

/// A read transaction that sees the database as it was when it began.
#[derive(Debug)]
pub struct Snapshot {
    tx: Tx,
    pub schema_version: i64,
}

impl Db {
    /// Writers go on meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let mut tx = match &self.pools {
            Pools::Sqlite { reader, .. } => Tx::Sqlite(reader.begin().await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        };
        // SQLite fixes the moment with the first read.
        let rows: Vec<(i64,)> = tx.all("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_version", vec![]).await?;
        Ok(Snapshot { tx, schema_version: rows.first().map_or(0, |(version,)| *version) })
    }
}

impl Snapshot {
    /// Calls `each` with every row of a table, in a certain order: a JSON array in column order, without a line end.
    /// Returns how many rows there were.
    pub async fn read<E: From<Error>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(&str) -> std::result::Result<(), E>,
    ) -> std::result::Result<u64, E> {
        let (sql, columns) = (AssertSqlSafe(select(table)), table.columns());
        let (mut line, mut count) = (String::new(), 0);
        match &mut self.tx {
            Tx::Sqlite(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(Error::from)? {
                    write_row(&row, &columns, &mut line)?;
                    each(&line)?;
                    count += 1;
                }
            }
            Tx::Postgres(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(Error::from)? {
                    write_row(&row, &columns, &mut line)?;
                    each(&line)?;
                    count += 1;
                }
            }
        }
        Ok(count)
    }
}

fn select(table: &Table) -> String {
    let names: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
    let keep = if table.keep.is_empty() { String::new() } else { format!(" WHERE {}", table.keep) };
    format!("SELECT {} FROM {}{keep} ORDER BY {}", names.join(", "), table.name, table.order)
}

fn write_row<'r, R>(row: &'r R, columns: &[Column], line: &mut String) -> Result<()>
where
    R: Row,
    usize: ColumnIndex<R>,
    Option<&'r str>: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
{
    line.clear();
    for (i, column) in columns.iter().enumerate() {
        line.push(if i == 0 { '[' } else { ',' });
        match column.kind {
            Kind::Text => match row.try_get::<Option<&str>, _>(i)? {
                Some(text) => line.push_str(&crate::error::to_json(&text)),
                None => line.push_str("null"),
            },
            Kind::Int => match row.try_get::<Option<i64>, _>(i)? {
                Some(n) => line.push_str(&n.to_string()),
                None => line.push_str("null"),
            },
        }
    }
    line.push(']');
    Ok(())
}
