//! The steps of a delivery: keys that stay the same on every attempt, and JSON requests.

use crate::{Outbound, Step};
use qn_domain::Message;
use qn_egress::Request;
use serde_json::Value;

pub fn post_json(url: impl Into<String>, body: &Value) -> Request {
    Request::post(url, body.to_string()).header("content-type", "application/json; charset=utf-8")
}

/// `msg_…` for the first step, `msg_….2` for the second.
pub fn key(message: &Message, index: usize) -> String {
    match index {
        0 => message.id.0.clone(),
        _ => format!("{}.{}", message.id, index + 1),
    }
}

/// Steps made in order; each maker gets its step's key.
pub fn outbound(message: &Message, idempotent: bool, bodies: Vec<Value>, request: impl Fn(&Value, &str) -> Request) -> Outbound {
    if bodies.is_empty() {
        return Outbound::Nothing;
    }
    let step = |(index, body): (usize, &Value)| {
        let key = key(message, index);
        Step { request: request(body, &key), idempotent, key }
    };
    Outbound::Steps(bodies.iter().enumerate().map(step).collect())
}
