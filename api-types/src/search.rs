//! One search over conversations, contacts, articles and messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    Conversations,
    Contacts,
    Articles,
    Messages,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    Conversation,
    Contact,
    Article,
    Message,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchHit {
    pub kind: HitKind,
    pub id: String,
    /// For messages and conversations.
    pub conversation_id: Option<String>,
    pub title: String,
    pub snippet: String,
    pub at: i64,
}
