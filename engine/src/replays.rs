//! A policy on past arrivals, before it goes live: the stretches of conversations that began in a span come again to the people who were
//! there then, at the times they were. What each took is what people held and wrote up. Nothing is stored.

use crate::rules::{facts, owner, skilled};
use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use qn_domain::{Conversation, Episode, RoutingState, TenantId, Timestamp, UserId};
use qn_report::Wraps;
use qn_routing::policy::Complexity;
use qn_routing::simulate::{Arrival, Options, Report, Shifts, Worker, run};
use qn_routing::{Candidate, Facts, Policy};
use qn_store::routing::PastArrival;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Far more than a company of one server has in a day.
const ARRIVALS_MAX: i64 = 50_000;
/// Where nothing of the span is known to have ended.
const HANDLE_MS: i64 = 5 * 60_000;
/// Held longer than this, a conversation was forgotten rather than worked on.
const HANDLE_MS_MAX: i64 = 60 * 60_000;

type Spans = HashMap<UserId, Vec<(Timestamp, Timestamp)>>;

/// The same arrivals with two policies.
#[derive(Debug)]
pub struct Played {
    pub people: usize,
    /// People work when they did; false: nobody was there in the span, and everybody works all the time.
    pub as_lived: bool,
    pub live: Report,
    pub other: Report,
}

/// Everything that the arrivals of a span are told from.
struct Past {
    episodes: Vec<Episode>,
    known: HashMap<(String, i64), PastArrival>,
    attributes: HashMap<String, Map<String, Value>>,
    wraps: Wraps,
}

impl Engine {
    /// Plays what began in `span` with the live policy and with `other`.
    pub async fn play_routing(&self, tenant_id: &TenantId, span: (Timestamp, Timestamp), other: Policy) -> Result<Played> {
        let settings = self.settings(tenant_id).await?;
        let past = self.past(tenant_id, span).await?;
        let usual = past.usual_ms();
        let arrivals: Vec<Arrival> = past.episodes.iter().map(|e| past.arrival(e, usual, &settings)).collect();
        let changes = qn_store::presence::list_between(&self.db, tenant_id, span.0, span.1).await?;
        let lived = at_work_within(qn_domain::presence::at_work(&changes), span);
        let as_lived = !lived.is_empty();
        let workers = workers(&settings, &lived);
        let live = settings.routing.policy.clone();
        let played = tokio::task::spawn_blocking(move || {
            let play = |policy: &Policy| run(policy, &arrivals, &workers, &Options::default());
            Played { people: workers.len(), as_lived, live: play(&live), other: play(&other) }
        });
        played.await.map_err(|_| EngineError::Conflict)
    }

    async fn past(&self, tenant_id: &TenantId, span: (Timestamp, Timestamp)) -> Result<Past> {
        let db = &self.db;
        let episodes = qn_store::episode::list(db, tenant_id, span.0, span.1, ARRIVALS_MAX).await?;
        let known = qn_store::routing::list_arrivals(db, tenant_id, span, ARRIVALS_MAX).await?;
        let mut attributes: HashMap<String, Map<String, Value>> = HashMap::new();
        for some in episodes.chunks(500) {
            let ids: Vec<&qn_domain::ContactId> = some.iter().map(|e| &e.contact_id).collect();
            let contacts = qn_store::contact::list_by_ids(db, tenant_id, &ids).await?;
            attributes.extend(contacts.into_iter().map(|c| (c.id.0, c.attributes)));
        }
        let asked = qn_store::wrap_up::list_between(db, tenant_id, span.0, self.now() + 1).await?;
        let wraps = Wraps::new(asked, &episodes);
        let known = known.into_iter().map(|k| ((k.conversation_id.clone(), k.number), k)).collect();
        Ok(Past { episodes, known, attributes, wraps })
    }
}

impl Past {
    /// Work on a stretch that people ended: what they held and then wrote up. None where it is not known.
    fn worked_ms(&self, e: &Episode) -> Option<i64> {
        let wrote = self.wraps.of(e).and_then(|wrapped| wrapped.took_ms).unwrap_or(0);
        let ended = e.owned_at.is_some() && e.resolved_at.is_some() && e.held_ms > 0;
        ended.then_some((e.held_ms + wrote).min(HANDLE_MS_MAX))
    }

