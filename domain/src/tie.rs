//! Ties between conversations: linked, merged into one, split off. Messages never move: a message stays where it was written, in the
//! thread of the wire that it came or goes by. What moves is what a conversation shows and who answers. Rows are only ever undone.

use crate::people::text_enum;
use crate::{Conversation, ConversationId, Json, Status, TenantId, TieId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Messages of one split.
pub const SPLIT_MESSAGES_MAX: usize = 100;
/// Splits of one conversation that stand at the same time.
pub const SPLITS_MAX: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    /// Two cases that belong together; nothing else follows.
    Link,
    /// `from` is a part of `to`: shown there, answered there.
    Merge,
    /// Messages of `from` are worked on in `to`.
    Split,
}

text_enum!(TieKind { Link = "link", Merge = "merge", Split = "split" });

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tie {
    pub id: TieId,
    pub tenant_id: TenantId,
    pub kind: TieKind,
    pub from: ConversationId,
    pub to: ConversationId,
    /// Of a split: which messages of `from`.
    pub seqs: Vec<i64>,
    /// What undoing restores, as `engine::cases` writes and reads it.
    pub before: Json,
    /// Empty where it was made by itself.
    pub made_by: UserId,
    /// Their name at the time.
    pub made_name: String,
    pub at: Timestamp,
    pub undone_by: Option<UserId>,
    pub undone_at: Option<Timestamp>,
}

impl Tie {
    pub fn stands(&self) -> bool {
        self.undone_at.is_none()
    }

    /// No person made it: the customer's own words did.
    pub fn by_itself(&self) -> bool {
        self.made_by.as_str().is_empty()
    }
}

/// The standing ties that every message has to know of, kept with the conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tied {
    /// It is a part of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ConversationId>,
    /// It was split off this one: whatever is said in it is written there, because the customer has no other thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_from: Option<ConversationId>,
    /// Those that were split off it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<ConversationId>,
}

impl Conversation {
    /// As it was before it became a part, with what happened since kept: positions, words, and what else people set on it. Its flows
    /// were told that nobody answers, and offers have lapsed; neither comes back.
    #[must_use]
    pub fn restored(&self, before: &Conversation, now: Timestamp) -> Conversation {
        let mut back = Conversation {
            version: self.version,
            last_seq: self.last_seq,
            last_text: self.last_text.clone(),
            last_message_at: self.last_message_at,
            agent_read_seq: self.agent_read_seq.max(before.agent_read_seq),
            contact_read_seq: self.contact_read_seq,
            contact_delivered_seq: self.contact_delivered_seq,
            language: self.language,
            labels: self.labels.clone(),
            csat: self.csat.clone(),
            page: self.page.clone(),
            tied: Tied { merged_into: None, ..self.tied.clone() },
            updated_at: now,
            transfer: None,
            ..before.clone()
        };
        back.bot.flows.clear();
        back.routing.forget_offers();
        if back.status == Status::Snoozed && back.snoozed_until.is_none_or(|until| until <= now) {
            back.status = Status::Open;
            back.snoozed_until = None;
        }
        back
    }
}
