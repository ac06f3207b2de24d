//! What the product owes the outside: deliveries, as operators see them.

use crate::words::{EffectKind, EffectState};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EffectView {
    pub id: String,
    pub kind: EffectKind,
    /// The idempotency key the outside sees.
    pub key: String,
    #[schema(value_type = Object)]
    pub payload: Value,
    pub state: EffectState,
    pub attempts: i64,
    pub due_at: i64,
    pub last_error: Option<String>,
    pub created_at: i64,
}

impl From<qn_domain::EffectRow> for EffectView {
    fn from(e: qn_domain::EffectRow) -> Self {
        Self {
            id: e.id.0,
            kind: e.kind.into(),
            key: e.key,
            payload: e.payload,
            state: e.state.into(),
            attempts: e.attempts,
            due_at: e.due_at,
            last_error: e.last_error,
            created_at: e.created_at,
        }
    }
}
