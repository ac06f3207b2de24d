//! Reading what came back, from a side that may wish us ill: no compressed bodies, no deep or endless JSON, no secrets of ours
//! that it echoes.

use crate::{Failure, Kind};
use qn_crypto::Plain;
use qn_egress::{HeaderMap, Response, header};
use serde_json::{Value, json};

/// Values in one answer, keys not counted. A body of 512 KiB can hold a quarter of a million empty lists.
const VALUES_MAX: usize = 50_000;
const DEPTH_MAX: usize = 64;
/// Shorter texts would be found everywhere.
const SCRUBBED_BYTES_MIN: usize = 6;

/// The body as JSON; text stays text, nothing is null.
pub(crate) fn read(response: &Response) -> Result<Value, Failure> {
    plain(&response.headers)?;
    if response.body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = response.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let told_json = kind.contains("json");
    match serde_json::from_slice::<Value>(&response.body) {
        Ok(value) => measured(value),
        Err(error) if told_json => {
            Err(Failure::invalid(format!("the answer says it is JSON and is not: {error}")).zh("对方说返回的是 JSON，其实不是"))
        }
        Err(_) if kind.starts_with("text/") || kind.is_empty() || kind.contains("xml") => {
            Ok(Value::from(String::from_utf8_lossy(&response.body)))
        }
        Err(_) => {
            let kind = crate::redact::text(&kind);
            Err(Failure::invalid(format!("the answer is of a kind flows cannot read: {kind}"))
                .zh(format!("流程读不了这种返回内容：{kind}")))
        }
    }
}

/// We never ask for compression; an answer that is compressed anyway could be a bomb, and is not unpacked.
pub(crate) fn plain(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Failure::new(Kind::Limit, "the answer is compressed, which was not asked for").zh("返回内容被压缩了，没有要求过压缩"))
        }
        _ => Ok(()),
    }
}

/// The value, unless it is too wide or too deep.
pub(crate) fn measured(value: Value) -> Result<Value, Failure> {
    let mut values = 0;
    measure(&value, 0, &mut values)?;
    Ok(value)
}

fn measure(value: &Value, depth: usize, values: &mut usize) -> Result<(), Failure> {
    *values += 1;
    if *values > VALUES_MAX {
        return Err(Failure::new(Kind::Limit, format!("the answer holds more than {VALUES_MAX} values"))
            .zh(format!("返回内容超过 {VALUES_MAX} 个值")));
    }
    if depth > DEPTH_MAX {
        return Err(Failure::new(Kind::Limit, format!("the answer is nested deeper than {DEPTH_MAX}"))
            .zh(format!("返回内容的嵌套超过 {DEPTH_MAX} 层")));
    }
    match value {
        Value::Array(entries) => entries.iter().try_for_each(|entry| measure(entry, depth + 1, values)),
        Value::Object(fields) => fields.values().try_for_each(|field| measure(field, depth + 1, values)),
        _ => Ok(()),
    }
}

/// Takes our own secrets out of what the other side said.
pub fn scrub(value: &mut Value, secrets: &[Plain]) {
    match value {
        Value::String(text) => scrub_text(text, secrets),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| scrub(entry, secrets)),
        Value::Object(fields) => {
            if fields.keys().any(|name| holds(name, secrets)) {
                *fields = std::mem::take(fields).into_iter().filter(|(name, _)| !holds(name, secrets)).collect();
            }
            fields.values_mut().for_each(|field| scrub(field, secrets));
        }
        _ => {}
    }
}

fn holds(text: &str, secrets: &[Plain]) -> bool {
    secrets.iter().any(|secret| secret.reveal().len() >= SCRUBBED_BYTES_MIN && text.contains(secret.reveal()))
}

pub(crate) fn scrub_text(text: &mut String, secrets: &[Plain]) {
    for secret in secrets.iter().filter(|secret| secret.reveal().len() >= SCRUBBED_BYTES_MIN) {
        if text.contains(secret.reveal()) {
            *text = text.replace(secret.reveal(), "…");
        }
    }
}

/// What a status outside 2xx means.
pub(crate) fn refused(status: u16, body: &Value) -> Failure {
    let kind = match status {
        408 | 425 | 429 | 500.. => Kind::Unavailable,
        _ => Kind::Refused,
    };
    let (message, zh) = match status {
        300..=399 => (
            format!("the answer was {status}, a redirect, which is not followed"),
            format!("对方返回 {status}，要求转到别的地址，不予跟随"),
        ),
        _ => (format!("the answer was {status}"), format!("对方返回状态码 {status}")),
    };
    let in_doubt = matches!(status, 408 | 500 | 502 | 504);
    Failure { in_doubt, ..Failure::new(kind, message).zh(zh).detail(json!({"status": status, "body": body})) }
}
