//! What the operator decides about the model, as values. The server's configuration makes one of these; nothing here reads files.

use crate::budget::Budget;
use std::fmt;

#[derive(Clone, PartialEq)]
pub struct Settings {
    /// Up to and including the version, without a trailing slash: `http://127.0.0.1:11434/v1`.
    pub base_url: String,
    pub model: String,
    /// Sent as a bearer token; empty for servers that want none.
    pub key: String,
    pub connect_ms: u64,
    /// From sending to the first piece of the answer.
    pub first_token_ms: u64,
    /// The whole call, retries included.
    pub total_ms: u64,
    /// How long a customer's turn waits before the bot answers without the model.
    pub turn_ms: u64,
    pub answer_tokens_max: u32,
    pub parallel_max: usize,
    /// Answers kept for identical questions of one tenant.
    pub cached_max: usize,
    pub cached_ms: i64,
    pub budget: Budget,
    /// Whether the bot may put passages into its own words; agents' drafts and summaries need no such leave.
    pub answers_customers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            model: String::new(),
            key: String::new(),
            connect_ms: 2_000,
            first_token_ms: 8_000,
            total_ms: 20_000,
            turn_ms: 4_000,
            answer_tokens_max: 600,
            parallel_max: 8,
            cached_max: 500,
            cached_ms: 10 * qn_base::clock::MINUTE_MS,
            budget: Budget::default(),
            answers_customers: false,
        }
    }
}

/// Never the key.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .field("has_key", &!self.key.is_empty())
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}
