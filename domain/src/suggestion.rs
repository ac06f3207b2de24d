//! What is offered to an agent beside a thread for a customer's message, and what became of it. It is inserted, never sent by itself.

use crate::people::text_enum;
use crate::{ArticleId, ConversationId, Language, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Where an offered answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionSource {
    Article,
    Canned,
    Product,
    /// Written by the language model from the articles it cites.
    Draft,
}

/// One offered answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// Names it within its offer: `article:art_…`, `canned:can_…`, `product`, `draft`.
    pub key: String,
    pub source: SuggestionSource,
    pub title: String,
    /// What is inserted; markdown.
    pub text: String,
    pub language: Language,
    /// In [0, 1]: how likely it answers.
    pub confidence: f32,
    /// Articles it rests on.
    pub articles: Vec<ArticleId>,
    /// From an article that only colleagues may read: to know, not to paste.
    #[serde(default)]
    pub internal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionOutcome {
    /// Not settled: the agent has not answered yet.
    Offered,
    /// Sent as it was offered.
    Accepted,
    /// Sent with changes.
    Edited,
    /// The agent wrote something else.
    Ignored,
}

text_enum!(SuggestionOutcome { Offered = "offered", Accepted = "accepted", Edited = "edited", Ignored = "ignored" });

/// What an agent was offered for the customer's message `seq`.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub user_id: UserId,
    pub offered: Vec<Offered>,
    pub outcome: SuggestionOutcome,
    /// The key of what was used.
    pub used: Option<String>,
    pub at: Timestamp,
    pub settled_at: Option<Timestamp>,
}
