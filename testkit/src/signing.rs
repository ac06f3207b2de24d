//! Standard Webhooks as somebody else wrote it: what we send is checked, and what we receive is signed, by the reference library.

use crate::http::Request;
use anyhow::{Result, anyhow};
use http::{HeaderMap, Method};
use qn_base::{Clock, SystemClock};
use standardwebhooks::Webhook;

/// A signed call of the API channel.
pub fn signed(secret: &str, path: &str, call_id: &str, body: impl Into<bytes::Bytes>) -> Result<Request> {
    signed_at(secret, path, call_id, SystemClock.now().div_euclid(1000), body)
}

/// The same with a time of choice, in seconds.
pub fn signed_at(secret: &str, path: &str, call_id: &str, timestamp_s: i64, body: impl Into<bytes::Bytes>) -> Result<Request> {
    let body = body.into();
    let webhook = Webhook::new(secret).map_err(|e| anyhow!("the secret cannot be used: {e}"))?;
    let signature = webhook.sign(call_id, timestamp_s, &body).map_err(|e| anyhow!("cannot sign: {e}"))?;
    let request = Request { method: Method::POST, path: path.to_owned(), headers: Vec::new(), body };
    Ok(request
        .header("content-type", "application/json")
        .header("webhook-id", call_id)
        .header("webhook-timestamp", &timestamp_s.to_string())
        .header("webhook-signature", &signature))
}

/// Whether a call that reached us was signed with `secret`, now.
pub fn is_signed(secret: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    Webhook::new(secret).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
}
