//! A customer in a browser: boots the widget, writes with names of its own choosing, resends what was not acknowledged,
//! and follows its conversation.

use crate::follow::{Follower, Position, Sink};
use crate::http::{Answer, Api, Request};
use anyhow::{Context, Result};
use http::Method;
use serde_json::{Value, json};

pub struct Visitor {
    pub api: Api,
    pub token: String,
    pub contact_id: String,
    /// What boot answered.
    pub booted: Value,
}

impl Visitor {
    /// Boots as a new browser does, trying until the server is there.
    pub async fn boot(api: &Api, inbox_key: &str, language: &str) -> Result<Visitor> {
        Self::boot_with(api, json!({"key": inbox_key, "language": language})).await
    }

    pub async fn boot_with(api: &Api, body: Value) -> Result<Visitor> {
        let booted = api.deliver(&Request::json(Method::POST, "/widget/boot", &body)).await?.ok()?.json()?;
        let token = booted["visitor_token"].as_str().context("boot gives no visitor_token")?.to_owned();
        let contact_id = booted["contact"]["id"].as_str().context("boot gives no contact")?.to_owned();
        Ok(Visitor { api: api.as_caller(&token), token, contact_id, booted })
    }

    /// Follows from what boot answered on.
    pub fn follow(&self, address: &str, sink: Option<Sink>) -> Follower {
        let cursor = self.booted["cursor"].as_object().and_then(|c| c.iter().next());
        let position = cursor.map(|(id, at)| Position { conversation_id: Some(id.clone()), at: at.as_i64().unwrap_or(0) });
        Follower::start(address, &self.token, position, sink)
    }

    /// A message, as often as it takes until it is acknowledged.
    pub async fn say(&self, client_msg_id: &str, text: &str) -> Result<Answer> {
        self.api.deliver(&says(client_msg_id, text)).await
    }
}

/// The request that sends a visitor's message.
pub fn says(client_msg_id: &str, text: &str) -> Request {
    Request::json(Method::POST, "/widget/messages", &json!({"client_msg_id": client_msg_id, "text": text}))
}
