//! One decision, ready to be made durable: everything in a `Commit` becomes true together or not at all.

use crate::{
    AssignmentId, Conversation, ConversationId, Effect, LogEntry, Message, MessageId, Oversight, Revision, TeamId, TenantId, Tie,
    Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `conversation` is the state after the decision; its `version` is exactly one more than the state that was read
/// (1 creates the conversation). Whoever commits first wins; the other gets `Outcome::Conflict` and decides again.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    pub tenant_id: TenantId,
    pub at: Timestamp,
    /// Present when the event that caused this may be repeated by its sender.
    pub dedupe: Option<Dedupe>,
    pub conversation: Arc<Conversation>,
    /// New messages, with `seq` already counted on from the previous `last_seq`.
    pub messages: Vec<Arc<Message>>,
    /// Existing messages with new content or delivery state.
    pub changed: Vec<Arc<Message>>,
    /// What `changed` messages said before, where that is worth keeping.
    pub revisions: Vec<Revision>,
    pub effects: Vec<Effect>,
    pub assignment: Option<Assignment>,
    /// Present when a supervisor did this over somebody's head.
    pub oversight: Option<Oversight>,
    /// Made, or undone.
    pub tie: Option<Tie>,
}

impl Commit {
    /// A commit that changes only the conversation; add the rest by field.
    pub fn of(conversation: Conversation, at: Timestamp) -> Self {
        Self {
            tenant_id: conversation.tenant_id.clone(),
            at,
            dedupe: None,
            conversation: conversation.into(),
            messages: Vec::new(),
            changed: Vec::new(),
            revisions: Vec::new(),
            effects: Vec::new(),
            assignment: None,
            oversight: None,
            tie: None,
        }
    }
}

/// Names the event, e.g. scope `visitor:con_…` and key = `client_msg_id`. Kept for at least 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dedupe {
    pub scope: String,
    pub key: String,
    /// What the first time made, given back to every repetition.
    pub conversation_id: ConversationId,
    pub message_id: Option<MessageId>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Durable, as this entry of the tenant's log.
    Done { entry: Arc<LogEntry> },
    /// The same event was committed before; nothing changed now.
    Duplicate(Dedupe),
    /// Somebody else moved the conversation; read again and decide again.
    Conflict,
}

/// Why this person (or nobody) got this conversation; kept forever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    pub id: AssignmentId,
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub agent_id: Option<UserId>,
    pub team_id: Option<TeamId>,
    /// Who was considered, with the figures the decision used.
    pub explanation: serde_json::Value,
    pub at: Timestamp,
}
