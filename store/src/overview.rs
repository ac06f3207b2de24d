//! Figures of today for the live overview. Each is one aggregate over an index; `since` is midnight in the tenant's time zone.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_base::clock::HOUR_MS;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, Default, PartialEq, FromRow)]
pub struct Conversations {
    /// Begun since then.
    pub begun: i64,
    pub handoffs: i64,
    /// Resolved since then.
    pub resolved: i64,
    /// Resolved without ever waiting for a person or having one.
    pub bot_resolved: i64,
}

pub async fn conversations(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<Conversations> {
    let row: Option<Conversations> = db
        .one(
            "SELECT CAST(COALESCE(SUM(CASE WHEN created_at >= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS begun, \
             CAST(COALESCE(SUM(CASE WHEN created_at >= $2 AND handoff IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS handoffs, \
             CAST(COALESCE(SUM(CASE WHEN resolved_at >= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS resolved, \
             CAST(COALESCE(SUM(CASE WHEN resolved_at >= $2 AND handoff IS NULL AND last_agent_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS bot_resolved \
             FROM conversation WHERE tenant_id = $1 AND (last_message_at >= $2 OR resolved_at >= $2)",
            args![tenant_id.as_str(), since],
        )
        .await?;
    Ok(row.unwrap_or_default())
}

/// Messages of one hour by kind and author.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct HourRow {
    /// Start of the hour.
    pub at: i64,
    pub kind: String,
    pub author_kind: String,
    pub count: i64,
}

/// Messages to and from customers since `since`, by hour.
pub async fn messages_by_hour(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<Vec<HourRow>> {
    db.all(
        "SELECT created_at - created_at % $3 AS at, kind, author_kind, CAST(COUNT(*) AS BIGINT) AS count FROM message \
         WHERE tenant_id = $1 AND created_at >= $2 AND kind IN ('incoming', 'outgoing') GROUP BY 1, 2, 3 ORDER BY 1",
        args![tenant_id.as_str(), since, HOUR_MS],
    )
    .await
}

/// How many wait in queues, and since when the first.
pub async fn waiting(db: &Db, tenant_id: &TenantId) -> Result<(i64, Option<Timestamp>)> {
    let row: Option<(i64, Option<i64>)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), MIN(queued_at) FROM conversation WHERE tenant_id = $1 AND owner_kind = 'queue' AND status = 'open'",
            args![tenant_id.as_str()],
        )
        .await?;
    Ok(row.unwrap_or((0, None)))
}
