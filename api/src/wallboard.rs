//! The wallboard: how the floor stands, put together from what is stored and what reports define. `Walls` keeps one task per tenant for
//! as long as somebody has it open; it writes the board anew when something happened and hands it to every socket that wants it.

use crate::Result;
use crate::reports::views::share;
use crate::state::AppState;
use qn_api_types::wallboard::{AgentNow, QueueView, RiskView, TalkView, TodayView, WallboardView};
use qn_base::Timestamp;
use qn_bus::{Audience, Delivery, Signal, SignalBody, Subscription};
use qn_domain::presence::PresenceState;
use qn_domain::{ContactId, Episode, TenantId, User};
use qn_engine::TenantSettings;
use qn_report::{Dimension, Returns, Terms, group, measure};
use qn_store::floor::{self, OpenNow};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// A busy floor is shown anew at most this often.
const PACE: Duration = Duration::from_secs(1);
/// A quiet one at least this often: promises come due and shares of the day change without an entry.
const REST: Duration = Duration::from_secs(5);
/// Open conversations looked at of each kind of owner.
const OPEN_MAX: i64 = 2_000;
const RISKS_MAX: usize = 50;
const TALKS_MAX: usize = 100;
const EPISODES_MAX: i64 = 100_000;

/// Held by whoever has the board open.
#[derive(Debug)]
pub struct Wall;

#[derive(Debug, Default)]
pub struct Walls {
    open: Mutex<HashMap<TenantId, Weak<Wall>>>,
}

impl Walls {
    /// The board of this tenant is pushed for as long as the answer is kept.
    pub fn watch(&self, state: &AppState, tenant_id: &TenantId) -> Arc<Wall> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, wall| wall.strong_count() > 0);
        if let Some(wall) = open.get(tenant_id).and_then(Weak::upgrade) {
            return wall;
        }
        let wall = Arc::new(Wall);
        open.insert(tenant_id.clone(), Arc::downgrade(&wall));
        tokio::spawn(push(state.clone(), tenant_id.clone(), Arc::downgrade(&wall)));
        wall
    }
}

async fn push(state: AppState, tenant_id: TenantId, wall: Weak<Wall>) {
    let mut news = state.engine.hub.people(&tenant_id);
    let mut shown = serde_json::Value::Null;
    while wall.strong_count() > 0 {
        match board(&state, &tenant_id).await {
            Ok(view) => {
                let board = serde_json::to_value(&view).unwrap_or_default();
                let mut unmoved = board.clone();
                unmoved["now"] = serde_json::Value::Null;
                if unmoved != shown {
                    shown = unmoved;
                    let body = SignalBody::Wallboard { board };
                    state.engine.hub.signal(Signal { tenant_id: tenant_id.clone(), audience: Audience::People, body });
                }
            }
            Err(problem) => tracing::warn!(?problem, tenant = %tenant_id, "the wallboard could not be written"),
        }
        tokio::time::sleep(PACE).await;
        if tokio::time::timeout(REST, stirred(&mut news)).await == Ok(false) {
            news = state.engine.hub.people(&tenant_id);
        }
    }
}

/// True when something happened that the board may show; false when the subscription was cut.
async fn stirred(news: &mut Subscription) -> bool {
    loop {
        match news.next().await {
            Some(Delivery::Entry(_)) => return true,
            Some(Delivery::Signal(signal)) if matches!(signal.body, SignalBody::Presence { .. }) => return true,
            Some(Delivery::Signal(_)) => {}
            Some(Delivery::Restart { .. } | Delivery::TooSlow) | None => return false,
        }
    }
}

/// The floor as it is now.
pub async fn board(state: &AppState, tenant_id: &TenantId) -> Result<WallboardView> {
    let (db, now) = (&state.engine.db, state.engine.now());
    let settings = state.engine.settings(tenant_id).await?;
    let since = state.engine.day_start(tenant_id).await?;
    let episodes = qn_store::episode::list(db, tenant_id, since, now + 1, EPISODES_MAX).await?;
    let held = floor::open(db, tenant_id, "agent", OPEN_MAX).await?;
    let waiting = floor::open(db, tenant_id, "queue", OPEN_MAX).await?;
    let mut talks: Vec<&OpenNow> = held.iter().collect();
    talks.sort_by_key(|open| open.waiting_since.unwrap_or(i64::MAX));
    talks.truncate(TALKS_MAX);
    let risks = risks(held.iter().chain(&waiting), now);
    let names = names(state, tenant_id, talks.iter().copied().chain(risks.iter().map(|(open, _)| *open))).await?;
    let name = |id: &ContactId| names.get(id).cloned().unwrap_or_default();
    Ok(WallboardView {
        now,
        today: today(&episodes, now),
        queues: queues(floor::queues(db, tenant_id).await?, &episodes, &settings, now),
        agents: agents(state, tenant_id, &settings, &held).await?,
        risks: risks.into_iter().map(|(open, risk)| RiskView { contact_name: name(&open.contact_id), ..risk }).collect(),
        talks: talks.into_iter().map(|open| talk(open, name(&open.contact_id))).collect(),
    })
}

/// The same figures as a report of today, without those that need to know who came back.
fn figures(episodes: &[&Episode], now: Timestamp) -> qn_report::Figures {
    measure(episodes, &Returns::new(Vec::new()), &Terms::default(), now)
}

