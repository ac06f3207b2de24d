//! The conversation table: reading states, counting them, and the statements a group commit uses. Lists with filters are
//! `conversation_list`'s.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result, json, word};
use qn_domain::{ContactId, Conversation, ConversationId, InboxId, Language, Owner, Status, TeamId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

pub use crate::conversation_list::{Filter, VIEW_COUNT_MAX, count, list};

pub(crate) const COLUMNS: &str = "id, tenant_id, inbox_id, contact_id, thread_key, version, status, owner_kind, team_id, agent_id, language, last_seq, \
    last_text, last_message_at, waiting_since, queued_at, snoozed_until, resolved_at, last_agent_id, unread, agent_read_seq, \
    contact_read_seq, contact_delivered_seq, labels, bot, handoff, transfer, csat, page, created_at, updated_at, routing, tied, participants";

#[derive(FromRow)]
pub(crate) struct ConversationRow {
    id: String,
    tenant_id: String,
    inbox_id: String,
    contact_id: String,
    thread_key: String,
    version: i64,
    status: String,
    owner_kind: String,
    team_id: Option<String>,
    agent_id: Option<String>,
    language: String,
    last_seq: i64,
    last_text: String,
    last_message_at: i64,
    waiting_since: Option<i64>,
    queued_at: Option<i64>,
    snoozed_until: Option<i64>,
    resolved_at: Option<i64>,
    last_agent_id: Option<String>,
    unread: i64,
    agent_read_seq: i64,
    contact_read_seq: i64,
    contact_delivered_seq: i64,
    labels: String,
    bot: String,
    handoff: Option<String>,
    transfer: Option<String>,
    csat: Option<String>,
    page: Option<String>,
    created_at: i64,
    updated_at: i64,
    routing: String,
    tied: String,
    participants: String,
}

impl ConversationRow {
    pub(crate) fn read(self) -> Result<Conversation> {
        let owner = match self.owner_kind.as_str() {
            "bot" => Owner::Bot,
            "queue" => Owner::Queue { team_id: self.team_id.map(TeamId) },
            "agent" => Owner::Agent { agent_id: UserId(self.agent_id.unwrap_or_default()) },
            other => return Err(Error::Corrupt { column: "conversation.owner_kind", reason: other.to_owned() }),
        };
        Ok(Conversation {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            inbox_id: self.inbox_id.into(),
            contact_id: self.contact_id.into(),
            thread_key: self.thread_key,
            version: self.version,
            status: word("conversation.status", &self.status, Status::parse)?,
            owner,
            language: Language::from_tag(&self.language),
            last_seq: self.last_seq,
            last_text: self.last_text,
            last_message_at: self.last_message_at,
            waiting_since: self.waiting_since,
            queued_at: self.queued_at,
            snoozed_until: self.snoozed_until,
            resolved_at: self.resolved_at,
            last_agent_id: self.last_agent_id.map(UserId),
            unread: self.unread,
            agent_read_seq: self.agent_read_seq,
            contact_read_seq: self.contact_read_seq,
            contact_delivered_seq: self.contact_delivered_seq,
            labels: json("conversation.labels", &self.labels)?,
            bot: json("conversation.bot", &self.bot)?,
            handoff: self.handoff.map(|t| json("conversation.handoff", &t)).transpose()?,
            transfer: self.transfer.map(|t| json("conversation.transfer", &t)).transpose()?,
            csat: self.csat.map(|t| json("conversation.csat", &t)).transpose()?,
            page: self.page.map(|t| json("conversation.page", &t)).transpose()?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            routing: json("conversation.routing", &self.routing)?,
            tied: json("conversation.tied", &self.tied)?,
            participants: json("conversation.participants", &self.participants)?,
        })
    }
}

/// Appends the row in `COLUMNS` order.
pub(crate) fn push(rows: &mut Rows, c: &Conversation) {
    let (team, agent) = match &c.owner {
        Owner::Bot => (None, None),
        Owner::Queue { team_id } => (team_id.as_ref().map(TeamId::as_str), None),
        Owner::Agent { agent_id } => (None, Some(agent_id.as_str())),
    };
    rows.row()
        .text(c.id.as_str())
        .text(c.tenant_id.as_str())
        .text(c.inbox_id.as_str())
        .text(c.contact_id.as_str())
        .text(&c.thread_key)
        .int(c.version)
        .text(c.status.as_str())
        .text(c.owner.kind())
        .text_or_null(team)
        .text_or_null(agent)
        .text(c.language.code())
        .int(c.last_seq)
        .text(&c.last_text)
        .int(c.last_message_at)
        .int_or_null(c.waiting_since)
        .int_or_null(c.queued_at)
        .int_or_null(c.snoozed_until)
        .int_or_null(c.resolved_at)
        .text_or_null(c.last_agent_id.as_ref().map(UserId::as_str))
        .int(c.unread)
        .int(c.agent_read_seq)
        .int(c.contact_read_seq)
        .int(c.contact_delivered_seq)
        .json(&c.labels)
        .json(&c.bot)
        .json_or_null(c.handoff.as_ref())
        .json_or_null(c.transfer.as_ref())
        .json_or_null(c.csat.as_ref())
        .json_or_null(c.page.as_ref())
        .int(c.created_at)
        .int(c.updated_at)
        .json(&c.routing)
        .json(&c.tied)
        .json(&c.participants);
}

/// New conversations; one that meets an unresolved conversation of the same thread is left out.
macro_rules! insert_each {
    ($returning:literal) => {
        each_sql!(
"INSERT INTO conversation (id, tenant_id, inbox_id, contact_id, thread_key, version, status, owner_kind, team_id, agent_id, language, last_seq, \
     last_text, last_message_at, waiting_since, queued_at, snoozed_until, resolved_at, last_agent_id, unread, agent_read_seq, \
     contact_read_seq, contact_delivered_seq, labels, bot, handoff, transfer, csat, page, created_at, updated_at, routing, tied, participants) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT), value->>6, value->>7, value->>8, value->>9, value->>10, \
     CAST(value->>11 AS BIGINT), value->>12, CAST(value->>13 AS BIGINT), CAST(value->>14 AS BIGINT), CAST(value->>15 AS BIGINT), \
     CAST(value->>16 AS BIGINT), CAST(value->>17 AS BIGINT), value->>18, CAST(value->>19 AS BIGINT), CAST(value->>20 AS BIGINT), \
     CAST(value->>21 AS BIGINT), CAST(value->>22 AS BIGINT), value->>23, value->>24, value->>25, value->>26, value->>27, value->>28, \
     CAST(value->>29 AS BIGINT), CAST(value->>30 AS BIGINT), value->>31, value->>32, value->>33 FROM ",
    concat!(" WHERE true ON CONFLICT DO NOTHING", $returning)
        )
    };
}
pub(crate) const INSERT_EACH: EachSql = insert_each!("");
pub(crate) const INSERT_EACH_NAMING: EachSql = insert_each!(" RETURNING id");

/// Compare-and-set: rows whose version is not exactly one below the new one are left out.
macro_rules! update_each {
    ($returning:literal) => {
        each_sql!(
"UPDATE conversation SET version = CAST(r.value->>5 AS BIGINT), status = r.value->>6, owner_kind = r.value->>7, team_id = r.value->>8, \
     agent_id = r.value->>9, language = r.value->>10, last_seq = CAST(r.value->>11 AS BIGINT), last_text = r.value->>12, \
     last_message_at = CAST(r.value->>13 AS BIGINT), waiting_since = CAST(r.value->>14 AS BIGINT), queued_at = CAST(r.value->>15 AS BIGINT), \
     snoozed_until = CAST(r.value->>16 AS BIGINT), resolved_at = CAST(r.value->>17 AS BIGINT), last_agent_id = r.value->>18, \
     unread = CAST(r.value->>19 AS BIGINT), agent_read_seq = CAST(r.value->>20 AS BIGINT), contact_read_seq = CAST(r.value->>21 AS BIGINT), \
     contact_delivered_seq = CAST(r.value->>22 AS BIGINT), labels = r.value->>23, bot = r.value->>24, handoff = r.value->>25, \
     transfer = r.value->>26, csat = r.value->>27, page = r.value->>28, updated_at = CAST(r.value->>30 AS BIGINT), routing = r.value->>31, \
     tied = r.value->>32, participants = r.value->>33 FROM ",
    concat!(" AS r WHERE conversation.id = r.value->>0 AND conversation.tenant_id = r.value->>1 \
     AND conversation.version = CAST(r.value->>5 AS BIGINT) - 1",
            $returning
        )
        )
    };
}
pub(crate) const UPDATE_EACH: EachSql = update_each!("");
pub(crate) const UPDATE_EACH_NAMING: EachSql = update_each!(" RETURNING conversation.id");

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Option<Conversation>> {
    let sql = format!("SELECT {COLUMNS} FROM conversation WHERE id = $1 AND tenant_id = $2");
    let rows: Vec<ConversationRow> = db.all_text(sql, args![id.as_str(), tenant_id.as_str()]).await?;
    rows.into_iter().next().map(ConversationRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ConversationId) -> Result<Conversation> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::NotFound { what: "conversation", id: id.to_string() })
}

