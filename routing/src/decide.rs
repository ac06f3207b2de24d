//! One conversation, the people who could take it, and the choice. Called by `Floor` and wherever one conversation is decided alone.

use crate::explain::{Explanation, WhyNot, explain};
use crate::order::{Need, Standing};
use crate::people::{Candidate, Waiting};
use crate::policy::{Criterion, Policy};
use qn_domain::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// The choice and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub agent: Option<UserId>,
    pub reason: Reason,
    pub explanation: Explanation,
}

/// Stable codes; screens translate them. Up to `TieById` they chose a person, the others say why nobody was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person who had the conversation last.
    LastAgent,
    /// The person whose customer this is.
    AccountOwner,
    /// Nobody else could take it.
    OnlyEligible,
    /// The wanted skills at the highest level.
    BestSkill,
    /// Speaks the customer's language.
    SpeaksLanguage,
    /// The smallest share of their capacity in use.
    LeastBusy,
    /// Equally busy, without a new conversation for the longest time.
    LongestSinceAssigned,
    /// Specialists of other things are kept free.
    SparesSpecialists,
    /// The largest weighted sum.
    HighestScore,
    /// Equal in everything; the lower id.
    TieById,
    NoCandidates,
    /// Nobody belongs to the team.
    NobodyInTeam,
    /// Nobody in the team has the skills or speaks the language.
    NobodySkilled,
    /// People exist, none online and connected.
    NobodyOnline,
    /// Kept for the person who knows the customer.
    KeptForAnother,
    /// Everybody there has declined or not answered.
    EverybodyPassed,
    /// Somebody is online, all at capacity.
    AllFull,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::LastAgent => "last_agent",
            Reason::AccountOwner => "account_owner",
            Reason::OnlyEligible => "only_eligible",
            Reason::BestSkill => "best_skill",
            Reason::SpeaksLanguage => "speaks_language",
            Reason::LeastBusy => "least_busy",
            Reason::LongestSinceAssigned => "longest_since_assigned",
            Reason::SparesSpecialists => "spares_specialists",
            Reason::HighestScore => "highest_score",
            Reason::TieById => "tie_by_id",
            Reason::NoCandidates => "no_candidates",
            Reason::NobodyInTeam => "nobody_in_team",
            Reason::NobodySkilled => "nobody_skilled",
            Reason::NobodyOnline => "nobody_online",
            Reason::KeptForAnother => "kept_for_another",
            Reason::EverybodyPassed => "everybody_passed",
            Reason::AllFull => "all_full",
        }
    }
}

impl From<Criterion> for Reason {
    fn from(criterion: Criterion) -> Self {
        match criterion {
            Criterion::LastAgent => Reason::LastAgent,
            Criterion::AccountOwner => Reason::AccountOwner,
            Criterion::SkillFit => Reason::BestSkill,
            Criterion::Language => Reason::SpeaksLanguage,
            Criterion::LeastBusy => Reason::LeastBusy,
            Criterion::LongestIdle => Reason::LongestSinceAssigned,
            Criterion::SpareSpecialists => Reason::SparesSpecialists,
        }
    }
}

/// Chooses a person for one conversation. The order of `candidates` does not matter.
pub fn decide(policy: &Policy, waiting: &Waiting, candidates: &[Candidate], now: Timestamp) -> Decision {
    let there = |id: &UserId| candidates.iter().any(|c| c.user_id == *id && c.is_there());
    let (need, place) = Need::of(waiting, policy, now, there);
    let standings = candidates.iter().map(|c| Standing::of(policy, &need, waiting, c, now)).collect();
    conclude(waiting, &need, place.rank_at, standings, now)
}

/// The choice among people already compared with the need.
pub(crate) fn conclude(waiting: &Waiting, need: &Need, rank_at: Timestamp, standings: Vec<Standing<'_>>, now: Timestamp) -> Decision {
    let (mut eligible, rejected): (Vec<Standing<'_>>, Vec<Standing<'_>>) = standings.into_iter().partition(|s| s.why_not.is_none());
    eligible.sort_by(|a, b| a.cmp_for_assignment(b));
    let reason = match eligible.as_slice() {
        [] => why_nobody(&rejected),
        [first, rest @ ..] => first.why_before(rest.first(), waiting),
    };
    let agent = eligible.first().map(|s| s.candidate.user_id.clone());
    Decision { agent, reason, explanation: explain(waiting, need, rank_at, (eligible, rejected), now) }
}

/// The obstacle that was nearest to being overcome.
fn why_nobody(rejected: &[Standing<'_>]) -> Reason {
    let has = |wanted: &[WhyNot]| rejected.iter().any(|s| s.why_not.is_some_and(|why| wanted.contains(&why)));
    match () {
        () if rejected.is_empty() => Reason::NoCandidates,
        () if has(&[WhyNot::AtCapacity, WhyNot::ChannelFull]) => Reason::AllFull,
        () if has(&[WhyNot::Passed]) => Reason::EverybodyPassed,
        () if has(&[WhyNot::KeptForAnother]) => Reason::KeptForAnother,
        () if has(&[WhyNot::Offline, WhyNot::Busy, WhyNot::Disconnected]) => Reason::NobodyOnline,
        () if has(&[WhyNot::LacksSkill, WhyNot::OtherLanguage]) => Reason::NobodySkilled,
        () => Reason::NobodyInTeam,
    }
}
