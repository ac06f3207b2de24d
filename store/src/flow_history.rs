//! Runs of flows as people look for them: listed, counted by flow, and the approvals that wait. Reads only; how a run stands is written
//! with its journal (`flow_run`, `flow_task`).

use crate::Page;
use crate::args::{Arg, args};
use crate::conversation::like;
use crate::db::Db;
use crate::error::{Error, Result, word};
use crate::flow_run::RunStanding;
use qn_base::Timestamp;
use qn_domain::{ContactId, ConversationId, TenantId};
use sqlx::FromRow;

/// Which runs; everything absent fits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub flow_id: Option<String>,
    pub standing: Option<RunStanding>,
    pub conversation_id: Option<ConversationId>,
    /// Begun then or later.
    pub since: Option<Timestamp>,
    /// Only those that failed, went to nobody and were not closed.
    pub dead: bool,
    /// Only those that owe something, are not held, and wrote nothing since then.
    pub stuck_before: Option<Timestamp>,
    /// Whether a person holds it.
    pub held: Option<bool>,
    /// How it stands has not changed since.
    pub changed_until: Option<Timestamp>,
    /// An id, or something that it was begun with, set, failed with, or that its contact is called; of the newest `SEARCHED_MAX` that
    /// fit the rest.
    pub text: Option<String>,
}

/// Runs looked through for a text.
pub const SEARCHED_MAX: i64 = 20_000;
/// Contacts whose runs are found by a name.
const NAMED_MAX: i64 = 200;

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRun {
    pub id: String,
    pub flow_id: String,
    pub version_hash: String,
    /// Of its version; none when the version is not there.
    pub number: Option<i64>,
    pub trigger_key: String,
    pub standing: RunStanding,
    pub error: Option<String>,
    pub error_zh: Option<String>,
    pub started_at: Timestamp,
    pub changed_at: Timestamp,
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    pub paused_at: Option<Timestamp>,
    /// When it gave its conversation to a person.
    pub handed_off_at: Option<Timestamp>,
    pub closed: Option<Closed>,
}

/// A person wants nothing more of a failed run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub at: Timestamp,
    pub by: String,
    pub note: String,
}

#[derive(FromRow)]
struct RunRow {
    id: String,
    flow_id: String,
    version_hash: String,
    number: Option<i64>,
    trigger_key: String,
    state: String,
    error: Option<String>,
    error_zh: Option<String>,
    started_at: i64,
    changed_at: i64,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    paused_at: Option<i64>,
    handed_off_at: Option<i64>,
    closed_at: Option<i64>,
    closed_by: Option<String>,
    closed_note: Option<String>,
}

impl RunRow {
    fn read(self) -> Result<ListedRun> {
        Ok(ListedRun {
            id: self.id,
            flow_id: self.flow_id,
            version_hash: self.version_hash,
            number: self.number,
            trigger_key: self.trigger_key,
            standing: word("flow_run.state", &self.state, RunStanding::parse)?,
            error: self.error,
            error_zh: self.error_zh,
            started_at: self.started_at,
            changed_at: self.changed_at,
            conversation_id: self.conversation_id.map(ConversationId),
            contact_id: self.contact_id.map(ContactId),
            paused_at: self.paused_at,
            handed_off_at: self.handed_off_at,
            closed: self.closed_at.map(|at| Closed {
                at,
                by: self.closed_by.unwrap_or_default(),
                note: self.closed_note.unwrap_or_default(),
            }),
        })
    }
}

const SELECT: &str = "SELECT r.id, r.flow_id, r.version_hash, v.number, r.trigger_key, r.state, r.error, r.error_zh, r.started_at, r.changed_at, \
    r.conversation_id, r.contact_id, r.paused_at, r.handed_off_at, r.closed_at, r.closed_by, r.closed_note \
    FROM flow_run r LEFT JOIN flow_version v ON v.tenant_id = r.tenant_id AND v.hash = r.version_hash WHERE r.tenant_id = $1";

/// Served by an index of its own.
const DEAD: &str = "r.state = 'failed' AND r.handed_off_at IS NULL AND r.closed_at IS NULL";

