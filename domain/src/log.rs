//! The tenant's log: one entry per commit, numbered without gaps. Screens follow it live and resume from a number.

use crate::{ContactId, Conversation, ConversationId, Message, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `seq` is the position in the tenant's stream (agents). `version` is the position in the conversation's own
/// stream (its customer). Both grow by exactly one per entry of their stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub tenant_id: TenantId,
    pub seq: i64,
    pub at: Timestamp,
    /// None for changes of settings.
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    pub version: Option<i64>,
    pub changes: Vec<Change>,
}

/// Shared, because caches, readers and the one who asked all keep it. Entries replayed from storage carry the present state of what changed, not the state of that moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Change {
    #[serde(rename = "conversation.created")]
    ConversationCreated { conversation: Arc<Conversation> },
    #[serde(rename = "conversation.updated")]
    ConversationUpdated { conversation: Arc<Conversation> },
    #[serde(rename = "message.created")]
    MessageCreated { message: Arc<Message> },
    #[serde(rename = "message.updated")]
    MessageUpdated { message: Arc<Message> },
    /// Something in the settings changed (`article`, `inbox`, `user` …): fetch it again.
    #[serde(rename = "resource.changed")]
    ResourceChanged { resource: String, id: String },
}
