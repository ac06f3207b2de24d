//! A tenant's whole floor in memory: everybody who could take work and everything that waits, kept by need, so that a change touches
//! only what it can move. The caller tells it what happened and asks `drain` what to give to whom. Decisions equal those of walking
//! the backlog from the first to the last with `decide`; a test holds the two against each other.

use crate::decide::{Decision, conclude};
use crate::order::{Need, Standing};
use crate::people::{Candidate, Waiting};
use crate::policy::Policy;
use qn_domain::{ConversationId, Timestamp, UserId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Where a conversation stands: by rank, then by id.
pub(crate) type Seat = (Timestamp, ConversationId);

/// Everything that asks the same of people.
#[derive(Debug, Default)]
struct Line {
    seats: BTreeSet<Seat>,
    /// Nobody could take the first of it when last looked at, and no person has changed for the better since.
    blocked: bool,
}

#[derive(Debug)]
struct Queued {
    waiting: Waiting,
    need: Arc<Need>,
    rank_at: Timestamp,
    until: Option<Timestamp>,
}

#[derive(Debug)]
pub struct Floor {
    policy: Arc<Policy>,
    people: BTreeMap<UserId, Candidate>,
    free: usize,
    queued: HashMap<ConversationId, Queued>,
    lines: HashMap<Arc<Need>, Line>,
    /// When needs change by waiting alone.
    changes: BTreeSet<Seat>,
}

impl Floor {
    pub fn new(policy: Arc<Policy>) -> Self {
        Self { policy, people: BTreeMap::new(), free: 0, queued: HashMap::new(), lines: HashMap::new(), changes: BTreeSet::new() }
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn waiting_count(&self) -> usize {
        self.queued.len()
    }

    pub fn person(&self, user_id: &UserId) -> Option<&Candidate> {
        self.people.get(user_id)
    }

    /// A person came, or is as described from now on.
    pub fn set_person(&mut self, person: Candidate) {
        if person.is_free() {
            for (need, line) in self.lines.iter_mut().filter(|(_, line)| line.blocked) {
                line.blocked = need.why_not(&person).is_some();
            }
        }
        self.free += usize::from(person.is_free());
        if let Some(before) = self.people.insert(person.user_id.clone(), person) {
            self.free -= usize::from(before.is_free());
        }
    }

    /// Changes a person in place, such as one conversation less.
    pub fn change_person(&mut self, user_id: &UserId, change: impl FnOnce(&mut Candidate)) {
        if let Some(mut person) = self.people.get(user_id).cloned() {
            change(&mut person);
            self.set_person(person);
        }
    }

    pub fn remove_person(&mut self, user_id: &UserId) {
        if let Some(before) = self.people.remove(user_id) {
            self.free -= usize::from(before.is_free());
        }
    }

    pub fn waiting(&self, id: &ConversationId) -> Option<&Waiting> {
        self.queued.get(id).map(|q| &q.waiting)
    }

    /// A conversation waits, or waits as described from now on.
    pub fn set_waiting(&mut self, waiting: Waiting, now: Timestamp) {
        self.remove_waiting(&waiting.conversation_id);
        let there = |id: &UserId| self.people.get(id).is_some_and(Candidate::is_there);
        let (need, place) = Need::of(&waiting, &self.policy, now, there);
        let id = waiting.conversation_id.clone();
        let need = match self.lines.get_key_value(&need) {
            Some((known, _)) => known.clone(),
            None => Arc::new(need),
        };
        let seats = &mut self.lines.entry(need.clone()).or_default().seats;
        seats.insert((place.rank_at, id.clone()));
        if let Some(until) = place.until {
            self.changes.insert((until, id.clone()));
        }
        self.queued.insert(id, Queued { waiting, need, rank_at: place.rank_at, until: place.until });
    }

    pub fn remove_waiting(&mut self, id: &ConversationId) -> Option<Waiting> {
        let queued = self.queued.remove(id)?;
        if let Some(until) = queued.until {
            self.changes.remove(&(until, id.clone()));
        }
        if let Some(line) = self.lines.get_mut(&queued.need) {
            line.seats.remove(&(queued.rank_at, id.clone()));
            if line.seats.is_empty() {
                self.lines.remove(&queued.need);
            }
        }
        Some(queued.waiting)
    }

    /// When something changes though nobody does anything: an overflow, the end of a hold.
    pub fn next_change_at(&self) -> Option<Timestamp> {
        self.changes.first().map(|(at, _)| *at)
    }

    /// Gives out what can be given, at most `max` conversations, first come first by rank; each is counted into the load of the next
    /// and leaves the floor's queue.
    pub fn drain(&mut self, now: Timestamp, max: usize) -> Vec<(Waiting, Decision)> {
        self.let_age(now);
        let mut given = Vec::new();
        while self.free > 0 && given.len() < max {
            let Some(id) = self.next_ready() else { break };
            if self.block_unless_somebody_can(&id) {
                continue;
            }
            let decision = self.decide(&id, now);
            let Some(agent) = decision.as_ref().and_then(|d| d.agent.clone()) else { break };
            let Some(waiting) = self.remove_waiting(&id) else { break };
            // Taking is never a change for the better: no line is unblocked by it.
            if let Some(person) = self.people.get_mut(&agent) {
                person.take(&waiting.channel, now);
                self.free -= usize::from(!person.is_free());
            }
            given.extend(decision.map(|d| (waiting, d)));
        }
        given
    }

    /// Who would get it now, and why; none when it does not wait.
    pub fn decide(&self, id: &ConversationId, now: Timestamp) -> Option<Decision> {
        let queued = self.queued.get(id)?;
        let standing = |c| Standing::of(&self.policy, &queued.need, &queued.waiting, c, now);
        let standings = self.people.values().map(standing).collect();
        Some(conclude(&queued.waiting, &queued.need, queued.rank_at, standings, now))
    }

    /// How many people are kept from it, by what; nobody where it does not wait.
    pub fn refusals(&self, id: &ConversationId) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        let need = self.queued.get(id).map(|queued| &queued.need);
        for why in need.into_iter().flat_map(|need| self.people.values().filter_map(move |person| need.why_not(person))) {
            *counts.entry(why.as_str()).or_default() += 1;
        }
        counts
    }

    /// The first of each line.
    pub fn heads(&self) -> impl Iterator<Item = &ConversationId> {
        self.lines.values().filter_map(|line| line.seats.first()).map(|(_, id)| id)
    }

    /// What a person who asks for work gets: the first by rank of what they could do, full or busy or not; else the first of all.
    pub fn next_for(&self, user_id: &UserId) -> Option<ConversationId> {
        let person = self.people.get(user_id);
        let suits = |need: &Need| {
            let is_kept = !need.only.is_empty() && !need.only.contains(user_id);
            !is_kept && !need.passed.contains(user_id) && person.is_some_and(|person| need.could(person))
        };
        let first = |suiting: bool| {
            let lines = self.lines.iter().filter(|(need, _)| !suiting || suits(need));
            lines.filter_map(|(_, line)| line.seats.first()).min().map(|(_, id)| id.clone())
        };
        first(true).or_else(|| first(false))
    }

    /// A person came or went: what is held for them while they are there stands in another line now.
    pub fn hold_again(&mut self, user_id: &UserId, now: Timestamp) {
        let is_theirs = |w: &Waiting| w.plan.hold_ms > 0 && w.owner_id.iter().chain(&w.last_agent_id).any(|id| id == user_id);
        let theirs: Vec<Waiting> = self.queued.values().map(|q| &q.waiting).filter(|w| is_theirs(w)).cloned().collect();
        theirs.into_iter().for_each(|waiting| self.set_waiting(waiting, now));
    }

    fn next_ready(&self) -> Option<ConversationId> {
        let ready = self.lines.values().filter(|line| !line.blocked);
        ready.filter_map(|line| line.seats.first()).min().map(|(_, id)| id.clone())
    }

    /// True when nobody can take the first of its line: the line is not looked at again until somebody changes for the better.
    fn block_unless_somebody_can(&mut self, id: &ConversationId) -> bool {
        let Some(queued) = self.queued.get(id) else { return true };
        let blocked = self.people.values().all(|person| queued.need.why_not(person).is_some());
        if let Some(line) = self.lines.get_mut(&queued.need) {
            line.blocked = blocked;
        }
        blocked
    }

    fn let_age(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.changes.first().cloned()
            && at <= now
        {
            match self.remove_waiting(&id) {
                Some(waiting) => self.set_waiting(waiting, now),
                None => {
                    self.changes.remove(&(at, id));
                }
            }
        }
    }

    /// What it asks for, and its seat.
    pub(crate) fn seat(&self, id: &ConversationId) -> Option<(&Need, Seat)> {
        self.queued.get(id).map(|own| (own.need.as_ref(), (own.rank_at, id.clone())))
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (&Need, &BTreeSet<Seat>)> {
        self.lines.iter().map(|(need, line)| (need.as_ref(), &line.seats))
    }

    pub fn people(&self) -> impl Iterator<Item = &Candidate> {
        self.people.values()
    }
}
