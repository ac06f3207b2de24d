//! What people did to many runs of flows at once: who, when, to which and why, noted before the first run is touched; and what came of
//! it. Kept for whoever asks later; never what carries it out.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowBulk {
    pub id: String,
    /// `cancel`, `retry`, `pause` or `resume`.
    pub act: String,
    /// Which runs, as JSON text.
    pub filter: String,
    pub reason: String,
    /// Id of a person.
    pub ordered_by: String,
    pub at: Timestamp,
    /// JSON text; none while it goes on, or where the server stopped in the middle.
    pub outcome: Option<String>,
}

/// The order as it was first noted under this id, and whether that was now.
pub async fn begin(db: &Db, tenant_id: &TenantId, order: &FlowBulk) -> Result<(FlowBulk, bool)> {
    let sql = "INSERT INTO flow_bulk (tenant_id, id, act, filter, reason, ordered_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT DO NOTHING";
    let FlowBulk { id, act, filter, reason, ordered_by, at, .. } = order;
    let fresh = db.run(sql, args![tenant_id.as_str(), id, act, filter, reason, ordered_by, *at]).await? == 1;
    let sql = "SELECT id, act, filter, reason, ordered_by, at, outcome FROM flow_bulk WHERE tenant_id = $1 AND id = $2";
    let noted: Option<FlowBulk> = db.one(sql, args![tenant_id.as_str(), id]).await?;
    Ok((noted.unwrap_or_else(|| order.clone()), fresh))
}

/// What came of it; the first outcome stays.
pub async fn finish(db: &Db, tenant_id: &TenantId, id: &str, outcome: &str) -> Result<()> {
    let sql = "UPDATE flow_bulk SET outcome = $3 WHERE tenant_id = $1 AND id = $2 AND outcome IS NULL";
    db.run(sql, args![tenant_id.as_str(), id, outcome]).await.map(drop)
}

/// Newest first. The cursor is `<at>,<id>` of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<FlowBulk>> {
    let (at, id) = cursor.map_or(Ok(("", "")), |cursor| cursor.split_once(',').ok_or(Error::BadCursor))?;
    let at: i64 = if cursor.is_none() { i64::MAX } else { at.parse().map_err(|_| Error::BadCursor)? };
    let sql = "SELECT id, act, filter, reason, ordered_by, at, outcome FROM flow_bulk WHERE tenant_id = $1 AND (at, id) < ($2, $3) \
        ORDER BY at DESC, id DESC LIMIT $4";
    let rows = db.all(sql, args![tenant_id.as_str(), at, id, limit + 1]).await?;
    Ok(Page::cut(rows, limit, |order: &FlowBulk| format!("{},{}", order.at, order.id)))
}