/// How many failed with nobody at them, counted up to `most`.
pub async fn count_dead(db: &Db, tenant_id: &TenantId, most: i64) -> Result<i64> {
    let sql =
        format!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT r.id FROM flow_run r WHERE r.tenant_id = $1 AND {DEAD} LIMIT $2) AS dead");
    let rows: Vec<(i64,)> = db.all_text(sql, args![tenant_id.as_str(), most]).await?;
    Ok(rows.first().map_or(0, |(n,)| *n))
}

/// Nothing more is wanted of a failed run. False when it has not failed, or was closed before.
pub async fn close(db: &Db, tenant_id: &TenantId, id: &str, closed: &Closed) -> Result<bool> {
    let sql = "UPDATE flow_run SET closed_at = $3, closed_by = $4, closed_note = $5 \
               WHERE tenant_id = $1 AND id = $2 AND state = 'failed' AND closed_at IS NULL";
    Ok(db.run(sql, args![tenant_id.as_str(), id, closed.at, &closed.by, &closed.note]).await? == 1)
}

/// Newest first. The cursor is `<started_at>,<id>` of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Page<ListedRun>> {
    let mut args = args![tenant_id.as_str()];
    let mut wanted = fitting(filter, &mut args);
    if let Some(cursor) = cursor {
        let (at, id) = cursor.split_once(',').ok_or(Error::BadCursor)?;
        args.push(at.parse::<i64>().map_err(|_| Error::BadCursor)?.into());
        args.push(id.into());
        wanted += &format!(" AND (r.started_at, r.id) < (${}, ${})", args.len() - 1, args.len());
    }
    if let Some(text) = &filter.text {
        wanted += &saying(text, &wanted, &mut args);
    }
    args.push((limit + 1).into());
    let sql = format!("{SELECT}{wanted} ORDER BY r.started_at DESC, r.id DESC LIMIT ${}", args.len());
    let rows: Vec<RunRow> = db.all_text(sql, args).await?;
    let runs = rows.into_iter().map(RunRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(runs, limit, |run| format!("{},{}", run.started_at, run.id)))
}

/// The conditions but for the text.
fn fitting(filter: &Filter, args: &mut Vec<Arg>) -> String {
    let mut sql = String::new();
    if let Some(flow_id) = &filter.flow_id {
        args.push(flow_id.into());
        sql += &format!(" AND r.flow_id = ${}", args.len());
    }
    if let Some(standing) = filter.standing {
        // The word itself, not a bind: the indexes of parked and failed runs are found by it.
        sql += &format!(" AND r.state = '{}'", standing.as_str());
    }
    if filter.dead {
        sql += &format!(" AND {DEAD}");
    }
    if let Some(before) = filter.stuck_before {
        args.push(before.into());
        let n = args.len();
        sql += &format!(
            " AND r.state = 'active' AND r.paused_at IS NULL AND r.changed_at < ${n} \
              AND (SELECT MAX(j.at) FROM flow_journal j WHERE j.run_id = r.id) < ${n}"
        );
    }
    if let Some(conversation_id) = &filter.conversation_id {
        args.push(conversation_id.as_str().into());
        sql += &format!(" AND r.conversation_id = ${}", args.len());
    }
    if let Some(since) = filter.since {
        args.push(since.into());
        sql += &format!(" AND r.started_at >= ${}", args.len());
    }
    if let Some(held) = filter.held {
        sql += if held { " AND r.paused_at IS NOT NULL" } else { " AND r.paused_at IS NULL" };
    }
    if let Some(until) = filter.changed_until {
        args.push(until.into());
        sql += &format!(" AND r.changed_at <= ${}", args.len());
    }
    sql
}