fn today(episodes: &[Episode], now: Timestamp) -> TodayView {
    let figures = figures(&episodes.iter().collect::<Vec<_>>(), now);
    TodayView {
        conversations: figures.conversations,
        service_level: share(figures.service_level),
        service_target_ms: Terms::default().service_target_ms,
        bot_only: share(figures.bot_only),
        abandoned: share(figures.abandoned),
        first_response_median_ms: figures.first_response.median_ms,
    }
}

fn queues(standing: Vec<floor::QueueNow>, episodes: &[Episode], settings: &TenantSettings, now: Timestamp) -> Vec<QueueView> {
    let queued: Vec<&Episode> = episodes.iter().filter(|e| e.queued_at.is_some()).collect();
    let mut levels: HashMap<Option<String>, _> = group(&queued, Dimension::Team, &jiff::tz::TimeZone::UTC)
        .into_iter()
        .map(|g| (g.key, share(figures(&g.episodes, now).service_level)))
        .collect();
    let view = |team_id: Option<String>, waiting, oldest_at, service_level| QueueView {
        name: team_id.as_deref().and_then(|id| settings.teams.get(&id.into())).map(|team| team.name.clone()).unwrap_or_default(),
        team_id,
        waiting,
        oldest_at,
        service_level,
    };
    let mut all: Vec<QueueView> = Vec::new();
    for queue in standing {
        let team_id = queue.team_id.map(|id| id.0);
        let level = levels.remove(&team_id).unwrap_or(qn_api_types::report::ShareView { part: 0, of: 0 });
        all.push(view(team_id, queue.waiting, queue.oldest_at, level));
    }
    all.extend(levels.into_iter().map(|(team_id, level)| view(team_id, 0, None, level)));
    all.sort_by(|a, b| (a.oldest_at.unwrap_or(i64::MAX), &a.name).cmp(&(b.oldest_at.unwrap_or(i64::MAX), &b.name)));
    all
}

/// States as they were lived (`store::presence`); who is not connected is offline whatever they chose.
async fn agents(state: &AppState, tenant_id: &TenantId, settings: &TenantSettings, held: &[OpenNow]) -> Result<Vec<AgentNow>> {
    let mut loads: HashMap<&str, i64> = HashMap::new();
    for open in held {
        *loads.entry(open.agent_id.as_ref().map_or("", |id| id.as_str())).or_default() += 1;
    }
    let lived = qn_store::presence::list_now(&state.engine.db, tenant_id).await?;
    let now = |user: &User| {
        let known = lived.iter().find(|change| change.user_id == user.id);
        let connected = state.engine.presence.connected(tenant_id, &user.id);
        let stands = known.map_or(PresenceState::Offline, |change| change.state);
        let stands = if connected { stands } else { PresenceState::Offline };
        AgentNow {
            user_id: user.id.0.clone(),
            name: user.name.clone(),
            state: stands.as_str().to_owned(),
            since: known.filter(|change| change.state == stands).map(|change| change.at),
            conversations: loads.get(user.id.as_str()).copied().unwrap_or(0),
            capacity: user.capacity,
        }
    };
    let order = |agent: &AgentNow| ["online", "wrap_up", "busy"].iter().position(|s| *s == agent.state).unwrap_or(3);
    let mut all: Vec<AgentNow> = settings.users.values().filter(|u| !u.disabled && !u.is_service()).map(now).collect();
    all.sort_by(|a, b| (order(a), &a.name).cmp(&(order(b), &b.name)));
    Ok(all)
}

/// Promises past their warning or broken, and not kept yet.
fn risks<'a>(open: impl Iterator<Item = &'a OpenNow>, now: Timestamp) -> Vec<(&'a OpenNow, RiskView)> {
    let mut found = Vec::new();
    for open in open {
        let due = open.routing.sla.iter().flat_map(|standing| &standing.due);
        for due in due.filter(|d| d.done_at.is_none() && !d.paused && (d.breached || d.warn_at.is_some_and(|at| at <= now))) {
            let risk = RiskView {
                conversation_id: open.id.0.clone(),
                contact_name: String::new(),
                agent_id: open.agent_id.as_ref().map(|id| id.0.clone()),
                metric: due.metric.clone(),
                due_at: due.due_at,
                breached: due.breached,
            };
            found.push((open, risk));
        }
    }
    found.sort_by_key(|(_, risk)| risk.due_at.unwrap_or(i64::MAX));
    found.truncate(RISKS_MAX);
    found
}

fn talk(open: &OpenNow, contact_name: String) -> TalkView {
    TalkView {
        conversation_id: open.id.0.clone(),
        contact_name,
        agent_id: open.agent_id.as_ref().map(|id| id.0.clone()),
        waiting_since: open.waiting_since,
        last_text: open.last_text.clone(),
    }
}

async fn names<'a>(state: &AppState, tenant_id: &TenantId, open: impl Iterator<Item = &'a OpenNow>) -> Result<HashMap<ContactId, String>> {
    let ids: Vec<&ContactId> = open.map(|open| &open.contact_id).collect();
    let known = qn_store::contact::list_by_ids(&state.engine.db, tenant_id, &ids).await?;
    Ok(known.iter().map(|contact| (contact.id.clone(), qn_api_types::conversation::ContactBrief::from(contact).name)).collect())
}
