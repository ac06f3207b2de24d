//! What left over a channel, one row for each request that carried a part of a message: how far a message got, by which name the
//! platform reports on it, and how much of a reply window is used. Written through `Db::journal`.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_base::Timestamp;
use qn_domain::{InboxId, MessageId, TenantId};

/// A part of a message that the platform took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentStep {
    pub tenant_id: TenantId,
    pub inbox_id: InboxId,
    pub message_id: MessageId,
    /// 0 is the first.
    pub step: i64,
    /// The contact's account on the platform.
    pub contact: String,
    /// The platform's name for it, if it gave one.
    pub external_id: Option<String>,
    pub at: Timestamp,
}

/// A step that is there already stays as it is.
pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO channel_sent (message_id, step, tenant_id, inbox_id, contact, external_id, sent_at) \
     SELECT value->>0, CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT DO NOTHING"
);

pub(crate) fn push(rows: &mut Rows, s: &SentStep) {
    rows.row()
        .text(s.message_id.as_str())
        .int(s.step)
        .text(s.tenant_id.as_str())
        .text(s.inbox_id.as_str())
        .text(&s.contact)
        .text_or_null(s.external_id.as_deref())
        .int(s.at);
}

/// Steps of a message that left, in order.
pub async fn list_steps(db: &Db, tenant_id: &TenantId, message_id: &MessageId) -> Result<Vec<i64>> {
    let sql = "SELECT step FROM channel_sent WHERE message_id = $1 AND tenant_id = $2 ORDER BY step";
    let rows: Vec<(i64,)> = db.all(sql, args![message_id.as_str(), tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(step,)| step).collect())
}

/// The platform's names for the parts of a message that left, in order; none where it gave none.
pub async fn list_names(db: &Db, tenant_id: &TenantId, message_id: &MessageId) -> Result<Vec<Option<String>>> {
    let sql = "SELECT external_id FROM channel_sent WHERE message_id = $1 AND tenant_id = $2 ORDER BY step";
    let rows: Vec<(Option<String>,)> = db.all(sql, args![message_id.as_str(), tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Our message behind a platform's name for it; the newest, where a platform uses a name twice.
pub async fn find_message(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, external_id: &str) -> Result<Option<MessageId>> {
    let sql =
        "SELECT message_id FROM channel_sent WHERE inbox_id = $1 AND external_id = $2 AND tenant_id = $3 ORDER BY sent_at DESC LIMIT 1";
    let row: Option<(String,)> = db.one(sql, args![inbox_id.as_str(), external_id, tenant_id.as_str()]).await?;
    Ok(row.map(|(id,)| MessageId(id)))
}

/// When requests left for a contact since then, oldest first, at most 200: no platform's window holds so many.
pub async fn list_times(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId, contact: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
    let sql = "SELECT sent_at FROM channel_sent WHERE inbox_id = $1 AND contact = $2 AND sent_at >= $3 AND tenant_id = $4 \
        ORDER BY sent_at LIMIT 200";
    let rows: Vec<(i64,)> = db.all(sql, args![inbox_id.as_str(), contact, since, tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}
