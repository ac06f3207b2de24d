//! Opening a database: which one, with which settings, and saying clearly why it cannot be opened.

use crate::channel_journal::ChannelJournal;
use crate::commit_sink::CommitSink;
use crate::committer::Committer;
use crate::db::{Db, Pools};
use crate::error::{Error, Result};
use crate::flow_committer::FlowCommitter;
use crate::log_copy;
use crate::log_room;
use crate::migrate;
use crate::right::Right;
use crate::sole::SoleServer;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Url {
    /// A file; made when missing.
    Sqlite(PathBuf),
    /// `postgres://…`
    Postgres(String),
}

#[derive(Debug, Clone)]
pub struct Options {
    pub url: Url,
    /// Readers on SQLite, all connections on PostgreSQL.
    pub connections: u32,
    /// Of the one server: what its connections write is pushed in memory, and rings no bell.
    pub serves: bool,
    /// Whose loss ends what its connections may do.
    pub(crate) right: Option<Right>,
}

impl Options {
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { url: Url::Sqlite(path.into()), connections: 4, serves: false, right: None }
    }

    pub fn postgres(url: impl Into<String>) -> Self {
        Self { url: Url::Postgres(url.into()), connections: 8, serves: false, right: None }
    }

    #[must_use]
    pub fn serving(self) -> Self {
        Self { serves: true, ..self }
    }

    /// Connections are opened only for as long as the right is held. None where nothing has to be held.
    #[must_use]
    pub fn fenced(self, sole: Option<&SoleServer>) -> Self {
        Self { right: sole.map(SoleServer::right), ..self }
    }
}

impl Db {
    /// Opens (or creates) the database, brings the schema up to date and starts the commit task.
    /// `sink` sees every log entry, in order, right after it became durable.
    pub async fn open(options: &Options, sink: CommitSink) -> Result<Db> {
        let pools = open_pools(options).await?;
        migrate::run(&pools).await.map_err(|e| explain(options, e))?;
        if options.serves {
            tend_log(options, &pools).await?;
        }
        if let (Some(right), Pools::Postgres(pool)) = (&options.right, &pools) {
            right.sign(pool).await?;
        }
        let committer = Committer::start(pools.clone(), sink);
        Ok(Db { flows: FlowCommitter::start(pools.clone()), journal: ChannelJournal::start(pools.clone()), pools, committer })
    }

    /// Opens (or creates) a database at an older schema version, to load a backup of that version. `upgrade` brings it up to date.
    pub async fn open_at(options: &Options, schema_version: i64) -> Result<Db> {
        let pools = open_pools(options).await?;
        migrate::run_to(&pools, schema_version).await.map_err(|e| explain(options, e))?;
        let committer = Committer::start(pools.clone(), CommitSink::none());
        Ok(Db { flows: FlowCommitter::start(pools.clone()), journal: ChannelJournal::start(pools.clone()), pools, committer })
    }

    pub async fn upgrade(&self) -> Result<()> {
        migrate::run(&self.pools).await
    }

    /// Opens without creating or changing anything; for `doctor` and `backup verify`. Refuses a missing file.
    pub async fn inspect(options: &Options) -> Result<Db> {
        if let Url::Sqlite(path) = &options.url
            && !path.exists()
        {
            return Err(Error::Open { path: path.display().to_string(), reason: "no such file".into() });
        }
        let pools = open_pools(options).await?;
        migrate::inspect(&pools).await.map_err(|e| explain(options, e))?;
        let committer = Committer::start(pools.clone(), CommitSink::none());
        Ok(Db { flows: FlowCommitter::start(pools.clone()), journal: ChannelJournal::start(pools.clone()), pools, committer })
    }
}

/// A server writes for long: its log has the length that it comes to from the start, and is copied into the file beside the commits.
pub(crate) async fn tend_log(options: &Options, pools: &Pools) -> Result<()> {
    if let (Url::Sqlite(path), Pools::Sqlite { writer, reader }) = (&options.url, pools) {
        log_room::make(path, writer).await?;
        log_copy::start(writer, reader.clone());
    }
    Ok(())
}

pub(crate) async fn open_pools(options: &Options) -> Result<Pools> {
    match &options.url {
        // The one that copies the log is nobody's reader.
        Url::Sqlite(path) => open_sqlite(path, options.connections + u32::from(options.serves)).await.map_err(|e| explain(options, e)),
        Url::Postgres(url) => open_postgres(url, options).await.map_err(|e| explain(options, e)),
    }
}

