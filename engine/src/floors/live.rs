//! One tenant's floor with what the engine knows beside it: which conversation takes whose place, who got one last, why nobody could.

use crate::rules::{LiveRouting, waiting_of};
use crate::settings::TenantSettings;
use qn_domain::{ContactId, Conversation, ConversationId, Owner, Status, TeamId, Timestamp, UserId};
use qn_routing::{Candidate, Decision, Floor, Outlook};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

/// Arrivals that tell how often somebody overtakes.
const ARRIVALS_MAX: usize = 500;
/// People written out where nobody could; the rest are counted.
const NAMED_MAX: usize = 5;
/// First ones of lines that are looked at again when people change.
const HEADS_MAX: usize = 50;
/// Rules that read the time waited see it as of the last look.
const AGED_MS: i64 = 5_000;

/// What a conversation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Waits,
    /// It is offered to this person, by this channel.
    Asked(UserId, String),
    Held(UserId, String),
}

#[derive(Debug)]
struct Stand {
    version: i64,
    contact_id: ContactId,
    place: Place,
}

/// A conversation for a person, with what the decision took.
#[derive(Debug)]
pub(crate) struct Given {
    pub id: ConversationId,
    pub decision: Decision,
    pub took_us: u64,
}

/// Why nobody could take it.
#[derive(Debug)]
pub(crate) struct Nobody {
    pub id: ConversationId,
    pub team_id: Option<TeamId>,
    pub explanation: Value,
}

#[derive(Debug)]
pub(crate) struct LiveFloor {
    floor: Floor,
    settings: Arc<TenantSettings>,
    stands: HashMap<ConversationId, Stand>,
    loads: HashMap<UserId, HashMap<String, i64>>,
    pub(super) last: HashMap<UserId, Timestamp>,
    /// Which calendars were open when the plans were made.
    open: Vec<bool>,
    built_at: Timestamp,
    /// More wait than were read.
    pub(super) is_cut: bool,
    /// When conversations began to wait, and the points they came with.
    arrivals: VecDeque<(Timestamp, i64)>,
    /// Not looked at yet, or to be looked at again.
    unsaid: HashSet<ConversationId>,
    /// What was stored last of why nobody could.
    said: HashMap<ConversationId, String>,
    pub(super) doubted: bool,
}

pub(crate) fn waits(c: &Conversation) -> bool {
    matches!(place(c, ""), Some(Place::Waits))
}

fn place(c: &Conversation, channel: &str) -> Option<Place> {
    if c.status != Status::Open {
        return None;
    }
    match (&c.owner, &c.routing.offer) {
        (Owner::Bot, _) => None,
        (Owner::Agent { agent_id }, _) => Some(Place::Held(agent_id.clone(), channel.to_owned())),
        (Owner::Queue { .. }, Some(offer)) => Some(Place::Asked(offer.to.clone(), channel.to_owned())),
        (Owner::Queue { .. }, None) => Some(Place::Waits),
    }
}

impl LiveFloor {
    pub fn new(settings: Arc<TenantSettings>, now: Timestamp) -> Self {
        let policy = &settings.routing.policy;
        Self {
            floor: Floor::new(Arc::new(policy.clone())),
            open: policy.open_calendars(now),
            settings,
            stands: HashMap::new(),
            loads: HashMap::new(),
            last: HashMap::new(),
            built_at: now,
            is_cut: false,
            arrivals: VecDeque::new(),
            unsaid: HashSet::new(),
            said: HashMap::new(),
            doubted: false,
        }
    }

    /// Still made of this policy and these hours.
    pub fn is_of(&self, settings: &Arc<TenantSettings>, now: Timestamp) -> bool {
        let same = |a: &LiveRouting, b: &LiveRouting| a.version == b.version && a.policy == b.policy;
        let is_same = self.has_settings(settings) || same(&self.settings.routing, &settings.routing);
        let policy = &self.settings.routing.policy;
        let is_aged = policy.ages() && now - self.built_at >= AGED_MS;
        is_same && !is_aged && self.open == policy.open_calendars(now)
    }

    pub fn has_settings(&self, settings: &Arc<TenantSettings>) -> bool {
        Arc::ptr_eq(&self.settings, settings)
    }

