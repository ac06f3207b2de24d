//! Why each conversation went to whom; written with the decision, kept forever.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json};
use qn_domain::{Assignment, ConversationId, TeamId, TenantId, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct AssignmentRow {
    id: String,
    tenant_id: String,
    conversation_id: String,
    agent_id: Option<String>,
    team_id: Option<String>,
    explanation: String,
    at: i64,
}

pub(crate) fn push(rows: &mut Rows, a: &Assignment) {
    rows.row()
        .text(a.id.as_str())
        .text(a.tenant_id.as_str())
        .text(a.conversation_id.as_str())
        .text_or_null(a.agent_id.as_ref().map(UserId::as_str))
        .text_or_null(a.team_id.as_ref().map(TeamId::as_str))
        .json(&a.explanation)
        .int(a.at);
}

pub(crate) const INSERT_EACH: EachSql = each_sql!(
    "INSERT INTO assignment (id, tenant_id, conversation_id, agent_id, team_id, explanation, at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT) FROM ",
    ""
);

/// The decisions about one conversation, oldest first; that nobody could take it came before whoever did in the same instant.
pub async fn list(db: &Db, tenant_id: &TenantId, conversation_id: &ConversationId) -> Result<Vec<Assignment>> {
    let rows: Vec<AssignmentRow> = db
        .all(
            "SELECT id, tenant_id, conversation_id, agent_id, team_id, explanation, at FROM assignment \
             WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY at, agent_id IS NOT NULL, id LIMIT 200",
            args![tenant_id.as_str(), conversation_id.as_str()],
        )
        .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Assignment {
                id: r.id.into(),
                tenant_id: r.tenant_id.into(),
                conversation_id: r.conversation_id.into(),
                agent_id: r.agent_id.map(UserId),
                team_id: r.team_id.map(TeamId),
                explanation: json("assignment.explanation", &r.explanation)?,
                at: r.at,
            })
        })
        .collect()
}

/// Keeps decisions that changed nothing: nobody could take these.
pub async fn insert_all(db: &Db, decisions: &[Assignment]) -> Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::default();
    decisions.iter().for_each(|decision| push(&mut rows, decision));
    let mut tx = db.begin().await?;
    tx.run(INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    tx.commit().await
}

/// Why nobody could take what waits now, as it was stored; the newest of each last.
pub async fn list_nobody_in_queue(db: &Db, tenant_id: &TenantId) -> Result<Vec<(ConversationId, serde_json::Value)>> {
    let rows: Vec<(String, String)> = db
        .all(
            "SELECT a.conversation_id, a.explanation FROM conversation c JOIN assignment a ON a.tenant_id = c.tenant_id \
             AND a.conversation_id = c.id WHERE c.tenant_id = $1 AND c.owner_kind = 'queue' AND c.status = 'open' \
             AND a.agent_id IS NULL ORDER BY a.at, a.id",
            args![tenant_id.as_str()],
        )
        .await?;
    rows.into_iter().map(|(id, told)| Ok((id.into(), json("assignment.explanation", &told)?))).collect()
}

/// When each agent last got a conversation.
pub async fn last_by_agent(db: &Db, tenant_id: &TenantId) -> Result<Vec<(String, i64)>> {
    db.all(
        "SELECT agent_id, MAX(at) FROM assignment WHERE tenant_id = $1 AND agent_id IS NOT NULL GROUP BY agent_id",
        args![tenant_id.as_str()],
    )
    .await
}
