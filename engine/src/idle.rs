//! Ends what nobody goes on with: a conversation that only the bot had and whose customer is silent is resolved after a while, so that
//! lists and figures show what is going on. A new message reopens it as any other. Called by the router's sweep.

use crate::{Engine, EngineError, Result};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use qn_domain::{Author, Conversation, Move, MoveError, Owner, Status, TenantId};

/// How long a customer may be silent.
pub(crate) const IDLE_MS: i64 = 30 * MINUTE_MS;
/// Conversations ended in one sweep; the rest follow in the next.
const PASS_MAX: i64 = 100;

impl Engine {
    /// Those without a message since `before`.
    pub async fn resolve_idle(&self, tenant_id: &TenantId, before: Timestamp) -> Result<()> {
        for conversation in qn_store::conversation::list_idle_with_bot(&self.db, tenant_id, before, PASS_MAX).await? {
            let ended = self.decide(tenant_id, &conversation.id, |draft| {
                if !is_idle(&draft.conversation, before) {
                    return Err(EngineError::Move(MoveError::Already));
                }
                Ok(draft.apply(Move::Resolve, Author::bot())?)
            });
            match ended.await {
                Ok(_) | Err(EngineError::Move(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Somebody may have written, or taken it, since the list was read; a flow may have begun, and ends when it ends.
fn is_idle(c: &Conversation, before: Timestamp) -> bool {
    matches!(c.owner, Owner::Bot) && c.status == Status::Open && c.last_message_at < before && c.bot.flows.is_empty()
}
