//! The registry of node kinds: a plain array. A new kind is one file here and one line in `ALL`.
//! A kind says what its settings are and turns them into an `Action`, which decides; it never acts.

mod answer;
mod approval;
mod ask;
mod assign;
mod call;
mod choose;
mod classify;
mod connect;
mod contact;
mod conversation;
mod emit;
mod end;
mod extract;
mod hand_off;
mod join;
mod label;
mod loops;
mod note;
mod notify;
mod parallel;
mod resolve;
mod rich;
mod say;
mod script;
mod set;
mod signal;
mod start;
mod subflow;
mod switch;
mod ticket;
mod ticket_update;
mod verify;
mod wait;
mod write;

mod catalogue;

pub(crate) use ask::SKIPPED;
pub(crate) use catalogue::port_words;
pub use catalogue::{Entry as CatalogueEntry, catalogue};
pub(crate) use loops::BODY;
pub(crate) use parallel::JOINED;

use crate::compiler::Compiler;
use crate::expr::{ExprError, Values};
use crate::model::{ErrorKind, Node};
use crate::request::{Desk, Request};
use crate::run::{FrameWish, StepError};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Debug;

pub static ALL: &[&dyn Kind] = &[
    &start::Start,
    &set::SetVariables,
    &script::RunScript,
    &choose::Choose,
    &switch::Switch,
    &loops::Loop,
    &parallel::Parallel,
    &join::Join,
    &subflow::SubFlow,
    &wait::Wait,
    &signal::WaitForSignal,
    &approval::Approval,
    &call::Call,
    &connect::ConnectorAction,
    &say::Say,
    &ask::Ask,
    &verify::Verify,
    &answer::Answer,
    &write::Write,
    &extract::Extract,
    &classify::Classify,
    &hand_off::HandOff,
    &assign::Assign,
    &label::Label,
    &note::Note,
    &notify::NotifyPeople,
    &contact::UpdateContact,
    &conversation::UpdateConversation,
    &resolve::Resolve,
    &ticket::Ticket,
    &ticket_update::TicketUpdate,
    &emit::EmitEvent,
    &end::End,
];

pub fn find(name: &str) -> Option<&'static dyn Kind> {
    ALL.iter().copied().find(|kind| kind.spec().name == name)
}

/// What the builder's palette and form, and the validator, need to know of a kind.
#[derive(Debug, Clone, Serialize)]
pub struct Spec {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Name of a line icon.
    pub icon: &'static str,
    /// One sentence, zh and en.
    pub about: (&'static str, &'static str),
    pub family: Family,
    /// Ports every node of this kind has, `error`, `timeout` and `undo` aside.
    pub ports: &'static [&'static str],
    /// The outside can fail it: it must have an error edge.
    pub fallible: bool,
    /// Somebody or something else sets the pace: a cycle through it does not spin.
    pub waits: bool,
    /// Must say how long it waits at most.
    pub needs_timeout: bool,
    /// Makes the JSON Schema of its settings.
    #[serde(skip)]
    pub settings: fn() -> Value,
}

impl Spec {
    /// It may be given a time, after which it is left: what it waits for, or what it opened, is then given up.
    pub(crate) fn may_time_out(&self) -> bool {
        self.needs_timeout || matches!(self.name, "loop" | "parallel" | "sub_flow")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    Trigger,
    Talk,
    Desk,
    Logic,
    Time,
    People,
    Systems,
}

pub trait Kind: Sync {
    fn spec(&self) -> Spec;

    /// Reads the settings; what is wrong with them goes to the compiler's problems.
    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>>;
}

/// A node's decisions. Pure.
pub trait Action: Send + Sync + Debug {
    /// A token has come, or the frames it opened have closed.
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError>;

    /// The outside answered.
    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(crate::model::NEXT).output(reply))
    }

    /// The customer says again what they answered before; `words` come like an answer, without a text for nothing but that it
    /// was wrong. For questions only.
    fn correct(&self, _scene: &Scene<'_>, _words: &Value) -> Result<Move, StepError> {
        Err(StepError::new(ErrorKind::Invalid, "not a question").zh("这不是一个提问"))
    }

    /// What customers call the answer that is asked for.
    fn called(&self) -> &[String] {
        &[]
    }

    /// Which kind of entity the answer is, as the context names it, where that is known.
    fn expects(&self) -> Option<&str> {
        None
    }

    /// It only looks something up, whatever it is asked for.
    fn only_reads(&self) -> bool {
        false
    }

    /// Ports beyond the spec's, named by the settings.
    fn own_ports(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What a decision may look at.
pub struct Scene<'a> {
    pub values: &'a dyn Values,
    pub now: i64,
    pub attempt: u32,
    pub timeout_ms: Option<i64>,
    /// Once this is done the flow has nothing more to say or to ask, and nobody outside hears of it.
    pub is_last_word: bool,
    /// Frames this visit has had closed so far, what they gave, and what the node kept for itself.
    pub rounds: u32,
    pub outputs: &'a [Value],
    pub carry: &'a Value,
    /// What was asked of the outside, when its answer comes.
    pub asked: Option<&'a Request>,
}

/// Where a token goes from here.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    Leave {
        port: String,
        output: Value,
        /// The variable that keeps `output`.
        save: Option<String>,
        sets: Vec<(String, Value)>,
    },
    Open {
        request: Request,
        due_at: Option<i64>,
    },
    Split {
        frames: Vec<FrameWish>,
        carry: Value,
    },
    /// Waits for more of its frames to close.
    Stay,
    /// Closes the branch this token is in.
    Join,
    /// Closes the flow this token is in.
    End {
        failed: Option<StepError>,
        output: Value,
    },
}

impl Move {
    pub fn leave(port: &str) -> Move {
        Move::Leave { port: port.to_owned(), output: Value::Null, save: None, sets: Vec::new() }
    }

    #[must_use]
    pub fn output(mut self, value: Value) -> Move {
        if let Move::Leave { output, .. } = &mut self {
            *output = value;
        }
        self
    }

    /// Keeps the value in a variable, if the settings name one.
    #[must_use]
    pub fn save(mut self, name: Option<&String>, value: Value) -> Move {
        if let Move::Leave { output, save, .. } = &mut self {
            (*output, *save) = (value, name.cloned());
        }
        self
    }
}

impl From<ExprError> for StepError {
    fn from(error: ExprError) -> Self {
        let kind = if matches!(error, ExprError::TooCostly) { ErrorKind::Limit } else { ErrorKind::Invalid };
        StepError::new(kind, error.to_string()).zh(error.zh())
    }
}

/// JSON Schema of a settings type, without references, so that a form can be drawn from it as it stands.
fn schema_of<T: schemars::JsonSchema>() -> Value {
    let inline = schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    inline.into_generator().into_root_schema_for::<T>().to_value()
}

/// A step of the desk: asked at once, awaited without a deadline of its own.
fn desk(desk: Desk) -> Move {
    Move::Open { request: Request::Desk(desk), due_at: None }
}

/// One more name in front of the others.
struct With<'a> {
    name: &'a str,
    value: &'a Value,
    rest: &'a dyn Values,
}

impl Values for With<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        if name == self.name { Some(self.value) } else { self.rest.value(name) }
    }
}
