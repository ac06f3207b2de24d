//! Which variables a token sees, and where setting one goes. Sight ends at the walls of a flow: a sub-flow sees its inputs only.

use super::shared;
use super::state::{RunState, Vars};
use crate::context::CONTEXT;
use crate::expr::Values;
use crate::program::Program;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// What a token in `frame` can read. `now` and `context` are always there.
pub(crate) struct Sight<'a> {
    state: &'a RunState,
    frame: u32,
    now: Value,
}

impl<'a> Sight<'a> {
    pub fn new(state: &'a RunState, frame: u32, now: i64) -> Self {
        let now = Timestamp::from_millisecond(now).map(|t| t.to_string()).unwrap_or_default();
        Self { state, frame, now: Value::from(now) }
    }
}

impl Values for Sight<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        for (_, frame) in self.state.enclosing(self.frame) {
            if let Some(value) = frame.vars.get(name) {
                return Some(value);
            }
            if frame.kind.is_closed() {
                break;
            }
        }
        match name {
            "now" => Some(&self.now),
            CONTEXT => Some(&self.state.context),
            _ => None,
        }
    }
}

/// Everything that can be read from `frame`, for a compensation that runs when the frame is long gone.
pub(crate) fn snapshot(state: &RunState, frame: u32) -> Vars {
    let mut out = Vars::new();
    for (_, frame) in state.enclosing(frame) {
        for (name, value) in &frame.vars {
            out.entry(name.clone()).or_insert_with(|| Arc::clone(value));
        }
        if frame.kind.is_closed() {
            break;
        }
    }
    out
}

/// Sets a variable where it lives: in the frame that has it, else in the flow's own. Others see it if it is shared.
pub(crate) fn set(program: &Program, state: &mut RunState, frame: u32, name: &str, value: Value) {
    let mut home = frame;
    for (id, frame) in state.enclosing(frame) {
        home = id;
        if frame.vars.contains_key(name) || frame.kind.is_closed() {
            break;
        }
    }
    set_here(state, home, name, value);
    if state.frames.get(&home).is_some_and(|frame| frame.kind.is_closed()) {
        shared::note(program, state, home, name);
    }
}

pub(crate) fn set_here(state: &mut RunState, frame: u32, name: &str, value: Value) {
    if let Some(frame) = state.frames.get_mut(&frame) {
        frame.vars.insert(name.to_owned(), Arc::new(value));
    }
}
