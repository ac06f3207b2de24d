//! One conversation, the people who could take it, and the choice. Called by the assignment effect and by `drain`.

use crate::explain::{Explanation, WhyNot, explain};
use crate::order::{Standing, standing};
use qn_domain::{ConversationId, Language, Presence, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// A conversation in a queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub conversation_id: ConversationId,
    /// None: anybody may take it.
    pub team_id: Option<TeamId>,
    pub language: Language,
    /// The person who had it last.
    pub last_agent_id: Option<UserId>,
    pub queued_at: Timestamp,
}

/// A person as the snapshot saw them. `user_id` is unique within one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub user_id: UserId,
    pub name: String,
    pub team_ids: Vec<TeamId>,
    /// What the person chose.
    pub presence: Presence,
    /// A live connection right now.
    pub connected: bool,
    /// How many conversations may be assigned at once; zero or less means none.
    pub capacity: i64,
    /// How many they own now.
    pub load: i64,
    /// None: never.
    pub last_assigned_at: Option<Timestamp>,
    pub languages: Vec<Language>,
}

/// The choice and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub agent: Option<UserId>,
    pub reason: Reason,
    pub explanation: Explanation,
}

/// Stable codes; screens translate them. The first five chose a person, the others say why nobody was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person who had the conversation last.
    LastAgent,
    /// Nobody else could take it.
    OnlyEligible,
    /// The smallest share of their capacity in use.
    LeastBusy,
    /// Equally busy, without a new conversation for the longest time.
    LongestSinceAssigned,
    /// Equal in everything; the lower id.
    TieById,
    NoCandidates,
    /// Nobody belongs to the team.
    NobodyInTeam,
    /// People exist, none online and connected.
    NobodyOnline,
    /// Somebody is online, all at capacity.
    AllFull,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::LastAgent => "last_agent",
            Reason::OnlyEligible => "only_eligible",
            Reason::LeastBusy => "least_busy",
            Reason::LongestSinceAssigned => "longest_since_assigned",
            Reason::TieById => "tie_by_id",
            Reason::NoCandidates => "no_candidates",
            Reason::NobodyInTeam => "nobody_in_team",
            Reason::NobodyOnline => "nobody_online",
            Reason::AllFull => "all_full",
        }
    }
}

/// Chooses a person for one conversation. The order of `candidates` does not matter.
pub fn decide(waiting: &Waiting, candidates: &[Candidate], now: Timestamp) -> Decision {
    let (mut eligible, rejected): (Vec<Standing<'_>>, Vec<Standing<'_>>) =
        candidates.iter().map(|c| standing(waiting, c)).partition(|s| s.why_not.is_none());
    eligible.sort_by(|a, b| a.cmp_for_assignment(b));
    let reason = match eligible.as_slice() {
        [] => why_nobody(&rejected),
        [only] if !only.last_agent => Reason::OnlyEligible,
        [first, rest @ ..] => first.why_before(rest.first()),
    };
    let agent = eligible.first().map(|s| s.candidate.user_id.clone());
    Decision { agent, reason, explanation: explain(waiting, eligible, rejected, now) }
}

/// The obstacle that was nearest to being overcome: full beats absent beats not in the team.
fn why_nobody(rejected: &[Standing<'_>]) -> Reason {
    let has = |wanted: WhyNot| rejected.iter().any(|s| s.why_not == Some(wanted));
    if rejected.is_empty() {
        Reason::NoCandidates
    } else if has(WhyNot::AtCapacity) {
        Reason::AllFull
    } else if rejected.iter().any(|s| s.why_not != Some(WhyNot::NotInTeam)) {
        Reason::NobodyOnline
    } else {
        Reason::NobodyInTeam
    }
}
