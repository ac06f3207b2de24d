//! Journal entries: facts about a run, in order. What expressions gave and what the outside answered is written down, so a
//! replay never evaluates or calls anything again.

use super::event::StepError;
use super::shared::Shared;
use super::state::{RunState, Signal, Status};
use crate::context::Context;
use crate::request::Request;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "t")]
pub enum Entry {
    Started {
        flow: String,
        input: Map<String, Value>,
        #[serde(default, skip_serializing_if = "Context::is_empty")]
        context: Box<Context>,
        at: i64,
    },
    /// What others keep in the variables that the flow shares, where it is not what the run knew.
    Shared {
        values: Shared,
        at: i64,
    },
    /// The outside is asked; committed before it is.
    Opened {
        token: u32,
        step: String,
        attempt: u32,
        request: Arc<Request>,
        inputs: String,
        #[serde(default)]
        due_at: Option<i64>,
        /// What is asked for once the customer agrees to `request`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed: Option<Arc<Request>>,
        at: i64,
    },
    /// It failed and will be tried again at `due_at`.
    Resting {
        token: u32,
        step: String,
        attempt: u32,
        error: StepError,
        due_at: i64,
        /// As in `Closed`; what an error leaves in doubt by its kind is not written down.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubt: bool,
        at: i64,
    },
    /// A node was passed.
    Closed {
        token: u32,
        step: String,
        attempt: u32,
        port: String,
        #[serde(default, skip_serializing_if = "Value::is_null")]
        output: Value,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sets: Vec<(String, Value)>,
        /// The variable that keeps `output`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        save: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<StepError>,
        #[serde(default)]
        took_ms: i64,
        /// After a correction: the outside had carried this out before, and was not asked again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reused: bool,
        /// It failed and may have been carried out all the same, as an earlier attempt or with an answer that could not be kept: taken back
        /// like a step without an answer.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubt: bool,
        /// Tokens in the frames it had opened that asked the outside and end with this before they heard its answer: taken back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unheard: Vec<u32>,
        at: i64,
    },
    /// The customer corrected an earlier answer: the token goes back to that question, and the variables to how they were.
    Corrected {
        token: u32,
        step: String,
        /// The corrected answer's step, and its place among `answered`.
        back_to: String,
        answered: usize,
        said: String,
        at: i64,
    },
    /// The customer's words named something besides what was asked; later questions find it in the context.
    Named {
        token: u32,
        step: String,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        entities: Map<String, Value>,
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        likely: Map<String, Value>,
        at: i64,
    },
    /// A loop round, branches or a sub-flow begin.
    Split {
        token: u32,
        step: String,
        frames: Vec<FrameWish>,
        #[serde(default)]
        carry: Value,
        /// When they have had their time, all rounds together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<i64>,
        at: i64,
    },
    /// A frame has come to its end.
    Rejoined {
        frame: u32,
        #[serde(default, skip_serializing_if = "Value::is_null")]
        output: Value,
        /// Which token brought it here; 0 in journals from before this was written down.
        #[serde(default)]
        token: u32,
        /// As in `Closed`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unheard: Vec<u32>,
        at: i64,
    },
    /// A step failed and nothing catches it inside its scope.
    Failed {
        token: u32,
        step: String,
        attempt: u32,
        error: StepError,
        /// What the step opened has had its time.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        /// As in `Closed`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubt: bool,
        /// As in `Closed`, but taken back with what was done. None in journals from before this was written down, and where nothing was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unheard: Option<Vec<u32>>,
        #[serde(default)]
        took_ms: i64,
        at: i64,
    },
    Undoing {
        undo: u32,
        at: i64,
    },
    Undone {
        undo: u32,
        #[serde(default)]
        error: Option<StepError>,
        #[serde(default)]
        token: u32,
        at: i64,
    },
    /// All that an unwinding had to take back is taken back.
    Unwound {
        #[serde(default)]
        scope: Option<u32>,
        at: i64,
    },
    /// Kept until somebody listens.
    Signalled {
        signal: Signal,
        at: i64,
    },
    /// A kept signal was listened to.
    Heard {
        id: String,
        at: i64,
    },
    Cancelled {
        error: StepError,
        /// As in `Failed`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unheard: Vec<u32>,
        at: i64,
    },
    /// The flow came to its end; ends when nothing is left to take back.
    Ending {
        #[serde(default, skip_serializing_if = "Value::is_null")]
        output: Value,
        #[serde(default)]
        token: u32,
        /// As in `Closed`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unheard: Vec<u32>,
        at: i64,
    },
    Ended {
        status: Status,
        at: i64,
    },
    /// The run goes on under another version, from this state. Nothing before it has to be read again.
    Moved {
        flow: String,
        map: BTreeMap<String, String>,
        #[serde(deserialize_with = "snapshot")]
        state: Box<RunState>,
        at: i64,
    },
}

impl Entry {
    /// When it happened, in epoch milliseconds.
    pub fn at(&self) -> i64 {
        match self {
            Entry::Started { at, .. }
            | Entry::Shared { at, .. }
            | Entry::Opened { at, .. }
            | Entry::Resting { at, .. }
            | Entry::Closed { at, .. }
            | Entry::Corrected { at, .. }
            | Entry::Named { at, .. }
            | Entry::Split { at, .. }
            | Entry::Rejoined { at, .. }
            | Entry::Failed { at, .. }
            | Entry::Undoing { at, .. }
            | Entry::Undone { at, .. }
            | Entry::Unwound { at, .. }
            | Entry::Signalled { at, .. }
            | Entry::Heard { at, .. }
            | Entry::Cancelled { at, .. }
            | Entry::Ending { at, .. }
            | Entry::Ended { at, .. }
            | Entry::Moved { at, .. } => *at,
        }
    }
}

/// Inside a tagged enum serde reads keys of maps as text; going through a value makes them numbers again.
fn snapshot<'de, D: Deserializer<'de>>(from: D) -> Result<Box<RunState>, D::Error> {
    serde_json::from_value(Value::deserialize(from)?).map(Box::new).map_err(D::Error::custom)
}

/// The version a journal goes on with: where the run was moved to last, else where it began.
pub fn version(entries: &[Entry]) -> Option<&str> {
    entries.iter().rev().find_map(|entry| match entry {
        Entry::Started { flow, .. } | Entry::Moved { flow, .. } => Some(flow.as_str()),
        _ => None,
    })
}

/// A frame to open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameWish {
    /// In brackets in the path: the number of the round, the branch's name, `call`.
    pub label: String,
    pub kind: super::state::FrameKind,
    /// The port its token leaves through; none for a sub-flow, which begins at its own start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The sub-flow's content hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub vars: Map<String, Value>,
}
