//! What of an answer is kept, and when it is a success: JSON pointers only, no expressions, so that a mapping cannot run away.

use crate::{Failure, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The shape of the kept value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapping {
    /// The body as it is.
    #[default]
    Whole,
    /// The value at a JSON pointer; null when there is none.
    At(String),
    /// An object of values.
    Fields(BTreeMap<String, Mapping>),
    /// Every entry of the list at `from`, mapped.
    Each { from: String, to: Box<Mapping> },
}

impl Mapping {
    pub fn apply(&self, value: &Value) -> Value {
        match self {
            Mapping::Whole => value.clone(),
            Mapping::At(pointer) => value.pointer(pointer).cloned().unwrap_or_default(),
            Mapping::Fields(fields) => {
                Value::Object(fields.iter().map(|(name, field)| (name.clone(), field.apply(value))).collect::<Map<_, _>>())
            }
            Mapping::Each { from, to } => {
                let entries = value.pointer(from).and_then(Value::as_array);
                Value::Array(entries.into_iter().flatten().map(|entry| to.apply(entry)).collect())
            }
        }
    }
}

impl Mapping {
    /// What is declared of the kept value, where this is declared of the body; null where nothing is.
    pub fn declared(&self, body: &Value) -> Value {
        match self {
            Mapping::Whole => body.clone(),
            Mapping::At(pointer) => declared_at(body, pointer).clone(),
            Mapping::Fields(fields) => {
                let properties: Map<_, _> = fields.iter().map(|(name, field)| (name.clone(), field.declared(body))).collect();
                json!({"type": "object", "properties": properties})
            }
            Mapping::Each { from, to } => json!({"type": "array", "items": to.declared(&declared_at(body, from)["items"])}),
        }
    }
}

fn declared_at<'b>(body: &'b Value, pointer: &str) -> &'b Value {
    pointer.split('/').skip(1).fold(body, |declared, step| {
        let field = &declared["properties"][step.replace("~1", "/").replace("~0", "~").as_str()];
        if field.is_null() && step.bytes().all(|b| b.is_ascii_digit()) { &declared["items"] } else { field }
    })
}

/// Services that answer 200 and say in the body how it went, e.g. `{"code": 0, "msg": "ok"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// Pointer to the word that tells.
    pub at: String,
    /// Any of these is a success.
    pub equals: Vec<Value>,
    /// Pointer to the service's own words about a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Success {
    pub fn check(&self, body: &Value) -> Result<(), Failure> {
        let told = body.pointer(&self.at).unwrap_or(&Value::Null);
        if self.equals.contains(told) {
            return Ok(());
        }
        let message = self.message.as_ref().and_then(|pointer| body.pointer(pointer)).and_then(Value::as_str);
        let zh = message.map_or_else(|| format!("对方返回 {told}"), str::to_owned);
        let message = message.map_or_else(|| format!("the service answered {told}"), str::to_owned);
        Err(Failure::new(Kind::Refused, message).zh(zh).detail(json!({"status": 200, "body": body})))
    }
}
