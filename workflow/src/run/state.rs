//! What a run is between two events: tokens that stand on nodes, frames they stand in, and what would have to be undone.
//! Built only by `apply`; serialisable, so that a long journal can be cut short by a snapshot.

use super::event::StepError;
use super::shared::Shared;
use crate::request::Request;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub type Vars = BTreeMap<String, Arc<Value>>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    pub run_id: String,
    pub status: Status,
    /// Entries applied so far.
    pub position: u64,
    pub frames: BTreeMap<u32, Frame>,
    pub tokens: BTreeMap<u32, Token>,
    /// What every flow of the run reads as `context`.
    #[serde(default)]
    pub context: Arc<Value>,
    /// What is known of the variables it shares.
    #[serde(default, skip_serializing_if = "Shared::is_empty")]
    pub shared: Shared,
    /// In the order of completion.
    pub undo: Vec<Undo>,
    /// Innermost last.
    pub unwinding: Vec<Unwind>,
    /// Signals nobody waited for yet.
    pub signals: Vec<Signal>,
    /// Answers of the customer that they may still correct, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<Answered>,
    /// What was asked of the outside since the first of them, and came to a good end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Passed>,
    /// How the run will end once nothing is left to take back.
    pub closing: Option<Status>,
    pub output: Value,
    pub error: Option<StepError>,
    /// Source of ids for frames, tokens, scopes and undo records.
    pub counter: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    New,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Running => "running",
            Status::Done => "done",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }

    pub fn is_final(self) -> bool {
        matches!(self, Status::Done | Status::Failed | Status::Cancelled)
    }
}

/// A room with its own variables: the run itself, one round of a loop, one branch, one call of a sub-flow, one compensation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub parent: Option<u32>,
    pub kind: FrameKind,
    /// The token that waits for this frame, and that token's visit.
    pub owner: Option<u32>,
    pub scope: Option<u32>,
    /// For example `each[2].both[b]`; empty for the run itself.
    pub path: String,
    /// Content hash of the flow whose nodes it walks.
    pub flow: String,
    pub vars: Vars,
    /// How often each node was reached here.
    pub visits: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    Root,
    Round,
    Branch,
    Sub,
    Undo,
}

impl FrameKind {
    /// Variables outside are not seen from within.
    pub fn is_closed(self) -> bool {
        matches!(self, FrameKind::Root | FrameKind::Sub | FrameKind::Undo)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    pub frame: u32,
    pub step: Step,
    pub place: Place,
}

/// One visit of one node. Written `node@path`, with `~2` after the node for its second visit in the same frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub node: String,
    pub visit: u32,
    pub path: String,
}

impl Step {
    /// The name of the visit inside its frame.
    pub fn name(&self) -> String {
        if self.visit > 1 { format!("{}~{}", self.node, self.visit) } else { self.node.clone() }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name(), self.path)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// To be decided next; between events only while a long decision is made in pieces.
    Ready,
    /// Left through a port that leads nowhere: its frame is at its end.
    Stranded,
    /// The outside was asked.
    Open(Open),
    /// Frames were opened; waits until they are closed, or until they have had their time.
    Split {
        scope: u32,
        frames: Vec<u32>,
        rounds: u32,
        carry: Value,
        outputs: Vec<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<i64>,
    },
    /// What was done under this token's scope is being undone.
    Unwinding { scope: u32 },
}

/// An answer, and how the run stood before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub step: Step,
    pub frame: u32,
    pub save: String,
    /// What was asked; nothing when the answer was known.
    pub request: Option<Arc<Request>>,
    /// The frame's variables before it.
    pub vars: Vars,
    /// How many `passed` there were.
    pub passed: usize,
}

/// A step that the outside has carried out. After a correction it is not asked for again with the same words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    pub step: Step,
    pub flow: String,
    /// Hash of the request.
    pub inputs: String,
    /// It did something outside, rather than looking something up or talking.
    pub acted: bool,
    pub port: String,
    pub output: Value,
    pub save: Option<String>,
    pub sets: Vec<(String, Value)>,
    /// It stands before a correction: what comes again is compared with it.
    #[serde(default)]
    pub before: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Counted from 1.
    pub attempt: u32,
    pub request: Arc<Request>,
    pub due_at: Option<i64>,
    /// Waits for its next attempt; nothing is outside now.
    pub resting: bool,
    /// An earlier attempt may have been carried out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubt: bool,
    /// Asked for once the customer agrees: it was done before with other words, and `request` is the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Arc<Request>>,
}

/// How to take one completed step back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    pub id: u32,
    pub step: Step,
    /// Where the compensation begins.
    pub node: String,
    pub flow: String,
    /// What could be read when the step was done, and `done`: its output.
    pub vars: Vars,
    /// Every scope the step was in; one of its own as well where it was taken back while the rest went on.
    pub scopes: Vec<u32>,
    pub state: UndoState,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoState {
    Waiting,
    Running {
        frame: u32,
    },
    Done,
    /// It failed for good; a person must look.
    Failed(StepError),
}

/// Something failed, and what was done is being taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unwind {
    /// The scope to take back; none for the whole run.
    pub scope: Option<u32>,
    /// Goes on through its error port afterwards, if it still lives.
    pub token: Option<u32>,
    pub error: StepError,
    /// What was opened there has had its time: it goes on through its timeout port, if that leads somewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub id: String,
    pub name: String,
    pub payload: Value,
}

impl RunState {
    pub fn new(run_id: impl Into<String>) -> Self {
        Self {
            run_id: run_id.into(),
            status: Status::New,
            position: 0,
            frames: BTreeMap::new(),
            tokens: BTreeMap::new(),
            context: Arc::default(),
            shared: Shared::new(),
            undo: Vec::new(),
            unwinding: Vec::new(),
            signals: Vec::new(),
            answered: Vec::new(),
            passed: Vec::new(),
            closing: None,
            output: Value::Null,
            error: None,
            counter: 0,
        }
    }

    /// The key the outside knows a step by. It is the same for every attempt: a refund tried twice is one refund.
    pub fn key(&self, step: &Step) -> String {
        let path = if step.path.is_empty() { "-" } else { &step.path };
        format!("{}/{}/{path}", self.run_id, step.name())
    }

    /// Compensations that failed: the run ended, but not everything was taken back.
    pub fn not_undone(&self) -> impl Iterator<Item = &Undo> {
        self.undo.iter().filter(|undo| matches!(undo.state, UndoState::Failed(_)))
    }

    pub(crate) fn fresh(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }

    /// A frame and all around it, innermost first.
    pub(crate) fn enclosing(&self, frame: u32) -> impl Iterator<Item = (u32, &Frame)> {
        std::iter::successors(self.frames.get(&frame).map(|f| (frame, f)), |(_, f)| {
            let parent = f.parent?;
            self.frames.get(&parent).map(|f| (parent, f))
        })
    }

    pub(crate) fn is_within(&self, frame: u32, test: impl Fn(&Frame) -> bool) -> bool {
        self.enclosing(frame).any(|(_, f)| test(f))
    }
}
