//! The router: whenever a queue may move, reads who waits and who is free, lets `routing` decide, and commits each assignment
//! with its explanation. One task per process, so a person's capacity is never given away twice.

use crate::draft::Draft;
use crate::idle::IDLE_MS;
use crate::presence::Presences;
use crate::rules::{skilled, team_of};
use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use qn_base::clock::SECOND_MS;
use qn_domain::{Assignment, AssignmentId, Author, Conversation, ConversationId, Move, Outcome, Presence, TeamId, TenantId, User, UserId};
use qn_routing::{Candidate, Decision};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Conversations looked at in one pass; the rest follow in the next.
const PASS_MAX: i64 = 200;
/// Waiting conversations looked at in one pass: all that a floor can have, so that no team's backlog hides another's.
const QUEUE_MAX: i64 = 10_000;
/// How often presence is swept and queues are looked at without being told.
const SWEEP_MS: i64 = 5 * SECOND_MS;

/// Available for new work: chose online, is connected right now (the grace only keeps what somebody has), belongs to the team.
pub(crate) fn can_serve(presence: &Presences, user: &User, team_id: Option<&TeamId>) -> bool {
    !user.disabled
        && user.presence == Presence::Online
        && presence.attached(&user.tenant_id, &user.id)
        && team_id.is_none_or(|team| user.team_ids.contains(team))
}

