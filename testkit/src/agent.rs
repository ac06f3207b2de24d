//! A person of the company at work, known by a token: follows everything, and acts on conversations.

use crate::follow::{Follower, Position, Sink};
use crate::http::{Answer, Api, Request};
use anyhow::Result;
use http::Method;
use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub struct Agent {
    pub api: Api,
    pub user_id: String,
    pub name: String,
    pub token: String,
}

impl Agent {
    /// Follows the company's log from now on.
    pub fn follow(&self, address: &str, sink: Option<Sink>) -> Follower {
        Follower::start(address, &self.token, None, sink)
    }

    pub fn follow_from(&self, address: &str, seq: i64, sink: Option<Sink>) -> Follower {
        Follower::start(address, &self.token, Some(Position { conversation_id: None, at: seq }), sink)
    }

    /// One of the verbs on a conversation: `claim`, `resolve`, `transfer` …
    pub async fn act(&self, conversation_id: &str, verb: &str, body: &Value) -> Result<Answer> {
        self.api.deliver(&acts(conversation_id, verb, body)).await
    }

    pub async fn set_presence(&self, presence: &str) -> Result<()> {
        let request = Request::json(Method::PUT, "/me/presence", &json!({"presence": presence}));
        self.api.deliver(&request).await?.ok()?;
        Ok(())
    }
}

/// The request that carries out a verb on a conversation.
pub fn acts(conversation_id: &str, verb: &str, body: &Value) -> Request {
    Request::json(Method::POST, &format!("/conversations/{conversation_id}/{verb}"), body)
}

/// The request that writes to a customer.
pub fn writes(conversation_id: &str, client_msg_id: &str, text: &str) -> Request {
    acts(conversation_id, "messages", &json!({"client_msg_id": client_msg_id, "kind": "outgoing", "text": text}))
}
