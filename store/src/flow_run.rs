//! Runs of flows: one row that says how a run stands, its journal, and when it goes on. Written by `Db::commit_run`; only a hold and
//! the forgetting of old runs are written here.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, word};
use qn_base::Timestamp;
use qn_domain::{ContactId, ConversationId, TenantId};
use sqlx::FromRow;

/// How a run stands, for those who look from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStanding {
    /// The outside was asked and owes an answer: after a restart it is asked again.
    Active,
    /// Waits for a person, a signal or a time.
    Parked,
    Done,
    Failed,
    Cancelled,
}

impl RunStanding {
    pub fn as_str(self) -> &'static str {
        match self {
            RunStanding::Active => "active",
            RunStanding::Parked => "parked",
            RunStanding::Done => "done",
            RunStanding::Failed => "failed",
            RunStanding::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Parked, Self::Done, Self::Failed, Self::Cancelled].into_iter().find(|s| s.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRun {
    pub id: String,
    pub tenant_id: TenantId,
    pub flow_id: String,
    pub version_hash: String,
    /// The same key starts no second run.
    pub trigger_key: String,
    pub standing: RunStanding,
    pub error: Option<String>,
    /// The same for Chinese readers, where the words are ours.
    pub error_zh: Option<String>,
    pub started_at: Timestamp,
    pub changed_at: Timestamp,
    /// Where it talks; none for a run that talks to nobody.
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    /// Since when a person holds it.
    pub paused_at: Option<Timestamp>,
    /// What it was begun with, as it is searched for: short, in small letters.
    pub search: String,
}

/// When a step of a run goes on.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FlowTimer {
    pub run_id: String,
    pub step: String,
    pub due_at: Timestamp,
}

#[derive(FromRow)]
struct RunRow {
    id: String,
    tenant_id: String,
    flow_id: String,
    version_hash: String,
    trigger_key: String,
    state: String,
    error: Option<String>,
    error_zh: Option<String>,
    started_at: i64,
    changed_at: i64,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    paused_at: Option<i64>,
    search: String,
}

impl RunRow {
    fn read(self) -> Result<FlowRun> {
        Ok(FlowRun {
            id: self.id,
            tenant_id: self.tenant_id.into(),
            flow_id: self.flow_id,
            version_hash: self.version_hash,
            trigger_key: self.trigger_key,
            standing: word("flow_run.state", &self.state, RunStanding::parse)?,
            error: self.error,
            error_zh: self.error_zh,
            started_at: self.started_at,
            changed_at: self.changed_at,
            conversation_id: self.conversation_id.map(ConversationId),
            contact_id: self.contact_id.map(ContactId),
            paused_at: self.paused_at,
            search: self.search,
        })
    }
}

pub(crate) fn push(rows: &mut Rows, run: &FlowRun) {
    rows.row()
        .text(&run.id)
        .text(run.tenant_id.as_str())
        .text(&run.flow_id)
        .text(&run.version_hash)
        .text(&run.trigger_key)
        .text(run.standing.as_str())
        .text_or_null(run.error.as_deref())
        .int(run.started_at)
        .text_or_null(run.conversation_id.as_ref().map(ConversationId::as_str))
        .text_or_null(run.contact_id.as_ref().map(ContactId::as_str))
        .text_or_null(run.error_zh.as_deref())
        .text(&run.search);
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO flow_run (id, tenant_id, flow_id, version_hash, trigger_key, state, error, started_at, changed_at, conversation_id, \
     contact_id, error_zh, search) SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, CAST(value->>7 AS BIGINT), \
     CAST(value->>7 AS BIGINT), value->>8, value->>9, value->>10, value->>11 FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

pub(crate) const UPDATE_EACH: EachSql = each_sql!(
    "UPDATE flow_run SET state = r.state, error = r.error, error_zh = r.zh, changed_at = r.at, version_hash = COALESCE(r.hash, version_hash) FROM \
     (SELECT value->>0 AS id, value->>1 AS state, value->>2 AS error, CAST(value->>3 AS BIGINT) AS at, value->>4 AS hash, value->>5 AS zh FROM ",
    ") AS r WHERE flow_run.id = r.id"
);

pub(crate) const INSERT_JOURNAL_EACH: EachSql = each_sql!(
    "INSERT INTO flow_journal (run_id, position, tenant_id, at, entries) \
     SELECT value->>0, CAST(value->>1 AS BIGINT), value->>2, CAST(value->>3 AS BIGINT), value->>4 FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

pub(crate) const SET_TIMER_EACH: EachSql = each_sql!(
    "INSERT INTO flow_timer (run_id, step, tenant_id, due_at) SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (run_id, step) DO UPDATE SET due_at = excluded.due_at"
);

pub(crate) const DROP_TIMER_EACH: EachSql =
    each_sql!("DELETE FROM flow_timer WHERE (run_id, step) IN (SELECT value->>0, value->>1 FROM ", ")");

pub(crate) const INSERT_SIGNAL_EACH: EachSql = each_sql!(
    "INSERT INTO flow_signal (run_id, id, tenant_id, at) SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

const COLUMNS: &str = "id, tenant_id, flow_id, version_hash, trigger_key, state, error, error_zh, started_at, changed_at, conversation_id, \
    contact_id, paused_at, search";

/// None: there is no such run of this tenant.
pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<FlowRun>> {
    let sql = format!("SELECT {COLUMNS} FROM flow_run WHERE tenant_id = $1 AND id = $2");
    let rows: Vec<RunRow> = db.all_text(sql, args![tenant_id.as_str(), id]).await?;
    rows.into_iter().next().map(RunRow::read).transpose()
}

/// The run that this trigger started, if it started one.
pub async fn find_by_trigger(db: &Db, tenant_id: &TenantId, trigger_key: &str) -> Result<Option<FlowRun>> {
    let sql = format!("SELECT {COLUMNS} FROM flow_run WHERE tenant_id = $1 AND trigger_key = $2");
    let rows: Vec<RunRow> = db.all_text(sql, args![tenant_id.as_str(), trigger_key]).await?;
    rows.into_iter().next().map(RunRow::read).transpose()
}

/// Holds an unfinished run, or lets it go on. False when there is no such run, or it was so before.
pub async fn set_paused(db: &Db, tenant_id: &TenantId, id: &str, paused_at: Option<Timestamp>) -> Result<bool> {
    let sql = "UPDATE flow_run SET paused_at = $3 WHERE tenant_id = $1 AND id = $2 AND state IN ('active', 'parked') \
        AND (paused_at IS NULL) <> (CAST($3 AS BIGINT) IS NULL)";
    Ok(db.run(sql, args![tenant_id.as_str(), id, paused_at]).await? == 1)
}

/// A run gave its conversation to a person; the first time counts.
pub async fn note_handed_off(db: &Db, tenant_id: &TenantId, id: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE flow_run SET handed_off_at = $3 WHERE tenant_id = $1 AND id = $2 AND handed_off_at IS NULL";
    db.run(sql, args![tenant_id.as_str(), id, at]).await?;
    Ok(())
}

/// Runs that owe the outside something, are not held, and were not written to since `before`, of all tenants, longest silent first.
pub async fn list_stuck(db: &Db, before: Timestamp, limit: i64) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT tenant_id, run_id, at FROM (SELECT r.tenant_id AS tenant_id, r.id AS run_id, \
        (SELECT MAX(j.at) FROM flow_journal j WHERE j.run_id = r.id) AS at \
        FROM flow_run r WHERE r.state = 'active' AND r.paused_at IS NULL AND r.changed_at < $1) s \
        WHERE at < $1 ORDER BY at, run_id LIMIT $2";
    db.all(sql, args![before, limit]).await
}

/// Forgets runs that ended before `before`, with their journals; at most `limit`. `upto` is an id: runs that began later are not looked
/// at. Gives how many went.
pub async fn delete_ended(db: &Db, before: Timestamp, upto: &str, limit: i64) -> Result<u64> {
    const ENDED: &str = "SELECT id FROM flow_run WHERE id < $1 AND state IN ('done', 'failed', 'cancelled') AND changed_at < $2 \
        ORDER BY id LIMIT $3";
    let ids: Vec<(String,)> = db.all(ENDED, args![upto, before, limit]).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    for sql in [&DELETE_JOURNAL_EACH, &DELETE_TIMER_EACH, &DELETE_SIGNAL_EACH, &DELETE_TASK_EACH, &DELETE_EXCHANGE_EACH, &DELETE_RUN_EACH] {
        let mut rows = Rows::default();
        for (id,) in &ids {
            rows.row().text(id);
        }
        tx.run(sql.text(tx.dialect()), rows.finish()).await?;
    }
    tx.commit().await?;
    Ok(ids.len() as u64)
}

const DELETE_JOURNAL_EACH: EachSql = each_sql!("DELETE FROM flow_journal WHERE run_id IN (SELECT value->>0 FROM ", ")");
const DELETE_TIMER_EACH: EachSql = each_sql!("DELETE FROM flow_timer WHERE run_id IN (SELECT value->>0 FROM ", ")");
const DELETE_SIGNAL_EACH: EachSql = each_sql!("DELETE FROM flow_signal WHERE run_id IN (SELECT value->>0 FROM ", ")");
const DELETE_TASK_EACH: EachSql = each_sql!("DELETE FROM flow_task WHERE run_id IN (SELECT value->>0 FROM ", ")");
const DELETE_EXCHANGE_EACH: EachSql = each_sql!("DELETE FROM flow_exchange WHERE run_id IN (SELECT value->>0 FROM ", ")");
const DELETE_RUN_EACH: EachSql = each_sql!("DELETE FROM flow_run WHERE id IN (SELECT value->>0 FROM ", ")");

/// How many runs have not ended, by tenant.
pub async fn count_unfinished(db: &Db) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT tenant_id, CAST(COUNT(*) AS BIGINT) FROM flow_run WHERE state IN ('active', 'parked') GROUP BY tenant_id \
        ORDER BY tenant_id";
    db.all(sql, vec![]).await
}

/// Journal pages of a run in order, each a JSON array of entries.
pub async fn journal(db: &Db, tenant_id: &TenantId, run_id: &str) -> Result<Vec<String>> {
    let sql = "SELECT entries FROM flow_journal WHERE run_id = $1 AND tenant_id = $2 ORDER BY position";
    let pages: Vec<(String,)> = db.all(sql, args![run_id, tenant_id.as_str()]).await?;
    Ok(pages.into_iter().map(|(entries,)| entries).collect())
}

/// Whether a run has heard a signal, or a correction, of this id.
pub async fn has_heard(db: &Db, tenant_id: &TenantId, run_id: &str, id: &str) -> Result<bool> {
    let sql = "SELECT id FROM flow_signal WHERE run_id = $1 AND id = $2 AND tenant_id = $3";
    let row: Option<(String,)> = db.one(sql, args![run_id, id, tenant_id.as_str()]).await?;
    Ok(row.is_some())
}

/// Tenants with runs that a stopped server owed something to.
pub async fn list_tenants_active(db: &Db) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT tenant_id FROM flow_run WHERE state = 'active' ORDER BY tenant_id";
    let rows: Vec<(String,)> = db.all(sql, vec![]).await?;
    Ok(rows.into_iter().map(|(tenant_id,)| tenant_id).collect())
}

/// Ids of the runs that a stopped server owed something to, after `cursor`.
pub async fn list_active(db: &Db, tenant_id: &TenantId, cursor: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM flow_run WHERE tenant_id = $1 AND state = 'active' AND id > $2 ORDER BY id LIMIT $3";
    let rows: Vec<(String,)> = db.all(sql, args![tenant_id.as_str(), cursor, limit]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Tenant, run, step and time of timers due before `until`, of all tenants, earliest first.
pub async fn timers_before(db: &Db, until: Timestamp) -> Result<Vec<(String, String, String, i64)>> {
    let sql = "SELECT tenant_id, run_id, step, due_at FROM flow_timer WHERE due_at < $1 ORDER BY due_at";
    db.all(sql, args![until]).await
}

/// How many runs stand how, for one tenant.
pub async fn count_by_standing(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM flow_run WHERE tenant_id = $1 GROUP BY state ORDER BY state";
    db.all(sql, args![tenant_id.as_str()]).await
}
