//! An uploaded file, ready to be named in a message.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    pub id: String,
    /// Cleaned of what file systems and headers must not see.
    pub name: String,
    /// As sniffed from the bytes, never as claimed.
    pub media_type: String,
    pub size_bytes: i64,
    /// Path of the file; who has it can read the file.
    pub url: String,
}
