//! What somebody in a queue is told, and what somebody who asks for work gets: both by the order of the policy.

use crate::agent::Action;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{Conversation, Owner, Status};

/// Conversations that say how long the next one takes.
const RECENT_MAX: i64 = 50;
/// Colleagues may be faster so many times.
const TRIES: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// 1 is next.
    pub position: i64,
    pub expected_wait_ms: Option<i64>,
    /// Nine of ten wait no longer.
    pub likely_max_ms: Option<i64>,
}

impl Engine {
    /// Where a waiting conversation stands; none when it does not wait.
    pub async fn queue_place(&self, c: &Conversation) -> Result<Option<QueuePlace>> {
        if !matches!(c.owner, Owner::Queue { .. }) || c.status != Status::Open {
            return Ok(None);
        }
        let recent = qn_store::episode::recent_held(&self.db, &c.tenant_id, self.now(), RECENT_MAX).await?;
        let settings = self.settings(&c.tenant_id).await?;
        let outlook = self.floor(&settings).await?.as_ref().and_then(|floor| floor.outlook(&c.id, &recent, self.now()));
        if let Some(outlook) = outlook {
            let position = i64::try_from(outlook.position).unwrap_or(i64::MAX);
            let (expected_wait_ms, likely_max_ms) = (outlook.wait.map(|w| w.expected_ms), outlook.wait.map(|w| w.likely_max_ms));
            return Ok(Some(QueuePlace { position, expected_wait_ms, likely_max_ms }));
        }
        // Offered to somebody, or beyond what the floor holds.
        let before = if c.routing.offer.is_some() { 0 } else { qn_store::conversation::queue_position(&self.db, c).await? };
        Ok(Some(QueuePlace { position: before + 1, expected_wait_ms: None, likely_max_ms: None }))
    }

    /// Takes the next that this person could do, by the order of the policy; none when nothing waits.
    pub async fn take_next(&self, actor: &Actor) -> Result<Option<Conversation>> {
        let settings = self.settings(&actor.tenant_id).await?;
        for _ in 0..TRIES {
            let next = self.floor(&settings).await?.as_ref().and_then(|floor| floor.next_for(&actor.user_id));
            let Some(id) = next else { return Ok(None) };
            match self.act(actor, &id, Action::Claim).await {
                Ok(taken) => return Ok(Some(taken)),
                Err(EngineError::Move(_) | EngineError::Conflict | EngineError::NotFound { .. }) => {
                    // As it is now, whatever the floor thought.
                    if let Some(floor) = self.floor(&settings).await?.as_mut() {
                        Box::pin(self.see(floor, &settings, &id)).await?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(EngineError::Conflict)
    }
}
