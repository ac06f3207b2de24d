//! What stands on the floor right now, as the wallboard shows it: queues, and the open conversations that people have or wait for.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, json};
use qn_domain::{ContactId, ConversationId, RoutingState, TeamId, TenantId, Timestamp, UserId};
use sqlx::FromRow;

/// Who waits in one queue; `team_id` is none for the queue of nobody in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueNow {
    pub team_id: Option<TeamId>,
    pub waiting: i64,
    pub oldest_at: Option<Timestamp>,
}

/// Queues in which somebody waits.
pub async fn queues(db: &Db, tenant_id: &TenantId) -> Result<Vec<QueueNow>> {
    let rows: Vec<(Option<String>, i64, Option<i64>)> = db
        .all(
            "SELECT team_id, CAST(COUNT(*) AS BIGINT), MIN(queued_at) FROM conversation \
             WHERE tenant_id = $1 AND owner_kind = 'queue' AND status = 'open' GROUP BY team_id",
            args![tenant_id.as_str()],
        )
        .await?;
    Ok(rows.into_iter().map(|(team, waiting, oldest_at)| QueueNow { team_id: team.map(TeamId), waiting, oldest_at }).collect())
}

/// One conversation that people have or wait for.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenNow {
    pub id: ConversationId,
    pub contact_id: ContactId,
    /// None while it is in a queue.
    pub agent_id: Option<UserId>,
    pub team_id: Option<TeamId>,
    /// Since when the customer waits for a word.
    pub waiting_since: Option<Timestamp>,
    pub last_text: String,
    pub routing: RoutingState,
}

#[derive(FromRow)]
struct OpenRow {
    id: String,
    contact_id: String,
    agent_id: Option<String>,
    team_id: Option<String>,
    waiting_since: Option<i64>,
    last_text: String,
    routing: String,
}

/// Of one kind of owner (`agent`, `queue`), those with something said last first.
pub async fn open(db: &Db, tenant_id: &TenantId, owner_kind: &str, limit: i64) -> Result<Vec<OpenNow>> {
    let rows: Vec<OpenRow> = db
        .all(
            "SELECT id, contact_id, agent_id, team_id, waiting_since, last_text, routing FROM conversation \
             WHERE tenant_id = $1 AND owner_kind = $2 AND status = 'open' ORDER BY last_message_at DESC, id DESC LIMIT $3",
            args![tenant_id.as_str(), owner_kind, limit],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(OpenNow {
                id: ConversationId(row.id),
                contact_id: ContactId(row.contact_id),
                agent_id: row.agent_id.map(UserId),
                team_id: row.team_id.map(TeamId),
                waiting_since: row.waiting_since,
                last_text: row.last_text,
                routing: json("conversation.routing", &row.routing)?,
            })
        })
        .collect()
}
