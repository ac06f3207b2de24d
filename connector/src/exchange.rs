//! What is recorded of one call for the people who watch runs: never a secret, never the whole of it.

use crate::{Failure, redact};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    pub method: String,
    /// Without what proves who we are; personal data hidden.
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub took_ms: i64,
    pub sent_bytes: usize,
    pub got_bytes: usize,
    /// Redacted excerpts.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub sent: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub got: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The same for Chinese readers, where the words are ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_zh: Option<String>,
    /// Id of the attachment that shows the page a robot failed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

impl Exchange {
    /// Says why there is nothing to show, in both languages.
    pub fn failed(&mut self, failure: &Failure) {
        self.error = Some(redact::text(&failure.message));
        self.error_zh = Some(redact::text(&failure.zh)).filter(|zh| !zh.is_empty());
    }
}

/// How an operation went.
#[derive(Debug)]
pub struct Done {
    pub outcome: Result<Value, Failure>,
    pub exchange: Exchange,
}