impl Engine {
    /// Runs until cancelled.
    pub async fn run_router(self: Arc<Self>, stop: tokio_util::sync::CancellationToken) {
        let mut sweep = tokio::time::interval(Duration::from_millis(SWEEP_MS.unsigned_abs()));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wakes.router.notified() => {}
                _ = sweep.tick() => self.sweep().await,
            }
            let tenants: Vec<TenantId> =
                std::mem::take(&mut *self.wakes.queues.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect();
            for tenant_id in tenants {
                if let Err(error) = self.assign_tenant(&tenant_id).await {
                    tracing::error!(%error, tenant = %tenant_id, "the queue could not be routed");
                }
            }
        }
    }

    /// Gives back what people hold whose grace ran out, ends what is idle, and looks at every queue once more.
    async fn sweep(&self) {
        let tenants = match qn_store::tenant::list(&self.db).await {
            Ok(tenants) => tenants,
            Err(error) => return tracing::error!(%error, "tenants could not be read"),
        };
        for tenant in tenants {
            if let Err(error) = self.release_lapsed(&tenant.id).await {
                tracing::error!(%error, tenant = %tenant.id, "lapsed people could not be released");
            }
            if let Err(error) = self.end_wrap_ups(&tenant.id).await {
                tracing::error!(%error, tenant = %tenant.id, "what is over its time could not be ended");
            }
            if let Err(error) = self.resolve_idle(&tenant.id, self.now() - IDLE_MS).await {
                tracing::error!(%error, tenant = %tenant.id, "idle conversations could not be ended");
            }
            self.wakes.stir(&tenant.id);
        }
    }

    async fn release_lapsed(&self, tenant_id: &TenantId) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        for user in settings.users.values().filter(|u| u.presence != Presence::Offline) {
            if self.presence.take_lapsed(tenant_id, &user.id) {
                self.release_waiting(&settings, user).await?;
                self.note_state(&settings, user, None, self.now()).await?;
            }
        }
        Ok(())
    }

    /// Customers who wait for a person who is gone go back to the queue, in their old place.
    async fn release_waiting(&self, settings: &TenantSettings, user: &User) -> Result<()> {
        for conversation in qn_store::conversation::list_owned(&self.db, &user.tenant_id, &user.id, PASS_MAX).await? {
            if conversation.waiting_since.is_none() {
                continue;
            }
            let team_id = settings.inbox(&conversation.inbox_id).ok().and_then(|i| i.team_id.clone());
            let released = self.decide(&user.tenant_id, &conversation.id, |draft| {
                if draft.conversation.owner.agent_id() != Some(&user.id) {
                    return Err(EngineError::Conflict);
                }
                Ok(draft.apply(Move::Release { agent_name: user.name.clone(), team_id: team_id.clone() }, Author::system())?)
            });
            match released.await {
                Ok(_) | Err(EngineError::Conflict | EngineError::Move(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn assign_tenant(&self, tenant_id: &TenantId) -> Result<()> {
        let waiting = qn_store::conversation::list_queue(&self.db, tenant_id, QUEUE_MAX).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let settings = self.settings(tenant_id).await?;
        let mut candidates = self.candidates(&settings).await?;
        let now = self.now();
        // What is offered waits for its answer, and takes a place of whom it is offered to.
        let (offered, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|c| c.routing.offer.is_some());
        for offer in offered.iter().filter_map(|c| c.routing.offer.as_ref()) {
            candidates.iter_mut().filter(|c| c.user_id == offer.to).for_each(|c| c.load += 1);
        }
        let queue = self.waiting(&settings, &waiting, now).await?;
        let by_id: HashMap<&ConversationId, &Conversation> = waiting.iter().map(|c| (&c.id, c)).collect();
        for (id, decision) in qn_routing::drain(&settings.routing.policy, &queue, &candidates, now) {
            let Some(conversation) = by_id.get(&id) else { continue };
            self.assign_one(&settings, conversation, &decision).await?;
        }
        Ok(())
    }

    async fn candidates(&self, settings: &TenantSettings) -> Result<Vec<Candidate>> {
        let tenant_id = &settings.tenant.id;
        let loads: HashMap<String, i64> = qn_store::conversation::loads(&self.db, tenant_id).await?.into_iter().collect();
        let last: HashMap<String, i64> = qn_store::assignment::last_by_agent(&self.db, tenant_id).await?.into_iter().collect();
        let by_channel = self.channel_loads(settings).await?;
        let writing = self.writing(settings).await?;
        let candidate = |user: &User| Candidate {
            team_ids: user.team_ids.clone(),
            presence: if writing.contains(&user.id) && user.presence == Presence::Online { Presence::Busy } else { user.presence },
            connected: self.presence.attached(tenant_id, &user.id),
            capacity: user.capacity,
            load: loads.get(user.id.as_str()).copied().unwrap_or(0),
            last_assigned_at: last.get(user.id.as_str()).copied(),
            ..skilled(user, settings, &by_channel)
        };
        Ok(settings.users.values().filter(|u| !u.disabled).map(candidate).collect())
    }

    /// How many each person owns of channels that are limited for somebody.
    async fn channel_loads(&self, settings: &TenantSettings) -> Result<HashMap<(UserId, String), i64>> {
        let mut loads = HashMap::new();
        if settings.routing.people.values().all(|p| p.channels.is_empty()) {
            return Ok(loads);
        }
        for (agent_id, inbox_id, count) in qn_store::conversation::loads_by_inbox(&self.db, &settings.tenant.id).await? {
            let Some(inbox) = settings.inboxes.get(&inbox_id.into()) else { continue };
            *loads.entry((UserId(agent_id), inbox.channel.as_str().to_owned())).or_default() += count;
        }
        Ok(loads)
    }

    /// A conflict means the conversation moved meanwhile; the next pass sees it as it is.
    async fn assign_one(&self, settings: &TenantSettings, conversation: &Conversation, decision: &Decision) -> Result<()> {
        let Some(agent_id) = &decision.agent else { return Ok(()) };
        let name = settings.user(agent_id)?.name.clone();
        let _turn = self.turns.enter(conversation.id.as_str()).await;
        let mut draft = Draft::on(conversation.clone(), self.now());
        let reason = serde_json::to_value(decision.reason).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let done = match &settings.routing.policy.offer {
            Some(terms) => crate::offers::offer(&mut draft, (agent_id.clone(), name), reason, terms.seconds),
            None => draft.apply(Move::Assign { agent_id: agent_id.clone(), agent_name: name, reason }, Author::system()),
        };
        if done.is_err() {
            return Ok(());
        }
        draft.assigned(explained(
            conversation,
            agent_id,
            decision,
            (settings.routing.version, settings.routing.policy.offer.is_some(), draft.now),
        ));
        if let Outcome::Conflict = self.commit(draft).await? {
            self.wakes.stir(&conversation.tenant_id);
        }
        Ok(())
    }

    /// A person's first connection: colleagues hear of it, and the queue may move.
    pub async fn arrived(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<()> {
        self.wakes.stir(tenant_id);
        let settings = self.settings(tenant_id).await?;
        match settings.users.get(user_id) {
            Some(user) => self.note_state(&settings, user, Some(user_id.clone()), self.now()).await,
            None => Ok(()),
        }
    }
}

fn explained(c: &Conversation, agent_id: &UserId, decision: &Decision, (policy, offered, now): (i64, bool, i64)) -> Assignment {
    Assignment {
        id: AssignmentId::fresh(now),
        tenant_id: c.tenant_id.clone(),
        conversation_id: c.id.clone(),
        agent_id: Some(agent_id.clone()),
        team_id: team_of(c),
        explanation: serde_json::json!({"offered": offered, "reason": decision.reason, "policy": policy, "considered": decision.explanation}),
        at: now,
    }
}
