//! How an inbox's channel fares: counts, the last good moment each way, and the last error with the side it came from. Written by the
//! engine from time to time, so a crash may cost the counts of a second.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};
use sqlx::FromRow;

/// All counts begin with the inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct ChannelHealth {
    /// Events that were kept.
    pub received: i64,
    /// Calls that were not believed or not understood.
    pub refused: i64,
    /// Requests that the platform took.
    pub sent: i64,
    /// Requests that it did not.
    pub failed: i64,
    pub received_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub error_at: Option<Timestamp>,
    /// `in`, `out`, `token`, `pull`, `stream` or `media`.
    pub error_side: Option<String>,
    /// A stable word, at most 200 characters.
    pub error: Option<String>,
    /// The last one of each side.
    #[sqlx(skip)]
    pub errors: Vec<SideError>,
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SideError {
    pub side: String,
    pub error: String,
    pub at: Timestamp,
}

/// Adds the counts of `change` and takes its moments and its errors where it has them.
pub async fn add(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, change: &ChannelHealth) -> Result<()> {
    let sql = "INSERT INTO channel_health (inbox_id, tenant_id, received, refused, sent, failed, received_at, sent_at, error_at, error_side, error) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (inbox_id) DO UPDATE SET \
        received = channel_health.received + excluded.received, refused = channel_health.refused + excluded.refused, \
        sent = channel_health.sent + excluded.sent, failed = channel_health.failed + excluded.failed, \
        received_at = COALESCE(excluded.received_at, channel_health.received_at), \
        sent_at = COALESCE(excluded.sent_at, channel_health.sent_at), \
        error_side = CASE WHEN excluded.error_at IS NULL THEN channel_health.error_side ELSE excluded.error_side END, \
        error = CASE WHEN excluded.error_at IS NULL THEN channel_health.error ELSE excluded.error END, \
        error_at = COALESCE(excluded.error_at, channel_health.error_at)";
    let args = args![
        inbox_id.as_str(),
        tenant_id.as_str(),
        change.received,
        change.refused,
        change.sent,
        change.failed,
        change.received_at,
        change.sent_at,
        change.error_at,
        change.error_side.as_deref(),
        change.error.as_deref()
    ];
    let mut tx = db.begin().await?;
    tx.run(sql, args).await?;
    for error in &change.errors {
        let sql = "INSERT INTO channel_error (inbox_id, side, tenant_id, error, at) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (inbox_id, side) DO UPDATE SET error = excluded.error, at = excluded.at";
        tx.run(sql, args![inbox_id.as_str(), &error.side, tenant_id.as_str(), &error.error, error.at]).await?;
    }
    tx.commit().await
}

/// All zero for an inbox that nothing happened to.
pub async fn get(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<ChannelHealth> {
    let sql = "SELECT received, refused, sent, failed, received_at, sent_at, error_at, error_side, error FROM channel_health \
        WHERE inbox_id = $1 AND tenant_id = $2";
    let mut health: ChannelHealth = db.one(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?.unwrap_or_default();
    let sql = "SELECT side, error, at FROM channel_error WHERE inbox_id = $1 AND tenant_id = $2 ORDER BY at DESC, side";
    health.errors = db.all(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?;
    Ok(health)
}
