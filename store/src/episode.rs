//! Stretches of conversations for reports. A background reader of the log tells a conversation again whenever something happened to
//! it that people act on; how messages become stretches is the caller's knowledge (`qn_report`).

use crate::args::args;
use crate::db::{Db, Tx};
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, to_json};
use crate::{assignment, conversation, message};
use qn_domain::{Assignment, ContactId, Conversation, ConversationId, Episode, Language, Message, TeamId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

/// The reader's name in the follower table.
const FOLLOWER: &str = "episode";
/// Messages read of one conversation at a time.
const PAGE: i64 = 1_000;

macro_rules! columns {
    () => {
        "tenant_id, conversation_id, number, contact_id, inbox_id, language, intent, team_id, agent_id, handoff, opened_at, bot_replied_at, \
         queued_at, owned_at, agent_replied_at, resolved_at, waited_ms, held_ms, asked, bot_messages, agent_messages, transfers, csat, \
         transfer_reasons"
    };
}

#[derive(FromRow)]
struct EpisodeRow {
    tenant_id: String,
    conversation_id: String,
    number: i64,
    contact_id: String,
    inbox_id: String,
    language: String,
    intent: Option<String>,
    team_id: Option<String>,
    agent_id: Option<String>,
    handoff: Option<String>,
    opened_at: i64,
    bot_replied_at: Option<i64>,
    queued_at: Option<i64>,
    owned_at: Option<i64>,
    agent_replied_at: Option<i64>,
    resolved_at: Option<i64>,
    waited_ms: i64,
    held_ms: i64,
    asked: i64,
    bot_messages: i64,
    agent_messages: i64,
    transfers: i64,
    csat: Option<i64>,
    transfer_reasons: String,
}

impl From<EpisodeRow> for Episode {
    fn from(row: EpisodeRow) -> Self {
        Self {
            tenant_id: row.tenant_id.into(),
            conversation_id: row.conversation_id.into(),
            number: row.number,
            contact_id: row.contact_id.into(),
            inbox_id: row.inbox_id.into(),
            language: Language::from_tag(&row.language),
            intent: row.intent,
            team_id: row.team_id.map(TeamId),
            agent_id: row.agent_id.map(UserId),
            handoff: row.handoff,
            opened_at: row.opened_at,
            bot_replied_at: row.bot_replied_at,
            queued_at: row.queued_at,
            owned_at: row.owned_at,
            agent_replied_at: row.agent_replied_at,
            resolved_at: row.resolved_at,
            waited_ms: row.waited_ms,
            held_ms: row.held_ms,
            asked: row.asked,
            bot_messages: row.bot_messages,
            agent_messages: row.agent_messages,
            transfers: row.transfers,
            csat: row.csat,
            // Written by us alone; figures do not fail for one that cannot be read.
            transfer_reasons: serde_json::from_str(&row.transfer_reasons).unwrap_or_default(),
        }
    }
}

/// Begun in `[from, to)`, oldest first, at most `limit`.
pub async fn list(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp, limit: i64) -> Result<Vec<Episode>> {
    const LIST: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM episode WHERE tenant_id = $1 AND opened_at >= $2 AND opened_at < $3 ORDER BY opened_at, conversation_id LIMIT $4"
    );
    let rows: Vec<EpisodeRow> = db.all(LIST, args![tenant_id.as_str(), from, to, limit]).await?;
    Ok(rows.into_iter().map(Episode::from).collect())
}

/// Ended in `[from, to)`, at most `limit`.
pub async fn list_ended(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp, limit: i64) -> Result<Vec<Episode>> {
    const LIST: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM episode WHERE tenant_id = $1 AND resolved_at >= $2 AND resolved_at < $3 ORDER BY resolved_at, conversation_id LIMIT $4"
    );
    let rows: Vec<EpisodeRow> = db.all(LIST, args![tenant_id.as_str(), from, to, limit]).await?;
    Ok(rows.into_iter().map(Episode::from).collect())
}

