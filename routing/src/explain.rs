//! The explanation kept beside every assignment and shown to supervisors: what was asked for and by which rules, and each candidate
//! with the figures the choice was made on.

use crate::order::{Need, Standing};
use crate::people::Waiting;
use crate::policy::{Criterion, RuleHit, Skill};
use qn_domain::{Language, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Candidates written out; the rest are counted, so that a row of a large floor stays a few KB.
pub const CONSIDERED_MAX: usize = 50;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What was asked for at that moment, after overflow.
    pub team_id: Option<TeamId>,
    pub skills: Vec<Skill>,
    pub language: Language,
    /// Points the rules gave.
    pub priority: i64,
    /// The time it counts as having come at; lower is earlier.
    pub rank_at: Timestamp,
    pub rules: Vec<RuleHit>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy_reason: Option<String>,
    /// 1 is the one chosen; none when not eligible.
    pub rank: Option<usize>,
    pub last_agent: bool,
    pub load: i64,
    pub capacity: i64,
    pub last_assigned_at: Option<Timestamp>,
    /// Since the last assignment; none when there was none.
    pub idle_ms: Option<i64>,
    pub speaks_language: bool,
    /// What each criterion of the policy gave, 0 to 1, to four places.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub values: BTreeMap<Criterion, f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NotInTeam,
    OtherLanguage,
    LacksSkill,
    Offline,
    Busy,
    Disconnected,
    /// The conversation is kept for somebody who knows the customer.
    KeptForAnother,
    /// Was offered it and declined or did not answer.
    Passed,
    AtCapacity,
    /// Room for other channels only.
    ChannelFull,
}

impl WhyNot {
    pub fn as_str(self) -> &'static str {
        match self {
            WhyNot::NotInTeam => "not_in_team",
            WhyNot::OtherLanguage => "other_language",
            WhyNot::LacksSkill => "lacks_skill",
            WhyNot::Offline => "offline",
            WhyNot::Busy => "busy",
            WhyNot::Disconnected => "disconnected",
            WhyNot::KeptForAnother => "kept_for_another",
            WhyNot::Passed => "passed",
            WhyNot::AtCapacity => "at_capacity",
            WhyNot::ChannelFull => "channel_full",
        }
    }
}

pub(crate) fn explain(
    waiting: &Waiting,
    need: &Need,
    rank_at: Timestamp,
    (ranked, mut rejected): (Vec<Standing<'_>>, Vec<Standing<'_>>),
    now: Timestamp,
) -> Explanation {
    rejected.sort_by(|a, b| a.candidate.user_id.cmp(&b.candidate.user_id));
    let total = ranked.len() + rejected.len();
    let considered: Vec<Considered> = ranked
        .iter()
        .enumerate()
        .map(|(at, s)| (s, Some(at + 1)))
        .chain(rejected.iter().map(|s| (s, None)))
        .take(CONSIDERED_MAX)
        .map(|(s, rank)| considered(waiting, s, rank, now))
        .collect();
    Explanation {
        team_id: need.team.clone(),
        skills: need.skills.clone(),
        language: waiting.language,
        priority: waiting.plan.step(waiting.queued_at, now).priority,
        rank_at,
        rules: waiting.plan.rules.clone(),
        waited_ms: now.saturating_sub(waiting.queued_at).max(0),
        omitted: total - considered.len(),
        considered,
    }
}

fn considered(waiting: &Waiting, standing: &Standing<'_>, rank: Option<usize>, now: Timestamp) -> Considered {
    let candidate = standing.candidate;
    let places = |v: f64| (v * 10_000.0).round() / 10_000.0;
    Considered {
        user_id: candidate.user_id.clone(),
        name: candidate.name.clone(),
        eligible: standing.why_not.is_none(),
        why_not: standing.why_not,
        busy_reason: candidate.busy_reason.clone().filter(|_| standing.why_not == Some(WhyNot::Busy)),
        rank,
        last_agent: waiting.last_agent_id.as_ref() == Some(&candidate.user_id),
        load: candidate.load,
        capacity: candidate.capacity,
        last_assigned_at: candidate.last_assigned_at,
        idle_ms: candidate.last_assigned_at.map(|at| now.saturating_sub(at).max(0)),
        speaks_language: candidate.languages.contains(&waiting.language),
        values: standing.values.iter().map(|(criterion, v)| (*criterion, places(*v))).collect(),
        score: standing.score.map(places),
    }
}
