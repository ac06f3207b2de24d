//! Reading JSON of a platform: bounded like all that comes in, but lenient. Platforms add fields whenever they like, and a message
//! must not be lost over one of them; what is missing or of another type reads as absent.

use crate::read;
use crate::{ParseError, Refused};
use qn_base::text;
use qn_domain::Timestamp;
use qn_domain::content::TEXT_CHARS_MAX;
use qn_egress::Response;
use serde_json::Value;

/// Names of people and files.
const NAME_CHARS_MAX: usize = 200;
/// Ids of platforms are far shorter.
pub const ID_CHARS_MAX: usize = 200;

pub fn body(body: &[u8]) -> Result<Value, ParseError> {
    read::json(body, crate::call::BODY_BYTES_MAX)
}

/// JSON inside a string of other JSON.
pub fn inner(value: &Value) -> Value {
    value.as_str().and_then(|text| read::json(text.as_bytes(), crate::call::BODY_BYTES_MAX).ok()).unwrap_or(Value::Null)
}

pub fn answer(response: &Response) -> Result<Value, Refused> {
    read::json(&response.body, response.body.len()).map_err(|_| Refused::unreadable(response))
}

/// An id as text, also where the platform writes a number; empty, overlong or dirty ones are none.
pub fn id(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(found) => found.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let clean = !found.is_empty() && found.chars().nth(ID_CHARS_MAX).is_none() && text::line(&found, usize::MAX) == found;
    clean.then_some(found)
}

/// A cleaned line; empty is none.
pub fn name(value: &Value) -> Option<String> {
    value.as_str().map(|found| text::line(found, NAME_CHARS_MAX)).filter(|line| !line.is_empty())
}

/// What a customer wrote: cleaned and cut to what a message may hold. Never refused, for it would be lost.
pub fn words(found: &str) -> String {
    let clean = text::clean(found);
    text::truncate(&clean, TEXT_CHARS_MAX).to_owned()
}

pub fn said(value: &Value) -> String {
    value.as_str().map(words).unwrap_or_default()
}

/// Epoch milliseconds out of seconds or milliseconds, written as number or text.
pub fn time(value: &Value) -> Option<Timestamp> {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok()).filter(|n| *n > 0)?;
    Some(if number < 100_000_000_000 { number * 1000 } else { number })
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
