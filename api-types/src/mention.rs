//! Notes that name somebody.

use serde::Serialize;
use utoipa::ToSchema;

/// A note that names the caller, not seen yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MentionView {
    pub message_id: String,
    pub conversation_id: String,
    pub at: i64,
}
