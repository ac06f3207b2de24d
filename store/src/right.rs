//! The fence around a database that another server took over. A server that lost the right may not know it yet and would connect again:
//! each new connection of its pool asks first whether the right is still its own. Whoever takes the right ends all sessions that were
//! opened before (`sole`), so none is left that may write. A statement on an open connection pays nothing. Who serves is written down
//! as well: a server that takes the right again knows whether another one had it meanwhile.

use sqlx::postgres::PgListener;
use sqlx::{FromRow, PgConnection, PgPool};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// "qingniao" in ASCII, as a number.
pub(crate) const KEY: i64 = 0x7169_6e67_6e69_616f;

/// One session of the database, told from a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Session {
    pub(crate) pid: i32,
    pub(crate) began: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Right {
    /// Another one for each server that gets the right, and the same when it takes it again.
    name: Arc<str>,
    session: Arc<Mutex<Session>>,
}

impl Right {
    pub(crate) fn of(session: Session) -> Right {
        Right { name: qn_base::ids::secret(16).into(), session: Arc::new(Mutex::new(session)) }
    }

    pub(crate) fn session(&self) -> Session {
        self.lock().clone()
    }

    pub(crate) fn moves_to(&self, session: Session) {
        *self.lock() = session;
    }

    /// Asked on the connection that would write.
    pub(crate) async fn stands(&self, connection: &mut PgConnection) -> sqlx::Result<bool> {
        const STANDS: &str = "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
            AND (CAST(l.classid AS BIGINT) << 32) + CAST(l.objid AS BIGINT) = $1 \
            AND l.pid = $2 AND CAST(a.backend_start AS TEXT) = $3)";
        let held = self.session();
        let (stands,): (bool,) = sqlx::query_as(STANDS).bind(KEY).bind(held.pid).bind(held.began).fetch_one(connection).await?;
        Ok(stands)
    }

    /// What the pool asks of a new connection; refused, it tries again until whoever waits for it gives up.
    pub(crate) async fn guard(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        if self.stands(connection).await? {
            return Ok(());
        }
        Err(sqlx::Error::Protocol("the right to serve this database is not held".into()))
    }

    /// Written when the database is opened to be served.
    pub(crate) async fn sign(&self, pool: &PgPool) -> sqlx::Result<()> {
        const SIGN: &str = "INSERT INTO server_secret (name, value, created_at) \
            VALUES ('serving', $1, CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, created_at = excluded.created_at";
        sqlx::query(SIGN).bind(&*self.name).execute(pool).await.map(|_| ())
    }

    /// Whether nobody served the database since.
    pub(crate) async fn is_newest(&self, listener: &mut PgListener) -> sqlx::Result<bool> {
        const NEWEST: &str = "SELECT value FROM server_secret WHERE name = 'serving'";
        let signed: Option<(String,)> = sqlx::query_as(NEWEST).fetch_optional(listener).await?;
        Ok(signed.is_none_or(|(name,)| *name == *self.name))
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
