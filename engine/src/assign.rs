//! The router: whenever a queue may move, lets the tenant's floor in memory (`floors`) say who gets what, and commits each assignment
//! with its explanation. One task per process, so a person's capacity is never given away twice.

use crate::draft::Draft;
use crate::floors::Given;
use crate::idle::IDLE_MS;
use crate::presence::Presences;
use crate::rules::team_of;
use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use qn_base::clock::SECOND_MS;
use qn_domain::{Assignment, AssignmentId, Author, Conversation, Move, Outcome, Presence, TeamId, TenantId, Timestamp, User, UserId};
use serde_json::json;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Conversations looked at in one pass; the rest follow in the next.
const PASS_MAX: i64 = 200;
/// Given out before the floor is looked at again.
const GIVEN_MAX: usize = 64;
/// Assignments on their way to the disk together.
const COMMITS_AT_ONCE: usize = 16;
/// Conversations that nobody could take, explained in one step.
const SAID_MAX: usize = 8;
/// Looks in a row that assigned nothing, though the floor thought it could.
const VAIN_MAX: u32 = 3;
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
            if let Err(error) = self.check_floor(&tenant.id).await {
                tracing::error!(%error, tenant = %tenant.id, "the floor could not be compared");
            }
            self.people_changed(&tenant.id);
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

    /// Gives out what can be given, and says of the rest why nobody could, as far as that is news.
    async fn assign_tenant(&self, tenant_id: &TenantId) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        let mut vain = 0;
        while vain < VAIN_MAX {
            let began = Instant::now();
            let given = match self.floor(&settings).await?.as_mut() {
                Some(floor) => floor.give(self.now(), GIVEN_MAX, began),
                None => return Ok(()),
            };
            if given.is_empty() {
                break;
            }
            let settings = &settings;
            let assigned = stream::iter(given).map(|given| Box::pin(self.assign_one(settings, given)));
            let done: Vec<bool> = assigned.buffer_unordered(COMMITS_AT_ONCE).try_collect().await?;
            vain = if done.contains(&true) { 0 } else { vain + 1 };
        }
        self.say_nobody(&settings).await
    }

    /// In small steps, so that whoever comes meanwhile is not kept waiting.
    async fn say_nobody(&self, settings: &Arc<TenantSettings>) -> Result<()> {
        let tenant_id = &settings.tenant.id;
        loop {
            let now = self.now();
            let (news, more) = match self.floor(settings).await?.as_mut() {
                Some(floor) => (floor.nobody(now, SAID_MAX), floor.has_unsaid()),
                None => return Ok(()),
            };
            let stored = news.into_iter().map(|nobody| Assignment {
                id: AssignmentId::fresh(now),
                tenant_id: tenant_id.clone(),
                conversation_id: nobody.id,
                agent_id: None,
                team_id: nobody.team_id,
                explanation: nobody.explanation,
                at: now,
            });
            qn_store::assignment::insert_all(&self.db, &stored.collect::<Vec<_>>()).await?;
            let is_called = || self.wakes.queues.lock().unwrap_or_else(PoisonError::into_inner).contains(tenant_id);
            if !more || is_called() {
                return Ok(());
            }
        }
    }

    /// The conversation is read again, and its version compared by the commit: the floor was a guess.
    async fn assign_one(&self, settings: &Arc<TenantSettings>, given: Given) -> Result<bool> {
        let done = self.assigned(settings, &given).await?;
        if !done {
            self.floors.people_changed(&settings.tenant.id);
            if let Some(floor) = self.floor(settings).await?.as_mut() {
                self.see(floor, settings, &given.id).await?;
            }
        }
        Ok(done)
    }

    /// False where somebody was faster or the person is gone.
    async fn assigned(&self, settings: &TenantSettings, given: &Given) -> Result<bool> {
        let tenant_id = &settings.tenant.id;
        let user = given.decision.agent.as_ref().and_then(|id| settings.users.get(id));
        let Some(user) = user.filter(|user| !user.disabled && self.presence.attached(tenant_id, &user.id)) else { return Ok(false) };
        let _turn = self.turns.enter(given.id.as_str()).await;
        let Some(conversation) = qn_store::conversation::find(&self.db, tenant_id, &given.id).await? else { return Ok(false) };
        if !crate::floors::waits(&conversation) {
            return Ok(false);
        }
        let mut draft = Draft::on(conversation.clone(), self.now());
        let (reason, name) = (given.decision.reason.as_str().to_owned(), user.name.clone());
        let done = match &settings.routing.policy.offer {
            Some(terms) => crate::offers::offer(&mut draft, (user.id.clone(), name), reason, terms.seconds),
            None => draft.apply(Move::Assign { agent_id: user.id.clone(), agent_name: name, reason }, Author::system()),
        };
        if done.is_err() {
            return Ok(false);
        }
        let at = draft.now;
        draft.assigned(explained(&conversation, &user.id, given, (settings, at)));
        Ok(!matches!(self.commit(draft).await?, Outcome::Conflict))
    }

    /// A person's first connection: colleagues hear of it, and the queue may move.
    pub async fn arrived(&self, tenant_id: &TenantId, user_id: &UserId) -> Result<()> {
        self.people_changed(tenant_id);
        let settings = self.settings(tenant_id).await?;
        match settings.users.get(user_id) {
            Some(user) => self.note_state(&settings, user, Some(user_id.clone()), self.now()).await,
            None => Ok(()),
        }
    }
}

fn explained(c: &Conversation, agent_id: &UserId, given: &Given, (settings, now): (&TenantSettings, Timestamp)) -> Assignment {
    let (decision, routing) = (&given.decision, &settings.routing);
    Assignment {
        id: AssignmentId::fresh(now),
        tenant_id: c.tenant_id.clone(),
        conversation_id: c.id.clone(),
        agent_id: Some(agent_id.clone()),
        team_id: team_of(c),
        explanation: json!({"offered": routing.policy.offer.is_some(), "reason": decision.reason, "policy": routing.version,
            "took_us": given.took_us, "considered": decision.explanation}),
        at: now,
    }
}
