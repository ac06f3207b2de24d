//! Plans that say which conversations are drawn for review, and when the next are.

use crate::args::args;
use crate::db::{Db, Tx};
use crate::each::Rows;
use crate::error::{Error, Result, json, to_json};
use crate::oversight;
use qn_domain::{Oversight, ReviewPlan, ReviewPlanId, TenantId, Timestamp};
use sqlx::FromRow;

#[derive(FromRow)]
struct PlanRow {
    id: String,
    tenant_id: String,
    document: String,
    active: i64,
    next_at: i64,
    version: i64,
    created_at: i64,
}

impl PlanRow {
    fn read(self) -> Result<ReviewPlan> {
        Ok(ReviewPlan {
            rule: json("review_plan.document", &self.document)?,
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            active: self.active != 0,
            next_at: self.next_at,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, document, active, next_at, version, created_at FROM review_plan WHERE ", $rest)
    };
}

/// Oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<ReviewPlan>> {
    let rows: Vec<PlanRow> = db.all(select!("tenant_id = $1 ORDER BY id LIMIT 1000"), args![tenant_id.as_str()]).await?;
    rows.into_iter().map(PlanRow::read).collect()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ReviewPlanId) -> Result<ReviewPlan> {
    let row: Option<PlanRow> = db.one(select!("tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.ok_or_else(|| Error::not_found("review plan", id))?.read()
}

/// Of all tenants: those whose period is over.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<ReviewPlan>> {
    let rows: Vec<PlanRow> = db.all(select!("active = 1 AND next_at <= $1 ORDER BY next_at, id LIMIT $2"), args![now, limit]).await?;
    rows.into_iter().map(PlanRow::read).collect()
}

/// When the next of anybody is due.
pub async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = db.one("SELECT next_at FROM review_plan WHERE active = 1 ORDER BY next_at LIMIT 1", vec![]).await?;
    Ok(row.map(|(at,)| at))
}

pub async fn insert(db: &Db, plan: &ReviewPlan, entry: &Oversight) -> Result<()> {
    let mut tx = db.begin().await?;
    let sql = "INSERT INTO review_plan (id, tenant_id, document, active, next_at, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    let args =
        args![plan.id.as_str(), plan.tenant_id.as_str(), to_json(&plan.rule), plan.active, plan.next_at, plan.version, plan.created_at,];
    if tx.run(sql, args).await? == 0 {
        return Err(Error::Exists("id".into()));
    }
    noted(tx, entry).await
}

/// `plan.version` is the one that was read. Returns the new one.
pub async fn update(db: &Db, plan: &ReviewPlan, entry: &Oversight) -> Result<i64> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE review_plan SET document = $4, active = $5, next_at = $6, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let args = args![plan.tenant_id.as_str(), plan.id.as_str(), plan.version, to_json(&plan.rule), plan.active, plan.next_at];
    if tx.run(sql, args).await? == 0 {
        drop(tx);
        get(db, &plan.tenant_id, &plan.id).await?;
        return Err(Error::stale("review plan", &plan.id));
    }
    noted(tx, entry).await?;
    Ok(plan.version + 1)
}

/// What was drawn stays.
pub async fn delete(db: &Db, plan: &ReviewPlan, entry: &Oversight) -> Result<()> {
    let mut tx = db.begin().await?;
    let args = args![plan.tenant_id.as_str(), plan.id.as_str(), plan.version];
    if tx.run("DELETE FROM review_plan WHERE tenant_id = $1 AND id = $2 AND version = $3", args).await? == 0 {
        return Err(Error::stale("review plan", &plan.id));
    }
    noted(tx, entry).await
}

async fn noted(mut tx: Tx, entry: &Oversight) -> Result<()> {
    let mut rows = Rows::default();
    oversight::push(&mut rows, entry);
    tx.run(oversight::INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}

/// The period that ended at `plan.next_at` was drawn. False when somebody was faster.
pub async fn advance(db: &Db, plan: &ReviewPlan, next_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE review_plan SET next_at = $4 WHERE tenant_id = $1 AND id = $2 AND next_at = $3";
    Ok(db.run(sql, args![plan.tenant_id.as_str(), plan.id.as_str(), plan.next_at, next_at]).await? > 0)
}