    /// The median, for what has not ended and for what the bot had alone.
    fn usual_ms(&self) -> i64 {
        let mut known: Vec<i64> = self.episodes.iter().filter_map(|e| self.worked_ms(e)).collect();
        known.sort_unstable();
        known.get(known.len() / 2).copied().unwrap_or(HANDLE_MS)
    }

    fn arrival(&self, e: &Episode, usual_ms: i64, settings: &TenantSettings) -> Arrival {
        let none = Map::new();
        let attributes = self.attributes.get(e.contact_id.as_str()).unwrap_or(&none);
        let known = self.known.get(&(e.conversation_id.0.clone(), e.number));
        let last_agent = known.and_then(|k| k.last_agent_id.clone()).map(UserId);
        let by_bot = e.queued_at.is_none() && e.owned_at.is_none();
        let to_people = e.queued_at.or(e.owned_at);
        Arrival {
            id: format!("{}-{}", e.conversation_id, e.number),
            at: e.opened_at,
            handle_ms: self.worked_ms(e).unwrap_or(usual_ms),
            patience_ms: None,
            bot_resolves: by_bot,
            bot_ms: to_people.map_or(0, |at| (at - e.opened_at).max(0)),
            team: settings.inboxes.get(&e.inbox_id).and_then(|inbox| inbox.team_id.clone()),
            last_agent: last_agent.clone(),
            owner: owner(attributes, settings),
            facts: facts_then(e, known, last_agent, attributes, settings),
        }
    }
}

/// What rules could ask: the feeling at the hand-over where there was one in this stretch, and otherwise what the conversation says now.
fn facts_then(
    e: &Episode,
    known: Option<&PastArrival>,
    last_agent: Option<UserId>,
    attributes: &Map<String, Value>,
    settings: &TenantSettings,
) -> Facts {
    let (id, tenant_id) = (e.conversation_id.clone(), settings.tenant.id.clone());
    let mut c = Conversation::new(id, tenant_id, e.inbox_id.clone(), e.contact_id.clone(), e.opened_at);
    c.last_agent_id = last_agent;
    c.language = e.language;
    c.labels = known.and_then(|k| serde_json::from_str(&k.labels).ok()).unwrap_or_default();
    c.routing = known.and_then(|k| serde_json::from_str::<RoutingState>(&k.routing).ok()).unwrap_or_default();
    c.routing.sla = None;
    let ended = e.resolved_at.unwrap_or(Timestamp::MAX);
    if let Some(felt) = c.routing.at_handover.take().filter(|felt| (e.opened_at..=ended).contains(&felt.at)) {
        c.routing.feel(felt);
    }
    let by_bot = e.queued_at.is_none() && e.owned_at.is_none();
    let known = facts(&c, attributes, settings);
    let usual = if by_bot { Complexity::Simple } else { Complexity::Normal };
    Facts {
        intent: known.intent.or_else(|| e.intent.clone()),
        complexity: known.complexity.or(Some(usual)),
        handoff: e.handoff.clone(),
        ..known
    }
}

/// Those who were there at all, with when; whoever was there at the end of the span stays, so that what came last is served.
fn at_work_within(mut lived: Spans, (from, to): (Timestamp, Timestamp)) -> Spans {
    lived.values_mut().for_each(|spans| spans.retain(|(began, ended)| *began < to && *ended > from));
    lived.retain(|_, spans| !spans.is_empty());
    lived
}

/// People with room who were there, when they were; where nobody was, everybody with room all the time.
fn workers(settings: &TenantSettings, lived: &Spans) -> Vec<Worker> {
    let people = settings.users.values().filter(|u| !u.disabled && u.capacity > 0);
    let worker = |user: &qn_domain::User| {
        let shifts = match lived.get(&user.id) {
            Some(spans) => Shifts::lived(spans.clone()),
            None if lived.is_empty() => Shifts::default(),
            None => return None,
        };
        let person = Candidate { team_ids: user.team_ids.clone(), capacity: user.capacity, ..skilled(user, settings, |_| 0) };
        Some(Worker { person, shifts, accepts: 1.0 })
    };
    let mut workers: Vec<Worker> = people.filter_map(worker).collect();
    workers.sort_by(|a, b| a.person.user_id.cmp(&b.person.user_id));
    workers
}
