//! The figures and their definitions. Each says what it counts, of which episodes, and from when to when; the same words stand in
//! `docs/how-to/read-the-reports.md` and beside the figure on the screen.

use crate::beside::{Beside, Wraps};
use qn_domain::{ContactId, Episode, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What the company promises itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Served in time: a person took it within this long of entering the queue.
    pub service_target_ms: i64,
    /// A customer who comes back within this long was not helped the first time.
    pub follow_up_ms: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { service_target_ms: 20_000, follow_up_ms: 72 * 60 * 60 * 1000 }
    }
}

/// How lengths spread, in ms. Absent where there is nothing to measure.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Spread {
    pub count: i64,
    pub mean_ms: Option<i64>,
    pub median_ms: Option<i64>,
    pub p90_ms: Option<i64>,
    pub max_ms: Option<i64>,
}

/// `part` of `of`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub part: i64,
    pub of: i64,
}

impl Share {
    fn count(&mut self, part: bool) {
        self.of += 1;
        self.part += i64::from(part);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Stretches of conversations begun in the period (a reopened conversation begins another).
    pub conversations: i64,
    pub resolved: i64,
    /// Ended without a person and without a queue, of those resolved.
    pub bot_only: Share,
    /// Of those the bot ended alone: the customer did not come back within the follow-up window. Counted once the window is over
    /// or the customer came back.
    pub bot_only_lasting: Share,
    /// Entered a queue, of all.
    pub handed_over: Share,
    /// From entering the queue (or, where a person answered without one, from the beginning) to a person's first answer.
    pub first_response: Spread,
    /// From the beginning to the first answer of any kind, the bot's included.
    pub first_answer: Spread,
    /// Stays in queues, of those taken by a person.
    pub wait: Spread,
    /// Taken by a person within the target, of those queued before a person had them; given up in the queue counts as not.
    pub service_level: Share,
    /// Ended in the queue before a person took it, of those queued before a person had them.
    pub abandoned: Share,
    /// Held by people, of those that ended (average handling time).
    pub handle: Spread,
    /// After-call work (ACW): from being asked what a conversation was about to being free for new work, of those where it was asked and is over.
    pub after_work: Spread,
    /// Held by people and written up, of those that ended; one that is still being written up is not counted yet.
    pub handle_all: Spread,
    /// From the beginning to the end.
    pub resolution: Spread,
    /// Ended and the customer did not come back within the follow-up window, nor was it reopened. Counted as `bot_only_lasting` is.
    pub first_contact: Share,
    pub transfers: i64,
    /// The same transfers by the reason that whoever passed it on chose from the company's list; those without a reason are the rest.
    pub transfer_reasons: BTreeMap<String, i64>,
    /// Mean score × 100 of those rated, e.g. 453.
    pub csat_mean_x100: Option<i64>,
    /// 4 and 5, of those rated.
    pub satisfied: Share,
    pub asked: i64,
    pub bot_messages: i64,
    pub agent_messages: i64,
    /// Reviewed, and the review submitted.
    pub reviewed: i64,
    /// Mean score × 100 of those reviewed, 0 to 10,000; a score that was settled counts as settled.
    pub quality_mean_x100: Option<i64>,
    /// Failed a fatal criterion, of those reviewed.
    pub fatal: Share,
}

/// Order does not matter.
pub fn measure(episodes: &[&Episode], back: &Returns, beside: &Beside, terms: &Terms, now: Timestamp) -> Figures {
    let mut figures = Figures::default();
    let mut lengths = Lengths::default();
    let (mut ratings, mut quality) = (0, 0);
    for episode in episodes {
        count(&mut figures, episode);
        lengths.take(episode, &beside.wraps);
        if let Some(score) = episode.csat {
            ratings += score;
            figures.satisfied.count(score >= 4);
        }
        if let Some(score) = beside.scores.of(episode) {
            quality += score.score_x100;
            figures.reviewed += 1;
            figures.fatal.count(score.fatal);
        }
        if let Some(queued) = called(episode) {
            // Still in the queue and still in time: not decided yet.
            let waited = episode.owned_at.or(episode.resolved_at).unwrap_or(now) - queued;
            if episode.owned_at.is_some() || episode.resolved_at.is_some() || waited > terms.service_target_ms {
                figures.service_level.count(episode.owned_at.is_some() && waited <= terms.service_target_ms);
            }
            figures.abandoned.count(episode.owned_at.is_none() && episode.resolved_at.is_some());
        }
        if let Some(lasted) = back.lasted(episode, terms.follow_up_ms, now) {
            figures.first_contact.count(lasted);
            if is_bot_only(episode) {
                figures.bot_only_lasting.count(lasted);
            }
        }
    }
    let rated = figures.satisfied.of;
    figures.csat_mean_x100 = (rated > 0).then(|| (ratings * 100 + rated / 2) / rated);
    figures.quality_mean_x100 = (figures.reviewed > 0).then(|| (quality + figures.reviewed / 2) / figures.reviewed);
    lengths.write(&mut figures);
    figures
}

/// When the customer began to wait for a person; not where a person who already had it passed it on.
fn called(episode: &Episode) -> Option<Timestamp> {
    episode.queued_at.filter(|queued| episode.owned_at.is_none_or(|owned| owned >= *queued))
}

fn is_bot_only(episode: &Episode) -> bool {
    episode.resolved_at.is_some() && episode.owned_at.is_none() && episode.queued_at.is_none() && episode.agent_messages == 0
}

fn count(figures: &mut Figures, episode: &Episode) {
    figures.conversations += 1;
    figures.handed_over.count(episode.queued_at.is_some());
    if episode.resolved_at.is_some() {
        figures.resolved += 1;
        figures.bot_only.count(is_bot_only(episode));
    }
    figures.transfers += episode.transfers;
    for (reason, times) in &episode.transfer_reasons {
        *figures.transfer_reasons.entry(reason.clone()).or_default() += times;
    }
    figures.asked += episode.asked;
    figures.bot_messages += episode.bot_messages;
    figures.agent_messages += episode.agent_messages;
}

#[derive(Default)]
struct Lengths {
    first_response: Vec<i64>,
    first_answer: Vec<i64>,
    wait: Vec<i64>,
    handle: Vec<i64>,
    after_work: Vec<i64>,
    handle_all: Vec<i64>,
    resolution: Vec<i64>,
}

impl Lengths {
    fn take(&mut self, e: &Episode, wraps: &Wraps) {
        let wrapped = wraps.of(e);
        let since = |from: Timestamp, to: Option<Timestamp>| to.map(|to| (to - from).max(0));
        let queued = e.queued_at.filter(|queued| e.agent_replied_at.is_none_or(|replied| replied >= *queued));
        self.first_response.extend(since(queued.unwrap_or(e.opened_at), e.agent_replied_at));
        self.first_answer.extend(since(e.opened_at, [e.bot_replied_at, e.agent_replied_at].into_iter().flatten().min()));
        self.resolution.extend(since(e.opened_at, e.resolved_at));
        if e.queued_at.is_some() && e.owned_at.is_some() {
            self.wait.push(e.waited_ms);
        }
        if e.owned_at.is_some() && e.resolved_at.is_some() {
            self.handle.push(e.held_ms);
            let wrote = wrapped.map_or(Some(0), |w| w.took_ms);
            self.handle_all.extend(wrote.map(|ms| e.held_ms + ms));
        }
        self.after_work.extend(wrapped.and_then(|w| w.took_ms));
    }