/// The newest conversation of a thread, resolved or not.
pub async fn find_thread(
    db: &Db,
    tenant_id: &TenantId,
    inbox_id: &InboxId,
    contact_id: &ContactId,
    thread_key: &str,
) -> Result<Option<Conversation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE tenant_id = $1 AND contact_id = $2 AND inbox_id = $3 AND thread_key = $4 \
         ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    let rows: Vec<ConversationRow> =
        db.all_text(sql, args![tenant_id.as_str(), contact_id.as_str(), inbox_id.as_str(), thread_key]).await?;
    rows.into_iter().next().map(ConversationRow::read).transpose()
}

/// Escapes the wildcards of LIKE with `!`.
pub(crate) fn like(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Unresolved conversations by owner kind and status, for the bucket counters.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct CountRow {
    pub owner_kind: String,
    pub status: String,
    pub count: i64,
}

pub async fn count_by_state(db: &Db, tenant_id: &TenantId) -> Result<Vec<CountRow>> {
    db.all(
        "SELECT owner_kind, status, CAST(COUNT(*) AS BIGINT) AS count FROM conversation WHERE tenant_id = $1 \
         AND owner_kind IN ('bot', 'queue', 'agent') AND status IN ('open', 'pending', 'snoozed') GROUP BY owner_kind, status",
        args![tenant_id.as_str()],
    )
    .await
}

/// What one agent has on their hands: owned, neither resolved nor snoozed.
pub async fn count_owned(db: &Db, tenant_id: &TenantId, agent_id: &UserId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM conversation WHERE tenant_id = $1 AND agent_id = $2 AND status IN ('open', 'pending')",
            args![tenant_id.as_str(), agent_id.as_str()],
        )
        .await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Resolved conversations, counted no further than `max`: the number only says how much there is to page through.
pub async fn count_resolved(db: &Db, tenant_id: &TenantId, max: i64) -> Result<i64> {
    let parts = crate::conversation_tie::count_merged(db, tenant_id).await?;
    let row: Option<(i64,)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM conversation WHERE tenant_id = $1 \
             AND owner_kind IN ('bot', 'queue', 'agent') AND status = 'resolved' LIMIT $2) AS found",
            args![tenant_id.as_str(), max + parts],
        )
        .await?;
    Ok(row.map_or(0, |(n,)| (n - parts).max(0)))
}

