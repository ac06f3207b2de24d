//! A run without a world: answers are given by node, time jumps, nothing is called. One script, one report, always the same: saved
//! tests, the chat simulator (which sends its script again with one more line) and backtests all come through here.

mod outside;
mod saved;
mod world;

pub use saved::{TestOutcome, run_tests, run_tests_naming, script};

use crate::context::{Context, Named};
use crate::model::{Happening, Scope};
use crate::program::Program;
use crate::request::Request;
use crate::run::{Entry, Shared, Status, StepError};
use crate::trace::{Visit, trace};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use world::World;

/// Most things that may happen in one simulation.
const EVENTS_MAX: usize = 20_000;
/// Most entries of its journal: what is shown must be small enough to be shown.
const ENTRIES_MAX: usize = 100_000;
/// Name of a simulated run.
const RUN: &str = "simulated";

#[derive(Debug, Clone, Default, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    pub input: Map<String, Value>,
    pub context: Context,
    /// What its shared variables hold when it begins, by scope and name.
    pub shared: BTreeMap<Scope, Map<String, Value>>,
    /// When it begins, epoch milliseconds.
    pub begins_at: i64,
    /// What the outside answers by node id, one for each time it is asked.
    pub answers: BTreeMap<String, Vec<Value>>,
    /// Sample outputs by node id: what the outside answers whenever there is nothing else.
    pub pins: BTreeMap<String, Value>,
    /// What happens, in order; each when the run has come to rest.
    pub happens: Vec<Happening>,
    /// What the customer's words name, by the words: whoever knows tells before, nothing is recognised here.
    pub names: BTreeMap<String, Named>,
    /// Stops after so many events, to go step by step.
    pub events_max: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub status: Status,
    pub output: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    pub visits: Vec<Visit>,
    /// What its shared variables hold now, by scope and name.
    #[serde(skip_serializing_if = "Shared::is_empty")]
    pub shared: Shared,
    /// What it waits for now.
    pub waits: Vec<Waiting>,
    pub messages: Vec<Line>,
    /// The simulated clock at the end, epoch milliseconds.
    pub now: i64,
    /// Things that have happened; more may, unless the run is over or waits.
    pub events: usize,
    /// Things of the script that nobody waited for, by their number.
    pub unheard: Vec<usize>,
    /// Compensations that failed.
    pub not_undone: Vec<String>,
    /// Why it could not begin or go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The journal, for whoever wants to see it as it would be written.
    #[serde(skip)]
    pub journal: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waiting {
    pub step: String,
    pub node: String,
    pub request: Request,
    /// When it gives up waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<i64>,
}

/// One line of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub by: Speaker,
    pub text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    pub at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Bot,
    Customer,
}

impl Script {
    /// The customer's words in it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let said = self.happens.iter().filter_map(|happening| match happening {
            Happening::Says { text } => Some(text.as_str()),
            Happening::Answers { answer, .. } => words_of(answer),
            _ => None,
        });
        self.answers.values().flatten().chain(self.pins.values()).filter_map(words_of).chain(said)
    }
}

/// A question may be answered by a text alone.
fn words_of(answer: &Value) -> Option<&str> {
    answer.as_str().or_else(|| answer.get("text")?.as_str())
}

/// Runs the script to its end. The same program and script always give the same report.
pub fn simulate(program: &Program, script: &Script) -> Report {
    let mut world = World::new(program, script);
    let refused = world.play().err().map(|refusal| refusal.to_string());
    let visits = trace(program, RUN, &world.journal);
    let refused = refused.or_else(|| visits.as_ref().err().map(ToString::to_string));
    Report {
        status: world.state.status,
        output: world.state.output.clone(),
        error: world.state.error.clone(),
        shared: world.state.shared.clone(),
        visits: visits.unwrap_or_default(),
        waits: world.waits(),
        not_undone: world.state.not_undone().map(|undo| undo.step.to_string()).collect(),
        messages: world.lines,
        now: world.now,
        events: world.events,
        unheard: world.unheard,
        refused,
        journal: world.journal,
    }
}
