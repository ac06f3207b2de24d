//! What the router offers instead of assigning, where the policy says so: accepted or declined by the person asked, passed on to the next
//! when nobody answers, and whoever misses too many is set busy. The offer stands in the conversation, so one commit decides.

use crate::draft::Draft;
use crate::states::Chosen;
use crate::{Actor, Engine, EngineError, Result};
use qn_base::clock::MINUTE_MS;
use qn_domain::{
    Author, ConversationId, Effect, EffectKind, LogEntry, Move, MoveError, PassedOffer, Presence, RoutedOffer, TenantId, Timestamp, UserId,
};
use serde_json::json;
use std::sync::Arc;

/// Whoever passed is not asked about the same conversation again for this long. The simulator counts with the same.
const PASSED_MS: i64 = MINUTE_MS;
/// Why somebody is busy who did not answer; no reason of a policy.
const MISSED_OFFERS: &str = "missed_offers";

/// Asks instead of assigning, with the timer that ends it.
pub(crate) fn offer(
    draft: &mut Draft,
    (agent_id, agent_name): (UserId, String),
    reason: String,
    seconds: i64,
) -> std::result::Result<(), MoveError> {
    let until = draft.now + seconds.max(1) * 1_000;
    let offer = RoutedOffer { to: agent_id, at: draft.now, until };
    draft.apply(Move::Offer { offer, agent_name, reason }, Author::system())?;
    let kind = EffectKind::OfferExpire;
    let key = format!("{}:{}:{until}", kind.as_str(), draft.conversation.id);
    let payload = json!({"conversation_id": draft.conversation.id, "until": until});
    draft.effect(Effect { kind, key, payload, due_at: until, trace: None });
    Ok(())
}

/// A person answers.
pub(crate) fn decline(draft: &mut Draft, actor: &Actor) -> std::result::Result<(), MoveError> {
    let passed = PassedOffer { user_id: actor.user_id.clone(), until: draft.now + PASSED_MS };
    draft.apply(Move::PassOffer { passed, agent_name: actor.name.clone(), missed: false }, actor.author())
}

impl Engine {
    /// A timer: nobody answered. The next is asked, and whoever missed as many in a row as the policy allows is set busy.
    pub(crate) async fn expire_offer(&self, tenant_id: &TenantId, id: &ConversationId, until: Timestamp) -> Result<Option<Arc<LogEntry>>> {
        let settings = self.settings(tenant_id).await?;
        let mut missed_by = None;
        let passed = self.decide(tenant_id, id, |draft| {
            let stands = draft.conversation.routing.offer.as_ref().filter(|offer| offer.until == until);
            let Some(to) = stands.map(|offer| offer.to.clone()) else { return Err(MoveError::NoTransfer.into()) };
            let agent_name = settings.users.get(&to).map(|u| u.name.clone()).unwrap_or_default();
            let passed = PassedOffer { user_id: to.clone(), until: draft.now + PASSED_MS };
            draft.apply(Move::PassOffer { passed, agent_name, missed: true }, Author::system())?;
            missed_by = Some(to);
            Ok(())
        });
        let entry = match passed.await {
            Ok(entry) => entry,
            Err(EngineError::Move(_) | EngineError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let limit = settings.routing.policy.offer.as_ref().map_or(0, |terms| terms.missed_max);
        if let Some(user_id) = missed_by
            && self.presence.missed(tenant_id, &user_id) >= limit
            && limit > 0
        {
            self.presence.answered(tenant_id, &user_id);
            let chosen = Chosen { presence: Presence::Busy, reason: Some(MISSED_OFFERS.to_owned()), caused_by: None };
            self.choose_presence(tenant_id, &user_id, chosen).await?;
        }
        Ok(Some(entry))
    }
}
