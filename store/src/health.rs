//! Questions a doctor asks: is the file whole, is the clock sane, do the background readers keep up. Nothing is changed.

use crate::args::args;
use crate::db::{Db, Pools};
use crate::error::Result;
use qn_base::Timestamp;

/// What is wrong inside the database; empty when all is well. Reads all of an SQLite file.
pub async fn integrity(db: &Db) -> Result<Vec<String>> {
    const DANGLING: &str =
        "SELECT 'a row of ' || \"table\" || ' points to a missing ' || \"parent\" FROM pragma_foreign_key_check LIMIT 10";
    const UNUSABLE: &str = "SELECT CAST(c.relname AS TEXT) || ' is an unusable index' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = ANY (current_schemas(false)) LIMIT 10";
    let mut found: Vec<(String,)> = Vec::new();
    match &db.pools {
        Pools::Sqlite { .. } => {
            found.extend(db.all::<(String,)>("PRAGMA quick_check(10)", vec![]).await?.into_iter().filter(|(line,)| line != "ok"));
            found.extend(db.all::<(String,)>(DANGLING, vec![]).await?);
        }
        Pools::Postgres(_) => found.extend(db.all::<(String,)>(UNUSABLE, vec![]).await?),
    }
    Ok(found.into_iter().map(|(line,)| line).collect())
}

/// How many log entries the message search still has to read, over all tenants.
pub async fn search_lag(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT CAST(COALESCE(SUM(t.log_seq - COALESCE(f.position, 0)), 0) AS BIGINT) FROM tenant t \
             LEFT JOIN follower f ON f.name = 'message_search' AND f.tenant_id = t.id",
            vec![],
        )
        .await?;
    Ok(row.map_or(0, |(lag,)| lag))
}

/// When the newest log entry was written, by the clock of the server that wrote it.
pub async fn newest_entry_at(db: &Db) -> Result<Option<Timestamp>> {
    let row: Option<(Option<i64>,)> =
        db.one("SELECT MAX(l.at) FROM tenant t JOIN log l ON l.tenant_id = t.id AND l.seq = t.log_seq", vec![]).await?;
    Ok(row.and_then(|(at,)| at))
}

/// The database server's own clock; none where the database has none of its own.
pub async fn database_clock(db: &Db) -> Result<Option<Timestamp>> {
    const NOW: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    match &db.pools {
        Pools::Sqlite { .. } => Ok(None),
        Pools::Postgres(_) => Ok(db.one::<(i64,)>(NOW, vec![]).await?.map(|(now,)| now)),
    }
}

/// Pending effects that should have been carried out before `before`.
pub async fn overdue_effects(db: &Db, before: Timestamp) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM effect WHERE state = 'pending' AND due_at < $1";
    Ok(db.one::<(i64,)>(sql, args![before]).await?.map_or(0, |(n,)| n))
}

/// How much there is: tenants, people, conversations.
pub async fn sizes(db: &Db) -> Result<(i64, i64, i64)> {
    let sql = "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM tenant), (SELECT CAST(COUNT(*) AS BIGINT) FROM app_user), \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM conversation)";
    Ok(db.one::<(i64, i64, i64)>(sql, vec![]).await?.unwrap_or_default())
}
