//! Messages and what they said before. Writing happens only inside a group commit.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result, json, word};
use qn_base::Timestamp;
use qn_domain::{
    Author, AuthorKind, ContactId, ConversationId, DeliveryState, InboxId, Message, MessageId, MessageKind, Revision, TenantId,
};
use sqlx::FromRow;

const COLUMNS: &str = "tenant_id, conversation_id, seq, kind, author_kind, author_id, author_name, content, reply_to, client_msg_id, \
    state, state_reason, trace, created_at, edited_at, recalled_at";

#[derive(FromRow)]
pub(crate) struct MessageRow {
    tenant_id: String,
    conversation_id: String,
    seq: i64,
    kind: String,
    author_kind: String,
    author_id: Option<String>,
    author_name: String,
    content: String,
    reply_to: Option<String>,
    client_msg_id: Option<String>,
    state: String,
    state_reason: Option<String>,
    trace: Option<String>,
    created_at: i64,
    edited_at: Option<i64>,
    recalled_at: Option<i64>,
}

impl MessageRow {
    pub(crate) fn read(self) -> Result<Message> {
        let conversation_id = ConversationId(self.conversation_id);
        Ok(Message {
            id: MessageId::at(&conversation_id, self.seq),
            tenant_id: self.tenant_id.into(),
            conversation_id,
            seq: self.seq,
            kind: word("message.kind", &self.kind, MessageKind::parse)?,
            author: Author {
                kind: word("message.author_kind", &self.author_kind, AuthorKind::parse)?,
                id: self.author_id,
                name: self.author_name,
            },
            content: json("message.content", &self.content)?,
            reply_to: self.reply_to.map(MessageId),
            client_msg_id: self.client_msg_id,
            state: word("message.state", &self.state, DeliveryState::parse)?,
            state_reason: self.state_reason,
            trace: self.trace.map(|t| json("message.trace", &t)).transpose()?,
            created_at: self.created_at,
            edited_at: self.edited_at,
            recalled_at: self.recalled_at,
        })
    }
}

/// Appends the row in `COLUMNS` order.
pub(crate) fn push(rows: &mut Rows, m: &Message) {
    rows.row()
        .text(m.tenant_id.as_str())
        .text(m.conversation_id.as_str())
        .int(m.seq)
        .text(m.kind.as_str())
        .text(m.author.kind.as_str())
        .text_or_null(m.author.id.as_deref())
        .text(&m.author.name)
        .json(&m.content)
        .text_or_null(m.reply_to.as_ref().map(MessageId::as_str))
        .text_or_null(m.client_msg_id.as_deref())
        .text(m.state.as_str())
        .text_or_null(m.state_reason.as_deref())
        .json_or_null(m.trace.as_ref())
        .int(m.created_at)
        .int_or_null(m.edited_at)
        .int_or_null(m.recalled_at);
}

pub(crate) fn push_revision(rows: &mut Rows, tenant_id: &TenantId, r: &Revision) {
    rows.row().text(tenant_id.as_str()).text(r.message_id.as_str()).json(&r.content).int(r.replaced_at).json(&r.replaced_by);
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO message (tenant_id, conversation_id, seq, kind, author_kind, author_id, author_name, content, reply_to, client_msg_id, \
     state, state_reason, trace, created_at, edited_at, recalled_at) \
     SELECT value->>0, value->>1, CAST(value->>2 AS BIGINT), value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, \
     value->>10, value->>11, value->>12, CAST(value->>13 AS BIGINT), CAST(value->>14 AS BIGINT), CAST(value->>15 AS BIGINT) FROM ",
    ""
);

pub(crate) const UPDATE_EACH: EachSql = each_sql!(
    "UPDATE message SET content = r.value->>7, state = r.value->>10, state_reason = r.value->>11, \
     edited_at = CAST(r.value->>14 AS BIGINT), recalled_at = CAST(r.value->>15 AS BIGINT) FROM ",
    " AS r WHERE message.tenant_id = r.value->>0 AND message.conversation_id = r.value->>1 AND message.seq = CAST(r.value->>2 AS BIGINT)"
);

