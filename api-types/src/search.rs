//! One hit of the search box, whatever it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// Where to open it, for messages and conversations.
    pub conversation_id: Option<String>,
    pub title: String,
    /// Plain text around the match, one line.
    pub snippet: String,
    pub at: i64,
}
