//! Service levels 服务级别: what is promised, and the pure calculator of what is due. A conversation's or a ticket's state is folded from its events;
//! times run on the policy's calendar only, and stand still while it waits for somebody outside. No timers here: the caller asks
//! when something is next due, sleeps as it likes, and calls `alarms` with the time.

use crate::calendar::Calendar;
use qn_domain::{TeamId, Timestamp};
use serde::{Deserialize, Serialize};

/// Steps of one chain; the policy check refuses more.
pub const ESCALATIONS_MAX: usize = 20;

/// Targets in seconds of open time; none = not promised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlaPolicy {
    pub name: String,
    /// A calendar of the routing policy; none = around the clock.
    pub calendar: Option<String>,
    /// From the customer's first message to a person's first answer.
    pub first_response_seconds: Option<i64>,
    /// From each later message that waits to the answer.
    pub next_response_seconds: Option<i64>,
    /// From the first message, or from the opening of a ticket, until it is resolved.
    pub resolution_seconds: Option<i64>,
    /// Waiting for the customer or a third party costs nothing.
    pub pause_on_pending: bool,
    /// The warning comes when this much of a target is used up; 1 to 99.
    pub warn_percent: u16,
    /// What happens on the way, by share of the target; 100 is the breach.
    pub escalation: Vec<Escalation>,
}

impl Default for SlaPolicy {
    fn default() -> Self {
        Self {
            name: String::new(),
            calendar: None,
            first_response_seconds: None,
            next_response_seconds: None,
            resolution_seconds: None,
            pause_on_pending: true,
            warn_percent: 75,
            escalation: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// None: for each of them.
    #[serde(default)]
    pub metric: Option<Metric>,
    /// Of the target, 1 to 1,000.
    pub at_percent: u16,
    pub actions: Vec<SlaAction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaAction {
    NotifyOwner,
    NotifySupervisors,
    /// Points, as in a routing rule; a ticket stands in no queue and gains none.
    Priority(i64),
    ToTeam(TeamId),
    /// The event `conversation.sla` or `ticket.sla` to every webhook that wants it.
    Webhook,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    FirstResponse,
    NextResponse,
    Resolution,
}

impl Metric {
    pub const ALL: [Metric; 3] = [Metric::FirstResponse, Metric::NextResponse, Metric::Resolution];

    pub fn as_str(self) -> &'static str {
        match self {
            Metric::FirstResponse => "first_response",
            Metric::NextResponse => "next_response",
            Metric::Resolution => "resolution",
        }
    }
}

impl SlaPolicy {
    pub fn target_ms(&self, metric: Metric) -> Option<i64> {
        let seconds = match metric {
            Metric::FirstResponse => self.first_response_seconds,
            Metric::NextResponse => self.next_response_seconds,
            Metric::Resolution => self.resolution_seconds,
        };
        seconds.filter(|s| *s > 0).map(|s| s.saturating_mul(1_000))
    }

    /// Where something happens, in order: the warning, the breach, the chain.
    fn marks(&self, metric: Metric) -> Vec<u16> {
        let chain = self.escalation.iter().filter(|e| e.metric.is_none_or(|m| m == metric)).map(|e| e.at_percent);
        let mut marks: Vec<u16> = chain.chain([self.warn_percent, 100]).filter(|p| *p > 0).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }

    fn actions(&self, metric: Metric, percent: u16) -> Vec<SlaAction> {
        let here = self.escalation.iter().filter(|e| e.metric.is_none_or(|m| m == metric) && e.at_percent == percent);
        here.flat_map(|e| e.actions.iter().cloned()).collect()
    }
}

/// What happened to the conversation or the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaEvent {
    /// A ticket: nobody waits for an answer, so its resolution alone is counted.
    Opened,
    CustomerSpoke,
    /// A person, never the bot.
    AgentSpoke,
    /// Pending or snoozed.
    Paused,
    Resumed,
    Resolved,
    Reopened,
}

/// Kept with the conversation or the ticket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SlaState {
    pub clocks: Vec<SlaClock>,
    pub paused: bool,
    /// A person has answered once: later messages are next responses.
    pub answered: bool,
    pub resolved: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlaClock {
    pub metric: Metric,
    pub target_ms: i64,
    /// Open time used before it began to run last.
    pub spent_ms: i64,
    /// None: it stands still.
    pub running_since: Option<Timestamp>,
    pub started_at: Timestamp,
    /// When the promise was kept or, late, made good.
    pub done_at: Option<Timestamp>,
    pub breached: bool,
    /// The last mark that was told, in per cent.
    pub told_percent: u16,
}

/// What a screen needs: a time to count down to, or what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub metric: Metric,
    /// None while it stands still or when it is done.
    pub due_at: Option<Timestamp>,
    pub warn_at: Option<Timestamp>,
    /// Open time left; negative after the breach.
    pub left_ms: i64,
    pub breached: bool,
    pub paused: bool,
    pub done_at: Option<Timestamp>,
}

