//! The rules applied to one conversation: who is wanted, how urgent it is, what is given up as it waits. Pure; the plan is kept
//! with the conversation's explanation, with the rules that made it.

use super::{AfterHoursAction, Facts, Handling, Overflow, Policy, Relax, Rule, Skill, Then};
use qn_domain::{TeamId, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// None: anybody may take it.
    pub team: Option<TeamId>,
    pub skills: Vec<Skill>,
    /// Points.
    pub priority: i64,
    pub handling: Handling,
    pub same_language: bool,
    pub hold_ms: i64,
    /// Ordered by when.
    pub overflow: Vec<Overflow>,
    /// The calendar is closed now, and this is what is done.
    pub closed: Option<AfterHoursAction>,
    /// When the calendar that is closed opens again.
    pub opens_at: Option<Timestamp>,
    pub sla: Option<String>,
    pub compensation: Vec<MakeUp>,
    pub rules: Vec<RuleHit>,
}

/// What a rule offers the customer to make up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUp {
    pub name: String,
    pub rule: RuleHit,
}

/// A rule that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHit {
    pub id: String,
    pub name: String,
}

/// What is asked of people at a moment of waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub team: Option<TeamId>,
    pub skills: Vec<Skill>,
    pub priority: i64,
    /// Kept for the preferred person until then.
    pub held: bool,
    /// When this changes next, by waiting alone.
    pub until: Option<Timestamp>,
}

impl Policy {
    /// `team`: where the conversation would go without rules.
    pub fn plan(&self, facts: &Facts, team: Option<TeamId>, now: Timestamp) -> Plan {
        let mut plan = Plan { team, ..Plan::default() };
        for rule in self.rules.iter().filter(|rule| !rule.off) {
            if rule.when.holds(facts, self, now) {
                plan.take(rule);
                self.mind_hours(&rule.then, &mut plan, now);
                if rule.stop {
                    break;
                }
            }
        }
        plan.overflow.sort_by_key(|o| o.after_seconds);
        plan.skills.sort();
        plan
    }

    fn mind_hours(&self, then: &Then, plan: &mut Plan, now: Timestamp) {
        let Some(after) = &then.after_hours else { return };
        let Some(calendar) = self.calendar(&after.calendar).filter(|c| !c.is_open(now)) else { return };
        plan.closed = Some(after.action);
        plan.opens_at = calendar.next_open(now);
        match (after.action, &after.team) {
            (AfterHoursAction::OtherTeam, Some(team)) => plan.team = Some(team.clone()),
            (AfterHoursAction::BotOnly, _) => plan.handling = Handling::BotOnly,
            _ => {}
        }
    }
}

impl Plan {
    fn take(&mut self, rule: &Rule) {
        let then = &rule.then;
        let hit = RuleHit { id: rule.id.clone(), name: rule.name.clone() };
        self.rules.push(hit.clone());
        if then.team.is_some() {
            self.team.clone_from(&then.team);
        }
        for skill in &then.skills {
            match self.skills.iter_mut().find(|s| s.skill == skill.skill) {
                Some(known) => known.level = known.level.max(skill.level),
                None => self.skills.push(skill.clone()),
            }
        }
        self.priority += then.priority;
        self.handling = then.handling.unwrap_or(self.handling);
        self.same_language = then.same_language.unwrap_or(self.same_language);
        self.hold_ms = then.hold_seconds.map_or(self.hold_ms, |s| s.max(0) * 1_000);
        if !then.overflow.is_empty() {
            self.overflow.clone_from(&then.overflow);
        }
        if then.sla.is_some() {
            self.sla.clone_from(&then.sla);
        }
        self.compensation.extend(then.compensation.clone().map(|name| MakeUp { name, rule: hit }));
    }

    /// What is asked after the conversation waited since `queued_at`.
    pub fn step(&self, queued_at: Timestamp, now: Timestamp) -> Step {
        let held_until = queued_at.saturating_add(self.hold_ms);
        let held = self.hold_ms > 0 && now < held_until;
        let mut step = Step { team: self.team.clone(), skills: self.skills.clone(), priority: self.priority, held, until: None };
        step.until = held.then_some(held_until);
        for overflow in &self.overflow {
            let at = queued_at.saturating_add(overflow.after_seconds.saturating_mul(1_000));
            if at > now {
                step.until = Some(step.until.map_or(at, |until| until.min(at)));
                break;
            }
            step.overflow(overflow);
        }
        step
    }
}

impl Step {
    fn overflow(&mut self, overflow: &Overflow) {
        self.held = false;
        if overflow.team.is_some() || overflow.any_team {
            self.team.clone_from(&overflow.team);
        }
        match overflow.skills {
            Relax::Keep => {}
            Relax::AnyLevel => self.skills.iter_mut().for_each(|s| s.level = 1),
            Relax::Drop => self.skills.clear(),
        }
        self.priority += overflow.priority;
    }
}
