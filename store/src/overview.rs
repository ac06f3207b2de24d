//! What the overview counts. "Today" is read from the tenant's log forward, so that each look only counts what is new since the last.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, json, to_json};
use qn_base::Timestamp;
use qn_base::clock::HOUR_MS;
use qn_domain::{ActivityKey, Content, ConversationId, TenantId};
use sqlx::FromRow;

/// How many wait in queues, and since when the first of them.
pub async fn waiting(db: &Db, tenant_id: &TenantId) -> Result<(i64, Option<Timestamp>)> {
    let row: Option<(i64, Option<i64>)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT), MIN(queued_at) FROM conversation WHERE tenant_id = $1 AND owner_kind = 'queue' AND status = 'open'",
            args![tenant_id.as_str()],
        )
        .await?;
    Ok(row.unwrap_or((0, None)))
}

/// Conversations begun at or after `since`; those that became parts of others count with their wholes.
pub async fn begun_since(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM conversation WHERE tenant_id = $1 AND last_message_at >= $2 AND created_at >= $2 \
             AND tied NOT LIKE '%\"merged_into\"%'",
            args![tenant_id.as_str(), since],
        )
        .await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Entries stand in the order they were committed in; their times, taken when they were decided, may swap by less than this.
const SWAPPED_MS_MAX: i64 = 60_000;

/// A log position with every entry at or after `since` behind it, and few others. Found by halving: an index of times would cost
/// every commit.
pub async fn seq_before(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<i64> {
    const AT: &str = "SELECT at FROM log WHERE tenant_id = $1 AND seq = $2";
    let (mut before, mut last) = (0, crate::log::head(db, tenant_id).await?);
    while before < last {
        let middle = last - (last - before) / 2;
        let row: Option<(i64,)> = db.one(AT, args![tenant_id.as_str(), middle]).await?;
        match row {
            Some((at,)) if at >= since - SWAPPED_MS_MAX => last = middle - 1,
            _ => before = middle,
        }
    }
    Ok(before)
}

/// Messages of one kind and author in one hour.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct HourCount {
    /// Hours since `since`.
    pub hour: i64,
    pub kind: String,
    pub author_kind: String,
    pub count: i64,
}

const COUNTS: &str = "SELECT (m.created_at - $4) / $5 AS hour, m.kind, m.author_kind, CAST(COUNT(*) AS BIGINT) AS count FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND m.kind IN ('incoming', 'outgoing') AND m.created_at >= $4 \
    GROUP BY 1, 2, 3";

/// What was said in log entries after `from` up to `to`, by the hour since `since`.
pub async fn count_messages(db: &Db, tenant_id: &TenantId, from: i64, to: i64, since: Timestamp) -> Result<Vec<HourCount>> {
    db.all(COUNTS, args![tenant_id.as_str(), from, to, since, HOUR_MS]).await
}

const ACTIVITIES: &str = "SELECT m.conversation_id, m.content FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND m.kind = 'activity' AND m.created_at >= $4 \
    ORDER BY l.seq, m.seq";

/// What happened to conversations in log entries after `from` up to `to`, in order.
pub async fn list_activities(
    db: &Db,
    tenant_id: &TenantId,
    from: i64,
    to: i64,
    since: Timestamp,
) -> Result<Vec<(ConversationId, ActivityKey)>> {
    let rows: Vec<(String, String)> = db.all(ACTIVITIES, args![tenant_id.as_str(), from, to, since]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, content) in rows {
        let content: Content = json("message.content", &content)?;
        found.extend(content.activity.map(|a| (ConversationId(id), a.key)));
    }
    Ok(found)
}

/// Those of `ids` that no person ever owned or acted on, that never waited in a queue, and whose last question the bot answered.
pub async fn only_bot(db: &Db, tenant_id: &TenantId, ids: &[ConversationId]) -> Result<Vec<ConversationId>> {
    const SQLITE: &str = "SELECT c.id FROM conversation c WHERE c.tenant_id = $1 AND c.id IN (SELECT value FROM json_each($2)) \
        AND c.last_agent_id IS NULL AND c.owner_kind = 'bot' AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id \
        AND m.kind = 'activity' AND (m.author_kind = 'agent' OR m.content LIKE '%\"key\":\"queued\"%')) \
        AND c.bot LIKE '%\"misses\":0%'";
    const POSTGRES: &str = "SELECT c.id FROM conversation c WHERE c.tenant_id = $1 \
        AND c.id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB))) \
        AND c.last_agent_id IS NULL AND c.owner_kind = 'bot' AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id \
        AND m.kind = 'activity' AND (m.author_kind = 'agent' OR m.content LIKE '%\"key\":\"queued\"%')) \
        AND c.bot LIKE '%\"misses\":0%'";
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String,)> = db.all(db.dialect().pick(SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?;
    Ok(rows.into_iter().map(|(id,)| ConversationId(id)).collect())
}
