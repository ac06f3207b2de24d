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
    /// What the live version would have guessed.
    pub suggestion: Option<RankedIntent>,
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
