//! The event loop of a simulation: arrivals, the bot, the queue, people and their shifts, in order of time.

use super::random::Random;
use super::report::{Recorder, Report};
use super::{Arrival, Options, Worker};
use crate::floor::Floor;
use crate::people::{Passed, Waiting};
use crate::policy::{AfterHoursAction, Handling, Plan, Policy};
use crate::sla::{SlaEvent, SlaState, Terms};
use crate::wait::SAMPLES_MIN;
use qn_domain::{ConversationId, Presence, Timestamp, UserId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

/// Who did not take an offer is not asked again for this long.
const PASSED_MS: i64 = 60_000;
/// Handling times and arrivals that estimates look back at.
const RECENT_MAX: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// People first go: a shift that begins with an arrival serves it.
    Shift {
        worker: usize,
        on: bool,
    },
    End {
        worker: usize,
        arrival: usize,
    },
    OfferRunsOut {
        worker: usize,
        arrival: usize,
    },
    Arrive(usize),
    HandedOver(usize),
    Leave(usize),
    Changes,
}

struct World<'a> {
    arrivals: &'a [Arrival],
    workers: &'a [Worker],
    policy: &'a Policy,
    floor: Floor,
    /// The second of the key keeps events of one instant in the order they were planned.
    events: BinaryHeap<Reverse<(Timestamp, Event, u64)>>,
    planned: u64,
    plans: HashMap<usize, Plan>,
    index: HashMap<UserId, usize>,
    random: Random,
    recent_handle_ms: VecDeque<i64>,
    recent_arrivals: VecDeque<(Timestamp, i64)>,
    /// Just queued, with its priority: if nobody takes it at once, it is told how long it may take.
    fresh: Option<(usize, i64)>,
    /// When the floor will be looked at because needs change by waiting.
    look_at: Option<Timestamp>,
    recorder: Recorder,
}

/// Plays all arrivals; what still waits `after_last_ms` after the last one is counted as waiting.
pub fn run(policy: &Policy, arrivals: &[Arrival], workers: &[Worker], options: &Options) -> Report {
    let start = arrivals.iter().map(|a| a.at).min().unwrap_or(0);
    let end = arrivals.iter().map(|a| a.at).max().unwrap_or(0).saturating_add(options.after_last_ms);
    let mut world = World {
        arrivals,
        workers,
        policy,
        floor: Floor::new(Arc::new(policy.clone())),
        events: BinaryHeap::new(),
        planned: 0,
        plans: HashMap::new(),
        index: workers.iter().enumerate().map(|(n, w)| (w.person.user_id.clone(), n)).collect(),
        random: Random::seeded(options.seed),
        recent_handle_ms: VecDeque::new(),
        recent_arrivals: VecDeque::new(),
        fresh: None,
        look_at: None,
        recorder: Recorder::new(arrivals, workers, options),
    };
    world.open(start, end);
    let mut last = start;
    while let Some(Reverse((now, event, _))) = world.events.pop()
        && now <= end
    {
        if !matches!(event, Event::Shift { .. } | Event::Changes) {
            last = now;
        }
        world.happen(event, now);
        if world.recorder.is_over() {
            break;
        }
        world.give_out(now);
        if let Some((n, priority)) = world.fresh.take() {
            world.tell_wait(n, priority, now);
        }
    }
    world.recorder.report(last)
}

