//! What a simulation counts, and the report made of it. Waits are from the queue to a person; times in milliseconds.

use super::{Arrival, Options, Worker};
use crate::decide::Decision;
use crate::people::Waiting;
use crate::policy::Plan;
use crate::wait::WaitEstimate;
use qn_domain::Timestamp;
pub use qn_domain::fairness::gini;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub arrivals: usize,
    /// Answered by a person.
    pub served: usize,
    /// Answered by the bot alone.
    pub by_bot: usize,
    /// After hours: asked to leave a message.
    pub left_message: usize,
    /// Gone before anybody came.
    pub abandoned: usize,
    /// Still in the queue at the end.
    pub waiting: usize,
    pub wait: Waits,
    /// Answered within the wanted time, of all that queued.
    pub service_level: f64,
    pub by_tier: BTreeMap<String, Waits>,
    pub by_team: BTreeMap<String, Waits>,
    pub by_channel: BTreeMap<String, Waits>,
    /// First responses promised and kept.
    pub sla_promised: usize,
    pub sla_kept: usize,
    pub offers: OfferCount,
    pub estimates: Estimates,
    /// Busy share of the time at work, over all places.
    pub utilisation: f64,
    /// The largest Gini coefficient of conversations per hour at work among people with the same teams, skills, room and shifts.
    pub fairness_gini: f64,
    pub groups: Vec<AgentShare>,
    /// How many conversations each rule held for.
    pub rules: BTreeMap<String, usize>,
    /// Why people were chosen.
    pub reasons: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Waits {
    pub count: usize,
    pub mean_ms: f64,
    pub waited_share: f64,
    pub p50_ms: i64,
    pub p90_ms: i64,
    pub p99_ms: i64,
    pub max_ms: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfferCount {
    pub made: usize,
    pub missed: usize,
}

/// What customers were told, held against what happened.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Estimates {
    pub told: usize,
    pub mean_told_ms: f64,
    pub mean_waited_ms: f64,
    /// Waited no longer than the longer time they were told; 0.9 is exact.
    pub within_likely_max: f64,
}

/// People who are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentShare {
    pub teams: String,
    pub skills: String,
    pub shifts: String,
    pub people: usize,
    pub served: usize,
    pub gini: f64,
}

#[derive(Debug, Default, Clone)]
struct Track {
    tier: String,
    team: String,
    channel: String,
    queued_at: Option<Timestamp>,
    wait_ms: Option<i64>,
    due: Option<Timestamp>,
    kept: Option<bool>,
    told: Option<WaitEstimate>,
    gone: bool,
}

#[derive(Debug, Default, Clone)]
struct Work {
    alike: (String, String, String, i64),
    served: usize,
    busy_ms: i64,
    at_work_ms: i64,
    since: Option<Timestamp>,
}

pub(super) struct Recorder {
    within_ms: i64,
    tracks: Vec<Track>,
    work: Vec<Work>,
    handle_ms: Vec<i64>,
    kept: HashMap<usize, Waiting>,
    rules: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
    counts: Counts,
}

#[derive(Debug, Default, Clone)]
struct Counts {
    /// Customers who have been here and gone.
    over: usize,
    by_bot: usize,
    left_message: usize,
    missed: usize,
    made: usize,
}

