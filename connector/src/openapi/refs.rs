//! Following `$ref`: inside the document only, and never in a circle of nothing but references.

use super::Error;
use serde_json::{Map, Value};

const HOPS_MAX: usize = 32;

#[derive(Clone, Copy)]
pub(super) struct Refs<'a> {
    document: &'a Map<String, Value>,
}

impl<'a> Refs<'a> {
    pub fn new(document: &'a Map<String, Value>) -> Self {
        Self { document }
    }

    /// What stands at the end of a chain of references.
    pub fn follow(&self, value: &'a Value) -> Result<&'a Value, Error> {
        let mut value = value;
        for _ in 0..HOPS_MAX {
            let Some(reference) = reference(value) else { return Ok(value) };
            value = self.at(reference)?;
        }
        Err(Error::Circle(shown(reference(value).unwrap_or_default())))
    }

    pub fn at(&self, reference: &str) -> Result<&'a Value, Error> {
        let Some(pointer) = reference.strip_prefix('#') else { return Err(Error::Remote(shown(reference))) };
        let decoded = percent_decoded(pointer);
        let mut steps = decoded.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        let first = steps.next().and_then(|step| self.document.get(&step));
        let found = steps.try_fold(first, |at, step| match at {
            Some(Value::Object(fields)) => Some(fields.get(&step)),
            Some(Value::Array(entries)) => Some(step.parse::<usize>().ok().and_then(|i| entries.get(i))),
            _ => None,
        });
        found.flatten().ok_or_else(|| Error::Dangling(shown(reference)))
    }
}

pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// References are quoted in errors: not more of them than a person reads.
fn shown(reference: &str) -> String {
    reference.chars().take(200).collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = (byte == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
