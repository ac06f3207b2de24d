//! What runs of flows wait for people to do: approvals, questions. Written with the step that asks, gone with the step that goes
//! on, so the list is always true, whoever was told and whoever was not. Who was not told is told after a restart.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, each_sql};
use crate::error::{Error, Result};
use crate::notice::{self, Notice};
use qn_base::Timestamp;
use qn_domain::{TenantId, UserId};
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
    /// When others are asked as well.
    pub also_at: Option<Timestamp>,
}

pub(crate) const SET_EACH: EachSql = each_sql!(
    "INSERT INTO flow_task (run_id, step, tenant_id, attempt, request, at, kind, listens, also_at) \
     SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), value->>4, CAST(value->>5 AS BIGINT), value->>6, value->>7, CAST(value->>8 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (run_id, step) DO UPDATE SET attempt = excluded.attempt, request = excluded.request, \
      kind = excluded.kind, listens = excluded.listens, also_at = excluded.also_at, told = 0"
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
    let sql = "SELECT run_id, step, attempt, request, at, kind, listens, also_at FROM flow_task WHERE tenant_id = $1 AND kind <> 'listen' AND (at, run_id, step) > ($2, $3, $4) \
        ORDER BY at, run_id, step LIMIT $5";
    let rows = db.all(sql, args![tenant_id.as_str(), at, run, step, limit + 1]).await?;
    Ok(Page::cut(rows, limit, |task: &FlowTask| format!("{},{},{}", task.at, task.run_id, task.step)))
}

/// The request of one task; none when nobody is asked that any more.
pub async fn find(db: &Db, tenant_id: &TenantId, run_id: &str, step: &str) -> Result<Option<FlowTask>> {
    let sql = "SELECT run_id, step, attempt, request, at, kind, listens, also_at FROM flow_task WHERE tenant_id = $1 AND run_id = $2 AND step = $3";
    db.one(sql, args![tenant_id.as_str(), run_id, step]).await
}

/// Step and attempt of what a run asks and nobody was told yet.
pub async fn list_untold(db: &Db, tenant_id: &TenantId, run_id: &str) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT step, attempt FROM flow_task WHERE run_id = $1 AND tenant_id = $2 AND told = 0 ORDER BY step";
    db.all(sql, args![run_id, tenant_id.as_str()]).await
}

/// Tenants with runs of which something was told to nobody.
pub async fn list_tenants_untold(db: &Db) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT tenant_id FROM flow_task WHERE told = 0 ORDER BY tenant_id";
    let rows: Vec<(String,)> = db.all(sql, vec![]).await?;
    Ok(rows.into_iter().map(|(tenant_id,)| tenant_id).collect())
}

/// Ids of the runs with something that nobody was told, after `cursor`.
pub async fn list_runs_untold(db: &Db, tenant_id: &TenantId, cursor: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT run_id FROM flow_task WHERE tenant_id = $1 AND told = 0 AND run_id > $2 ORDER BY run_id LIMIT $3";
    let rows: Vec<(String,)> = db.all(sql, args![tenant_id.as_str(), cursor, limit]).await?;
    Ok(rows.into_iter().map(|(run_id,)| run_id).collect())
}

/// An approval about which others are asked from now on, and were not told yet.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Widened {
    pub tenant_id: String,
    pub run_id: String,
    pub step: String,
    pub attempt: i64,
    pub request: String,
    pub also_at: Timestamp,
    pub trigger_key: String,
    pub flow_name: String,
    pub conversation_id: Option<String>,
}

/// Of all tenants, those asked longest ago first.
pub async fn list_widened(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Widened>> {
    let sql = "SELECT t.tenant_id, t.run_id, t.step, t.attempt, t.request, t.also_at, r.trigger_key, COALESCE(f.name, r.flow_id) AS flow_name, r.conversation_id \
        FROM flow_task t JOIN flow_run r ON r.id = t.run_id AND r.tenant_id = t.tenant_id \
        LEFT JOIN flow f ON f.tenant_id = r.tenant_id AND f.id = r.flow_id WHERE t.also_at <= $1 ORDER BY t.also_at, t.run_id, t.step LIMIT $2";
    db.all(sql, args![now, limit]).await
}

/// When others are asked about one next, of all tenants.
pub async fn next_widened(db: &Db) -> Result<Option<Timestamp>> {
    let sql = "SELECT also_at FROM flow_task WHERE also_at IS NOT NULL ORDER BY also_at LIMIT 1";
    Ok(db.one::<(i64,)>(sql, vec![]).await?.map(|(at,)| at))
}

/// Tells those who are asked as well, once, as long as it is open.
pub async fn tell_widened(db: &Db, task: &Widened, notice: &[(Notice, Vec<&UserId>)]) -> Result<()> {
    let sql = "UPDATE flow_task SET also_at = NULL WHERE tenant_id = $1 AND run_id = $2 AND step = $3 AND attempt = $4 AND also_at = $5";
    let args = args![&task.tenant_id, &task.run_id, &task.step, task.attempt, task.also_at];
    let mut tx = db.begin().await?;
    if tx.run(sql, args).await? > 0 {
        for (notice, to) in notice {
            notice::insert_in(&mut tx, &task.tenant_id.clone().into(), notice, to).await?;
        }
    }
    tx.commit().await
}