impl Recorder {
    pub fn new(arrivals: &[Arrival], workers: &[Worker], options: &Options) -> Self {
        let track = |a: &Arrival| Track {
            tier: a.facts.tier.clone().unwrap_or_else(|| "none".to_owned()),
            channel: a.facts.channel.clone(),
            ..Track::default()
        };
        Self {
            within_ms: options.within_ms,
            tracks: arrivals.iter().map(track).collect(),
            work: workers.iter().map(|w| Work { alike: alike(w), ..Work::default() }).collect(),
            handle_ms: arrivals.iter().map(|a| a.handle_ms).collect(),
            kept: HashMap::new(),
            rules: BTreeMap::new(),
            reasons: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    pub fn planned(&mut self, n: usize, plan: &Plan) {
        self.tracks[n].team = plan.team.as_ref().map_or_else(|| "any".to_owned(), |t| t.0.clone());
        for rule in &plan.rules {
            *self.rules.entry(rule.id.clone()).or_default() += 1;
        }
    }

    pub fn by_bot(&mut self) {
        (self.counts.by_bot, self.counts.over) = (self.counts.by_bot + 1, self.counts.over + 1);
    }

    pub fn message_left(&mut self) {
        (self.counts.left_message, self.counts.over) = (self.counts.left_message + 1, self.counts.over + 1);
    }

    /// Everybody who came has gone again: what people do afterwards does not count.
    pub fn is_over(&self) -> bool {
        self.counts.over == self.tracks.len()
    }

    pub fn queued(&mut self, n: usize, now: Timestamp, due: Option<Timestamp>) {
        (self.tracks[n].queued_at, self.tracks[n].due) = (Some(now), due);
    }

    pub fn told(&mut self, n: usize, told: WaitEstimate) {
        self.tracks[n].told = Some(told);
    }

    pub fn left(&mut self, n: usize, now: Timestamp) {
        let track = &mut self.tracks[n];
        track.gone = true;
        self.counts.over += 1;
        track.kept = track.due.map(|due| now <= due);
    }

    pub fn missed(&mut self) {
        (self.counts.made, self.counts.missed) = (self.counts.made + 1, self.counts.missed + 1);
    }

    pub fn keep(&mut self, n: usize, waiting: Waiting) {
        self.kept.insert(n, waiting);
    }

    pub fn take_kept(&mut self, n: usize) -> Option<Waiting> {
        self.kept.remove(&n)
    }

    pub fn served(&mut self, n: usize, worker: usize, decision: &Decision, now: Timestamp) {
        let track = &mut self.tracks[n];
        track.wait_ms = track.queued_at.map(|at| now - at);
        track.kept = track.due.map(|due| now <= due);
        self.counts.made += 1;
        *self.reasons.entry(decision.reason.as_str().to_owned()).or_default() += 1;
        let work = &mut self.work[worker];
        work.served += 1;
        work.busy_ms += self.handle_ms[n];
    }

    pub fn ended(&mut self) {
        self.counts.over += 1;
    }

    pub fn shift(&mut self, worker: usize, on: bool, now: Timestamp) {
        let work = &mut self.work[worker];
        if on {
            work.since = Some(now);
        } else if let Some(since) = work.since.take() {
            work.at_work_ms += now - since;
        }
    }

    pub fn report(mut self, end: Timestamp) -> Report {
        for work in &mut self.work {
            work.at_work_ms += work.since.take().map_or(0, |since| (end - since).max(0));
        }
        let queued = || self.tracks.iter().filter(|t| t.queued_at.is_some());
        let group = |key: fn(&Track) -> &String| {
            let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            queued().filter_map(|t| Some((key(t), t.wait_ms?))).for_each(|(k, ms)| groups.entry(k.clone()).or_default().push(ms));
            groups.into_iter().map(|(k, waits)| (k, Waits::of(waits))).collect()
        };
        let waits: Vec<i64> = queued().filter_map(|t| t.wait_ms).collect();
        let within = waits.iter().filter(|ms| **ms <= self.within_ms).count();
        let promised: Vec<bool> = queued().filter_map(|t| t.kept).collect();
        let groups = self.groups();
        Report {
            arrivals: self.tracks.len(),
            served: waits.len(),
            by_bot: self.counts.by_bot,
            left_message: self.counts.left_message,
            abandoned: self.tracks.iter().filter(|t| t.gone).count(),
            waiting: queued().filter(|t| t.wait_ms.is_none() && !t.gone).count(),
            service_level: share(within, queued().count()),
            wait: Waits::of(waits),
            by_tier: group(|t| &t.tier),
            by_team: group(|t| &t.team),
            by_channel: group(|t| &t.channel),
            sla_promised: promised.len(),
            sla_kept: promised.iter().filter(|kept| **kept).count(),
            offers: OfferCount { made: self.counts.made, missed: self.counts.missed },
            estimates: self.estimates(),
            utilisation: self.utilisation(),
            fairness_gini: groups.iter().map(|g| g.gini).fold(0.0, f64::max),
            groups,
            rules: self.rules,
            reasons: self.reasons,
        }
    }

    fn estimates(&self) -> Estimates {
        let told: Vec<(WaitEstimate, i64)> = self.tracks.iter().filter_map(|t| Some((t.told?, t.wait_ms?))).collect();
        let mean = |sum: i64| sum as f64 / told.len().max(1) as f64;
        Estimates {
            told: told.len(),
            mean_told_ms: mean(told.iter().map(|(e, _)| e.expected_ms).sum()),
            mean_waited_ms: mean(told.iter().map(|(_, ms)| *ms).sum()),
            within_likely_max: share(told.iter().filter(|(e, ms)| *ms <= e.likely_max_ms).count(), told.len()),
        }
    }

    fn utilisation(&self) -> f64 {
        let room: i64 = self.work.iter().map(|w| w.at_work_ms.saturating_mul(w.alike.3)).sum();
        self.work.iter().map(|w| w.busy_ms).sum::<i64>() as f64 / room.max(1) as f64
    }

    fn groups(&self) -> Vec<AgentShare> {
        let mut groups: BTreeMap<&(String, String, String, i64), Vec<&Work>> = BTreeMap::new();
        self.work.iter().for_each(|w| groups.entry(&w.alike).or_default().push(w));
        let share = |(key, work): (&(String, String, String, i64), Vec<&Work>)| {
            let rates: Vec<f64> = work.iter().map(|w| w.served as f64 * 3.6e6 / w.at_work_ms.max(1) as f64).collect();
            AgentShare {
                teams: key.0.clone(),
                skills: key.1.clone(),
                shifts: key.2.clone(),
                people: work.len(),
                served: work.iter().map(|w| w.served).sum(),
                gini: gini(&rates),
            }
        };
        groups.into_iter().map(share).collect()
    }
}

fn alike(worker: &Worker) -> (String, String, String, i64) {
    let person = &worker.person;
    let mut teams: Vec<&str> = person.team_ids.iter().map(|t| t.as_str()).collect();
    teams.sort_unstable();
    let mut skills: Vec<String> = person.skills.iter().map(|s| format!("{}:{}", s.skill, s.level)).collect();
    skills.extend(person.languages.iter().map(|l| l.code().to_owned()));
    skills.sort_unstable();
    (teams.join(";"), skills.join(";"), worker.shifts.text(), person.capacity)
}

impl Waits {
    fn of(mut waits: Vec<i64>) -> Self {
        waits.sort_unstable();
        let at = |q: f64| waits.get(((waits.len() as f64 * q).ceil() as usize).saturating_sub(1)).copied().unwrap_or(0);
        let sum: i128 = waits.iter().map(|ms| i128::from(*ms)).sum();
        Self {
            count: waits.len(),
            mean_ms: sum as f64 / waits.len().max(1) as f64,
            waited_share: share(waits.iter().filter(|ms| **ms > 0).count(), waits.len()),
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            max_ms: waits.last().copied().unwrap_or(0),
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