pub(crate) const INSERT_REVISION_EACH: EachSql = each_sql!(
    "INSERT INTO message_revision (tenant_id, message_id, content, replaced_at, replaced_by) \
     SELECT value->>0, value->>1, value->>2, CAST(value->>3 AS BIGINT), value->>4 FROM ",
    ""
);

pub async fn find(db: &Db, tenant_id: &TenantId, id: &MessageId) -> Result<Option<Message>> {
    let Some((conversation_id, seq)) = id.place() else { return Ok(None) };
    Ok(list_range(db, tenant_id, &conversation_id, seq, seq).await?.pop())
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &MessageId) -> Result<Message> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::NotFound { what: "message", id: id.to_string() })
}

/// Messages with `from <= seq <= to`, ascending.
pub async fn list_range(db: &Db, tenant_id: &TenantId, conversation_id: &ConversationId, from: i64, to: i64) -> Result<Vec<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM message WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3 AND tenant_id = $4 ORDER BY seq");
    let rows: Vec<MessageRow> = db.all_text(sql, args![conversation_id.as_str(), from, to, tenant_id.as_str()]).await?;
    rows.into_iter().map(MessageRow::read).collect()
}

/// The `limit` messages before `before_seq` (all when none), ascending.
pub async fn list_before(
    db: &Db,
    tenant_id: &TenantId,
    conversation_id: &ConversationId,
    before_seq: Option<i64>,
    limit: i64,
) -> Result<Vec<Message>> {
    let sql =
        format!("SELECT {COLUMNS} FROM message WHERE conversation_id = $1 AND seq < $2 AND tenant_id = $3 ORDER BY seq DESC LIMIT $4");
    let args = args![conversation_id.as_str(), before_seq.unwrap_or(i64::MAX), tenant_id.as_str(), limit];
    let rows: Vec<MessageRow> = db.all_text(sql, args).await?;
    let mut messages = rows.into_iter().map(MessageRow::read).collect::<Result<Vec<_>>>()?;
    messages.reverse();
    Ok(messages)
}

/// The `limit` messages after `after_seq`, ascending.
pub async fn list_after(
    db: &Db,
    tenant_id: &TenantId,
    conversation_id: &ConversationId,
    after_seq: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    let sql = format!("SELECT {COLUMNS} FROM message WHERE conversation_id = $1 AND seq > $2 AND tenant_id = $3 ORDER BY seq LIMIT $4");
    let rows: Vec<MessageRow> = db.all_text(sql, args![conversation_id.as_str(), after_seq, tenant_id.as_str(), limit]).await?;
    rows.into_iter().map(MessageRow::read).collect()
}

#[derive(FromRow)]
struct RevisionRow {
    message_id: String,
    content: String,
    replaced_at: i64,
    replaced_by: String,
}

/// How often the bot answered a contact of an inbox since then, in all its conversations there; counted up to `max`.
pub async fn count_by_bot(
    db: &Db,
    tenant_id: &TenantId,
    (inbox_id, contact_id): (&InboxId, &ContactId),
    since: Timestamp,
    max: i64,
) -> Result<i64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM conversation c JOIN message m ON m.conversation_id = c.id \
        WHERE c.tenant_id = $1 AND c.contact_id = $2 AND c.inbox_id = $3 AND c.last_message_at >= $4 \
        AND m.tenant_id = $1 AND m.kind = 'outgoing' AND m.author_kind = 'bot' AND m.created_at >= $4 LIMIT $5) AS answers";
    let args = args![tenant_id.as_str(), contact_id.as_str(), inbox_id.as_str(), since, max];
    let row: Option<(i64,)> = db.one(sql, args).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// What a message said before, oldest first.
pub async fn list_revisions(db: &Db, tenant_id: &TenantId, id: &MessageId) -> Result<Vec<Revision>> {
    let rows: Vec<RevisionRow> = db
        .all(
            "SELECT message_id, content, replaced_at, replaced_by FROM message_revision WHERE tenant_id = $1 AND message_id = $2 ORDER BY pk LIMIT 200",
            args![tenant_id.as_str(), id.as_str()],
        )
        .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Revision {
                message_id: r.message_id.into(),
                content: json("message_revision.content", &r.content)?,
                replaced_at: r.replaced_at,
                replaced_by: json("message_revision.replaced_by", &r.replaced_by)?,
            })
        })
        .collect()
}
