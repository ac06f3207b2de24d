//! What supervisors did: appended with what it tells, read by supervisors, and whispers by the agent they were for.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result};
use crate::{Page, user};
use qn_domain::{ConversationId, Oversight, OversightId, OversightKind, Presence, TenantId, UserId};
use sqlx::FromRow;

/// Whispers of one conversation that are shown.
const WHISPERS_MAX: i64 = 200;

#[derive(FromRow)]
struct OversightRow {
    id: String,
    tenant_id: String,
    kind: String,
    actor_id: String,
    actor_name: String,
    user_id: Option<String>,
    conversation_id: Option<String>,
    text: String,
    state: Option<String>,
    at: i64,
}

impl TryFrom<OversightRow> for Oversight {
    type Error = Error;

    fn try_from(row: OversightRow) -> Result<Self> {
        let unknown = || Error::Corrupt { column: "oversight.kind", reason: row.kind.clone() };
        Ok(Self {
            kind: OversightKind::parse(&row.kind).ok_or_else(unknown)?,
            id: OversightId(row.id),
            tenant_id: TenantId(row.tenant_id),
            actor_id: UserId(row.actor_id),
            actor_name: row.actor_name,
            user_id: row.user_id.map(UserId),
            conversation_id: row.conversation_id.map(ConversationId),
            text: row.text,
            state: row.state,
            at: row.at,
        })
    }
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO oversight (id, tenant_id, kind, actor_id, actor_name, user_id, conversation_id, text, state, at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, CAST(value->>9 AS BIGINT) FROM ",
    ""
);

pub(crate) fn push(rows: &mut Rows, o: &Oversight) {
    let row = rows.row().text(o.id.as_str()).text(o.tenant_id.as_str()).text(o.kind.as_str());
    let row = row.text(o.actor_id.as_str()).text(&o.actor_name).text_or_null(o.user_id.as_ref().map(UserId::as_str));
    let row = row.text_or_null(o.conversation_id.as_ref().map(ConversationId::as_str)).text(&o.text);
    row.text_or_null(o.state.as_deref()).int(o.at);
}

/// An entry that tells something outside commits: reading along, a whisper.
pub async fn insert(db: &Db, entry: &Oversight) -> Result<()> {
    let mut tx = db.begin().await?;
    let mut rows = Rows::default();
    push(&mut rows, entry);
    tx.run(INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}

/// Sets a person's state and says who did and why, both or neither. `NotFound` without the person.
pub async fn force_presence(db: &Db, entry: &Oversight, user_id: &UserId, presence: Presence) -> Result<()> {
    let mut tx = db.begin().await?;
    if tx.run(user::SET_PRESENCE, args![entry.tenant_id.as_str(), user_id.as_str(), presence.as_str()]).await? == 0 {
        return Err(Error::not_found("user", user_id));
    }
    let mut rows = Rows::default();
    push(&mut rows, entry);
    tx.run(INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, kind, actor_id, actor_name, user_id, conversation_id, text, state, at FROM oversight WHERE tenant_id = $1 AND ",
            $rest
        )
    };
}

/// Newest first; `before` is the id of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, before: Option<&str>, limit: i64) -> Result<Page<Oversight>> {
    // Every id is less than this: prefixes and digits are ASCII.
    let before = before.unwrap_or("~");
    let rows: Vec<OversightRow> =
        db.all(select!("id < $2 ORDER BY id DESC LIMIT $3"), args![tenant_id.as_str(), before, limit + 1]).await?;
    let items = rows.into_iter().map(Oversight::try_from).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(items, limit, |o| o.id.0.clone()))
}

/// What was whispered in a conversation, oldest first: everything, or only what `reader` wrote or was told.
pub async fn list_whispers(db: &Db, tenant_id: &TenantId, id: &ConversationId, reader: Option<&UserId>) -> Result<Vec<Oversight>> {
    let sql = select!(
        "conversation_id = $2 AND kind = 'whisper' AND (CAST($3 AS TEXT) IS NULL OR user_id = $3 OR actor_id = $3) ORDER BY id DESC LIMIT $4"
    );
    let rows: Vec<OversightRow> =
        db.all(sql, args![tenant_id.as_str(), id.as_str(), reader.map(|r| r.as_str().to_owned()), WHISPERS_MAX]).await?;
    let mut items = rows.into_iter().map(Oversight::try_from).collect::<Result<Vec<_>>>()?;
    items.reverse();
    Ok(items)
}