/// A mark that was passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    pub metric: Metric,
    pub percent: u16,
    pub breached: bool,
    pub actions: Vec<SlaAction>,
}

/// A policy with the calendar it runs on.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub policy: &'a SlaPolicy,
    /// None: around the clock.
    pub calendar: Option<&'a Calendar>,
}

impl Terms<'_> {
    fn open_ms(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.calendar.map_or((to - from).max(0), |c| c.open_ms(from, to))
    }

    /// What is used up already is over at once.
    fn after(&self, from: Timestamp, open_ms: i64) -> Option<Timestamp> {
        self.calendar.map_or(Some(from.saturating_add(open_ms.max(0))), |c| c.after(from, open_ms))
    }
}

impl SlaState {
    /// The state after an event. Events come in order of time.
    pub fn after(mut self, event: SlaEvent, at: Timestamp, terms: Terms<'_>) -> Self {
        match event {
            SlaEvent::Opened => self.begin(Metric::Resolution, at, terms),
            SlaEvent::CustomerSpoke => {
                self.resume(at, terms);
                self.resolved = false;
                self.begin(if self.answered { Metric::NextResponse } else { Metric::FirstResponse }, at, terms);
                self.begin(Metric::Resolution, at, terms);
            }
            SlaEvent::AgentSpoke => {
                self.answered = true;
                self.end(Metric::FirstResponse, at, terms);
                self.end(Metric::NextResponse, at, terms);
            }
            SlaEvent::Paused if terms.policy.pause_on_pending => {
                self.paused = true;
                self.clocks.iter_mut().for_each(|c| c.stop(at, terms));
            }
            SlaEvent::Paused => {}
            SlaEvent::Resumed => self.resume(at, terms),
            SlaEvent::Resolved => {
                self.resolved = true;
                self.paused = false;
                Metric::ALL.into_iter().for_each(|metric| self.end(metric, at, terms));
            }
            SlaEvent::Reopened => {
                self.resolved = false;
                let reopened = self.clocks.iter_mut().filter(|c| c.metric == Metric::Resolution && c.done_at.is_some());
                reopened.for_each(|c| (c.done_at, c.running_since) = (None, Some(at)));
            }
        }
        self
    }

    /// The same under another service level: the time that was used counts on. Marks that the new target has not reached are told anew.
    pub fn under(mut self, at: Timestamp, old: Terms<'_>, new: Terms<'_>) -> Self {
        self.clocks.retain(|c| c.done_at.is_some() || new.policy.target_ms(c.metric).is_some());
        for clock in self.clocks.iter_mut().filter(|c| c.done_at.is_none()) {
            let runs = clock.running_since.is_some();
            clock.stop(at, old);
            clock.running_since = runs.then_some(at);
            clock.target_ms = new.policy.target_ms(clock.metric).unwrap_or(clock.target_ms);
            clock.breached = clock.spent_ms > clock.target_ms;
            let used = clock.spent_ms.saturating_mul(100) / clock.target_ms.max(1);
            clock.told_percent = clock.told_percent.min(u16::try_from(used).unwrap_or(u16::MAX));
        }
        if self.paused && !new.policy.pause_on_pending {
            self.resume(at, new);
        }
        self
    }

