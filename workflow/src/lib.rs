//! Flows: the document people draw, what is wrong with it, and a pure interpreter over a journal. No IO, no clock, no database:
//! a driver commits what is decided here and carries it out.

pub mod alarm;
pub mod answers;
pub mod backtest;
mod check;
pub mod choice;
mod compiler;
mod context;
mod cost;
pub mod diff;
mod form;
mod functions;
mod graph;
mod hours;
pub mod merge;
pub mod migrate;
mod origins;
mod program;
mod reads;
mod script;
mod template;
mod types;
pub mod wording;

pub mod expr;
pub mod hash;
pub mod model;
pub mod names;
pub mod nodes;
pub mod occasion;
pub mod preview;
pub mod problem;
pub mod request;
pub mod run;
pub mod serverless;
pub mod simulate;
pub mod text;
pub mod trace;
pub mod trigger;

pub use context::{ContactFacts, Context, ConversationFacts, MessageFacts, NAMED, Named};
pub use expr::Language;
pub use model::{Flow, schema};
pub use problem::{Problem, Severity};
pub use program::{Library, Program, check, compile, compile_published};
pub use request::Request;
pub use run::{Decision, Effect, Entry, Event, Moment, Outcome, RunState, Status, StepError, advance, outstanding, replay};
