//! When flows that begin by the clock begin next: one row per flow, moved on by whoever began the run.

use crate::args::args;
use crate::db::Db;
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowSchedule {
    pub tenant_id: String,
    pub flow_id: String,
    /// What the time was computed from: another rule computes it anew.
    pub rule: String,
    pub next_at: Timestamp,
}

/// Of all tenants.
pub async fn list(db: &Db) -> Result<Vec<FlowSchedule>> {
    db.all("SELECT tenant_id, flow_id, rule, next_at FROM flow_schedule ORDER BY tenant_id, flow_id", vec![]).await
}

pub async fn set(db: &Db, schedule: &FlowSchedule) -> Result<()> {
    let sql = "INSERT INTO flow_schedule (tenant_id, flow_id, rule, next_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (tenant_id, flow_id) DO UPDATE SET rule = excluded.rule, next_at = excluded.next_at";
    db.run(sql, args![&schedule.tenant_id, &schedule.flow_id, &schedule.rule, schedule.next_at]).await?;
    Ok(())
}

pub async fn delete(db: &Db, tenant_id: &TenantId, flow_id: &str) -> Result<()> {
    db.run("DELETE FROM flow_schedule WHERE tenant_id = $1 AND flow_id = $2", args![tenant_id.as_str(), flow_id]).await?;
    Ok(())
}
