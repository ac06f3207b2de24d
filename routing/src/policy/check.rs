//! Whether a policy can be used: every name it uses exists and every number is in its bounds. Faults say where and why by stable
//! codes; screens have the words. Called before a draft is saved and by the simulator; a policy that passed cannot fail later.

use super::facts::{NAMES, TICKET_NAMES};
use super::{AfterHoursAction, OfferTerms, Policy, Rule, Selection, Skill, TicketRule, When};
use crate::calendar::{Calendar, ExceptionKind, MINUTE_MAX, Shift};
use crate::sla::{ESCALATIONS_MAX, Metric, SlaAction, SlaPolicy};
use serde::{Deserialize, Serialize};

const RULES_MAX: usize = 200;
const TESTS_MAX: usize = 50;
const DEPTH_MAX: usize = 6;
const NAMED_MAX: usize = 50;
const EXCEPTIONS_MAX: usize = 500;
const SKILLS_MAX: usize = 20;
const POINTS_MAX: i64 = 100_000;
const SECONDS_MAX: i64 = 366 * 86_400;

/// `at` is a path into the document, such as `rules[2].then.overflow[0]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub at: String,
    pub code: String,
    /// The name or number that is wrong.
    pub value: String,
}

/// Everything wrong with the policy; empty: it can be used.
pub fn check(policy: &Policy) -> Vec<Fault> {
    let mut found = Found { policy, names: NAMES, faults: Vec::new() };
    found.numbers();
    found.must(policy.rules.len() <= RULES_MAX, "rules", "too_many", policy.rules.len());
    for (n, rule) in policy.rules.iter().enumerate() {
        let at = format!("rules[{n}]");
        found.must(policy.rules[..n].iter().all(|r| r.id != rule.id), &format!("{at}.id"), "twice", &rule.id);
        found.rule(rule, &at);
    }
    found.must(policy.calendars.len() <= NAMED_MAX, "calendars", "too_many", policy.calendars.len());
    policy.calendars.iter().for_each(|(name, calendar)| found.calendar(calendar, &format!("calendars.{name}")));
    found.must(policy.sla.len() <= NAMED_MAX, "sla", "too_many", policy.sla.len());
    policy.sla.iter().for_each(|(name, sla)| found.sla(sla, &format!("sla.{name}")));
    found.names = TICKET_NAMES;
    found.must(policy.tickets.len() <= RULES_MAX, "tickets", "too_many", policy.tickets.len());
    for (n, rule) in policy.tickets.iter().enumerate() {
        let at = format!("tickets[{n}]");
        found.must(policy.tickets[..n].iter().all(|r| r.id != rule.id), &format!("{at}.id"), "twice", &rule.id);
        found.ticket_rule(rule, &at);
    }
    found.faults
}

struct Found<'a> {
    policy: &'a Policy,
    /// The facts that the conditions at hand may ask for.
    names: &'static [&'static str],
    faults: Vec<Fault>,
}

