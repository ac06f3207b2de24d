//! Standard Webhooks as somebody else wrote it: what we send is checked, and what we receive is signed, by the reference library.

use crate::http::Request;
use anyhow::{Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method};
use qn_base::{Clock, SystemClock};
use sha2::Sha256;
use standardwebhooks::Webhook;

/// A signed call of the API channel.
pub fn signed(secret: &str, path: &str, call_id: &str, body: impl Into<bytes::Bytes>) -> Result<Request> {
    signed_at(secret, path, call_id, SystemClock.now().div_euclid(1000), body)
}

/// The same with a time of choice, in seconds.
pub fn signed_at(secret: &str, path: &str, call_id: &str, timestamp_s: i64, body: impl Into<bytes::Bytes>) -> Result<Request> {
    let body = body.into();
    let signature = match std::str::from_utf8(&body) {
        Ok(_) => {
            let webhook = Webhook::new(secret).map_err(|e| anyhow!("the secret cannot be used: {e}"))?;
            webhook.sign(call_id, timestamp_s, &body).map_err(|e| anyhow!("cannot sign: {e}"))?
        }
        Err(_) => sign_bytes(secret, call_id, timestamp_s, &body)?,
    };
    let request = Request { method: Method::POST, path: path.to_owned(), headers: Vec::new(), body };
    Ok(request
        .header("content-type", "application/json")
        .header("webhook-id", call_id)
        .header("webhook-timestamp", &timestamp_s.to_string())
        .header("webhook-signature", &signature))
}

/// The reference library signs text only; hostile bodies need not be text.
fn sign_bytes(secret: &str, call_id: &str, timestamp_s: i64, body: &[u8]) -> Result<String> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
    mac.update(format!("{call_id}.{timestamp_s}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// Whether a call that reached us was signed with `secret`, now.
pub fn is_signed(secret: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    Webhook::new(secret).is_ok_and(|webhook| webhook.verify(body, headers).is_ok())
}

/// As Meta signs: `sha256=` and the HMAC of the body in hexadecimal digits.
pub fn meta_signature(secret: &str, body: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(body);
    Ok(format!("sha256={}", mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}
