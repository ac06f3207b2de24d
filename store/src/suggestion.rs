//! What was offered to agents beside a thread, one row per customer's message and agent, and what became of it.

use crate::args::args;
use crate::db::Db;
use crate::error::{Result, json, to_json, word};
use qn_domain::{ConversationId, Offer, Offered, SuggestionOutcome, TenantId, Timestamp, UserId};
use sqlx::FromRow;

#[derive(FromRow)]
struct OfferRow {
    tenant_id: String,
    conversation_id: String,
    seq: i64,
    user_id: String,
    offered: String,
    outcome: String,
    used: Option<String>,
    at: i64,
    settled_at: Option<i64>,
}

impl OfferRow {
    fn read(self) -> Result<Offer> {
        Ok(Offer {
            tenant_id: self.tenant_id.into(),
            conversation_id: self.conversation_id.into(),
            seq: self.seq,
            user_id: self.user_id.into(),
            offered: json("suggestion.offered", &self.offered)?,
            outcome: word("suggestion.outcome", &self.outcome, SuggestionOutcome::parse)?,
            used: self.used,
            at: self.at,
            settled_at: self.settled_at,
        })
    }
}

/// Offers it, in place of what was offered to the same agent for the same message. One that is settled stays as it is.
pub async fn offer(db: &Db, offer: &Offer) -> Result<()> {
    let sql = "INSERT INTO suggestion (tenant_id, conversation_id, seq, user_id, offered, outcome, used, at, settled_at) \
               VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, NULL) ON CONFLICT (conversation_id, seq, user_id) \
               DO UPDATE SET offered = excluded.offered WHERE suggestion.settled_at IS NULL AND suggestion.tenant_id = excluded.tenant_id";
    let args = args![
        offer.tenant_id.as_str(),
        offer.conversation_id.as_str(),
        offer.seq,
        offer.user_id.as_str(),
        to_json(&offer.offered),
        SuggestionOutcome::Offered.as_str(),
        offer.at
    ];
    db.run(sql, args).await?;
    Ok(())
}

/// What is open for an agent in a conversation, newest message first.
pub async fn list_open(db: &Db, tenant_id: &TenantId, conversation_id: &ConversationId, user_id: &UserId) -> Result<Vec<Offer>> {
    let sql = "SELECT tenant_id, conversation_id, seq, user_id, offered, outcome, used, at, settled_at FROM suggestion \
               WHERE conversation_id = $1 AND user_id = $2 AND tenant_id = $3 AND settled_at IS NULL ORDER BY seq DESC";
    let rows: Vec<OfferRow> = db.all(sql, args![conversation_id.as_str(), user_id.as_str(), tenant_id.as_str()]).await?;
    rows.into_iter().map(OfferRow::read).collect()
}

/// Settles an open offer; false when it was settled before.
pub async fn settle(db: &Db, offer: &Offer, outcome: SuggestionOutcome, used: Option<&Offered>, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE suggestion SET outcome = $5, used = $6, settled_at = $7 \
               WHERE conversation_id = $1 AND seq = $2 AND user_id = $3 AND tenant_id = $4 AND settled_at IS NULL";
    let args = args![
        offer.conversation_id.as_str(),
        offer.seq,
        offer.user_id.as_str(),
        offer.tenant_id.as_str(),
        outcome.as_str(),
        used.map(|item| item.key.as_str()),
        now
    ];
    Ok(db.run(sql, args).await? == 1)
}

/// How many offers were settled at or after `since`, by outcome.
pub async fn count_since(db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<Vec<(SuggestionOutcome, i64)>> {
    let sql = "SELECT outcome, CAST(COUNT(*) AS BIGINT) FROM suggestion WHERE tenant_id = $1 AND settled_at >= $2 GROUP BY outcome";
    let rows: Vec<(String, i64)> = db.all(sql, args![tenant_id.as_str(), since]).await?;
    rows.into_iter().map(|(name, n)| Ok((word("suggestion.outcome", &name, SuggestionOutcome::parse)?, n))).collect()
}
