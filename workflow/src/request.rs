//! What a step asks of the outside. Carried out by the driver, never here; journaled, so it holds no secrets, only references.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Request {
    /// An HTTP request. The reply is `{"status": 200, "body": …}` for every status.
    Call(Call),
    /// Words for the customer. The reply comes when they are durable in the conversation.
    Say { text: String },
    /// A question; the reply is `{"text": "…"}`.
    Ask { text: String, choices: Vec<String> },
    /// A person decides; the reply is `{"approved": true, "by": "…", "payload": …}`.
    Approve { who: String, title: String, payload: Value },
    /// Nothing but time, until the step's due time.
    Wait,
    /// A signal of this name.
    Listen { signal: String },
}

impl Request {
    /// Whether somebody outside has to be told. Waiting and listening are the engine's own.
    pub fn leaves_the_house(&self) -> bool {
        !matches!(self, Request::Wait | Request::Listen { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub method: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
    pub timeout_ms: i64,
}
