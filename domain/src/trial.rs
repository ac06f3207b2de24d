//! A trained version on trial beside the live one: who speaks, how the two differ, and the steps of a version's life with who took
//! them. Only values; the comparison is made by the engine, the counting by the store.

use crate::people::text_enum;
use crate::{ConversationId, IntentId, Language, MessageId, ModelId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Which of the two answered the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Live,
    Trial,
}

text_enum!(Speaker { Live = "live", Trial = "trial" });

/// How the version on trial compares with the live one in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialOutcome {
    /// Understood alike.
    Same,
    /// Understood otherwise, and yet the same would be said.
    Alike,
    /// Both are sure, of different intents.
    Other,
    /// Only the version on trial is sure.
    Gained,
    /// Only the live version is sure.
    Lost,
}

text_enum!(TrialOutcome { Same = "same", Alike = "alike", Other = "other", Gained = "gained", Lost = "lost" });

/// What a version makes of a turn and would say to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The intent it acts on; none when it is not sure enough of any.
    pub intent_id: Option<IntentId>,
    /// As it was called then.
    pub intent: String,
    /// Of the likeliest intent, acted on or not; in [0, 1].
    pub probability: f32,
    /// The words, shortened; empty for a picture or nothing at all.
    pub text: String,
    /// The customer is passed to a person.
    pub person: bool,
}

/// The comparison of one turn, kept with the turn's explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialTurn {
    /// Number of the version on trial.
    pub number: i64,
    /// Number of the live version; 0 when there is none.
    pub against: i64,
    pub spoke: Speaker,
    pub outcome: TrialOutcome,
    /// Both sides, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Said>,
}

/// Turns counted alike. Who spoke decides what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialTally {
    pub spoke: Speaker,
    pub outcome: TrialOutcome,
    pub turns: i64,
    /// The bot had no answer.
    pub missed: i64,
    /// A person was fetched.
    pub handed_over: i64,
}

/// A turn in which the two versions differ.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialDifference {
    pub tenant_id: TenantId,
    pub number: i64,
    pub against: i64,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    /// One line of the message.
    pub text: String,
    pub language: Language,
    pub spoke: Speaker,
    pub outcome: TrialOutcome,
    pub live: Said,
    pub trial: Said,
    pub at: Timestamp,
}

/// One step in a version's life, and who took it; kept forever.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionStep {
    pub tenant_id: TenantId,
    pub model_id: ModelId,
    /// The version's number; filled in by the store.
    pub number: i64,
    pub kind: StepKind,
    /// Percent of the conversations it answers; 0 but for `Canary`.
    pub share_percent: i64,
    /// The score from which it acts from then on.
    pub threshold: f32,
    pub taken_by: UserId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    Trained,
    /// Reads every turn beside the live version and says nothing.
    Shadow,
    /// Answers a share of the conversations.
    Canary,
    /// Its trial ended without it going live.
    Withdrawn,
    Published,
    /// Published again after another was live.
    RolledBack,
    /// Taken out of use, with none in its place.
    TakenOff,
}

text_enum!(StepKind {
    Trained = "trained",
    Shadow = "shadow",
    Canary = "canary",
    Withdrawn = "withdrawn",
    Published = "published",
    RolledBack = "rolled_back",
    TakenOff = "taken_off",
});
