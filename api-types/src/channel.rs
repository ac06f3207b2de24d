//! Answers of the signed API channel. Its bodies are parsed by the channel's adapter, after the signature was checked.

use serde::Serialize;
use utoipa::ToSchema;

/// What became of each message, in the order they were sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ingested {
    /// One for each message; none with `Prefer: respond-async`.
    pub results: Vec<IngestedMessage>,
    /// With `Prefer: respond-async`: so many messages are on disk and will be taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<usize>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IngestedMessage {
    /// As the sender named it.
    pub message_id: String,
    pub conversation_id: String,
    /// As we name it; delivery reports use it.
    pub qn_message_id: String,
    /// It had been received before; nothing changed now.
    pub duplicate: bool,
}
