//! The shape of an error, for the API's description. The server writes it in `qn-api`.

use serde::Serialize;
use utoipa::ToSchema;

/// RFC 9457 problem details.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Path of the page that explains the code, `/docs/errors/<code>`.
    #[schema(example = "/docs/errors/conversation_conflict")]
    pub r#type: String,
    /// What went wrong, in a few words of the caller's language.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// Stable; programs may rely on it.
    #[schema(example = "conversation_conflict")]
    pub code: String,
    /// What happened and what to do about it, in the caller's language.
    pub detail: String,
    /// Also in the header `X-Request-Id`.
    pub request_id: String,
    /// The fields that were not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldProblem>>,
}

/// One field that was not accepted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Dotted path in the body, e.g. `widget.color`.
    pub field: String,
    pub message: String,
}