impl World<'_> {
    fn open(&mut self, start: Timestamp, end: Timestamp) {
        for (n, worker) in self.workers.iter().enumerate() {
            let mut person = worker.person.clone();
            (person.presence, person.connected, person.load) = (Presence::Offline, true, 0);
            self.floor.set_person(person);
            for (from, to) in worker.shifts.between(start, end) {
                self.plan(from, Event::Shift { worker: n, on: true });
                if to < end {
                    self.plan(to, Event::Shift { worker: n, on: false });
                }
            }
        }
        for (n, arrival) in self.arrivals.iter().enumerate() {
            self.plan(arrival.at, Event::Arrive(n));
        }
    }

    fn plan(&mut self, at: Timestamp, event: Event) {
        self.planned += 1;
        self.events.push(Reverse((at, event, self.planned)));
    }

    fn happen(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Shift { worker, on } => {
                let presence = if on { Presence::Online } else { Presence::Offline };
                let id = &self.workers[worker].person.user_id;
                self.floor.change_person(id, |person| person.presence = presence);
                self.recorder.shift(worker, on, now);
            }
            Event::Arrive(n) => self.arrive(n, now),
            Event::HandedOver(n) => self.enqueue(n, now),
            Event::Leave(n) => {
                if self.floor.remove_waiting(&conversation(n)).is_some() {
                    self.recorder.left(n, now);
                }
            }
            Event::End { worker, arrival } => {
                self.give_back(worker, arrival);
                self.recorder.ended();
                remember(&mut self.recent_handle_ms, self.arrivals[arrival].handle_ms);
            }
            Event::OfferRunsOut { worker, arrival } => self.reoffer(worker, arrival, now),
            // Nothing to do but to look again.
            Event::Changes => {}
        }
    }

    fn arrive(&mut self, n: usize, now: Timestamp) {
        let arrival = &self.arrivals[n];
        let plan = self.policy.plan(&arrival.facts, arrival.team.clone(), now);
        self.recorder.planned(n, &plan);
        remember(&mut self.recent_arrivals, (now, plan.priority));
        let bot_answers = arrival.bot_resolves && plan.handling != Handling::PeopleFirst;
        let first_to_bot = plan.handling != Handling::PeopleFirst && arrival.bot_ms > 0;
        match (plan.closed, plan.handling) {
            _ if bot_answers => return self.recorder.by_bot(),
            (Some(AfterHoursAction::LeaveMessage), _) => return self.recorder.message_left(),
            (_, Handling::BotOnly) => return self.recorder.by_bot(),
            _ => {}
        }
        self.plans.insert(n, plan);
        if first_to_bot { self.plan(now + arrival.bot_ms, Event::HandedOver(n)) } else { self.enqueue(n, now) }
    }

    fn enqueue(&mut self, n: usize, now: Timestamp) {
        let arrival = &self.arrivals[n];
        let Some(plan) = self.plans.remove(&n) else { return };
        let due = self.terms(&plan).and_then(|terms| SlaState::default().after(SlaEvent::CustomerSpoke, now, terms).first_due(terms));
        let waiting = Waiting {
            conversation_id: conversation(n),
            channel: arrival.facts.channel.clone(),
            language: arrival.facts.language,
            last_agent_id: arrival.last_agent.clone(),
            owner_id: arrival.owner.clone(),
            queued_at: now,
            plan,
            passed: Vec::new(),
            sla_due_at: due,
        };
        self.recorder.queued(n, now, due);
        if let Some(patience) = arrival.patience_ms {
            self.plan(now.saturating_add(patience), Event::Leave(n));
        }
        let priority = waiting.plan.priority;
        self.floor.set_waiting(waiting, now);
        self.fresh = Some((n, priority));
    }

    fn terms<'p>(&'p self, plan: &Plan) -> Option<Terms<'p>> {
        let policy = self.policy.sla.get(plan.sla.as_deref()?)?;
        Some(Terms { policy, calendar: policy.calendar.as_deref().and_then(|name| self.policy.calendar(name)) })
    }

    /// What the customer would be told, as live: noted, to be held against what happens.
    fn tell_wait(&mut self, n: usize, priority: i64, now: Timestamp) {
        let id = conversation(n);
        if self.floor.waiting(&id).is_none() || self.recent_handle_ms.len() < SAMPLES_MIN {
            return;
        }
        let handle: Vec<i64> = self.recent_handle_ms.iter().copied().collect();
        let told = self.floor.outlook(&id, &handle, self.overtaking_per_ms(priority, now)).and_then(|o| o.wait);
        if let Some(told) = told {
            self.recorder.told(n, told);
        }
    }

    fn overtaking_per_ms(&self, priority: i64, now: Timestamp) -> f64 {
        let since = self.recent_arrivals.front().map_or(now, |(at, _)| *at);
        self.recent_arrivals.iter().filter(|(_, p)| *p > priority).count() as f64 / (now - since).max(1) as f64
    }

    fn give_out(&mut self, now: Timestamp) {
        for (waiting, decision) in self.floor.drain(now, usize::MAX) {
            let Some(worker) = decision.agent.as_ref().and_then(|id| self.index.get(id)).copied() else { continue };
            let Some(n) = number(&waiting.conversation_id) else { continue };
            let offer_ms = self.policy.offer.as_ref().map(|o| o.seconds * 1_000);
            if let Some(ms) = offer_ms
                && self.random.share() >= self.workers[worker].accepts
            {
                self.recorder.missed();
                self.plans.insert(n, waiting.plan.clone());
                self.recorder.keep(n, waiting);
                self.plan(now + ms, Event::OfferRunsOut { worker, arrival: n });
                continue;
            }
            self.recorder.served(n, worker, &decision, now);
            self.plan(now.saturating_add(self.arrivals[n].handle_ms), Event::End { worker, arrival: n });
        }
        self.follow_changes(now);
    }

    /// Back to its place in the line, past the person who did not answer.
    fn reoffer(&mut self, worker: usize, n: usize, now: Timestamp) {
        self.give_back(worker, n);
        self.plans.remove(&n);
        let Some(mut waiting) = self.recorder.take_kept(n) else { return };
        waiting.passed.retain(|p| p.until > now);
        waiting.passed.push(Passed { user_id: self.workers[worker].person.user_id.clone(), until: now + PASSED_MS });
        let gave_up = self.arrivals[n].patience_ms.is_some_and(|p| now - waiting.queued_at >= p);
        if gave_up {
            return self.recorder.left(n, now);
        }
        self.floor.set_waiting(waiting, now);
    }

    fn give_back(&mut self, worker: usize, arrival: usize) {
        let channel = &self.arrivals[arrival].facts.channel;
        let id = &self.workers[worker].person.user_id;
        self.floor.change_person(id, |person| person.give_back(channel));
    }

    fn follow_changes(&mut self, now: Timestamp) {
        let Some(at) = self.floor.next_change_at() else { return };
        if self.look_at.is_none_or(|planned| planned <= now || at < planned) {
            self.look_at = Some(at.max(now + 1));
            self.plan(at.max(now + 1), Event::Changes);
        }
    }
}

fn remember<T>(recent: &mut VecDeque<T>, item: T) {
    if recent.len() == RECENT_MAX {
        recent.pop_front();
    }
    recent.push_back(item);
}

/// Zero-padded, so that ids are in order of arrival.
fn conversation(n: usize) -> ConversationId {
    ConversationId(format!("cnv_{n:09}"))
}

fn number(id: &ConversationId) -> Option<usize> {
    id.as_str().strip_prefix("cnv_")?.parse().ok()
}
