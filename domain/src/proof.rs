//! A one-time code on its way to prove that an address is the customer's own. Of the code nothing is kept.

use crate::people::text_enum;
use crate::{ContactId, ConversationId, FactKind, Timestamp};

pub const CODE_DIGITS: usize = 6;
/// Wrong codes, and it is over.
pub const CODE_TRIES: i64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofState {
    /// Sent, and not typed yet.
    Open,
    /// Typed; the step that asked has not heard of it.
    Right,
    /// The step that asked knows it. Nothing is proved by it again.
    Used,
    /// Wrong too often.
    Failed,
    /// Another code took its place.
    Void,
}

text_enum!(ProofState { Open = "open", Right = "right", Used = "used", Failed = "failed", Void = "void" });

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub id: String,
    pub contact_id: ContactId,
    /// Where the code is to be typed.
    pub conversation_id: ConversationId,
    /// The visit of the step that asks.
    pub visit: String,
    /// `Phone` or `Email`.
    pub kind: FactKind,
    /// In the spelling of facts.
    pub address: String,
    pub state: ProofState,
    /// Wrong ones.
    pub tries: i64,
    /// The message that was looked at last; one that is sent twice is one try.
    pub last_said: Option<String>,
    /// Names the asking that it was used for.
    pub used_by: Option<String>,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}
