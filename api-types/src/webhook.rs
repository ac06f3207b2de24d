//! Outgoing webhooks and what became of their deliveries.

use crate::check::{Check, Invalid};
use crate::patch;
use crate::words::EffectState;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What may be subscribed to.
pub const EVENTS: [&str; 12] = [
    "conversation.created",
    "conversation.updated",
    "conversation.resolved",
    "conversation.sla",
    "conversation.compensation_offered",
    "message.created",
    "message.updated",
    "ticket.created",
    "ticket.updated",
    "ticket.overdue",
    "ticket.sla",
    "flow.notified",
];

/// An endpoint without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookView {
    pub id: String,
    pub url: String,
    /// Empty = all.
    pub events: Vec<String>,
    pub enabled: bool,
    /// Set by the server when the address is refused for good or took nothing for days; null while events are sent.
    pub paused: Option<WebhookPauseView>,
    pub version: i64,
    pub created_at: i64,
}

/// Since when and why nothing is sent although the endpoint is enabled. Events that waited are kept until it is resumed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookPauseView {
    pub at: i64,
    /// A stable word such as `address_blocked`, `http_410` or `timeout`.
    pub reason: String,
}

impl From<domain::WebhookEndpoint> for WebhookView {
    fn from(w: domain::WebhookEndpoint) -> Self {
        let paused = w.paused.map(|p| WebhookPauseView { at: p.at, reason: p.reason });
        Self { id: w.id.0, url: w.url, events: w.events, enabled: w.enabled, paused, version: w.version, created_at: w.created_at }
    }
}

/// A new endpoint with the secret its deliveries are signed with (Standard Webhooks).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookCreated {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Shown once; absent when the creation was a repetition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    pub url: String,
    #[serde(default)]
    pub events: Vec<String>,
    /// True when not given.
    pub enabled: Option<bool>,
}

impl Check for CreateWebhook {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        crate::check::url(&mut self.url, "url", 2_000, wrong);
        events(&mut self.events, wrong);
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    #[serde(default, deserialize_with = "patch::some")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub events: Option<Vec<String>>,
    #[serde(default, deserialize_with = "patch::some")]
    pub enabled: Option<bool>,
    /// False ends a pause; so does another `url`.
    #[serde(default, deserialize_with = "patch::some")]
    pub paused: Option<bool>,
}

impl Check for UpdateWebhook {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.paused == Some(true) {
            wrong.push(Invalid::new(
                "paused",
                "只能为 false（恢复推送）；要停止推送请停用",
                "is false only, which resumes; to stop, disable the endpoint",
            ));
        }
        if let Some(value) = &mut self.url {
            crate::check::url(value, "url", 2_000, wrong);
        }
        if let Some(value) = &mut self.events {
            events(value, wrong);
        }
    }
}

fn events(events: &mut Vec<String>, wrong: &mut Vec<Invalid>) {
    for (i, event) in events.iter().enumerate() {
        if !EVENTS.contains(&event.as_str()) {
            let known = EVENTS.join(", ");
            wrong.push(Invalid::new(format!("events[{i}]"), format!("应为：{known}"), format!("is one of: {known}")));
        }
    }
    events.sort();
    events.dedup();
}

/// One series of attempts to bring one event to one endpoint.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookDeliveryView {
    pub effect_id: String,
    pub webhook_id: String,
    pub event_type: String,
    pub state: EffectState,
    pub attempts: i64,
    pub next_attempt_at: i64,
    pub last_error: Option<String>,
    pub created_at: i64,
}

impl From<domain::WebhookDelivery> for WebhookDeliveryView {
    fn from(d: domain::WebhookDelivery) -> Self {
        Self {
            effect_id: d.effect_id.0,
            webhook_id: d.webhook_id.0,
            event_type: d.event_type,
            state: d.state.into(),
            attempts: d.attempts,
            next_attempt_at: d.next_attempt_at,
            last_error: d.last_error,
            created_at: d.created_at,
        }
    }
}
