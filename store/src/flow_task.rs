//! What runs of flows wait for people to do: approvals, questions. Written with the step that asks, gone with the step that goes
//! on, so the list is always true, whoever was told and whoever was not. Who was not told is told after a restart.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, each_sql};
use crate::error::{Error, Result};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowTask {
    pub run_id: String,
    pub step: String,
    /// The answer must name it.
    pub attempt: i64,
    /// What is asked, as JSON text.
    pub request: String,
    pub at: Timestamp,
    /// Which sort of request: `approve`, `ask`, `listen`.
    pub kind: String,
    /// What a step listens for, as `kept_signal` finds it.
    pub listens: Option<String>,
}

pub(crate) const SET_EACH: EachSql = each_sql!(
    "INSERT INTO flow_task (run_id, step, tenant_id, attempt, request, at, kind, listens) \
     SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), value->>4, CAST(value->>5 AS BIGINT), value->>6, value->>7 FROM ",
    " WHERE true ON CONFLICT (run_id, step) DO UPDATE SET attempt = excluded.attempt, request = excluded.request, \
      kind = excluded.kind, listens = excluded.listens, told = 0"
);

pub(crate) const TELL_EACH: EachSql = each_sql!(
    "UPDATE flow_task SET told = 1 WHERE (run_id, step, attempt) IN (SELECT value->>0, value->>1, CAST(value->>2 AS BIGINT) FROM ",
    ")"
);

pub(crate) const DROP_EACH: EachSql = each_sql!("DELETE FROM flow_task WHERE (run_id, step) IN (SELECT value->>0, value->>1 FROM ", ")");

/// `<at>,<run>,<step>`; the beginning without a cursor.
pub(crate) fn place(cursor: Option<&str>) -> Result<(i64, &str, &str)> {
    let Some(cursor) = cursor else { return Ok((0, "", "")) };
    let mut parts = cursor.splitn(3, ',');
    match (parts.next().and_then(|at| at.parse().ok()), parts.next(), parts.next()) {
        (Some(at), Some(run), Some(step)) => Ok((at, run, step)),
        _ => Err(Error::BadCursor),
    }
}

/// Oldest first. The cursor is `<at>,<run>,<step>` of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<FlowTask>> {
    let (at, run, step) = place(cursor)?;
    let sql = "SELECT run_id, step, attempt, request, at, kind, listens FROM flow_task WHERE tenant_id = $1 AND kind <> 'listen' AND (at, run_id, step) > ($2, $3, $4) \
        ORDER BY at, run_id, step LIMIT $5";
    let rows = db.all(sql, args![tenant_id.as_str(), at, run, step, limit + 1]).await?;
    Ok(Page::cut(rows, limit, |task: &FlowTask| format!("{},{},{}", task.at, task.run_id, task.step)))
}

/// The request of one task; none when nobody is asked that any more.
pub async fn find(db: &Db, tenant_id: &TenantId, run_id: &str, step: &str) -> Result<Option<FlowTask>> {
    let sql = "SELECT run_id, step, attempt, request, at, kind, listens FROM flow_task WHERE tenant_id = $1 AND run_id = $2 AND step = $3";
    db.one(sql, args![tenant_id.as_str(), run_id, step]).await
}

/// Step and attempt of what a run asks and nobody was told yet.
pub async fn list_untold(db: &Db, tenant_id: &TenantId, run_id: &str) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT step, attempt FROM flow_task WHERE run_id = $1 AND tenant_id = $2 AND told = 0 ORDER BY step";
    db.all(sql, args![run_id, tenant_id.as_str()]).await
}

/// Runs with something that nobody was told, of all tenants: tenant and id, after `cursor` in order of id.
pub async fn list_runs_untold(db: &Db, cursor: &str, limit: i64) -> Result<Vec<(String, String)>> {
    let sql = "SELECT DISTINCT tenant_id, run_id FROM flow_task WHERE told = 0 AND run_id > $1 ORDER BY run_id LIMIT $2";
    db.all(sql, args![cursor, limit]).await
}
