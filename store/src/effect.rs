//! The outbox: effects wait here until a worker has carried them out. A worker holds an effect under a lease;
//! a worker that dies loses it, and another one tries again with the same key.

use crate::Page;
use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json, to_json, word};
use qn_base::Timestamp;
use qn_domain::effect::TIMERS;
use qn_domain::{Effect, EffectId, EffectKind, EffectRow, EffectState, TenantId};
use sqlx::FromRow;

const COLUMNS: &str = "id, tenant_id, kind, key, lane, payload, state, attempts, due_at, last_error, trace, created_at";

#[derive(FromRow)]
struct StoredEffect {
    id: String,
    tenant_id: String,
    kind: String,
    key: String,
    lane: String,
    payload: String,
    state: String,
    attempts: i64,
    due_at: i64,
    last_error: Option<String>,
    trace: Option<String>,
    created_at: i64,
}

impl StoredEffect {
    fn read(self) -> Result<EffectRow> {
        Ok(EffectRow {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            kind: word("effect.kind", &self.kind, EffectKind::parse)?,
            key: self.key,
            lane: self.lane,
            payload: json("effect.payload", &self.payload)?,
            state: word("effect.state", &self.state, EffectState::parse)?,
            attempts: self.attempts,
            due_at: self.due_at,
            last_error: self.last_error,
            trace: self.trace,
            created_at: self.created_at,
        })
    }
}

pub(crate) fn push(rows: &mut Rows, tenant_id: &TenantId, e: &Effect, at: Timestamp) {
    rows.row()
        .text(EffectId::fresh(at).as_str())
        .text(tenant_id.as_str())
        .text(e.kind.as_str())
        .text(&e.key)
        .text(&e.lane(tenant_id))
        .json(&e.payload)
        .int(e.due_at)
        .int(at)
        .text_or_null(e.trace.as_deref());
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO effect (id, tenant_id, kind, key, lane, payload, state, due_at, created_at, trace) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, 'pending', CAST(value->>6 AS BIGINT), \
     CAST(value->>7 AS BIGINT), value->>8 FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

/// Adds effects that belong to no conversation (a webhook test, a resend).
pub async fn insert(db: &Db, tenant_id: &TenantId, effect: &Effect, at: Timestamp) -> Result<()> {
    let mut rows = Rows::default();
    push(&mut rows, tenant_id, effect, at);
    db.run(INSERT_EACH.text(db.dialect()), rows.finish()).await?;
    Ok(())
}

/// What a worker asks for: up to `limit` due effects, and those whose worker's lease ran out, until `lease_until`.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    pub worker: &'a str,
    pub now: Timestamp,
    pub lease_until: Timestamp,
    pub limit: i64,
    /// Lanes that may not get more now.
    pub busy: &'a [String],
}

/// Longest due first.
pub async fn claim(db: &Db, wish: Claim<'_>) -> Result<Vec<EffectRow>> {
    const SQLITE: &str = "UPDATE effect SET state = 'leased', lease_owner = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN \
        (SELECT id FROM effect WHERE state = 'leased' AND lease_until < $3 AND lane NOT IN (SELECT value FROM json_each($5)) UNION ALL \
         SELECT id FROM (SELECT id FROM effect WHERE state = 'pending' AND due_at <= $3 \
         AND lane NOT IN (SELECT value FROM json_each($5)) ORDER BY due_at LIMIT $4) LIMIT $4) \
        RETURNING id, tenant_id, kind, key, lane, payload, state, attempts, due_at, last_error, trace, created_at";
    const POSTGRES: &str = "UPDATE effect SET state = 'leased', lease_owner = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN \
        (SELECT id FROM effect WHERE ((state = 'pending' AND due_at <= $3) OR (state = 'leased' AND lease_until < $3)) \
         AND lane NOT IN (SELECT jsonb_array_elements_text(CAST($5 AS JSONB))) ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
        RETURNING id, tenant_id, kind, key, lane, payload, state, attempts, due_at, last_error, trace, created_at";
    let sql = db.dialect().pick(SQLITE, POSTGRES);
    let args = args![wish.worker, wish.lease_until, wish.now, wish.limit, to_json(&wish.busy)];
    let mut rows: Vec<StoredEffect> = db.run_returning(sql, args).await?;
    rows.sort_by_key(|row| row.due_at);
    rows.into_iter().map(StoredEffect::read).collect()
}

