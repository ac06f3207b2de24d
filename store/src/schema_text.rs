//! That the schema on disk is the one this program's migrations make: a hash of each migration's text is kept beside the version.
//! Called by `migrate` before it changes anything and when a database is only looked at.

use crate::args::args;
use crate::db::Tx;
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqlitePoolOptions;
use std::collections::{BTreeMap, BTreeSet};

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Notes what made a version, in the transaction that made it.
pub(crate) async fn note(tx: &mut Tx, version: i64, text: &str) -> Result<()> {
    const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_text (version BIGINT PRIMARY KEY, hash TEXT NOT NULL)";
    const INSERT: &str = "INSERT INTO schema_text (version, hash) VALUES ($1, $2)";
    tx.run(CREATE, vec![]).await?;
    tx.run(INSERT, args![version, hash(text)]).await?;
    Ok(())
}

/// Refuses a schema that other texts made than `applied`. Gives back the versions without a note: databases from before notes
/// were kept, which are known by their columns alone.
pub(crate) async fn check(tx: &mut Tx, applied: &[&str]) -> Result<Vec<i64>> {
    let noted = noted(tx).await?;
    let mut unnoted = Vec::new();
    for (version, text) in (1..).zip(applied) {
        match noted.get(&version) {
            Some(made_by) if *made_by != hash(text) => return Err(Error::OtherSchema { version }),
            Some(_) => {}
            None => unnoted.push(version),
        }
    }
    if let Some(last) = unnoted.last() {
        check_columns(tx, applied, *last).await?;
    }
    Ok(unnoted)
}

async fn noted(tx: &mut Tx) -> Result<BTreeMap<i64, String>> {
    const SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_text'";
    const POSTGRES: &str = "SELECT CAST(to_regclass('schema_text') AS TEXT) WHERE to_regclass('schema_text') IS NOT NULL";
    let exists: Vec<(String,)> = tx.all(tx.dialect().pick(SQLITE, POSTGRES), vec![]).await?;
    if exists.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(i64, String)> = tx.all("SELECT version, hash FROM schema_text ORDER BY version", vec![]).await?;
    Ok(rows.into_iter().collect())
}

/// Every table that is there must have the columns that the migrations give it; a scratch database says which.
async fn check_columns(tx: &mut Tx, applied: &[&str], version: i64) -> Result<()> {
    let there = columns(tx).await?;
    let tables: BTreeSet<&str> = there.iter().map(|(table, _)| table.as_str()).collect();
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    let mut scratch = Tx::Sqlite(pool.begin().await?);
    for text in applied {
        crate::migrate::execute(&mut scratch, text).await?;
    }
    let wanted = columns(&mut scratch).await?;
    match wanted.iter().any(|(table, column)| tables.contains(table.as_str()) && !there.contains(&(table.clone(), column.clone()))) {
        true => Err(Error::OtherSchema { version }),
        false => Ok(()),
    }
}

async fn columns(tx: &mut Tx) -> Result<BTreeSet<(String, String)>> {
    const SQLITE: &str = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
    const POSTGRES: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
        WHERE table_schema = current_schema()";
    let rows: Vec<(String, String)> = tx.all(tx.dialect().pick(SQLITE, POSTGRES), vec![]).await?;
    Ok(rows.into_iter().collect())
}