/// How many open conversations each agent owns.
pub async fn loads(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
    db.all(
        "SELECT agent_id, CAST(COUNT(*) AS BIGINT) FROM conversation WHERE tenant_id = $1 AND owner_kind = 'agent' AND status = 'open' \
         AND agent_id IS NOT NULL GROUP BY agent_id",
        args![tenant_id.as_str()],
    )
    .await
}

/// An open conversation in a person's hands, as far as their load goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub id: ConversationId,
    pub version: i64,
    pub contact_id: ContactId,
    pub inbox_id: InboxId,
    pub agent_id: UserId,
}

pub async fn list_held(db: &Db, tenant_id: &TenantId) -> Result<Vec<Held>> {
    let rows: Vec<(String, i64, String, String, String)> = db
        .all(
            "SELECT id, version, contact_id, inbox_id, agent_id FROM conversation WHERE tenant_id = $1 AND owner_kind = 'agent' \
             AND status = 'open' AND agent_id IS NOT NULL",
            args![tenant_id.as_str()],
        )
        .await?;
    let held = |(id, version, contact_id, inbox_id, agent_id): (String, i64, String, String, String)| Held {
        id: id.into(),
        version,
        contact_id: contact_id.into(),
        inbox_id: inbox_id.into(),
        agent_id: agent_id.into(),
    };
    Ok(rows.into_iter().map(held).collect())
}