/// Gives back what workers of an earlier process had claimed. Only where one process owns the database: elsewhere the worker may live.
pub async fn release_all(db: &Db) -> Result<u64> {
    db.run("UPDATE effect SET state = 'pending', lease_owner = NULL, lease_until = NULL WHERE state = 'leased'", vec![]).await
}

/// When the next effect outside the busy lanes is due or its lease runs out.
pub async fn next_due(db: &Db, busy: &[String]) -> Result<Option<Timestamp>> {
    const SQLITE: &str = "SELECT MIN(at) FROM (SELECT MIN(due_at) AS at FROM effect WHERE state = 'pending' \
        AND lane NOT IN (SELECT value FROM json_each($1)) UNION ALL SELECT MIN(lease_until) AS at FROM effect WHERE state = 'leased' \
        AND lane NOT IN (SELECT value FROM json_each($1))) AS due";
    const POSTGRES: &str = "SELECT MIN(at) FROM (SELECT MIN(due_at) AS at FROM effect WHERE state = 'pending' \
        AND lane NOT IN (SELECT jsonb_array_elements_text(CAST($1 AS JSONB))) UNION ALL \
        SELECT MIN(lease_until) AS at FROM effect WHERE state = 'leased' \
        AND lane NOT IN (SELECT jsonb_array_elements_text(CAST($1 AS JSONB)))) AS due";
    let row: Option<(Option<i64>,)> = db.one(db.dialect().pick(SQLITE, POSTGRES), args![to_json(&busy)]).await?;
    Ok(row.and_then(|(at,)| at))
}

/// The worker still holds it and is done. False when the lease was lost meanwhile.
pub async fn finish(db: &Db, id: &EffectId, worker: &str) -> Result<bool> {
    let n = db
        .run(
            "UPDATE effect SET state = 'done', lease_owner = NULL, lease_until = NULL, last_error = NULL WHERE id = $1 AND lease_owner = $2",
            args![id.as_str(), worker],
        )
        .await?;
    Ok(n == 1)
}

/// It failed; again at `due_at`.
pub async fn retry_later(db: &Db, id: &EffectId, worker: &str, due_at: Timestamp, error: &str) -> Result<bool> {
    let n = db
        .run(
            "UPDATE effect SET state = 'pending', due_at = $3, last_error = $4, lease_owner = NULL, lease_until = NULL \
             WHERE id = $1 AND lease_owner = $2",
            args![id.as_str(), worker, due_at, error],
        )
        .await?;
    Ok(n == 1)
}

/// It is not its turn; this try does not count.
pub async fn postpone(db: &Db, id: &EffectId, worker: &str, due_at: Timestamp) -> Result<bool> {
    let sql = "UPDATE effect SET state = 'pending', due_at = $3, attempts = attempts - 1, lease_owner = NULL, lease_until = NULL \
        WHERE id = $1 AND lease_owner = $2";
    Ok(db.run(sql, args![id.as_str(), worker, due_at]).await? == 1)
}

/// It failed for good.
pub async fn bury(db: &Db, id: &EffectId, worker: &str, error: &str) -> Result<bool> {
    let n = db
        .run(
            "UPDATE effect SET state = 'dead', last_error = $3, lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2",
            args![id.as_str(), worker, error],
        )
        .await?;
    Ok(n == 1)
}

/// Nobody tries these again before somebody says so (`release_held`): the last moment of the year 9999.
pub const HELD_UNTIL: Timestamp = 253_402_300_799_999;

/// What waits in a lane waits for a person: its receiver was paused. Returns how many.
pub async fn hold(db: &Db, tenant_id: &TenantId, lane: &str) -> Result<u64> {
    db.run(
        "UPDATE effect SET due_at = $3 WHERE tenant_id = $1 AND lane = $2 AND state = 'pending'",
        args![tenant_id.as_str(), lane, HELD_UNTIL],
    )
    .await
}

