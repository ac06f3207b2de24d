//! What can happen to a run, and when. Events come from the driver; each names the step it is for, so that a late or repeated
//! one finds nobody waiting and changes nothing.

use crate::context::Context;
use crate::model::ErrorKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// First of all events of a run.
    Start { input: Map<String, Value>, context: Box<Context> },
    /// The outside answered what a step asked of it.
    Reply { step: String, attempt: u32, outcome: Outcome, took_ms: i64 },
    /// The customer takes an answer back while nothing is asked. `reply` is like that of a question.
    Correct { id: String, reply: Value },
    /// The time a step waits for has come.
    Due { step: String },
    /// Something the flow may be waiting for happened.
    /// With a `step` it is for that one alone, and not kept if nobody listens there.
    Signal { id: String, name: String, payload: Value, step: Option<String> },
    /// Goes on with a decision that was made in pieces, or after a restart.
    Continue,
    /// A person wants it to stop; what was done is undone.
    Cancel { reason: String },
}

pub type Outcome = Result<Value, StepError>;

/// Why a step did not succeed; flows read it as the variable `error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub struct StepError {
    pub kind: ErrorKind,
    pub message: String,
    /// The same for Chinese readers; empty where only the other side's own words are known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zh: String,
    /// What the other side said, if anything.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub detail: Value,
}

impl StepError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), zh: String::new(), detail: Value::Null }
    }

    #[must_use]
    pub fn zh(mut self, zh: impl Into<String>) -> Self {
        self.zh = zh.into();
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.message)
    }
}

/// When it happened, and the random number that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Epoch milliseconds.
    pub now: i64,
    /// For the jitter of retries.
    pub random: u32,
}
