//! Keeps a second server away from a PostgreSQL database: live events, caches and routing belong to one process. A data folder is
//! guarded by its lock file instead. Held by a connection of its own, so it goes with the process however that ends.

use crate::connect::{Options, Url, postgres_connection};
use crate::error::{Error, Result};
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// "qingniao" in ASCII, as a number.
const KEY: i64 = 0x7169_6e67_6e69_616f;
/// A server that was killed a moment ago may still be seen by the database.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// The right to serve a database; given up when dropped.
#[derive(Debug)]
pub struct SoleServer {
    _connection: PgConnection,
}

/// None where nothing has to be held (SQLite). `Error::Served` when another server has the database for longer than five seconds.
pub async fn claim(options: &Options) -> Result<Option<SoleServer>> {
    let Url::Postgres(url) = &options.url else { return Ok(None) };
    let mut connection = postgres_connection(url, "qingniao sole server").await?;
    for _ in 0..TRIES {
        let (held,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)").bind(KEY).fetch_one(&mut connection).await?;
        if held {
            return Ok(Some(SoleServer { _connection: connection }));
        }
        tokio::time::sleep(PAUSE).await;
    }
    connection.close().await?;
    Err(Error::Served)
}
