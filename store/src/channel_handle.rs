//! The newest address or ticket that a platform gave for answering a contact, sealed by the engine.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SealedHandle {
    pub sealed: String,
    /// 1: good for one message only.
    pub once: i64,
    pub expires_at: Timestamp,
}

pub async fn put(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str, handle: &SealedHandle) -> Result<()> {
    let sql = "INSERT INTO channel_handle (inbox_id, contact, tenant_id, sealed, once, expires_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (inbox_id, contact) DO UPDATE SET sealed = excluded.sealed, once = excluded.once, expires_at = excluded.expires_at";
    let args = args![inbox_id.as_str(), contact, tenant_id.as_str(), &handle.sealed, handle.once, handle.expires_at];
    db.run(sql, args).await.map(drop)
}

/// Only while it is good.
pub async fn find(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str, now: Timestamp) -> Result<Option<SealedHandle>> {
    let sql =
        "SELECT sealed, once, expires_at FROM channel_handle WHERE inbox_id = $1 AND contact = $2 AND tenant_id = $3 AND expires_at > $4";
    db.one(sql, args![inbox_id.as_str(), contact, tenant_id.as_str(), now]).await
}

/// It was used up. A newer one stays.
pub async fn delete(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str, sealed: &str) -> Result<()> {
    let sql = "DELETE FROM channel_handle WHERE inbox_id = $1 AND contact = $2 AND tenant_id = $3 AND sealed = $4";
    db.run(sql, args![inbox_id.as_str(), contact, tenant_id.as_str(), sealed]).await.map(drop)
}