/// An id is looked up. Any other text is looked for in a bounded number of those that fit the rest, so that no search reads all of a
/// company's past.
fn saying(text: &str, fitting: &str, args: &mut Vec<Arg>) -> String {
    for (prefix, column) in [("run_", "r.id"), ("cnv_", "r.conversation_id"), ("con_", "r.contact_id")] {
        if text.starts_with(prefix) {
            args.push(text.into());
            return format!(" AND {column} = ${}", args.len());
        }
    }
    args.push(format!("%{}%", like(&text.to_lowercase())).into());
    let like = format!("LIKE ${} ESCAPE '!'", args.len());
    format!(
        " AND r.id IN (SELECT w.id FROM (SELECT r.id, r.trigger_key, r.error, r.error_zh, r.search, r.contact_id FROM flow_run r \
          WHERE r.tenant_id = $1{fitting} ORDER BY r.started_at DESC, r.id DESC LIMIT {SEARCHED_MAX}) AS w \
          WHERE w.search {like} OR w.id {like} OR LOWER(w.trigger_key) {like} OR LOWER(w.error) {like} OR LOWER(w.error_zh) {like} \
          OR w.contact_id IN (SELECT c.id FROM contact c WHERE c.tenant_id = $1 AND c.search {like} \
          ORDER BY c.last_seen_at DESC, c.id DESC LIMIT {NAMED_MAX}) \
          OR EXISTS (SELECT 1 FROM flow_value f WHERE f.tenant_id = $1 AND f.run_id = w.id AND LOWER(f.value) {like}))"
    )
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<ListedRun>> {
    let rows: Vec<RunRow> = db.all_text(format!("{SELECT} AND r.id = $2"), args![tenant_id.as_str(), id]).await?;
    rows.into_iter().next().map(RunRow::read).transpose()
}

/// Runs begun since then: flow, standing, how many.
pub async fn count_by_flow(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<Vec<(String, RunStanding, i64)>> {
    let sql = "SELECT flow_id, state, CAST(COUNT(*) AS BIGINT) FROM flow_run WHERE tenant_id = $1 AND started_at >= $2 \
               GROUP BY flow_id, state ORDER BY flow_id, state";
    let rows: Vec<(String, String, i64)> = db.all(sql, args![tenant_id.as_str(), since]).await?;
    let read = |(flow, state, n): (String, String, i64)| Ok((flow, word("flow_run.state", &state, RunStanding::parse)?, n));
    rows.into_iter().map(read).collect()
}

/// An approval that waits, and the run it is about.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenApproval {
    pub run_id: String,
    pub step: String,
    pub attempt: i64,
    /// What is asked, as JSON text.
    pub request: String,
    pub at: Timestamp,
    pub flow_id: String,
    /// The flow's name; none when the flow was removed.
    pub flow_name: Option<String>,
    pub trigger_key: String,
    pub conversation_id: Option<String>,
    /// When the run goes on without a decision.
    pub due_at: Option<i64>,
}

const APPROVALS: &str = "SELECT t.run_id, t.step, t.attempt, t.request, t.at, r.flow_id, f.name AS flow_name, r.trigger_key, \
    r.conversation_id, d.due_at \
    FROM flow_task t JOIN flow_run r ON r.id = t.run_id AND r.tenant_id = t.tenant_id \
    LEFT JOIN flow f ON f.tenant_id = r.tenant_id AND f.id = r.flow_id \
    LEFT JOIN flow_timer d ON d.run_id = t.run_id AND d.step = t.step \
    WHERE t.tenant_id = $1 AND t.kind = 'approve'";

/// Oldest first, of all runs or of those of one conversation. The cursor is `<at>,<run>,<step>` of the last one seen.
pub async fn list_approvals(
    db: &Db,
    tenant_id: &TenantId,
    conversation_id: Option<&str>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<OpenApproval>> {
    let (at, run, step) = crate::flow_task::place(cursor)?;
    let of = if conversation_id.is_some() { " AND r.conversation_id = $6" } else { "" };
    let sql = format!("{APPROVALS} AND (t.at, t.run_id, t.step) > ($2, $3, $4){of} ORDER BY t.at, t.run_id, t.step LIMIT $5");
    let mut args = args![tenant_id.as_str(), at, run, step, limit + 1];
    args.extend(conversation_id.map(Into::into));
    let rows = db.all_text(sql, args).await?;
    Ok(Page::cut(rows, limit, |task: &OpenApproval| format!("{},{},{}", task.at, task.run_id, task.step)))
}

pub async fn find_approval(db: &Db, tenant_id: &TenantId, run_id: &str, step: &str) -> Result<Option<OpenApproval>> {
    let rows = db.all_text(format!("{APPROVALS} AND t.run_id = $2 AND t.step = $3"), args![tenant_id.as_str(), run_id, step]).await?;
    Ok(rows.into_iter().next())
}
