//! Who may take a conversation and in which order. `Need` is what is asked at this moment of waiting; everybody with the same need
//! has the same people to choose from. No other file compares candidates.

use crate::decide::Reason;
use crate::explain::WhyNot;
use crate::people::{Candidate, Waiting};
use crate::policy::{Criterion, Policy, Selection, Skill};
use qn_domain::{Presence, TeamId, Timestamp, UserId};
use std::cmp::Ordering;

/// Idle for this long gives half of what idleness can give in a weighted sum.
const IDLE_HALF_MS: f64 = 600_000.0;

/// What a conversation asks of people now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Need {
    pub team: Option<TeamId>,
    pub skills: Vec<Skill>,
    /// Only people who speak it.
    pub language: Option<&'static str>,
    pub channel: String,
    /// Kept for these people.
    pub only: Vec<UserId>,
    pub passed: Vec<UserId>,
}

/// When the need changes by waiting alone, and where the conversation stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Head starts taken off: lower is served first. Fixed while the plan is, because everybody ages alike.
    pub rank_at: Timestamp,
    pub until: Option<Timestamp>,
}

impl Need {
    /// `there`: whether a person is at work, full or not; a conversation is kept only for people who are.
    pub fn of(waiting: &Waiting, policy: &Policy, now: Timestamp, there: impl Fn(&UserId) -> bool) -> (Need, Place) {
        let step = waiting.plan.step(waiting.queued_at, now);
        let preferred = waiting.owner_id.iter().chain(&waiting.last_agent_id);
        let only = if step.held { preferred.filter(|id| there(id)).cloned().collect() } else { Vec::new() };
        let asleep = || waiting.passed.iter().filter(|p| p.until > now);
        let need = Need {
            team: step.team,
            skills: step.skills,
            language: waiting.plan.same_language.then(|| waiting.language.code()),
            channel: waiting.channel.clone(),
            only,
            passed: asleep().map(|p| p.user_id.clone()).collect(),
        };
        let until = asleep().map(|p| p.until).chain(step.until).min();
        let by_priority = waiting.queued_at.saturating_sub(policy.head_start_ms(step.priority));
        let by_deadline = waiting.sla_due_at.filter(|_| policy.sla_lead_seconds > 0).map(|due| due - policy.sla_lead_seconds * 1_000);
        let rank_at = by_deadline.map_or(by_priority, |at| at.min(by_priority));
        (need, Place { rank_at, until })
    }

    /// Belongs, speaks and knows, whether there or not.
    pub fn could(&self, candidate: &Candidate) -> bool {
        self.unable(candidate).is_none()
    }

    fn unable(&self, candidate: &Candidate) -> Option<WhyNot> {
        if self.team.as_ref().is_some_and(|team| !candidate.team_ids.contains(team)) {
            return Some(WhyNot::NotInTeam);
        }
        if self.language.is_some_and(|wanted| !candidate.languages.iter().any(|l| l.code() == wanted)) {
            return Some(WhyNot::OtherLanguage);
        }
        if self.skills.iter().any(|s| candidate.level(&s.skill) < s.level) {
            return Some(WhyNot::LacksSkill);
        }
        None
    }

    /// The first obstacle, from the one that lasts to the one that passes.
    pub fn why_not(&self, candidate: &Candidate) -> Option<WhyNot> {
        if let Some(lasting) = self.unable(candidate) {
            return Some(lasting);
        }
        match candidate.presence {
            Presence::Offline => return Some(WhyNot::Offline),
            Presence::Busy => return Some(WhyNot::Busy),
            Presence::Online => {}
        }
        if !candidate.connected {
            return Some(WhyNot::Disconnected);
        }
        if !self.only.is_empty() && !self.only.contains(&candidate.user_id) {
            return Some(WhyNot::KeptForAnother);
        }
        if self.passed.contains(&candidate.user_id) {
            return Some(WhyNot::Passed);
        }
        if candidate.load.max(0) >= candidate.capacity {
            return Some(WhyNot::AtCapacity);
        }
        let full = candidate.channels.iter().any(|c| c.channel == self.channel && c.load >= c.capacity);
        full.then_some(WhyNot::ChannelFull)
    }
}

/// One candidate seen from one conversation.
pub(crate) struct Standing<'a> {
    pub candidate: &'a Candidate,
    pub why_not: Option<WhyNot>,
    /// In the order of the policy's criteria; empty when not eligible.
    pub values: Vec<(Criterion, f64)>,
    /// The weighted sum, where the policy weighs.
    pub score: Option<f64>,
}

