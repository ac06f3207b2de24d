//! What can go wrong with a blob. `TooLarge` and `Refused` are the sender's doing and leave nothing behind.

use crate::Refusal;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("the content is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("this kind of file is not accepted: {0}")]
    Refused(Refusal),
    #[error("there is no blob {key}")]
    NotFound { key: String },
    #[error("`{text}` is not a blob key")]
    BadKey { text: String },
    /// The sender's stream ended with an error; whatever had arrived was thrown away.
    #[error("the content did not arrive completely")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the folder {} for attachments cannot be used", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("the blob store failed")]
    Storage(#[source] object_store::Error),
}

impl BlobError {
    pub(crate) fn storage(key: &str, error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => BlobError::NotFound { key: key.to_owned() },
            other => BlobError::Storage(other),
        }
    }
}
