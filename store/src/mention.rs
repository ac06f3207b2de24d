//! Who was named in which note, written with the note, until they have seen it.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::Result;
use qn_domain::{ConversationId, Message, MessageId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO mention (tenant_id, user_id, message_id, conversation_id, at) \
     SELECT value->>0, value->>1, value->>2, value->>3, CAST(value->>4 AS BIGINT) FROM ",
    ""
);

pub(crate) fn push(rows: &mut Rows, m: &Message) {
    for user_id in &m.content.mentions {
        let row = rows.row().text(m.tenant_id.as_str()).text(user_id.as_str()).text(m.id.as_str());
        row.text(m.conversation_id.as_str()).int(m.created_at);
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub at: Timestamp,
}

#[derive(FromRow)]
struct MentionRow {
    message_id: String,
    conversation_id: String,
    at: i64,
}

/// Newest first.
pub async fn list_unseen(db: &Db, tenant_id: &TenantId, user_id: &UserId, limit: i64) -> Result<Vec<Mention>> {
    let rows: Vec<MentionRow> = db
        .all(
            "SELECT message_id, conversation_id, at FROM mention WHERE tenant_id = $1 AND user_id = $2 AND seen_at IS NULL \
             ORDER BY at DESC, message_id DESC LIMIT $3",
            args![tenant_id.as_str(), user_id.as_str(), limit],
        )
        .await?;
    let read = |row: MentionRow| Mention { message_id: row.message_id.into(), conversation_id: row.conversation_id.into(), at: row.at };
    Ok(rows.into_iter().map(read).collect())
}

/// They have looked at the conversation.
pub async fn see(db: &Db, tenant_id: &TenantId, user_id: &UserId, conversation_id: &ConversationId, now: Timestamp) -> Result<u64> {
    db.run(
        "UPDATE mention SET seen_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3 AND seen_at IS NULL",
        args![tenant_id.as_str(), user_id.as_str(), conversation_id.as_str(), now],
    )
    .await
}