/// All of one conversation that are told, oldest first.
pub async fn list_of(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Vec<Episode>> {
    const LIST: &str = concat!("SELECT ", columns!(), " FROM episode WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY number");
    let rows: Vec<EpisodeRow> = db.all(LIST, args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(rows.into_iter().map(Episode::from).collect())
}

/// How long people held what ended in the day before `now`, the last to end first, at most `limit`: without the bot's time, the queue's, and
/// what was snoozed or pending. For honest wait estimates.
pub async fn recent_held(db: &Db, tenant_id: &TenantId, now: Timestamp, limit: i64) -> Result<Vec<i64>> {
    let sql = "SELECT held_ms FROM episode WHERE tenant_id = $1 AND resolved_at > $2 AND resolved_at <= $3 AND owned_at IS NOT NULL \
        ORDER BY resolved_at DESC, conversation_id LIMIT $4";
    let rows: Vec<(i64,)> = db.all(sql, args![tenant_id.as_str(), now - qn_base::clock::DAY_MS, now, limit]).await?;
    Ok(rows.into_iter().map(|(ms,)| ms).collect())
}

/// Stretches begun in `[from, to)`: the contact, the person's name (the smallest contact that is linked with it), and when.
pub async fn begun_since(db: &Db, tenant_id: &TenantId, from: Timestamp, to: Timestamp) -> Result<Vec<(ContactId, ContactId, Timestamp)>> {
    let sql = "SELECT e.contact_id, COALESCE(p.person_id, e.contact_id), e.opened_at FROM episode e \
        LEFT JOIN contact_person p ON p.contact_id = e.contact_id AND p.tenant_id = e.tenant_id \
        WHERE e.tenant_id = $1 AND e.opened_at >= $2 AND e.opened_at < $3 ORDER BY e.opened_at";
    let rows: Vec<(String, String, i64)> = db.all(sql, args![tenant_id.as_str(), from, to]).await?;
    Ok(rows.into_iter().map(|(contact, person, at)| (ContactId(contact), ContactId(person), at)).collect())
}

/// The log position up to which stretches are told.
pub async fn told_until(db: &Db, tenant_id: &TenantId) -> Result<i64> {
    crate::follower::position(db, FOLLOWER, tenant_id).await
}

pub(crate) const OF_CONVERSATIONS_SQLITE: &str =
    concat!("SELECT ", columns!(), " FROM episode WHERE tenant_id = $1 AND conversation_id IN (SELECT value FROM json_each($2))");

/// What log entries after `from` up to `to` changed: the conversations that were told again, and all stretches of these as they stand now.
pub async fn list_told_between(db: &Db, tenant_id: &TenantId, from: i64, to: i64) -> Result<(Vec<ConversationId>, Vec<Episode>)> {
    const POSTGRES: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM episode WHERE tenant_id = $1 AND conversation_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))"
    );
    let touched: Vec<(String,)> = db.all(TOUCHED, args![tenant_id.as_str(), from, to]).await?;
    let ids: Vec<ConversationId> = touched.into_iter().map(|(id,)| ConversationId(id)).collect();
    if ids.is_empty() {
        return Ok((ids, Vec::new()));
    }
    let sql = db.dialect().pick(OF_CONVERSATIONS_SQLITE, POSTGRES);
    let rows: Vec<EpisodeRow> = db.all(sql, args![tenant_id.as_str(), to_json(&ids)]).await?;
    Ok((ids, rows.into_iter().map(Episode::from).collect()))
}

/// A conversation is told again when it began, when something happened to it, when a person spoke, or when the customer writes to people:
/// what only the bot and the customer say changes nothing but counts, and those are read when it ends.
const TOUCHED: &str = "SELECT DISTINCT m.conversation_id FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 \
    AND (m.seq = 1 OR m.kind = 'activity' OR m.author_kind = 'agent' OR m.kind = 'incoming' AND EXISTS \
    (SELECT 1 FROM conversation c WHERE c.id = m.conversation_id AND c.owner_kind <> 'bot')) ORDER BY 1";

/// Brings the table forward by up to `limit` log entries in one transaction; `tell` makes the stretches of one conversation.
/// True when there may be more to do at once.
pub async fn fill_after(
    db: &Db,
    tenant_id: &TenantId,
    limit: i64,
    tell: impl Fn(&Conversation, &[Message], &[Assignment]) -> Vec<Episode>,
) -> Result<bool> {
    let from = crate::follower::position(db, FOLLOWER, tenant_id).await?;
    let Some(to) = crate::follower::next(db, tenant_id, from, limit).await? else { return Ok(false) };
    let touched: Vec<(String,)> = db.all(TOUCHED, args![tenant_id.as_str(), from, to]).await?;
    let (mut ids, mut rows) = (Rows::default(), Rows::default());
    for (id,) in touched {
        let id = ConversationId(id);
        let Some(conversation) = conversation::find(db, tenant_id, &id).await? else { continue };
        let messages = messages_of(db, tenant_id, &conversation).await?;
        let assignments = assignment::list(db, tenant_id, &id).await?;
        ids.row().text(id.as_str());
        tell(&conversation, &messages, &assignments).iter().for_each(|episode| push(&mut rows, episode));
    }
    let mut tx = db.begin().await?;
    if !crate::follower::take(&mut tx, FOLLOWER, tenant_id, from, to).await? {
        return Ok(true);
    }
    write(&mut tx, tenant_id, ids, rows).await?;
    tx.commit().await?;
    Ok(to - from >= limit)
}