/// What a server's own connections are called; the triggers of `0044_wake.sql` know the name.
pub(crate) const SERVING: &str = "qingniao server";
const BESIDE: &str = "qingniao";
pub(crate) const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// With this many pages (64 MiB) the log is copied into the file by the commit that fills it, whatever was copied beside it before.
pub(crate) const WAL_PAGES: u64 = 16_000;

/// A file with tables of which none is ours is somebody else's. One that cannot be read is explained when it is opened for real.
async fn refuse_foreign(path: &Path) -> Result<()> {
    const TABLES: &str = "SELECT COUNT(*), COUNT(CASE WHEN name = 'schema_version' THEN 1 END) FROM sqlite_master WHERE type = 'table'";
    let Ok(mut connection) = SqliteConnectOptions::new().filename(path).read_only(true).connect().await else { return Ok(()) };
    let counted: std::result::Result<(i64, i64), _> = sqlx::query_as(TABLES).fetch_one(&mut connection).await;
    connection.close().await?;
    match counted {
        Ok((tables, 0)) if tables > 0 => Err(Error::Foreign { path: path.display().to_string() }),
        _ => Ok(()),
    }
}

async fn open_sqlite(path: &Path, readers: u32) -> Result<Pools> {
    refuse_foreign(path).await?;
    let base = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .statement_cache_capacity(200);
    // A statement that writes a whole group keeps a journal of its own, to be undone alone; on disk it would cost as much as the log.
    let writing = base.clone().create_if_missing(true).pragma("temp_store", "MEMORY").pragma("wal_autocheckpoint", WAL_PAGES.to_string());
    let writer = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(writing.pragma("cache_size", "-16000"))
        .await?;
    let reader = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(readers.max(1))
        .idle_timeout(Duration::from_secs(300))
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(base.pragma("query_only", "1").pragma("cache_size", "-8000"))
        .await?;
    Ok(Pools::Sqlite { writer, reader })
}

/// One connection, or at once the reason why there is none: a pool would try until its time is over and say only that.
pub(crate) async fn postgres_connection(url: &str, name: &str) -> Result<PgConnection> {
    let options = PgConnectOptions::from_str(url)?.application_name(name);
    let place = format!("the PostgreSQL database at {}:{}", options.get_host(), options.get_port());
    let unreachable = |reason: String| Error::Unreachable { place: place.clone(), reason };
    match tokio::time::timeout(CONNECT_WITHIN, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(sqlx::Error::Database(refused))) => Err(unreachable(refused.message().to_owned())),
        Ok(Err(error)) => Err(unreachable(error.to_string())),
        Err(_) => Err(unreachable(format!("no answer within {} s", CONNECT_WITHIN.as_secs()))),
    }
}

async fn open_postgres(url: &str, options: &Options) -> Result<Pools> {
    let name = if options.serves { SERVING } else { BESIDE };
    let mut first = postgres_connection(url, name).await?;
    if let Some(right) = &options.right
        && !right.stands(&mut first).await?
    {
        return Err(Error::Served);
    }
    first.close().await?;
    let right = options.right.clone();
    let named = PgConnectOptions::from_str(url)?.application_name(name).statement_cache_capacity(200);
    let pool = PgPoolOptions::new()
        .min_connections(1)
        .max_connections(options.connections.max(2))
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(move |connection, _| {
            let right = right.clone();
            Box::pin(async move {
                match right {
                    Some(right) => right.guard(connection).await,
                    None => Ok(()),
                }
            })
        })
        .connect_with(named)
        .await?;
    Ok(Pools::Postgres(pool))
}

/// Says what a person can do about it; never shows a password.
fn explain(options: &Options, error: Error) -> Error {
    let path = match &options.url {
        Url::Sqlite(path) => path.display().to_string(),
        Url::Postgres(_) => "the PostgreSQL database".to_owned(),
    };
    match error {
        Error::Database(sqlx::Error::Database(e)) if e.code().is_some_and(|c| c == "26" || c == "11") => {
            Error::Damaged { path, reason: e.message().to_owned() }
        }
        Error::Database(e) => Error::Open { path, reason: e.to_string() },
        other => other,
    }
}
