//! Outgoing webhooks: who wants to hear, and what became of each delivery.

use crate::{EffectState, TenantId, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    pub id: WebhookId,
    pub tenant_id: TenantId,
    pub url: String,
    /// `whsec_` + base64, as Standard Webhooks defines it.
    pub secret: String,
    /// Event types wanted, e.g. `message.created`; empty = all.
    pub events: Vec<String>,
    pub enabled: bool,
    /// Set by the server, ended by a person.
    pub paused: Option<WebhookPause>,
    pub version: i64,
    pub created_at: Timestamp,
}

/// Why nothing is sent to an endpoint although it is enabled: its address is refused for good, or failed for days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookPause {
    pub at: Timestamp,
    /// A stable word, e.g. `address_blocked` or `http_410`.
    pub reason: String,
}

/// One attempt series of one event to one endpoint, as the delivery log shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    pub effect_id: crate::EffectId,
    pub webhook_id: WebhookId,
    pub event_type: String,
    pub state: EffectState,
    pub attempts: i64,
    pub next_attempt_at: Timestamp,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
}
