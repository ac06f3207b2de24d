//! Why a model gave nothing. Messages name no key, no prompt and no customer: they reach logs and the health page.

use crate::budget::OverBudget;
use qn_egress::EgressError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LlmError {
    #[error(transparent)]
    Outbound(#[from] EgressError),
    /// `code` is the server's own word for it, at most 60 plain characters.
    #[error("the model's server answers with status {status} {code}")]
    Status { status: u16, code: String },
    #[error("the model said nothing for {ms} ms")]
    FirstToken { ms: u64 },
    #[error("the model was not done within {ms} ms")]
    Deadline { ms: u64 },
    #[error("the answer broke off or is no chat completion: {reason}")]
    Broken { reason: String },
    #[error("the answer is longer than {chars_max} characters")]
    TooLong { chars_max: usize },
    /// Its content filter, or it said no.
    #[error("the model refused to answer")]
    Refused,
    /// It answered, but not in the shape asked for, or with something its sources do not say.
    #[error("the answer cannot be used: {reason}")]
    Unusable { reason: String },
    #[error("the server has no model {model:?}")]
    NoModel { model: String },
    #[error("the model failed too often; it is asked again in {ms} ms")]
    Resting { ms: u64 },
    #[error("as many questions as allowed are with the model already")]
    Busy,
    #[error(transparent)]
    Budget(#[from] OverBudget),
    /// What was spent could not be read or written: nothing is asked blindly.
    #[error("what the tenant has spent is not known: {reason}")]
    Books { reason: String },
}

impl LlmError {
    /// A stable word for logs, metrics and explanations.
    pub fn code(&self) -> &'static str {
        match self {
            LlmError::Outbound(error) => error.code(),
            LlmError::Status { status: 401 | 403, .. } => "llm_unauthorised",
            LlmError::Status { status: 429, .. } => "llm_rate_limited",
            LlmError::Status { .. } => "llm_status",
            LlmError::FirstToken { .. } => "llm_silent",
            LlmError::Deadline { .. } => "llm_deadline",
            LlmError::Broken { .. } => "llm_broken",
            LlmError::TooLong { .. } => "llm_too_long",
            LlmError::Refused => "llm_refused",
            LlmError::Unusable { .. } => "llm_unusable",
            LlmError::NoModel { .. } => "llm_no_model",
            LlmError::Resting { .. } => "llm_resting",
            LlmError::Busy => "llm_busy",
            LlmError::Budget(_) => "llm_budget",
            LlmError::Books { .. } => "llm_books",
        }
    }

    /// Says something about the server, not about this question: counts for the circuit breaker and the health page.
    pub fn is_outage(&self) -> bool {
        match self {
            LlmError::Outbound(_) | LlmError::FirstToken { .. } | LlmError::Deadline { .. } | LlmError::Broken { .. } => true,
            LlmError::Status { status, .. } => matches!(status, 401 | 403 | 404 | 408 | 429 | 500..),
            _ => false,
        }
    }
}