    /// A clock that runs is left alone: the customer's second message does not move the first one's deadline.
    fn begin(&mut self, metric: Metric, at: Timestamp, terms: Terms<'_>) {
        let Some(target_ms) = terms.policy.target_ms(metric) else { return };
        let known = self.clocks.iter().position(|c| c.metric == metric);
        match known.map(|at| &self.clocks[at]) {
            Some(clock) if clock.done_at.is_none() || metric != Metric::NextResponse => return,
            _ => {}
        }
        if let Some(at) = known {
            self.clocks.remove(at);
        }
        let running_since = Some(at);
        self.clocks.push(SlaClock {
            metric,
            target_ms,
            spent_ms: 0,
            running_since,
            started_at: at,
            done_at: None,
            breached: false,
            told_percent: 0,
        });
        self.clocks.sort_by_key(|c| c.metric);
    }

    fn end(&mut self, metric: Metric, at: Timestamp, terms: Terms<'_>) {
        for clock in self.clocks.iter_mut().filter(|c| c.metric == metric && c.done_at.is_none()) {
            clock.stop(at, terms);
            clock.done_at = Some(at);
            clock.breached |= clock.spent_ms > clock.target_ms;
        }
    }

    fn resume(&mut self, at: Timestamp, terms: Terms<'_>) {
        let _ = terms;
        self.paused = false;
        self.clocks.iter_mut().filter(|c| c.done_at.is_none() && c.running_since.is_none()).for_each(|c| c.running_since = Some(at));
    }

    pub fn due(&self, now: Timestamp, terms: Terms<'_>) -> Vec<Due> {
        self.clocks.iter().map(|clock| clock.due(now, terms)).collect()
    }

    /// The first deadline that runs; what routing counts by.
    pub fn first_due(&self, terms: Terms<'_>) -> Option<Timestamp> {
        self.clocks.iter().filter(|c| !c.breached).filter_map(|c| c.reaches(100, terms)).min()
    }

    /// When the next mark is passed. None: nothing runs, or all has been told.
    pub fn next_alarm_at(&self, terms: Terms<'_>) -> Option<Timestamp> {
        self.clocks.iter().filter_map(|c| c.reaches(c.next_mark(terms)?, terms)).min()
    }

    /// Marks passed by now that were not told yet, and the state in which they are.
    pub fn alarms(mut self, now: Timestamp, terms: Terms<'_>) -> (Self, Vec<Alarm>) {
        let mut alarms = Vec::new();
        for clock in &mut self.clocks {
            while let Some(percent) = clock.next_mark(terms)
                && clock.reaches(percent, terms).is_some_and(|at| at <= now)
            {
                clock.told_percent = percent;
                clock.breached |= percent >= 100;
                let actions = terms.policy.actions(clock.metric, percent);
                alarms.push(Alarm { metric: clock.metric, percent, breached: clock.breached, actions });
            }
        }
        (self, alarms)
    }
}

impl SlaClock {
    fn stop(&mut self, at: Timestamp, terms: Terms<'_>) {
        if let Some(since) = self.running_since.take() {
            self.spent_ms += terms.open_ms(since, at);
        }
    }

    fn next_mark(&self, terms: Terms<'_>) -> Option<u16> {
        self.running_since?;
        terms.policy.marks(self.metric).into_iter().find(|p| *p > self.told_percent)
    }

    /// When it will have used up this much of its target, if nothing stops it.
    fn reaches(&self, percent: u16, terms: Terms<'_>) -> Option<Timestamp> {
        let needed = self.target_ms.saturating_mul(i64::from(percent)) / 100 - self.spent_ms;
        terms.after(self.running_since?, needed)
    }

    fn due(&self, now: Timestamp, terms: Terms<'_>) -> Due {
        let spent = self.spent_ms + self.running_since.map_or(0, |since| terms.open_ms(since, now));
        Due {
            metric: self.metric,
            due_at: self.reaches(100, terms),
            warn_at: self.reaches(terms.policy.warn_percent, terms),
            left_ms: self.target_ms - spent,
            breached: self.breached || spent > self.target_ms,
            paused: self.done_at.is_none() && self.running_since.is_none(),
            done_at: self.done_at,
        }
    }
}
