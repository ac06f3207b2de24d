//! Proof and opening of event calls. With an encrypt key: SHA-256 over timestamp, nonce, key and body, and AES-256-CBC. Without: the
//! verification token inside the body. Neither set: nothing is accepted.

use crate::{Call, VerifyError, call, config, crypt, peek};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_domain::{Inbox, Timestamp};
use serde_json::Value;

/// The platform tries again for about seven hours, and does not say whether it signs anew.
const TOLERANCE_S: i64 = 8 * 60 * 60;

pub fn verify(inbox: &Inbox, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
    let (key, token) = (config::text(inbox, "encrypt_key"), config::text(inbox, "verification_token"));
    if key.is_empty() && token.is_empty() {
        return Err(VerifyError::NoSecret("encrypt_key"));
    }
    call.bounded_body().map_err(|_| VerifyError::BadBody)?;
    let has_signature = call.header("x-lark-signature").is_ok();
    if !key.is_empty() && has_signature {
        check_signature(key, call, now)?;
    }
    let body = open(inbox, call.body)?;
    // the platform does not sign the check of a new address: that must carry the token, or be sealed with our key
    if !key.is_empty() && !has_signature && body["type"] != "url_verification" {
        return Err(VerifyError::MissingHeader("x-lark-signature"));
    }
    let given = body["header"]["token"].as_str().or_else(|| body["token"].as_str()).unwrap_or_default();
    if !token.is_empty() && !crypt::same(given, token) {
        return Err(VerifyError::BadSignature);
    }
    let app_id = body["header"]["app_id"].as_str();
    if app_id.is_some_and(|id| id != config::text(inbox, "app_id")) { Err(VerifyError::WrongReceiver) } else { Ok(()) }
}

fn check_signature(key: &str, call: &Call<'_>, now: Timestamp) -> Result<(), VerifyError> {
    let (timestamp, nonce) = (call.header("x-lark-request-timestamp")?, call.header("x-lark-request-nonce")?);
    call::check_seconds(timestamp, now, TOLERANCE_S).map_err(|e| e.unwrap_or(VerifyError::MalformedHeader("x-lark-request-timestamp")))?;
    let expected = crypt::hex(&crypt::sha256(&[timestamp.as_bytes(), nonce.as_bytes(), key.as_bytes(), call.body]));
    if crypt::same(call.header("x-lark-signature")?, &expected) { Ok(()) } else { Err(VerifyError::BadSignature) }
}

/// The event itself. With an encrypt key nothing unsealed is read.
pub fn open(inbox: &Inbox, body: &[u8]) -> Result<Value, VerifyError> {
    let outer = peek::body(body).map_err(|_| VerifyError::BadBody)?;
    let key = config::text(inbox, "encrypt_key");
    if key.is_empty() {
        return if outer["encrypt"].is_string() { Err(VerifyError::NoSecret("encrypt_key")) } else { Ok(outer) };
    }
    let sealed = outer["encrypt"].as_str().and_then(|text| STANDARD.decode(text).ok()).ok_or(VerifyError::NotDecryptable)?;
    let (iv, sealed) = sealed.split_first_chunk::<16>().ok_or(VerifyError::NotDecryptable)?;
    let plain = crypt::open_aes256(&crypt::sha256(&[key.as_bytes()]), iv, sealed, 16).ok_or(VerifyError::NotDecryptable)?;
    peek::body(&plain).map_err(|_| VerifyError::NotDecryptable)
}