/// What was held is due now, with all its attempts before it. Returns how many.
pub async fn release_held(db: &Db, tenant_id: &TenantId, lane: &str, now: Timestamp) -> Result<u64> {
    db.run(
        "UPDATE effect SET due_at = $4, attempts = 0 WHERE tenant_id = $1 AND lane = $2 AND state = 'pending' AND due_at >= $3",
        args![tenant_id.as_str(), lane, HELD_UNTIL, now],
    )
    .await
}

/// Whether the receiver took anything that was sent since then.
pub async fn any_done_since(db: &Db, tenant_id: &TenantId, lane: &str, since: Timestamp) -> Result<bool> {
    let row: Option<(String,)> = db
        .one(
            "SELECT id FROM effect WHERE tenant_id = $1 AND state = 'done' AND lane = $2 AND created_at >= $3 LIMIT 1",
            args![tenant_id.as_str(), lane, since],
        )
        .await?;
    Ok(row.is_some())
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &EffectId) -> Result<Option<EffectRow>> {
    let sql = format!("SELECT {COLUMNS} FROM effect WHERE id = $1 AND tenant_id = $2");
    let rows: Vec<StoredEffect> = db.all_text(sql, args![id.as_str(), tenant_id.as_str()]).await?;
    rows.into_iter().next().map(StoredEffect::read).transpose()
}

/// A person asks for another try of a dead or finished effect.
pub async fn revive(db: &Db, tenant_id: &TenantId, id: &EffectId, now: Timestamp) -> Result<bool> {
    let n = db
        .run(
            "UPDATE effect SET state = 'pending', attempts = 0, due_at = $3 WHERE tenant_id = $1 AND id = $2 AND state IN ('dead', 'done')",
            args![tenant_id.as_str(), id.as_str(), now],
        )
        .await?;
    Ok(n == 1)
}

/// Effects of one state, newest first.
pub async fn list(db: &Db, tenant_id: &TenantId, state: EffectState, cursor: Option<&str>, limit: i64) -> Result<Page<EffectRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM effect WHERE tenant_id = $1 AND state = $2 AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4");
    let rows: Vec<StoredEffect> = db.all_text(sql, args![tenant_id.as_str(), state.as_str(), cursor.unwrap_or(""), limit + 1]).await?;
    let mut items = rows.into_iter().map(StoredEffect::read).collect::<Result<Vec<_>>>()?;
    let next_cursor = (items.len() as i64 > limit).then(|| {
        items.truncate(usize::try_from(limit).unwrap_or(0));
        items.last().map(|e| e.id.to_string()).unwrap_or_default()
    });
    Ok(Page { items, next_cursor })
}

/// Deliveries to one webhook endpoint, newest first (its keys begin with the endpoint's id).
pub async fn list_webhook(db: &Db, tenant_id: &TenantId, webhook_id: &str, limit: i64) -> Result<Vec<EffectRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM effect WHERE tenant_id = $1 AND key > $2 AND key < $3 AND kind = 'webhook_send' ORDER BY created_at DESC LIMIT $4"
    );
    let rows: Vec<StoredEffect> =
        db.all_text(sql, args![tenant_id.as_str(), format!("{webhook_id}:"), format!("{webhook_id};"), limit]).await?;
    rows.into_iter().map(StoredEffect::read).collect()
}

/// What is owed and not done, by state. A timer whose hour has not come owes nothing yet. Each part reads its own small index,
/// so that a long past costs nothing.
pub async fn count_by_state(db: &Db, now: Timestamp) -> Result<Vec<(String, i64)>> {
    const COUNT: &str = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM effect WHERE state = 'pending' AND (lane NOT LIKE $1 OR due_at <= $2) \
        GROUP BY state \
        UNION ALL SELECT state, CAST(COUNT(*) AS BIGINT) FROM effect WHERE state = 'leased' GROUP BY state \
        UNION ALL SELECT state, CAST(COUNT(*) AS BIGINT) FROM effect WHERE state = 'dead' GROUP BY state";
    db.all(COUNT, args![format!("{TIMERS}%"), now]).await
}

/// Forgets finished effects older than `before`.
pub async fn delete_done_before(db: &Db, before: Timestamp) -> Result<u64> {
    db.run("DELETE FROM effect WHERE state = 'done' AND created_at < $1", args![before]).await
}
