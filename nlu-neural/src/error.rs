//! Why a folder is not a model that can be used, in words for the operator. Never a panic: folders come from elsewhere.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{file} is missing in {folder}{hint}")]
    Missing { folder: PathBuf, file: &'static str, hint: &'static str },
    #[error("{file} has {bytes} bytes; the most that is read is {bytes_max}")]
    TooLarge { file: String, bytes: u64, bytes_max: u64 },
    #[error("{file}: {reason}")]
    Malformed { file: String, reason: String },
    #[error("the model is not of a supported kind: {reason}")]
    Unsupported { reason: String },
    #[error("the tensor {tensor} {reason}")]
    Tensor { tensor: String, reason: String },
    #[error("a test sentence gave no usable vector: {reason}")]
    Trial { reason: String },
}

impl ModelError {
    pub(crate) fn unreadable(path: &Path, source: std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }

    pub(crate) fn malformed(file: &str, reason: impl std::fmt::Display) -> Self {
        Self::Malformed { file: file.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported { reason: reason.into() }
    }
}