/// Open conversations in queues and with people, each with the sum of their versions: what tells two floors apart.
pub async fn sums(db: &Db, tenant_id: &TenantId) -> Result<[(i64, i64); 2]> {
    let rows: Vec<(String, i64, i64)> = db
        .all(
            "SELECT owner_kind, CAST(COUNT(*) AS BIGINT), CAST(SUM(version) AS BIGINT) FROM conversation WHERE tenant_id = $1 \
             AND owner_kind IN ('queue', 'agent') AND status = 'open' GROUP BY owner_kind",
            args![tenant_id.as_str()],
        )
        .await?;
    let of = |kind: &str| rows.iter().find(|row| row.0 == kind).map_or((0, 0), |row| (row.1, row.2));
    Ok([of("queue"), of("agent")])
}

/// The queue in the order it drains: longest in it first.
pub async fn list_queue(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<Vec<Conversation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE tenant_id = $1 AND owner_kind = 'queue' AND status = 'open' ORDER BY queued_at, id LIMIT $2"
    );
    let rows: Vec<ConversationRow> = db.all_text(sql, args![tenant_id.as_str(), limit]).await?;
    rows.into_iter().map(ConversationRow::read).collect()
}

/// Open with the bot, in no flow, and without a message since `before`, longest silent first.
pub async fn list_idle_with_bot(db: &Db, tenant_id: &TenantId, before: Timestamp, limit: i64) -> Result<Vec<Conversation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE tenant_id = $1 AND owner_kind = 'bot' AND status = 'open' AND last_message_at < $2 \
         AND bot NOT LIKE $4 ORDER BY last_message_at, id LIMIT $3"
    );
    // Text inside the state has its quotes escaped: only the field itself looks so.
    let rows: Vec<ConversationRow> = db.all_text(sql, args![tenant_id.as_str(), before, limit, "%\"flows\":[{%"]).await?;
    rows.into_iter().map(ConversationRow::read).collect()
}

/// How many wait before this place in the same team's queue.
pub async fn queue_position(db: &Db, c: &Conversation) -> Result<i64> {
    let Owner::Queue { team_id } = &c.owner else { return Ok(0) };
    let row: Option<(i64,)> = db
        .one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM conversation WHERE tenant_id = $1 AND owner_kind = 'queue' AND status = 'open' \
             AND COALESCE(team_id, '') = $2 AND (queued_at, id) < ($3, $4)",
            args![c.tenant_id.as_str(), team_id.as_ref().map_or("", TeamId::as_str), c.queued_at.unwrap_or(c.created_at), c.id.as_str()],
        )
        .await?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Conversations an agent owns and has not resolved.
pub async fn list_owned(db: &Db, tenant_id: &TenantId, agent_id: &UserId, limit: i64) -> Result<Vec<Conversation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE tenant_id = $1 AND agent_id = $2 AND status = 'open' ORDER BY last_message_at, id LIMIT $3"
    );
    let rows: Vec<ConversationRow> = db.all_text(sql, args![tenant_id.as_str(), agent_id.as_str(), limit]).await?;
    rows.into_iter().map(ConversationRow::read).collect()
}

/// Conversations that somebody or the router offers to this agent, newest offer first. An offer lapses within minutes, so there are
/// few at any moment among the conversations people have in hand.
pub async fn list_offered(db: &Db, tenant_id: &TenantId, agent_id: &UserId) -> Result<Vec<Conversation>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE tenant_id = $1 AND status IN ('open', 'pending', 'snoozed') \
         AND (owner_kind = 'agent' AND transfer IS NOT NULL OR owner_kind = 'queue' AND routing LIKE $2)"
    );
    // Text inside the state has its quotes escaped: only the field itself looks so.
    let rows: Vec<ConversationRow> = db.all_text(sql, args![tenant_id.as_str(), "%\"offer\":{%"]).await?;
    let mut offered = rows.into_iter().map(ConversationRow::read).collect::<Result<Vec<_>>>()?;
    let at = |c: &Conversation| {
        let handed = c.transfer.as_ref().filter(|offer| offer.to == *agent_id).map(|offer| offer.at);
        handed.or(c.routing.offer.as_ref().filter(|offer| offer.to == *agent_id).map(|offer| offer.at))
    };
    offered.retain(|c| at(c).is_some());
    offered.sort_by_key(|c| std::cmp::Reverse(at(c)));
    Ok(offered)
}
