//! Sign-ins of people. The browser holds the secret; only its hash is here.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{SessionId, TenantId, UserId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, user_id, secret_hash, user_agent, created_at, expires_at FROM session ", $rest)
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// Hex of SHA-256 of the secret.
    pub secret_hash: String,
    pub user_agent: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    tenant_id: String,
    user_id: String,
    secret_hash: String,
    user_agent: String,
    created_at: i64,
    expires_at: i64,
}

impl SessionRow {
    fn read(self) -> Session {
        Session {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            user_id: self.user_id.into(),
            secret_hash: self.secret_hash,
            user_agent: self.user_agent,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}

pub async fn insert(db: &Db, s: &Session) -> Result<()> {
    db.run(
        "INSERT INTO session (id, tenant_id, user_id, secret_hash, user_agent, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![s.id.as_str(), s.tenant_id.as_str(), s.user_id.as_str(), &s.secret_hash, &s.user_agent, s.created_at, s.expires_at],
    )
    .await?;
    Ok(())
}

/// The unexpired session of a secret. The hash is the key, so no tenant is known before.
pub async fn find_by_hash(db: &Db, secret_hash: &str, now: Timestamp) -> Result<Option<Session>> {
    let row: Option<SessionRow> = db.one(select!("WHERE secret_hash = $1 AND expires_at > $2"), args![secret_hash, now]).await?;
    Ok(row.map(SessionRow::read))
}

/// Where a person is signed in, newest first.
pub async fn list(db: &Db, tenant_id: &TenantId, user_id: &UserId, now: Timestamp) -> Result<Vec<Session>> {
    let args = args![tenant_id.as_str(), user_id.as_str(), now];
    let sql = select!("WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3 ORDER BY created_at DESC, id LIMIT 200");
    let rows: Vec<SessionRow> = db.all(sql, args).await?;
    Ok(rows.into_iter().map(SessionRow::read).collect())
}

pub async fn extend(db: &Db, tenant_id: &TenantId, id: &SessionId, expires_at: Timestamp) -> Result<()> {
    let args = args![tenant_id.as_str(), id.as_str(), expires_at];
    db.run("UPDATE session SET expires_at = $3 WHERE tenant_id = $1 AND id = $2", args).await?;
    Ok(())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, id: &SessionId) -> Result<()> {
    db.run("DELETE FROM session WHERE tenant_id = $1 AND id = $2", args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(())
}

/// Signs a person out everywhere but in `keep`; returns how many sessions ended.
pub async fn delete_others(db: &Db, tenant_id: &TenantId, user_id: &UserId, keep: Option<&SessionId>) -> Result<u64> {
    db.run(
        "DELETE FROM session WHERE tenant_id = $1 AND user_id = $2 AND id <> $3",
        args![tenant_id.as_str(), user_id.as_str(), keep.map_or("", SessionId::as_str)],
    )
    .await
}

pub async fn delete_expired(db: &Db, now: Timestamp) -> Result<u64> {
    db.run("DELETE FROM session WHERE expires_at <= $1", args![now]).await
}