impl Found<'_> {
    fn must(&mut self, holds: bool, at: &str, code: &str, value: impl ToString) {
        if !holds {
            self.faults.push(Fault { at: at.to_owned(), code: code.to_owned(), value: value.to_string() });
        }
    }

    fn numbers(&mut self) {
        let policy = self.policy;
        let aging = policy.points_per_minute;
        self.must(aging.is_finite() && (0.01..=1_000.0).contains(&aging), "points_per_minute", "out_of_range", aging);
        self.seconds(policy.sla_lead_seconds, "sla_lead_seconds");
        if let Some(OfferTerms { seconds, missed_max }) = policy.offer {
            self.must((5..=600).contains(&seconds), "offer.seconds", "out_of_range", seconds);
            self.must(missed_max <= 100, "offer.missed_max", "out_of_range", missed_max);
        }
        match &policy.selection {
            Selection::Order { criteria } => self.must(criteria.len() <= 10, "selection.criteria", "too_many", criteria.len()),
            Selection::Weights { weights } => {
                for (criterion, weight) in weights {
                    let fits = weight.is_finite() && (0.0..=1_000.0).contains(weight);
                    self.must(fits, &format!("selection.weights.{}", criterion.as_str()), "out_of_range", weight);
                }
            }
        }
        self.must(policy.busy_reasons.len() <= NAMED_MAX, "busy_reasons", "too_many", policy.busy_reasons.len());
        for (n, reason) in policy.busy_reasons.iter().enumerate() {
            let told = !reason.key.is_empty() && !reason.zh.is_empty() && !reason.en.is_empty();
            self.must(told, &format!("busy_reasons[{n}]"), "empty", &reason.key);
        }
    }

    fn seconds(&mut self, seconds: i64, at: &str) {
        self.must((0..=SECONDS_MAX).contains(&seconds), at, "out_of_range", seconds);
    }

    fn points(&mut self, points: i64, at: &str) {
        self.must(points.abs() <= POINTS_MAX, at, "out_of_range", points);
    }

    fn condition(&mut self, id: &str, when: &When, at: &str) {
        self.must(!id.trim().is_empty(), &format!("{at}.id"), "empty", "");
        let mut tests = 0;
        self.when(when, &format!("{at}.when"), 0, &mut tests);
        self.must(tests <= TESTS_MAX, &format!("{at}.when"), "too_many", tests);
    }

    fn ticket_rule(&mut self, rule: &TicketRule, at: &str) {
        self.condition(&rule.id, &rule.when, at);
        let policy = self.policy;
        match policy.sla.get(&rule.sla) {
            None => self.must(false, &format!("{at}.sla"), "unknown_sla", &rule.sla),
            // Nobody waits for an answer to a ticket.
            Some(sla) => self.must(sla.resolution_seconds.is_some(), &format!("{at}.sla"), "promises_no_resolution", &rule.sla),
        }
    }

    fn rule(&mut self, rule: &Rule, at: &str) {
        self.condition(&rule.id, &rule.when, at);
        let (then, at) = (&rule.then, format!("{at}.then"));
        self.points(then.priority, &format!("{at}.priority"));
        self.skills(&then.skills, &format!("{at}.skills"));
        if let Some(seconds) = then.hold_seconds {
            self.seconds(seconds, &format!("{at}.hold_seconds"));
        }
        if let Some(sla) = &then.sla {
            self.must(self.policy.sla.contains_key(sla), &format!("{at}.sla"), "unknown_sla", sla);
        }
        for (n, overflow) in then.overflow.iter().enumerate() {
            self.seconds(overflow.after_seconds, &format!("{at}.overflow[{n}].after_seconds"));
            self.points(overflow.priority, &format!("{at}.overflow[{n}].priority"));
        }
        self.must(then.overflow.len() <= 10, &format!("{at}.overflow"), "too_many", then.overflow.len());
        if let Some(after) = &then.after_hours {
            let known = self.policy.calendars.contains_key(&after.calendar);
            self.must(known, &format!("{at}.after_hours.calendar"), "unknown_calendar", &after.calendar);
            let named = after.action != AfterHoursAction::OtherTeam || after.team.is_some();
            self.must(named, &format!("{at}.after_hours.team"), "empty", "");
        }
    }

    fn skills(&mut self, skills: &[Skill], at: &str) {
        self.must(skills.len() <= SKILLS_MAX, at, "too_many", skills.len());
        for skill in skills {
            self.must(!skill.skill.trim().is_empty(), at, "empty", "");
            self.must((1..=5).contains(&skill.level), at, "out_of_range", skill.level);
        }
    }

    fn when(&mut self, when: &When, at: &str, depth: usize, tests: &mut usize) {
        *tests += 1;
        if depth > DEPTH_MAX {
            return self.must(false, at, "too_deep", depth);
        }
        match when {
            When::All(parts) | When::Any(parts) => {
                parts.iter().enumerate().for_each(|(n, part)| self.when(part, &format!("{at}[{n}]"), depth + 1, tests));
            }
            When::Not(part) => self.when(part, &format!("{at}.not"), depth + 1, tests),
            When::Fact(test) => {
                let name = test.name.as_str();
                match name.strip_prefix("open.") {
                    Some(calendar) => self.must(self.policy.calendars.contains_key(calendar), at, "unknown_calendar", calendar),
                    None => {
                        let known = self.names.contains(&name) || name.strip_prefix("attribute.").is_some_and(|key| !key.is_empty());
                        self.must(known, at, "unknown_fact", name);
                    }
                }
            }
        }
    }

    fn calendar(&mut self, calendar: &Calendar, at: &str) {
        let known = jiff::tz::TimeZone::get(&calendar.time_zone).is_ok();
        self.must(known, &format!("{at}.time_zone"), "unknown_time_zone", &calendar.time_zone);
        for (n, shifts) in calendar.days.iter().enumerate() {
            self.shifts(shifts, &format!("{at}.days[{n}]"));
        }
        self.must(calendar.exceptions.len() <= EXCEPTIONS_MAX, &format!("{at}.exceptions"), "too_many", calendar.exceptions.len());
        for (n, exception) in calendar.exceptions.iter().enumerate() {
            let at = format!("{at}.exceptions[{n}]");
            self.must(exception.from <= exception.to, &at, "ends_before_it_begins", exception.from);
            match &exception.kind {
                ExceptionKind::Closed => {}
                ExceptionKind::AsWeekday(day) => self.must(*day < 7, &at, "out_of_range", day),
                ExceptionKind::Shifts(shifts) => self.shifts(shifts, &at),
            }
        }
    }

    fn shifts(&mut self, shifts: &[Shift], at: &str) {
        self.must(shifts.len() <= 12, at, "too_many", shifts.len());
        for (from, to) in shifts {
            let fits = from < to && *from < 1_440 && *to <= MINUTE_MAX;
            self.must(fits, at, "ends_before_it_begins", format!("{from}-{to}"));
        }
    }

    fn sla(&mut self, sla: &SlaPolicy, at: &str) {
        if let Some(calendar) = &sla.calendar {
            self.must(self.policy.calendars.contains_key(calendar), &format!("{at}.calendar"), "unknown_calendar", calendar);
        }
        let targets = [sla.first_response_seconds, sla.next_response_seconds, sla.resolution_seconds];
        for (metric, seconds) in Metric::ALL.into_iter().zip(targets) {
            let fits = seconds.is_none_or(|s| (1..=SECONDS_MAX).contains(&s));
            self.must(fits, &format!("{at}.{}_seconds", metric.as_str()), "out_of_range", seconds.unwrap_or_default());
        }
        self.must(targets.iter().any(Option::is_some), at, "promises_nothing", &sla.name);
        self.must((1..=99).contains(&sla.warn_percent), &format!("{at}.warn_percent"), "out_of_range", sla.warn_percent);
        self.must(sla.escalation.len() <= ESCALATIONS_MAX, &format!("{at}.escalation"), "too_many", sla.escalation.len());
        for (n, escalation) in sla.escalation.iter().enumerate() {
            let at = format!("{at}.escalation[{n}]");
            self.must((1..=1_000).contains(&escalation.at_percent), &at, "out_of_range", escalation.at_percent);
            self.must(!escalation.actions.is_empty(), &at, "empty", "");
            for action in &escalation.actions {
                if let SlaAction::Priority(points) = action {
                    self.points(*points, &at);
                }
            }
        }
    }
}
