//! One message of a conversation. `seq` has no gaps within its conversation and is the only order that counts.

use crate::content::Content;
use crate::people::text_enum;
use crate::{ConversationId, Json, MessageId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an author may take a message back (撤回).
pub const RECALL_WINDOW_MS: i64 = 2 * 60 * 1000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub kind: MessageKind,
    pub author: Author,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    /// Chosen by the sender; a second send with the same one is the same message.
    pub client_msg_id: Option<String>,
    pub state: DeliveryState,
    pub state_reason: Option<String>,
    /// Why the product did what it did with this message: one object per pipeline stage. Never shown to customers.
    pub trace: Option<Json>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub recalled_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Incoming,
    Outgoing,
    /// Private to the company.
    Note,
    Activity,
}

text_enum!(MessageKind { Incoming = "incoming", Outgoing = "outgoing", Note = "note", Activity = "activity" });

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub kind: AuthorKind,
    /// The contact's or user's id; none for the bot and the system.
    pub id: Option<String>,
    /// As shown when it was written.
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    Contact,
    Agent,
    Bot,
    System,
}

text_enum!(AuthorKind { Contact = "contact", Agent = "agent", Bot = "bot", System = "system" });

impl Author {
    pub fn system() -> Self {
        Self { kind: AuthorKind::System, id: None, name: String::new() }
    }

    pub fn bot() -> Self {
        Self { kind: AuthorKind::Bot, id: None, name: String::new() }
    }
}

/// Only ever moves forward; `Failed` is final unless resent. "Read" of outgoing web messages is derived
/// from the conversation's read position, not written per message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Queued,
    Sent,
    Delivered,
    Read,
    Failed,
}

text_enum!(DeliveryState { Queued = "queued", Sent = "sent", Delivered = "delivered", Read = "read", Failed = "failed" });

impl DeliveryState {
    /// Merges a report that may be late or repeated.
    pub fn merge(self, reported: DeliveryState) -> DeliveryState {
        match (self, reported) {
            (DeliveryState::Failed, DeliveryState::Queued) => DeliveryState::Failed,
            (DeliveryState::Delivered | DeliveryState::Read, DeliveryState::Failed) => self,
            (DeliveryState::Failed, later) => later,
            (now, later) => now.max(later),
        }
    }
}

/// What a message said before an edit or a recall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    pub message_id: MessageId,
    pub content: Content,
    pub replaced_at: Timestamp,
    pub replaced_by: Author,
}

impl Message {
    pub fn is_public(&self) -> bool {
        match self.kind {
            MessageKind::Incoming | MessageKind::Outgoing => true,
            MessageKind::Note => false,
            MessageKind::Activity => self.content.activity.as_ref().is_some_and(|a| a.public),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryState::{Delivered, Failed, Queued, Read, Sent};

    #[test]
    fn late_reports_never_move_a_message_back() {
        assert_eq!(Read.merge(Sent), Read);
        assert_eq!(Delivered.merge(Failed), Delivered);
        assert_eq!(Sent.merge(Failed), Failed);
        assert_eq!(Failed.merge(Delivered), Delivered);
        assert_eq!(Failed.merge(Queued), Failed);
    }
}