    fn write(self, figures: &mut Figures) {
        figures.first_response = spread(self.first_response);
        figures.first_answer = spread(self.first_answer);
        figures.wait = spread(self.wait);
        figures.handle = spread(self.handle);
        figures.after_work = spread(self.after_work);
        figures.handle_all = spread(self.handle_all);
        figures.resolution = spread(self.resolution);
    }
}

fn spread(mut lengths: Vec<i64>) -> Spread {
    lengths.sort_unstable();
    let count = lengths.len() as i64;
    // The smallest value that at least this share of all does not exceed.
    let rank = |percent: usize| lengths.get((lengths.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Spread {
        count,
        mean_ms: (count > 0).then(|| (lengths.iter().map(|ms| i128::from(*ms)).sum::<i128>() / i128::from(count)) as i64),
        median_ms: rank(50),
        p90_ms: rank(90),
        max_ms: lengths.last().copied(),
    }
}

/// When each customer came: who came back after an episode.
#[derive(Debug, Default)]
pub struct Returns {
    persons: HashMap<ContactId, ContactId>,
    by_person: HashMap<ContactId, Vec<Timestamp>>,
}

/// A stretch begun: by which contact, who is that, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub contact_id: ContactId,
    /// One name for all contacts of a person.
    pub person_id: ContactId,
    pub at: Timestamp,
}

impl Returns {
    /// `begun` is every stretch begun in the period or later, of everybody.
    pub fn new(begun: impl IntoIterator<Item = Begun>) -> Self {
        let mut back = Self::default();
        for Begun { contact_id, person_id, at } in begun {
            back.by_person.entry(person_id.clone()).or_default().push(at);
            back.persons.insert(contact_id, person_id);
        }
        back.by_person.values_mut().for_each(|times| times.sort_unstable());
        back
    }

    /// None while it is not decided: not ended, or ended so recently that the customer may still come back.
    fn lasted(&self, episode: &Episode, follow_up_ms: i64, now: Timestamp) -> Option<bool> {
        let ended = episode.resolved_at?;
        let person = self.persons.get(&episode.contact_id).unwrap_or(&episode.contact_id);
        let times = self.by_person.get(person).map_or(&[][..], Vec::as_slice);
        let next = times.get(times.partition_point(|at| *at < ended.max(episode.opened_at + 1)));
        match next {
            Some(at) if at - ended <= follow_up_ms => Some(false),
            _ => (now - ended >= follow_up_ms).then_some(true),
        }
    }
}