impl<'a> Standing<'a> {
    pub fn of(policy: &Policy, need: &Need, waiting: &Waiting, candidate: &'a Candidate, now: Timestamp) -> Self {
        let why_not = need.why_not(candidate);
        if why_not.is_some() {
            return Self { candidate, why_not, values: Vec::new(), score: None };
        }
        let value = |criterion: Criterion| (criterion, value(criterion, need, waiting, candidate, now));
        match &policy.selection {
            Selection::Order { criteria } => {
                Self { candidate, why_not, values: criteria.iter().copied().map(value).collect(), score: None }
            }
            Selection::Weights { weights } => {
                let values: Vec<(Criterion, f64)> = weights.keys().copied().map(value).collect();
                let score = values.iter().map(|(criterion, v)| v * weights[criterion]).sum();
                Self { candidate, why_not, values, score: Some(score) }
            }
        }
    }

    /// Total order among eligible candidates; the first is chosen.
    pub fn cmp_for_assignment(&self, other: &Self) -> Ordering {
        let by_values = || self.values.iter().zip(&other.values).map(|(a, b)| b.1.total_cmp(&a.1)).find(|o| o.is_ne());
        let first = match (self.score, other.score) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            _ => by_values().unwrap_or(Ordering::Equal),
        };
        first
            .then_with(|| self.last_assigned().cmp(&other.last_assigned()))
            .then_with(|| self.candidate.user_id.cmp(&other.candidate.user_id))
    }

    /// Which rule put this one before the next.
    pub fn why_before(&self, next: Option<&Self>, waiting: &Waiting) -> Reason {
        let preferred = |id: &Option<UserId>| id.as_ref() == Some(&self.candidate.user_id);
        let uses = |criterion: Criterion| self.values.iter().any(|(c, _)| *c == criterion);
        let Some(next) = next else {
            return match () {
                () if preferred(&waiting.last_agent_id) && uses(Criterion::LastAgent) => Reason::LastAgent,
                () if preferred(&waiting.owner_id) && uses(Criterion::AccountOwner) => Reason::AccountOwner,
                () => Reason::OnlyEligible,
            };
        };
        if self.score.is_some() && self.score != next.score {
            return Reason::HighestScore;
        }
        let decisive = self.values.iter().zip(&next.values).find(|(a, b)| b.1.total_cmp(&a.1).is_ne()).map(|(a, _)| a.0);
        match decisive {
            Some(criterion) => criterion.into(),
            None if self.last_assigned() != next.last_assigned() => Reason::LongestSinceAssigned,
            None => Reason::TieById,
        }
    }

    /// Never assigned counts as the longest ago.
    fn last_assigned(&self) -> Timestamp {
        self.candidate.last_assigned_at.unwrap_or(Timestamp::MIN)
    }
}

/// 0 to 1, larger is better.
fn value(criterion: Criterion, need: &Need, waiting: &Waiting, candidate: &Candidate, now: Timestamp) -> f64 {
    let flag = |holds: bool| f64::from(u8::from(holds));
    match criterion {
        Criterion::LastAgent => flag(waiting.last_agent_id.as_ref() == Some(&candidate.user_id)),
        Criterion::AccountOwner => flag(waiting.owner_id.as_ref() == Some(&candidate.user_id)),
        Criterion::Language => flag(candidate.languages.contains(&waiting.language)),
        Criterion::SkillFit => skill_fit(&need.skills, candidate),
        // Equal shares are equal numbers: a quotient is rounded the same way however it is written.
        Criterion::LeastBusy => 1.0 - candidate.load.max(0) as f64 / candidate.capacity.max(1) as f64,
        Criterion::LongestIdle => candidate.last_assigned_at.map_or(1.0, |at| {
            let idle = (now - at).max(0) as f64;
            idle / (idle + IDLE_HALF_MS)
        }),
        Criterion::SpareSpecialists => {
            let unused = candidate.skills.iter().filter(|s| need.skills.iter().all(|n| n.skill != s.skill)).count();
            1.0 / (1.0 + unused as f64)
        }
    }
}

fn skill_fit(needed: &[Skill], candidate: &Candidate) -> f64 {
    if needed.is_empty() {
        return 0.0;
    }
    let sum: f64 = needed.iter().map(|s| f64::from(candidate.level(&s.skill)) / 5.0).sum();
    sum / needed.len() as f64
}
