//! Why a call was not accepted: it could not be proved, or not be read. Neither ever repeats what the call said.

use crate::{FieldError, SecretError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    #[error("the header {0} is there more than once")]
    DuplicateHeader(&'static str),
    #[error("the header {0} is malformed")]
    MalformedHeader(&'static str),
    #[error("the parameter {0} is missing")]
    MissingParameter(&'static str),
    #[error("the parameter {0} is there more than once")]
    DuplicateParameter(&'static str),
    #[error("the parameter {0} is malformed")]
    MalformedParameter(&'static str),
    /// Positive: the call is old. Negative: it comes from the future.
    #[error("the timestamp is {skew_s} seconds off; at most {max_s} are accepted")]
    OutsideWindow { skew_s: i64, max_s: i64 },
    #[error("no signature fits")]
    BadSignature,
    /// The signature fits, the cipher text does not.
    #[error("the body cannot be decrypted")]
    NotDecryptable,
    /// Encrypted or addressed for another app than the inbox's.
    #[error("the call is meant for another app")]
    WrongReceiver,
    #[error("the body is too large, or holds no sealed part")]
    BadBody,
    /// Fail closed: nothing is accepted unproved.
    #[error("the setting {0} is empty, so nothing can be verified")]
    NoSecret(&'static str),
    #[error("the inbox cannot verify anything: {0}")]
    BadSecret(#[from] SecretError),
    #[error("this channel takes no such calls from outside")]
    NotCallable,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseError {
    #[error("the channel has no endpoint of this name")]
    UnknownEndpoint,
    #[error("the body is larger than {max_bytes} bytes")]
    TooLarge { max_bytes: usize },
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("the body is nested deeper than {max} levels")]
    TooDeep { max: usize },
    /// `reason` names the place, never the content.
    #[error("the body is not JSON: {reason}")]
    Malformed { reason: String },
    /// Not what the platform documents: XML, a form or a sealed part that does not hold together.
    #[error("the body cannot be read: {reason}")]
    Unreadable { reason: &'static str },
    #[error("{} field(s) are not acceptable", .0.len())]
    Fields(Vec<FieldError>),
}

impl ParseError {
    pub fn code(&self) -> &'static str {
        match self {
            ParseError::UnknownEndpoint => "not_found",
            ParseError::TooLarge { .. } => "too_large",
            ParseError::NotUtf8 => "invalid_encoding",
            ParseError::TooDeep { .. } => "json_too_deep",
            ParseError::Malformed { .. } => "invalid_json",
            ParseError::Fields(errors) if errors.iter().any(|e| e.problem == crate::Problem::Unknown) => "unknown_field",
            ParseError::Unreadable { .. } | ParseError::Fields(_) => "validation_failed",
        }
    }
}
