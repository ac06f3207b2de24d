//! The learning inbox: customers' messages the bot served badly, grouped by likeness.

use crate::check::{self, Check, Invalid};
use crate::intent::{RankedIntent, ids};
use crate::words::{Language, LearningReason};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Messages that ask alike.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LearningGroupView {
    /// Newest first; never empty.
    pub items: Vec<LearningItemView>,
    /// What they mean, where the live version is sure enough to act on it, or an agent said so.
    pub suggestion: Option<RankedIntent>,
    /// At most three that the live version finds nearest, sure or not.
    pub nearest: Vec<RankedIntent>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LearningItemView {
    pub message_id: String,
    pub conversation_id: String,
    pub text: String,
    pub language: Language,
    pub reason: LearningReason,
    /// When the message came.
    pub at: i64,
}

impl From<domain::LearningItem> for LearningItemView {
    fn from(i: domain::LearningItem) -> Self {
        Self {
            message_id: i.message_id.0,
            conversation_id: i.conversation_id.0,
            text: i.text,
            language: i.language.into(),
            reason: i.reason.into(),
            at: i.at,
        }
    }
}

/// Messages to make examples of.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LearnItems {
    /// At most 1,000.
    pub message_ids: Vec<String>,
    pub intent_id: String,
}

impl Check for LearnItems {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        ids(&self.message_ids, "message_ids", wrong);
        check::id(&self.intent_id, "intent_id", wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleItems {
    /// At most 1,000.
    pub message_ids: Vec<String>,
}

impl Check for SettleItems {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        ids(&self.message_ids, "message_ids", wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemsSettled {
    pub count: i64,
}

/// How a customer felt over a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MoodsView {
    pub direction: MoodDirection,
    /// How unhappy the customer is by now, -1 delighted to 1 furious, recent turns weighing most.
    pub level: f32,
    /// Unhappy turns in a row, up to the last.
    pub unhappy_turns: u32,
    /// The customer's turns, oldest first; at most the newest 200.
    pub turns: Vec<MoodTurnView>,
}

/// Where a mood is heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoodDirection {
    Souring,
    Steady,
    Easing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    Neutral,
    Anger,
    Disappointment,
    Anxiety,
    Joy,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MoodTurnView {
    pub message_id: String,
    /// Whose thread it stands in: the conversation's own, or that of a part.
    pub conversation_id: String,
    pub seq: i64,
    pub at: i64,
    pub text: String,
    /// As a person corrected it, else as it was read.
    pub emotion: Emotion,
    /// 0 to 1.
    pub intensity: f32,
    /// The intent a trained version was sure of.
    pub intent_id: Option<String>,
    /// What a person said it was; null while nobody did.
    pub corrected: Option<TurnCorrectionView>,
}

/// What a person said about a turn; null is as the bot read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TurnCorrectionView {
    pub emotion: Option<String>,
    pub intent_id: Option<String>,
    /// Id of a user.
    pub corrected_by: String,
    pub at: i64,
}

/// What a turn really was. Both null takes an earlier correction back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectTurn {
    #[serde(default)]
    pub emotion: Option<Emotion>,
    /// The message goes into the learning inbox with this as its suggestion.
    #[serde(default)]
    pub intent_id: Option<String>,
}

impl Check for CorrectTurn {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(id) = &self.intent_id {
            check::id(id, "intent_id", wrong);
        }
    }
}
