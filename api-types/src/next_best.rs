//! What an agent may do next in a conversation, and a flow begun by hand.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextBestView {
    /// At most three, the most pressing first.
    pub steps: Vec<NextBestStep>,
}

/// One step and its reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextBestStep {
    pub kind: NextBestKind,
    /// Id of the flow, the conversation or the contact it is about; else empty.
    pub target: String,
    /// The flow's title, the name of the other conversation's inbox, or of the contact.
    pub title: String,
    /// The flow's English title, where it has one.
    pub title_en: Option<String>,
    /// The words that speak for it.
    pub quote: String,
    /// The message they stand in.
    pub message_id: Option<String>,
    /// Until when an answer was promised, epoch milliseconds.
    pub at: Option<i64>,
    /// How likely it is, of `same_person`.
    pub percent: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextBestKind {
    /// The customer's question is nearly or already late.
    Answer,
    /// They thanked, and nothing is open.
    Resolve,
    /// A live flow begins with what they want.
    BeginFlow,
    /// The same person has another open conversation on another channel.
    Merge,
    /// Another contact may be the same person.
    SamePerson,
    /// They were asked something and have not answered.
    Pend,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginFlow {
    pub flow_id: String,
    /// The customer's message it begins with; what is named there is not asked for again.
    #[serde(default)]
    pub message_id: Option<String>,
}

impl Check for BeginFlow {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.flow_id, "flow_id", wrong);
        if let Some(id) = &self.message_id {
            check::id(id, "message_id", wrong);
        }
    }
}
