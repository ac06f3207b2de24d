//! Variables that outlive a run: those a flow declares for a conversation, a contact or the whole company. A run reads them when it
//! begins and when it goes on, as an entry of its journal; what it sets is written by the driver with the decision. The last write wins.
//! Called by `advance`, `hear`, `go` and `apply`.

use super::advance::{Decision, Refusal, Turn};
use super::entry::Entry;
use super::event::StepError;
use super::state::RunState;
use crate::model::{ErrorKind, Scope, Type, Variable};
use crate::program::Program;
use crate::template::weight;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by scope and name.
pub type Shared = BTreeMap<Scope, BTreeMap<String, Arc<Value>>>;

/// Longest value that is kept for others, in bytes of JSON.
pub const SHARED_BYTES_MAX: usize = 16 * 1024;

impl Program {
    /// What this flow and those it calls share, each once.
    pub fn shares(&self) -> BTreeMap<(Scope, &str), Type> {
        let flows = [&self.flow].into_iter().chain(self.called_flows().map(|program| &program.flow));
        let variables = flows.flat_map(|flow| &flow.variables).filter(|variable| variable.scope.is_shared());
        variables.map(|variable| ((variable.scope, variable.name.as_str()), variable.kind)).collect()
    }
}

/// How a variable is declared in the flow that this frame walks, if it is shared.
fn declared<'p>(program: &'p Program, state: &RunState, frame: u32, name: &str) -> Option<&'p Variable> {
    let flow = program.flow(&state.frames.get(&frame)?.flow)?;
    flow.flow.variables.iter().find(|variable| variable.name == name && variable.scope.is_shared())
}

/// What others had kept is written down when it is not what the run knows already.
impl Turn<'_> {
    pub(super) fn look_up(&mut self, known: &Shared) -> Result<(), Refusal> {
        let mut fresh = Shared::new();
        for ((scope, name), kind) in self.program.shares() {
            let Some(value) = known.get(&scope).and_then(|of| of.get(name)).filter(|value| kind.holds(value)) else { continue };
            let mine = self.state.shared.get(&scope).and_then(|of| of.get(name));
            if mine != Some(value) {
                fresh.entry(scope).or_default().insert(name.to_owned(), Arc::clone(value));
            }
        }
        if fresh.is_empty() { Ok(()) } else { self.write(Entry::Shared { values: fresh, at: self.moment.now }) }
    }

    /// Why a step may not keep this in a variable that others read.
    pub(super) fn not_to_share(&self, token: u32, values: &[(&str, &Value)]) -> Option<StepError> {
        let frame = self.state.tokens.get(&token)?.frame;
        let wall = self.state.enclosing(frame).find(|(_, frame)| frame.kind.is_closed())?.0;
        for (name, value) in values {
            let Some(variable) = declared(self.program, &self.state, wall, name) else { continue };
            if weight(value) > SHARED_BYTES_MAX {
                let why = format!("{name} is larger than the {} KiB that are kept for others", SHARED_BYTES_MAX / 1024);
                return Some(StepError::new(ErrorKind::Limit, why).zh(format!("{name} 超过 {} KiB，无法共享", SHARED_BYTES_MAX / 1024)));
            }
            if !value.is_null() && !variable.kind.holds(value) {
                let wanted = variable.kind.as_str();
                let why = format!("{name} is shared as {wanted} and would become something else");
                return Some(StepError::new(ErrorKind::Invalid, why).zh(format!("{name} 声明为 {wanted}，内容类型不符")));
            }
        }
        None
    }
}

/// After a variable was set where it lives.
pub(super) fn note(program: &Program, state: &mut RunState, home: u32, name: &str) {
    let Some(variable) = declared(program, state, home, name) else { return };
    let value = state.frames.get(&home).and_then(|frame| frame.vars.get(name)).cloned().unwrap_or_default();
    keep(program, state, variable.scope, name, value);
}

/// Every flow of the run that declares it sees it.
pub(super) fn keep(program: &Program, state: &mut RunState, scope: Scope, name: &str, value: Arc<Value>) {
    for frame in state.frames.values_mut().filter(|frame| frame.kind.is_closed()) {
        let declares = |variable: &Variable| variable.scope == scope && variable.name == name;
        if program.flow(&frame.flow).is_some_and(|flow| flow.flow.variables.iter().any(declares)) {
            frame.vars.insert(name.to_owned(), Arc::clone(&value));
        }
    }
    state.shared.entry(scope).or_default().insert(name.to_owned(), value);
}

/// A flow that is called sees what is shared.
pub(super) fn fill(program: &Program, state: &mut RunState, frame: u32) {
    let Some(frame) = state.frames.get_mut(&frame) else { return };
    let Some(flow) = program.flow(&frame.flow) else { return };
    for variable in flow.flow.variables.iter().filter(|variable| variable.scope.is_shared()) {
        if let Some(value) = state.shared.get(&variable.scope).and_then(|of| of.get(&variable.name)) {
            frame.vars.insert(variable.name.clone(), Arc::clone(value));
        }
    }
}

/// A correction took the frame's variables back: what is shared goes back with them. What had no value before stays.
pub(super) fn take_back(program: &Program, state: &mut RunState, frame: u32) {
    let Some(flow) = state.frames.get(&frame).and_then(|frame| program.flow(&frame.flow)) else { return };
    for variable in flow.flow.variables.iter().filter(|variable| variable.scope.is_shared()) {
        let before = state.frames.get(&frame).and_then(|frame| frame.vars.get(&variable.name)).cloned();
        let now = state.shared.get(&variable.scope).and_then(|of| of.get(&variable.name)).cloned();
        match (before, now) {
            (_, None) => {}
            (Some(before), Some(now)) if before == now => {}
            (Some(value), Some(_)) | (None, Some(value)) => keep(program, state, variable.scope, &variable.name, value),
        }
    }
}

/// What the run itself has set and others are to see: scope, name, value.
pub fn kept(before: &RunState, decision: &Decision) -> Vec<(Scope, String, Arc<Value>)> {
    let read = |scope: &Scope, name: &String| {
        let fresh = decision.entries.iter().rev().find_map(|entry| match entry {
            Entry::Shared { values, .. } => values.get(scope)?.get(name),
            _ => None,
        });
        fresh.or_else(|| before.shared.get(scope)?.get(name)).cloned()
    };
    let now = decision.next.shared.iter().flat_map(|(scope, of)| of.iter().map(move |(name, value)| (scope, name, value)));
    let set = now.filter(|(scope, name, value)| read(scope, name).as_ref() != Some(*value));
    set.map(|(scope, name, value)| (*scope, name.clone(), Arc::clone(value))).collect()
}