    /// A conversation as it was committed; older news than what is known are none.
    pub fn hear(&mut self, c: &Conversation, attributes: &Map<String, Value>, now: Timestamp) {
        let known = self.stands.get(&c.id);
        if known.is_some_and(|stand| stand.version >= c.version) {
            return;
        }
        let channel = self.settings.inboxes.get(&c.inbox_id).map_or("", |inbox| inbox.channel.as_str());
        let next = place(c, channel);
        let was = known.map(|stand| stand.place.clone());
        if next != was {
            self.forget(&c.id);
        }
        let Some(place) = next else { return };
        if place == Place::Waits {
            let waiting = waiting_of(c, attributes, &self.settings, now);
            if was != Some(Place::Waits) {
                self.arrived(waiting.queued_at, waiting.plan.priority);
            }
            if self.floor.waiting(&c.id).is_none_or(|known| known.plan != waiting.plan) {
                self.unsaid.insert(c.id.clone());
            }
            self.floor.set_waiting(waiting, now);
        }
        self.stand(c.id.clone(), (c.version, c.contact_id.clone()), place);
    }

    /// As it is stored, whatever was thought of it.
    pub fn hear_again(&mut self, c: &Conversation, attributes: &Map<String, Value>, now: Timestamp) {
        if let Some(stand) = self.stands.get_mut(&c.id) {
            stand.version = i64::MIN;
        }
        self.hear(c, attributes, now);
    }

    pub(super) fn stand(&mut self, id: ConversationId, (version, contact_id): (i64, ContactId), place: Place) {
        let is_new = self.stands.get(&id).is_none_or(|stand| stand.place != place);
        if let (true, Place::Asked(user, channel) | Place::Held(user, channel)) = (is_new, &place) {
            *self.loads.entry(user.clone()).or_default().entry(channel.clone()).or_default() += 1;
            self.weigh(user);
        }
        self.stands.insert(id, Stand { version, contact_id, place });
    }

    /// Takes it off the floor.
    pub fn forget(&mut self, id: &ConversationId) {
        let Some(stand) = self.stands.remove(id) else { return };
        match stand.place {
            Place::Waits => {
                self.floor.remove_waiting(id);
                self.unsaid.remove(id);
                self.said.remove(id);
            }
            Place::Asked(user, channel) | Place::Held(user, channel) => {
                if let Some(count) = self.loads.get_mut(&user).and_then(|by_channel| by_channel.get_mut(&channel)) {
                    *count -= 1;
                }
                self.weigh(&user);
            }
        }
    }

    /// A person's load, where it is not what the floor thinks.
    fn weigh(&mut self, user: &UserId) {
        let Some(person) = self.floor.person(user) else { return };
        let (load, channels) = (self.load(user), self.channel_loads(user));
        let of = |channel: &str| channels.and_then(|known| known.get(channel)).copied().unwrap_or(0);
        if person.load == load && person.channels.iter().all(|c| c.load == of(&c.channel)) {
            return;
        }
        let mut person = person.clone();
        person.load = load;
        person.channels.iter_mut().for_each(|c| c.load = of(&c.channel));
        self.floor.set_person(person);
    }

    pub fn load(&self, user: &UserId) -> i64 {
        self.channel_loads(user).map_or(0, |by_channel| by_channel.values().sum())
    }

    pub fn channel_loads(&self, user: &UserId) -> Option<&HashMap<String, i64>> {
        self.loads.get(user)
    }

    fn arrived(&mut self, at: Timestamp, points: i64) {
        if self.arrivals.len() == ARRIVALS_MAX {
            self.arrivals.pop_front();
        }
        self.arrivals.push_back((at, points));
    }

    pub fn waiting_of(&self, contact_id: &ContactId) -> Vec<ConversationId> {
        let of = |(_, stand): &(&ConversationId, &Stand)| stand.place == Place::Waits && stand.contact_id == *contact_id;
        self.stands.iter().filter(of).map(|(id, _)| id.clone()).collect()
    }

    /// Everybody as they are now, and by which settings.
    pub fn set_people(&mut self, people: Vec<Candidate>, settings: &Arc<TenantSettings>, now: Timestamp) {
        self.settings = settings.clone();
        let ids: HashSet<&UserId> = people.iter().map(|person| &person.user_id).collect();
        let gone: Vec<UserId> = self.floor.people().map(|p| p.user_id.clone()).filter(|id| !ids.contains(id)).collect();
        let mut moved = !gone.is_empty();
        gone.iter().for_each(|id| self.floor.remove_person(id));
        for person in people {
            let known = self.floor.person(&person.user_id);
            if known == Some(&person) {
                continue;
            }
            moved = true;
            let is_news = known.is_some_and(Candidate::is_there) != person.is_there();
            let id = person.user_id.clone();
            self.floor.set_person(person);
            if is_news {
                self.floor.hold_again(&id, now);
            }
        }
        if moved {
            self.unsaid.extend(self.floor.heads().take(HEADS_MAX).cloned());
        }
    }

