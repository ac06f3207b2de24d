//! What stands on the floor right now: the open conversations that people have or wait for. Read once when a wallboard opens; whoever
//! keeps one goes on from the log (`api::wallboard`).

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, json};
use qn_domain::{ContactId, Conversation, ConversationId, Owner, RoutingState, SlaDue, Status, TeamId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

/// Conversations read of each kind of owner; beyond that the floor is not shown whole.
const OPEN_MAX: i64 = 20_000;

/// One conversation that people have or wait for.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenNow {
    pub id: ConversationId,
    /// Counts the conversation's commits: the higher one is the later state.
    pub version: i64,
    pub contact_id: ContactId,
    /// None while it is in a queue.
    pub agent_id: Option<UserId>,
    /// The queue's; none for the queue of nobody in particular, and while an agent has it.
    pub team_id: Option<TeamId>,
    pub queued_at: Option<Timestamp>,
    /// Since when the customer waits for a word.
    pub waiting_since: Option<Timestamp>,
    pub last_text: String,
    /// What service levels promise.
    pub due: Vec<SlaDue>,
}

impl OpenNow {
    /// None when the bot has it or it is not open.
    pub fn of(c: &Conversation) -> Option<Self> {
        let (agent_id, team_id) = match &c.owner {
            Owner::Bot => return None,
            Owner::Queue { team_id } => (None, team_id.clone()),
            Owner::Agent { agent_id } => (Some(agent_id.clone()), None),
        };
        (c.status == Status::Open).then(|| Self {
            id: c.id.clone(),
            version: c.version,
            contact_id: c.contact_id.clone(),
            agent_id,
            team_id,
            queued_at: c.queued_at,
            waiting_since: c.waiting_since,
            last_text: c.last_text.clone(),
            due: due(&c.routing),
        })
    }
}

fn due(routing: &RoutingState) -> Vec<SlaDue> {
    routing.sla.as_ref().map(|standing| standing.due.clone()).unwrap_or_default()
}

#[derive(FromRow)]
struct OpenRow {
    id: String,
    version: i64,
    contact_id: String,
    agent_id: Option<String>,
    team_id: Option<String>,
    queued_at: Option<i64>,
    waiting_since: Option<i64>,
    last_text: String,
    routing: String,
}

impl OpenRow {
    fn read(self) -> Result<OpenNow> {
        Ok(OpenNow {
            id: ConversationId(self.id),
            version: self.version,
            contact_id: ContactId(self.contact_id),
            team_id: self.team_id.filter(|_| self.agent_id.is_none()).map(TeamId),
            agent_id: self.agent_id.map(UserId),
            queued_at: self.queued_at,
            waiting_since: self.waiting_since,
            last_text: self.last_text,
            due: due(&json("conversation.routing", &self.routing)?),
        })
    }
}

/// Those with agents, then those in queues; of each the last spoken in first, at most 20,000.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<OpenNow>> {
    let sql = "SELECT id, version, contact_id, agent_id, team_id, queued_at, waiting_since, last_text, routing FROM conversation \
        WHERE tenant_id = $1 AND owner_kind = $2 AND status = 'open' ORDER BY last_message_at DESC, id DESC LIMIT $3";
    let mut all = Vec::new();
    for owner_kind in ["agent", "queue"] {
        let rows: Vec<OpenRow> = db.all(sql, args![tenant_id.as_str(), owner_kind, OPEN_MAX]).await?;
        for row in rows {
            all.push(row.read()?);
        }
    }
    Ok(all)
}
