//! Versions that go live at a time people chose: at most one per flow, written down with its version, carried out in one transaction
//! when its time comes (`flow_release::carry_out`). Nothing here looks at the clock.

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::flow_version::{self, FlowVersion};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowPlan {
    pub tenant_id: String,
    pub flow_id: String,
    /// Of the version that goes live.
    pub hash: String,
    /// What must be live still; none: nothing.
    pub base_hash: Option<String>,
    /// Whose draft it came of, and which save of it: that draft goes when the version is live.
    pub author_id: String,
    pub revision: i64,
    pub note: String,
    pub due_at: Timestamp,
    pub made_at: Timestamp,
    pub failed_at: Option<Timestamp>,
    /// Why it could not go live; a stable word.
    pub failure: Option<String>,
}

const COLUMNS: &str =
    "SELECT tenant_id, flow_id, hash, base_hash, author_id, revision, note, due_at, made_at, failed_at, failure FROM flow_plan";

/// Writes the version and the plan; a plan that stood before is replaced.
pub async fn put(db: &Db, version: &FlowVersion, plan: &FlowPlan) -> Result<()> {
    let sql = "INSERT INTO flow_plan (tenant_id, flow_id, hash, base_hash, author_id, revision, note, due_at, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, flow_id) DO UPDATE SET hash = excluded.hash, \
        base_hash = excluded.base_hash, author_id = excluded.author_id, revision = excluded.revision, note = excluded.note, \
        due_at = excluded.due_at, made_at = excluded.made_at, failed_at = NULL, failure = NULL";
    let p = plan;
    let args = args![&p.tenant_id, &p.flow_id, &p.hash, p.base_hash.clone(), &p.author_id, p.revision, &p.note, p.due_at, p.made_at];
    let mut tx = db.begin().await?;
    flow_version::insert_in(&mut tx, version).await?;
    tx.run(sql, args).await?;
    tx.commit().await
}

pub async fn find(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<Option<FlowPlan>> {
    Ok(db
        .all_text(format!("{COLUMNS} WHERE tenant_id = $1 AND flow_id = $2"), args![tenant_id.as_str(), flow_id])
        .await?
        .into_iter()
        .next())
}

/// Of one tenant, what is due first.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<FlowPlan>> {
    db.all_text(format!("{COLUMNS} WHERE tenant_id = $1 ORDER BY due_at, flow_id"), args![tenant_id.as_str()]).await
}

/// Of all tenants, those whose time has come, oldest first.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<FlowPlan>> {
    let sql = format!("{COLUMNS} WHERE failed_at IS NULL AND due_at <= $1 ORDER BY due_at, tenant_id, flow_id LIMIT $2");
    db.all_text(sql, args![now, limit]).await
}

/// When the next one is due, of all tenants.
pub async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    let sql = "SELECT due_at FROM flow_plan WHERE failed_at IS NULL ORDER BY due_at LIMIT 1";
    Ok(db.one::<(i64,)>(sql, vec![]).await?.map(|(at,)| at))
}

/// It could not go live; it stays, so that people see why. False when it was changed meanwhile.
pub(crate) async fn fail_in(tx: &mut Tx, plan: &FlowPlan, failure: &str, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE flow_plan SET failed_at = $4, failure = $5 \
        WHERE tenant_id = $1 AND flow_id = $2 AND hash = $3 AND due_at = $6 AND failed_at IS NULL";
    Ok(tx.run(sql, args![&plan.tenant_id, &plan.flow_id, &plan.hash, at, failure, plan.due_at]).await? > 0)
}

/// False when there is none.
pub async fn delete(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<bool> {
    Ok(db.run("DELETE FROM flow_plan WHERE tenant_id = $1 AND flow_id = $2", args![tenant_id.as_str(), flow_id]).await? > 0)
}

pub(crate) async fn delete_in(tx: &mut Tx, plan: &FlowPlan) -> Result<bool> {
    let sql = "DELETE FROM flow_plan WHERE tenant_id = $1 AND flow_id = $2 AND hash = $3 AND due_at = $4 AND failed_at IS NULL";
    Ok(tx.run(sql, args![&plan.tenant_id, &plan.flow_id, &plan.hash, plan.due_at]).await? > 0)
}
