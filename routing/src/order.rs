//! Who may take a conversation and in which order: the wall behind which scored routing will go.
//! Last agent first, then least busy, then longest without a new one, then id. No other file compares candidates.

use crate::decide::{Candidate, Reason, Waiting};
use crate::explain::WhyNot;
use qn_domain::{Presence, Timestamp};
use std::cmp::Ordering;

/// One candidate seen from one conversation.
pub(crate) struct Standing<'a> {
    pub candidate: &'a Candidate,
    pub last_agent: bool,
    pub why_not: Option<WhyNot>,
}

pub(crate) fn standing<'a>(waiting: &Waiting, candidate: &'a Candidate) -> Standing<'a> {
    let last_agent = waiting.last_agent_id.as_ref() == Some(&candidate.user_id);
    Standing { candidate, last_agent, why_not: why_not(waiting, candidate) }
}

fn why_not(waiting: &Waiting, candidate: &Candidate) -> Option<WhyNot> {
    if waiting.team_id.as_ref().is_some_and(|team| !candidate.team_ids.contains(team)) {
        return Some(WhyNot::NotInTeam);
    }
    match candidate.presence {
        Presence::Offline => return Some(WhyNot::Offline),
        Presence::Busy => return Some(WhyNot::Busy),
        Presence::Online => {}
    }
    if !candidate.connected {
        return Some(WhyNot::Disconnected);
    }
    (candidate.load.max(0) >= candidate.capacity).then_some(WhyNot::AtCapacity)
}

impl Standing<'_> {
    /// Total order among eligible candidates (their capacity is at least 1).
    pub fn cmp_for_assignment(&self, other: &Self) -> Ordering {
        let by_last_agent = other.last_agent.cmp(&self.last_agent);
        by_last_agent
            .then_with(|| self.cmp_busy(other))
            .then_with(|| self.last_assigned().cmp(&other.last_assigned()))
            .then_with(|| self.candidate.user_id.cmp(&other.candidate.user_id))
    }

    /// Which rule put this one before the next.
    pub fn why_before(&self, next: Option<&Self>) -> Reason {
        let Some(next) = next else { return if self.last_agent { Reason::LastAgent } else { Reason::OnlyEligible } };
        if self.last_agent {
            Reason::LastAgent
        } else if self.cmp_busy(next) != Ordering::Equal {
            Reason::LeastBusy
        } else if self.last_assigned() != next.last_assigned() {
            Reason::LongestSinceAssigned
        } else {
            Reason::TieById
        }
    }

    /// load/capacity compared without division, so that 1/3 and 2/6 are equal.
    fn cmp_busy(&self, other: &Self) -> Ordering {
        let (a, b) = (self.candidate, other.candidate);
        let left = i128::from(a.load.max(0)) * i128::from(b.capacity);
        let right = i128::from(b.load.max(0)) * i128::from(a.capacity);
        left.cmp(&right)
    }

    /// Never assigned counts as the longest ago.
    fn last_assigned(&self) -> Timestamp {
        self.candidate.last_assigned_at.unwrap_or(Timestamp::MIN)
    }
}
