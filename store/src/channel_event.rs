//! The journal of what channels brought: verified events that wait for the engine, in the order they were kept. An event is written
//! through `Db::journal` before its call is answered, and settled once the engine has taken it. The key of a settled one stays, so
//! that a repetition is not kept twice.

use crate::args::args;
use crate::channel_journal::Work;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, TenantId};
use sqlx::FromRow;

/// An event as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelEvent {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    /// Events of one lane of an inbox are taken one after the other: the contact's external id.
    pub lane: String,
    /// The same one again, in the same inbox, is the same event.
    pub key: String,
    /// A word for lists, e.g. `message`.
    pub kind: String,
    /// JSON text.
    pub event: String,
    pub received_at: Timestamp,
}

/// An event that waits, without its body.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WaitingEvent {
    /// Grows in the order in which events were kept.
    pub pk: i64,
    pub tenant_id: String,
    pub inbox_id: String,
    pub lane: String,
    pub kind: String,
    pub attempts: i64,
    pub due_at: Timestamp,
}

/// An event that was given up, without its body.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DeadEvent {
    pub pk: i64,
    pub kind: String,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub received_at: Timestamp,
}

/// The state of an event that nobody has taken yet.
pub const WAITING: &str = "waiting";

pub(crate) fn push(rows: &mut Rows, e: &ChannelEvent) {
    let number = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    rows.row()
        .int(number)
        .text(e.tenant_id.as_str())
        .text(e.inbox_id.as_str())
        .text(&e.lane)
        .text(&e.key)
        .text(&e.kind)
        .text(&e.event)
        .int(e.received_at);
}

/// In the order given: the database counts rows as it writes them.
pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO channel_event (tenant_id, inbox_id, lane, key, kind, event, state, due_at, received_at) \
     SELECT value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, 'waiting', CAST(value->>7 AS BIGINT), \
     CAST(value->>7 AS BIGINT) FROM ",
    " WHERE true ORDER BY CAST(value->>0 AS BIGINT) ON CONFLICT DO NOTHING"
);

pub(crate) const SETTLE_EACH: EachSql = each_sql!(
    "UPDATE channel_event SET state = 'done', event = '', last_error = NULL WHERE pk IN (SELECT CAST(value->>0 AS BIGINT) FROM ",
    ")"
);

/// The next events after `after` that wait, due or not, in the order they were kept.
pub async fn list_waiting(db: &Db, after: i64, limit: i64) -> Result<Vec<WaitingEvent>> {
    let sql = "SELECT pk, tenant_id, inbox_id, lane, kind, attempts, due_at FROM channel_event \
        WHERE state = 'waiting' AND pk > $1 ORDER BY pk LIMIT $2";
    db.all(sql, args![after, limit]).await
}

/// The body of an event; none when it does not wait any more.
pub async fn find_waiting(db: &Db, pk: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = db.one("SELECT event FROM channel_event WHERE pk = $1 AND state = 'waiting'", args![pk]).await?;
    Ok(row.map(|(event,)| event))
}

/// What became of the event with this key: `waiting`, `done` or `dead`; none when it was never kept, or long ago.
pub async fn find_state(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, key: &str) -> Result<Option<String>> {
    let sql = "SELECT state FROM channel_event WHERE inbox_id = $1 AND key = $2 AND tenant_id = $3";
    let row: Option<(String,)> = db.one(sql, args![inbox_id.as_str(), key, tenant_id.as_str()]).await?;
    Ok(row.map(|(state,)| state))
}

/// The engine has taken it. Returns without waiting for the disk: a mark that is lost costs a repetition, which changes nothing.
pub fn settle(db: &Db, pk: i64) {
    db.journal.note(Work::Settle(pk));
}

/// It could not be taken now; again at `due_at`.
pub async fn retry_later(db: &Db, pk: i64, due_at: Timestamp, error: &str) -> Result<()> {
    let sql = "UPDATE channel_event SET attempts = attempts + 1, due_at = $2, last_error = $3 WHERE pk = $1 AND state = 'waiting'";
    db.run(sql, args![pk, due_at, error]).await.map(drop)
}

/// It cannot be taken; people see it on the inbox's health card and may ask for another try.
pub async fn bury(db: &Db, pk: i64, error: &str) -> Result<()> {
    let sql = "UPDATE channel_event SET state = 'dead', attempts = attempts + 1, last_error = $2 WHERE pk = $1";
    db.run(sql, args![pk, error]).await.map(drop)
}

/// Newest first, at most 100.
pub async fn list_dead(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<Vec<DeadEvent>> {
    let sql = "SELECT pk, kind, attempts, last_error, received_at FROM channel_event \
        WHERE inbox_id = $1 AND state = 'dead' AND tenant_id = $2 ORDER BY pk DESC LIMIT 100";
    db.all(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await
}

/// How many of an inbox wait and how many were given up.
pub async fn count(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<(i64, i64)> {
    let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM \
        (SELECT state FROM channel_event WHERE state = 'waiting' AND inbox_id = $1 AND tenant_id = $2 UNION ALL \
         SELECT state FROM channel_event WHERE state = 'dead' AND inbox_id = $1 AND tenant_id = $2) AS owed";
    Ok(db.one(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?.unwrap_or((0, 0)))
}

/// All of an inbox that are remembered, settled or not.
pub async fn count_all(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM channel_event WHERE inbox_id = $1 AND tenant_id = $2";
    let row: Option<(i64,)> = db.one(sql, args![inbox_id.as_str(), tenant_id.as_str()]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Given-up events of an inbox wait again, as if for the first time. Returns how many.
pub async fn revive(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, now: Timestamp) -> Result<u64> {
    let sql =
        "UPDATE channel_event SET state = 'waiting', attempts = 0, due_at = $3 WHERE inbox_id = $1 AND state = 'dead' AND tenant_id = $2";
    db.run(sql, args![inbox_id.as_str(), tenant_id.as_str(), now]).await
}

/// Forgets keys of settled events older than `before`; returns how many. Events that wait or were given up stay. The oldest come first
/// in the order of `pk`, so no index of their age is needed.
pub async fn delete_done_before(db: &Db, before: Timestamp) -> Result<u64> {
    const AT_ONCE: u64 = 5_000;
    let sql = "DELETE FROM channel_event WHERE received_at < $1 AND pk IN \
        (SELECT pk FROM channel_event WHERE state = 'done' ORDER BY pk LIMIT $2)";
    let mut forgotten = 0;
    loop {
        let n = db.run(sql, args![before, AT_ONCE as i64]).await?;
        forgotten += n;
        if n < AT_ONCE {
            return Ok(forgotten);
        }
    }
}
