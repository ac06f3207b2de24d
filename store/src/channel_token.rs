//! Access tokens of platforms, sealed by the engine for their tenant and inbox: this crate never sees one in the clear.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SealedToken {
    pub sealed: String,
    pub expires_at: Timestamp,
    pub taken_at: Timestamp,
}

pub async fn find(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<Option<SealedToken>> {
    let sql = "SELECT sealed, expires_at, taken_at FROM channel_token WHERE inbox_id = $1 AND tenant_id = $2";
    db.one(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await
}

pub async fn put(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, token: &SealedToken) -> Result<()> {
    let sql = "INSERT INTO channel_token (inbox_id, tenant_id, sealed, expires_at, taken_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (inbox_id) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at, taken_at = excluded.taken_at";
    db.run(sql, args![inbox_id.as_str(), tenant_id.as_str(), &token.sealed, token.expires_at, token.taken_at]).await.map(drop)
}

/// The inbox has other credentials now.
pub async fn delete(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<()> {
    db.run("DELETE FROM channel_token WHERE inbox_id = $1 AND tenant_id = $2", args![inbox_id.as_str(), tenant_id.as_str()]).await.map(drop)
}
