//! A policy on past arrivals, before it goes live: the conversations of a span come again to the people of today.

use crate::rules::{facts, skilled};
use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use qn_domain::{Conversation, ConversationId, TenantId, Timestamp};
use qn_routing::policy::Complexity;
use qn_routing::simulate::{Arrival, Options, Report, Shifts, Worker, run};
use qn_routing::{Candidate, Policy};
use qn_store::routing::PastArrival;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Far more than a company of one server has in a day.
const ARRIVALS_MAX: i64 = 50_000;
/// For conversations that nobody has resolved yet.
const HANDLE_MS: i64 = 5 * 60_000;
/// Held longer than this, a conversation was forgotten rather than worked on.
const HANDLE_MS_MAX: i64 = 60 * 60_000;

/// The same arrivals with two policies.
#[derive(Debug)]
pub struct Played {
    pub people: usize,
    pub live: Report,
    pub other: Report,
}

impl Engine {
    /// Plays what began in `span` with the live policy and with `other`. Nothing is stored.
    pub async fn play_routing(&self, tenant_id: &TenantId, span: (Timestamp, Timestamp), other: Policy) -> Result<Played> {
        let settings = self.settings(tenant_id).await?;
        let past = qn_store::routing::list_arrivals(&self.db, tenant_id, span, ARRIVALS_MAX).await?;
        let mut attributes: HashMap<String, Map<String, Value>> = HashMap::new();
        for ids in past.chunks(500) {
            let ids: Vec<qn_domain::ContactId> = ids.iter().map(|p| p.contact_id.as_str().into()).collect();
            let known = qn_store::contact::list_by_ids(&self.db, tenant_id, &ids.iter().collect::<Vec<_>>()).await?;
            attributes.extend(known.into_iter().map(|c| (c.id.0, c.attributes)));
        }
        let none = Map::new();
        let arrivals: Vec<Arrival> = past.iter().map(|p| arrival(p, attributes.get(&p.contact_id).unwrap_or(&none), &settings)).collect();
        let workers = workers(&settings);
        let live = settings.routing.policy.clone();
        let played = tokio::task::spawn_blocking(move || {
            let play = |policy: &Policy| run(policy, &arrivals, &workers, &Options::default());
            Played { people: workers.len(), live: play(&live), other: play(&other) }
        });
        played.await.map_err(|_| EngineError::Conflict)
    }
}

fn arrival(p: &PastArrival, attributes: &Map<String, Value>, settings: &TenantSettings) -> Arrival {
    let mut c = Conversation::new(
        ConversationId(p.id.clone()),
        settings.tenant.id.clone(),
        p.inbox_id.as_str().into(),
        p.contact_id.as_str().into(),
        p.created_at,
    );
    c.labels = serde_json::from_str(&p.labels).unwrap_or_default();
    c.routing = serde_json::from_str(&p.routing).unwrap_or_default();
    c.handoff = p.handoff.as_deref().and_then(|text| serde_json::from_str(text).ok());
    c.language = qn_domain::Language::from_tag(&p.language);
    c.routing.sla = None;
    let by_bot = p.owner_kind == "bot" && p.handoff.is_none();
    let mut facts = facts(&c, attributes, settings);
    facts.complexity = Some(if by_bot { Complexity::Simple } else { Complexity::Normal });
    let queued_at = p.queued_at.or(c.handoff.as_ref().map(|h| h.at));
    let held = p.resolved_at.map(|end| end - queued_at.unwrap_or(p.created_at));
    Arrival {
        id: p.id.clone(),
        at: p.created_at,
        handle_ms: held.filter(|ms| *ms > 0).unwrap_or(HANDLE_MS).min(HANDLE_MS_MAX),
        patience_ms: None,
        bot_resolves: by_bot,
        bot_ms: queued_at.map_or(0, |at| (at - p.created_at).max(0)),
        team: settings.inboxes.get(&c.inbox_id).and_then(|inbox| inbox.team_id.clone()),
        last_agent: None,
        owner: None,
        facts,
    }
}

/// Everybody with a capacity, at work all the time.
fn workers(settings: &TenantSettings) -> Vec<Worker> {
    let people = settings.users.values().filter(|u| !u.disabled && u.capacity > 0);
    let worker = |user: &qn_domain::User| Worker {
        person: Candidate { team_ids: user.team_ids.clone(), capacity: user.capacity, ..skilled(user, settings, |_| 0) },
        shifts: Shifts::default(),
        accepts: 1.0,
    };
    let mut workers: Vec<Worker> = people.map(worker).collect();
    workers.sort_by(|a, b| a.person.user_id.cmp(&b.person.user_id));
    workers
}
