//! Keeps a second server away from a PostgreSQL database: live events, caches and routing belong to one process. A data folder is
//! guarded by its lock file instead. The right is held by a connection of its own, so it goes with the process however that ends; the
//! same connection hears what other sessions write (`bell`), and so is always read from: that it broke is known at once. What its pool
//! opens is fenced by the right (`right`).

use crate::bell::{CHANNEL, Ring};
use crate::connect::{CONNECT_WITHIN, Options, SERVING, Url, postgres_connection};
use crate::error::{Error, Result};
use crate::right::{KEY, Right, Session};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::str::FromStr;
use std::time::Duration;

const NAME: &str = "qingniao sole server";
/// A server that was killed a moment ago may still be seen by the database.
const TRIES: u32 = 20;
/// Whoever lost the right does not serve long on hope.
const TRIES_AGAIN: u32 = 4;
const PAUSE: Duration = Duration::from_millis(250);
/// A stand-by asks anew this often: while a statement waits, the database can clear away nothing that it might still see.
const TURN: Duration = Duration::from_secs(60);
const ASK_TURN: &str = "SET lock_timeout = '60s'";
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// How long the connection may be silent before it is asked whether it is still there, and how long the answer may take.
const QUIET: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(5);
/// Between tries to reach a database that is away.
const AWAY: Duration = Duration::from_secs(1);
/// The right of a machine that lost its power is free after 25 seconds: nothing says goodbye there.
const KEEPALIVE: [&str; 4] =
    ["SET tcp_keepalives_idle = 10", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3", "SET tcp_user_timeout = 25000"];

/// The right to serve a database; given up when dropped.
#[derive(Debug)]
pub struct SoleServer {
    url: String,
    listener: PgListener,
    right: Right,
}

/// None where nothing has to be held (SQLite). `Error::Served` when another server has the database for longer than five seconds.
pub async fn claim(options: &Options) -> Result<Option<SoleServer>> {
    let Url::Postgres(url) = &options.url else { return Ok(None) };
    let mut listener = reach(url).await?;
    if !try_lock(&mut listener, TRIES).await? || !end_predecessor(&mut listener).await? {
        return Err(Error::Served);
    }
    let session = listen(&mut listener).await?;
    Ok(Some(SoleServer { url: url.to_owned(), listener, right: Right::of(session) }))
}

/// The same for a stand-by, which waits for as long as another server has the database, and tries again when it is away.
pub async fn wait(options: &Options) -> Result<Option<SoleServer>> {
    let Url::Postgres(url) = &options.url else { return Ok(None) };
    let mut listener = reach(url).await?;
    loop {
        match take_turn(&mut listener).await {
            Ok(Some(session)) => return Ok(Some(SoleServer { url: url.to_owned(), listener, right: Right::of(session) })),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "the connection of the stand-by broke");
                listener = reach_again(url).await;
            }
        }
    }
}

impl SoleServer {
    pub(crate) fn right(&self) -> Right {
        self.right.clone()
    }

    /// Waits until another session wrote something. `Error::Served` when the connection broke and another server has the database now,
    /// or had it meanwhile: whoever hears that must stop at once.
    pub async fn hear(&mut self) -> Result<Ring> {
        loop {
            let is_there = match tokio::time::timeout(QUIET, self.listener.try_recv()).await {
                Ok(Ok(Some(told))) => match Ring::read(told.payload()) {
                    Some(ring) => return Ok(ring),
                    None => true,
                },
                Ok(_) => false,
                Err(_) => answers(&mut self.listener).await,
            };
            if !is_there {
                break;
            }
        }
        tracing::warn!("the connection that holds the right to serve this database broke");
        Box::pin(self.regain()).await?;
        tracing::info!("the right to serve this database is held again");
        Ok(Ring::Everything)
    }

    async fn regain(&mut self) -> Result<()> {
        loop {
            match self.try_regain().await {
                Ok(()) => return Ok(()),
                Err(Error::Served) => return Err(Error::Served),
                Err(error) => tracing::warn!(%error, "the database cannot be reached"),
            }
            tokio::time::sleep(AWAY).await;
        }
    }

