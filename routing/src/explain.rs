//! The explanation kept beside every assignment and shown to supervisors: each candidate with the figures the choice was made on.

use crate::decide::Waiting;
use crate::order::Standing;
use qn_domain::{Language, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Candidates written out; the rest are counted, so that a row of a large floor stays a few KB.
pub const CONSIDERED_MAX: usize = 50;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    pub team_id: Option<TeamId>,
    pub language: Language,
    /// How long the conversation had waited.
    pub waited_ms: i64,
    /// Eligible ones first, by rank; then the others by id.
    pub considered: Vec<Considered>,
    /// Candidates beyond `CONSIDERED_MAX`.
    pub omitted: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Considered {
    pub user_id: UserId,
    pub name: String,
    pub eligible: bool,
    pub why_not: Option<WhyNot>,
    /// 1 is the one chosen; none when not eligible.
    pub rank: Option<usize>,
    pub last_agent: bool,
    pub load: i64,
    pub capacity: i64,
    pub last_assigned_at: Option<Timestamp>,
    /// Since the last assignment; none when there was none.
    pub idle_ms: Option<i64>,
    /// Told, not yet weighed.
    pub speaks_language: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NotInTeam,
    Offline,
    Busy,
    Disconnected,
    AtCapacity,
}

impl WhyNot {
    pub fn as_str(self) -> &'static str {
        match self {
            WhyNot::NotInTeam => "not_in_team",
            WhyNot::Offline => "offline",
            WhyNot::Busy => "busy",
            WhyNot::Disconnected => "disconnected",
            WhyNot::AtCapacity => "at_capacity",
        }
    }
}

pub(crate) fn explain(waiting: &Waiting, ranked: Vec<Standing<'_>>, mut rejected: Vec<Standing<'_>>, now: Timestamp) -> Explanation {
    rejected.sort_by(|a, b| a.candidate.user_id.cmp(&b.candidate.user_id));
    let total = ranked.len() + rejected.len();
    let considered: Vec<Considered> = ranked
        .iter()
        .enumerate()
        .map(|(at, s)| considered(waiting, s, Some(at + 1), now))
        .chain(rejected.iter().map(|s| considered(waiting, s, None, now)))
        .take(CONSIDERED_MAX)
        .collect();
    Explanation {
        team_id: waiting.team_id.clone(),
        language: waiting.language,
        waited_ms: now.saturating_sub(waiting.queued_at).max(0),
        omitted: total - considered.len(),
        considered,
    }
}

fn considered(waiting: &Waiting, standing: &Standing<'_>, rank: Option<usize>, now: Timestamp) -> Considered {
    let candidate = standing.candidate;
    Considered {
        user_id: candidate.user_id.clone(),
        name: candidate.name.clone(),
        eligible: standing.why_not.is_none(),
        why_not: standing.why_not,
        rank,
        last_agent: standing.last_agent,
        load: candidate.load,
        capacity: candidate.capacity,
        last_assigned_at: candidate.last_assigned_at,
        idle_ms: candidate.last_assigned_at.map(|at| now.saturating_sub(at).max(0)),
        speaks_language: candidate.languages.contains(&waiting.language),
    }
}