/// Of a conversation that was split off, also what is written for it in the thread of the first one.
async fn messages_of(db: &Db, tenant_id: &TenantId, conversation: &Conversation) -> Result<Vec<Message>> {
    let mut messages = all_messages(db, tenant_id, &conversation.id).await?;
    if let Some(record) = &conversation.tied.split_from {
        let theirs = all_messages(db, tenant_id, record).await?;
        messages.extend(theirs.into_iter().filter(|m| m.content.case.as_ref() == Some(&conversation.id)));
        messages.sort_by_key(|m| m.created_at);
    }
    Ok(messages)
}

async fn all_messages(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Vec<Message>> {
    let mut all: Vec<Message> = Vec::new();
    loop {
        let page = message::list_after(db, tenant_id, id, all.last().map_or(0, |m| m.seq), PAGE).await?;
        let more = page.len() as i64 == PAGE;
        all.extend(page);
        if !more {
            return Ok(all);
        }
    }
}

const FORGET: EachSql = each_sql!("DELETE FROM episode WHERE tenant_id = $2 AND conversation_id IN (SELECT value->>0 FROM ", ")");
const INSERT: EachSql = each_sql!(
    "INSERT INTO episode (tenant_id, conversation_id, number, contact_id, inbox_id, language, intent, team_id, agent_id, handoff, opened_at, \
     bot_replied_at, queued_at, owned_at, agent_replied_at, resolved_at, waited_ms, held_ms, asked, bot_messages, agent_messages, transfers, csat, \
     transfer_reasons) \
     SELECT value->>0, value->>1, CAST(value->>2 AS BIGINT), value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, \
     CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT), CAST(value->>12 AS BIGINT), CAST(value->>13 AS BIGINT), \
     CAST(value->>14 AS BIGINT), CAST(value->>15 AS BIGINT), CAST(value->>16 AS BIGINT), CAST(value->>17 AS BIGINT), \
     CAST(value->>18 AS BIGINT), CAST(value->>19 AS BIGINT), CAST(value->>20 AS BIGINT), CAST(value->>21 AS BIGINT), \
     CAST(value->>22 AS BIGINT), value->>23 FROM ",
    ""
);

async fn write(tx: &mut Tx, tenant_id: &TenantId, ids: Rows, episodes: Rows) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut forgotten = ids.finish();
    forgotten.extend(args![tenant_id.as_str()]);
    tx.run(FORGET.text(tx.dialect()), forgotten).await?;
    if !episodes.is_empty() {
        tx.run(INSERT.text(tx.dialect()), episodes.finish()).await?;
    }
    Ok(())
}

fn push(rows: &mut Rows, e: &Episode) {
    let row = rows.row().text(e.tenant_id.as_str()).text(e.conversation_id.as_str()).int(e.number).text(e.contact_id.as_str());
    let row = row.text(e.inbox_id.as_str()).text(e.language.code()).text_or_null(e.intent.as_deref());
    let row = row.text_or_null(e.team_id.as_ref().map(TeamId::as_str)).text_or_null(e.agent_id.as_ref().map(UserId::as_str));
    let row = row.text_or_null(e.handoff.as_deref()).int(e.opened_at);
    let times = [e.bot_replied_at, e.queued_at, e.owned_at, e.agent_replied_at, e.resolved_at];
    let row = times.into_iter().fold(row, |row, at| row.int_or_null(at));
    let counts = [e.waited_ms, e.held_ms, e.asked, e.bot_messages, e.agent_messages, e.transfers];
    counts.into_iter().fold(row, |row, n| row.int(n)).int_or_null(e.csat).json(&e.transfer_reasons);
}
