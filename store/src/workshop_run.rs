//! Background runs of the workshop that have ended, with what they found. One that is still running is in the engine's memory only.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{RunId, RunKind, RunState, TenantId, UserId, WorkshopRun};
use sqlx::FromRow;

/// Runs kept of each kind; the oldest go.
const KEPT_MAX: i64 = 10;

macro_rules! select {
    ($report:literal, $rest:literal) => {
        concat!("SELECT id, tenant_id, kind, state, ", $report, ", started_by, started_at, ended_at FROM workshop_run ", $rest)
    };
}

#[derive(FromRow)]
struct RunRow {
    id: String,
    tenant_id: String,
    kind: String,
    state: String,
    report: String,
    started_by: String,
    started_at: i64,
    ended_at: i64,
}

impl RunRow {
    fn read(self) -> Result<WorkshopRun> {
        Ok(WorkshopRun {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            kind: word("workshop_run.kind", &self.kind, RunKind::parse)?,
            state: word("workshop_run.state", &self.state, RunState::parse)?,
            done: 0,
            of: 0,
            report: json("workshop_run.report", &self.report)?,
            started_by: UserId(self.started_by),
            started_at: self.started_at,
            ended_at: Some(self.ended_at),
        })
    }
}

/// Keeps a run that has ended, and drops those of its kind beyond the newest `KEPT_MAX`.
pub async fn insert(db: &Db, run: &WorkshopRun) -> Result<()> {
    let (tenant, kind) = (run.tenant_id.as_str(), run.kind.as_str());
    let mut tx = db.begin().await?;
    let args = args![
        run.id.as_str(),
        tenant,
        kind,
        run.state.as_str(),
        to_json(&run.report),
        run.started_by.as_str(),
        run.started_at,
        run.ended_at.unwrap_or(run.started_at)
    ];
    let sql = "INSERT INTO workshop_run (id, tenant_id, kind, state, report, started_by, started_at, ended_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.run(sql, args).await.map_err(|e| e.exists("id"))?;
    let sql = "DELETE FROM workshop_run WHERE tenant_id = $1 AND kind = $2 AND id NOT IN (SELECT id FROM workshop_run \
               WHERE tenant_id = $1 AND kind = $2 ORDER BY started_at DESC, id DESC LIMIT $3)";
    tx.run(sql, args![tenant, kind, KEPT_MAX]).await?;
    tx.commit().await
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &RunId) -> Result<WorkshopRun> {
    let row: Option<RunRow> = db.one(select!("report", "WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    row.map(RunRow::read).transpose()?.ok_or_else(|| Error::not_found("run", id))
}

/// The newest of a kind, without their reports.
pub async fn list(db: &Db, tenant_id: &TenantId, kind: RunKind) -> Result<Page<WorkshopRun>> {
    let sql = select!("'null' AS report", "WHERE tenant_id = $1 AND kind = $2 ORDER BY started_at DESC, id DESC LIMIT $3");
    let rows: Vec<RunRow> = db.all(sql, args![tenant_id.as_str(), kind.as_str(), KEPT_MAX]).await?;
    let runs: Result<Vec<WorkshopRun>> = rows.into_iter().map(RunRow::read).collect();
    Ok(Page { items: runs?, next_cursor: None })
}