    async fn try_regain(&mut self) -> Result<()> {
        // The database may not know yet that the old connection is dead.
        const END: &str =
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid = $1 AND CAST(backend_start AS TEXT) = $2";
        let mut listener = reach(&self.url).await?;
        let lost = self.right.session();
        sqlx::query(END).bind(lost.pid).bind(lost.began).execute(&mut listener).await?;
        if !try_lock(&mut listener, TRIES_AGAIN).await? || !self.right.is_newest(&mut listener).await? {
            return Err(Error::Served);
        }
        self.right.moves_to(listen(&mut listener).await?);
        self.listener = listener;
        Ok(())
    }
}

/// A connection that is listened on, without the right yet. That it broke is told, and mended here alone: a new one has no right.
async fn reach(url: &str) -> Result<PgListener> {
    postgres_connection(url, NAME).await?.close().await?;
    let options = PgConnectOptions::from_str(url)?.application_name(NAME);
    let one = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).acquire_timeout(CONNECT_WITHIN);
    let mut listener = PgListener::connect_with(&one.connect_with(options).await?).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    for sql in KEEPALIVE {
        sqlx::query(sql).execute(&mut listener).await?;
    }
    Ok(listener)
}

async fn reach_again(url: &str) -> PgListener {
    loop {
        tokio::time::sleep(AWAY).await;
        match reach(url).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%error, "the database cannot be reached"),
        }
    }
}

async fn try_lock(listener: &mut PgListener, tries: u32) -> Result<bool> {
    for _ in 0..tries {
        let (held,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock($1)").bind(KEY).fetch_one(&mut *listener).await?;
        if held {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}

/// None when the turn is over and the database is another server's still. Nothing is begun beside sessions that may still write.
async fn take_turn(listener: &mut PgListener) -> Result<Option<Session>> {
    if !wait_turn(listener).await? {
        return Ok(None);
    }
    while !end_predecessor(listener).await? {
        tracing::warn!("sessions of an earlier server do not end");
    }
    listen(listener).await.map(Some)
}

/// The database itself says when it is free.
async fn wait_turn(listener: &mut PgListener) -> Result<bool> {
    sqlx::query(ASK_TURN).execute(&mut *listener).await?;
    let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(KEY).execute(&mut *listener);
    match tokio::time::timeout(TURN + ANSWER, lock).await {
        Ok(Ok(_)) => {}
        Ok(Err(sqlx::Error::Database(error))) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => return Ok(false),
        Ok(Err(error)) => return Err(error.into()),
        Err(_) => return Err(Error::Database(sqlx::Error::Protocol("the database does not answer".into()))),
    }
    sqlx::query("RESET lock_timeout").execute(&mut *listener).await?;
    Ok(true)
}

/// What a server that was killed sent last may still be at work in the database: it ends before anything is read. A server that lives
/// gets no session any more (`Right::stands`): the lock is ours by now. False when some do not end in time.
async fn end_predecessor(listener: &mut PgListener) -> Result<bool> {
    const END: &str = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND usename = current_user AND application_name = $1 AND pid <> pg_backend_pid()";
    for _ in 0..TRIES {
        let (left,): (i64,) = sqlx::query_as(END).bind(SERVING).fetch_one(&mut *listener).await?;
        if left == 0 {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}

/// From here on nothing that another session writes is missed; what it wrote before is read by whoever starts.
async fn listen(listener: &mut PgListener) -> Result<Session> {
    const SESSION: &str = "SELECT pid, CAST(backend_start AS TEXT) AS began FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    listener.listen(CHANNEL).await?;
    Ok(sqlx::query_as(SESSION).fetch_one(&mut *listener).await?)
}

/// A connection whose other end lost its power says nothing; asked, it does not answer.
async fn answers(listener: &mut PgListener) -> bool {
    let asked = sqlx::query("SELECT 1").execute(&mut *listener);
    matches!(tokio::time::timeout(ANSWER, asked).await, Ok(Ok(_)))
}