    /// Gives out what can be given; each takes a place of its person at once.
    pub fn give(&mut self, now: Timestamp, max: usize, began: Instant) -> Vec<Given> {
        let is_offered = self.settings.routing.policy.offer.is_some();
        let mut given = Vec::new();
        while given.len() < max
            && let Some((waiting, decision)) = self.floor.drain(now, 1).pop()
        {
            let (id, Some(user)) = (waiting.conversation_id, decision.agent.clone()) else { break };
            let place = if is_offered { Place::Asked } else { Place::Held };
            if let Some(Stand { version, contact_id, .. }) = self.stands.remove(&id) {
                self.stand(id.clone(), (version, contact_id), place(user.clone(), waiting.channel));
            }
            self.unsaid.remove(&id);
            self.said.remove(&id);
            self.last.insert(user, now);
            given.push(Given { id, decision, took_us: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX) });
        }
        given
    }

    /// At most `max` conversations that nobody could take, where that was not said yet or not for this reason.
    pub fn nobody(&mut self, now: Timestamp, max: usize) -> Vec<Nobody> {
        let ids: Vec<ConversationId> = self.unsaid.iter().take(max).cloned().collect();
        let mut news = Vec::new();
        for id in ids {
            self.unsaid.remove(&id);
            let Some(decision) = self.floor.decide(&id, now).filter(|decision| decision.agent.is_none()) else { continue };
            let counts = self.floor.refusals(&id);
            let explanation = nobody(decision, counts, self.settings.routing.version);
            let reason = reason_of(&explanation);
            if self.said.insert(id.clone(), reason.clone()) != Some(reason) {
                let team_id = self.floor.waiting(&id).and_then(|waiting| waiting.plan.team.clone());
                news.push(Nobody { id, team_id, explanation });
            }
        }
        news
    }

    pub fn has_unsaid(&self) -> bool {
        !self.unsaid.is_empty()
    }

    /// What was stored before this floor was built.
    pub(super) fn said_before(&mut self, stored: Vec<(ConversationId, Value)>) {
        let version = json!(self.settings.routing.version);
        for (id, explanation) in stored.into_iter().filter(|(id, _)| self.stands.contains_key(id)) {
            if explanation["policy"] == version {
                self.unsaid.remove(&id);
            }
            self.said.insert(id, reason_of(&explanation));
        }
    }

    /// Its place in the order of the policy, and the wait that is likely; none when it does not wait here.
    pub fn outlook(&self, id: &ConversationId, recent_handle_ms: &[i64], now: Timestamp) -> Option<Outlook> {
        let points = self.floor.waiting(id)?.plan.priority;
        let since = self.arrivals.front().map_or(now, |(at, _)| *at);
        let ahead = self.arrivals.iter().filter(|(_, other)| *other > points).count();
        self.floor.outlook(id, recent_handle_ms, ahead as f64 / (now - since).max(60_000) as f64)
    }

    /// The same for one that would join now; none where somebody could take it at once, or nobody who could is there. Changes nothing.
    pub fn outlook_of_new(
        &mut self,
        c: &Conversation,
        attributes: &Map<String, Value>,
        recent_handle_ms: &[i64],
        now: Timestamp,
    ) -> Option<Outlook> {
        if self.stands.contains_key(&c.id) {
            return None;
        }
        self.floor.set_waiting(waiting_of(c, attributes, &self.settings, now), now);
        let waits = self.floor.is_served(&c.id) && self.floor.decide(&c.id, now).is_some_and(|decision| decision.agent.is_none());
        let outlook = if waits { self.outlook(&c.id, recent_handle_ms, now) } else { None };
        self.floor.remove_waiting(&c.id);
        outlook
    }

    /// What this person would do well to take next.
    pub fn next_for(&self, user: &UserId) -> Option<ConversationId> {
        self.floor.next_for(user)
    }

    /// Conversations in queues and with people, and the sums of their versions.
    pub fn sums(&self) -> [(i64, i64); 2] {
        let mut sums = [(0, 0); 2];
        for stand in self.stands.values() {
            let sum = &mut sums[usize::from(matches!(stand.place, Place::Held(..)))];
            *sum = (sum.0 + 1, sum.1 + stand.version);
        }
        sums
    }
}

fn nobody(mut decision: Decision, counts: std::collections::BTreeMap<&'static str, usize>, policy: i64) -> Value {
    let told = &mut decision.explanation;
    told.omitted += told.considered.len().saturating_sub(NAMED_MAX);
    told.considered.truncate(NAMED_MAX);
    json!({"reason": decision.reason, "policy": policy, "why_not": counts, "considered": told})
}

/// What makes one explanation of nobody another: the reason, and what was asked by which rules.
fn reason_of(explanation: &Value) -> String {
    let asked = &explanation["considered"];
    json!([explanation["reason"], explanation["policy"], asked["team_id"], asked["skills"], asked["rules"]]).to_string()
}
