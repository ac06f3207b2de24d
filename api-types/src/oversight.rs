//! What supervisors do over the heads of agents, as it is asked for and as it is kept. Times are epoch milliseconds.

use crate::check::{self, Check, Invalid};
use crate::words::Presence;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest whisper and longest reason, in characters.
const TEXT_CHARS_MAX: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OversightKind {
    Monitor,
    Whisper,
    TakeOver,
    ForceState,
    Review,
    SettleReview,
    AskReview,
    SkipReview,
    ChangeScorecard,
    ChangeReviewPlan,
}

impl From<qn_domain::OversightKind> for OversightKind {
    fn from(kind: qn_domain::OversightKind) -> Self {
        match kind {
            qn_domain::OversightKind::Monitor => Self::Monitor,
            qn_domain::OversightKind::Whisper => Self::Whisper,
            qn_domain::OversightKind::TakeOver => Self::TakeOver,
            qn_domain::OversightKind::ForceState => Self::ForceState,
            qn_domain::OversightKind::Review => Self::Review,
            qn_domain::OversightKind::SettleReview => Self::SettleReview,
            qn_domain::OversightKind::AskReview => Self::AskReview,
            qn_domain::OversightKind::SkipReview => Self::SkipReview,
            qn_domain::OversightKind::ChangeScorecard => Self::ChangeScorecard,
            qn_domain::OversightKind::ChangeReviewPlan => Self::ChangeReviewPlan,
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OversightView {
    pub id: String,
    pub kind: OversightKind,
    pub actor_id: String,
    pub actor_name: String,
    /// Whom it concerns; null when the conversation was with no agent.
    pub user_id: Option<String>,
    pub conversation_id: Option<String>,
    /// The whisper's words, or the reason.
    pub text: String,
    /// The state that was set.
    pub state: Option<String>,
    pub at: i64,
}

impl From<qn_domain::Oversight> for OversightView {
    fn from(o: qn_domain::Oversight) -> Self {
        Self {
            id: o.id.0,
            kind: o.kind.into(),
            actor_id: o.actor_id.0,
            actor_name: o.actor_name,
            user_id: o.user_id.map(|id| id.0),
            conversation_id: o.conversation_id.map(|id| id.0),
            text: o.text,
            state: o.state,
            at: o.at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendWhisper {
    pub text: String,
}

impl Check for SendWhisper {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeOver {
    /// Kept with the entry; the customer does not see it.
    pub reason: String,
}

impl Check for TakeOver {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.reason, "reason", TEXT_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForcePresence {
    pub presence: Presence,
    pub reason: String,
}

impl Check for ForcePresence {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.reason, "reason", TEXT_CHARS_MAX, wrong);
    }
}
