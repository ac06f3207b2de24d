//! What supervisors do over the heads of agents, each as an entry that is kept forever: who, over whom, in which conversation, why.
//! Written in the same transaction as what it tells (`store::oversight`); nothing is ever changed or deleted.

use crate::people::text_enum;
use crate::{ConversationId, OversightId, TenantId, Timestamp, UserId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oversight {
    pub id: OversightId,
    pub tenant_id: TenantId,
    pub kind: OversightKind,
    /// Who did it.
    pub actor_id: UserId,
    /// Their name at the time.
    pub actor_name: String,
    /// Whom it concerns: the conversation's agent, or whose state was set.
    pub user_id: Option<UserId>,
    pub conversation_id: Option<ConversationId>,
    /// The whisper's words, or the reason.
    pub text: String,
    /// The state that was set.
    pub state: Option<String>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OversightKind {
    /// Began to read along without being seen.
    Monitor,
    /// A note that only the agent sees.
    Whisper,
    /// Took the conversation from whoever had it.
    TakeOver,
    /// Set a colleague's state.
    ForceState,
    /// Scored a conversation of theirs.
    Review,
    /// Had the last word on a score they disagreed with.
    SettleReview,
    /// Sent a conversation of theirs to review.
    AskReview,
    /// Passed over a conversation that was to be scored.
    SkipReview,
    /// Wrote a version of a score form, or put it away.
    ChangeScorecard,
    /// Changed which conversations are drawn.
    ChangeReviewPlan,
}

text_enum!(OversightKind {
    Monitor = "monitor",
    Whisper = "whisper",
    TakeOver = "take_over",
    ForceState = "force_state",
    Review = "review",
    SettleReview = "settle_review",
    AskReview = "ask_review",
    SkipReview = "skip_review",
    ChangeScorecard = "change_scorecard",
    ChangeReviewPlan = "change_review_plan",
});
