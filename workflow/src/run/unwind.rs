//! Taking back. A failure that nothing catches gives up everything in its scope and undoes, last first and one by one, each step
//! that was done there and says how. Compensations under way are never given up: each runs exactly once.

use super::apply::{compiled, find, place};
use super::event::StepError;
use super::state::{Frame, FrameKind, Place, RunState, Status, UndoState, Unwind};
use crate::model::{ERROR, TIMEOUT};
use crate::program::{Compiled, Program};
use std::collections::{BTreeMap, BTreeSet};

/// Who deals with a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Catch {
    /// The token whose node opened the scope and has an error edge.
    Owner {
        token: u32,
        scope: u32,
    },
    /// A compensation failed.
    Undo(u32),
    Run,
}

/// `late`: what the token opened has had its time, for which its node may have a way of its own.
pub(super) fn catch(program: &Program, state: &RunState, token: u32, late: bool) -> Catch {
    let Some(at) = state.tokens.get(&token) else { return Catch::Run };
    let leads_on = |node: &Compiled| node.ports.contains_key(ERROR) || (late && node.ports.contains_key(TIMEOUT));
    if let Place::Split { scope, .. } = at.place
        && compiled(program, state, token).is_ok_and(leads_on)
    {
        return Catch::Owner { token, scope };
    }
    for (id, frame) in state.enclosing(at.frame) {
        if frame.kind == FrameKind::Undo {
            return undo_of(state, id).map_or(Catch::Run, Catch::Undo);
        }
        if let (Some(owner), Some(scope)) = (frame.owner, frame.scope)
            && compiled(program, state, owner).is_ok_and(|node| node.ports.contains_key(ERROR))
        {
            return Catch::Owner { token: owner, scope };
        }
    }
    Catch::Run
}

pub(super) fn undo_of(state: &RunState, frame: u32) -> Option<u32> {
    state.undo.iter().find(|u| u.state == UndoState::Running { frame }).map(|u| u.id)
}

pub(super) fn begin(program: &Program, state: &mut RunState, token: u32, error: &StepError, late: bool) -> Result<Vec<u32>, &'static str> {
    let failed = token;
    let Catch::Owner { token, scope } = catch(program, state, token, late) else {
        begin_all(state, error, Status::Failed);
        return Ok(vec![]);
    };
    discard(state, |_, frame| frame.scope == Some(scope));
    find(state, token)?.place = Place::Unwinding { scope };
    let late = late && token == failed;
    state.unwinding.push(Unwind { scope: Some(scope), token: Some(token), error: error.clone(), late });
    Ok(vec![])
}

/// The whole run is taken back.
pub(super) fn begin_all(state: &mut RunState, error: &StepError, status: Status) {
    discard(state, whole_run);
    state.closing = Some(status);
    state.error = Some(error.clone());
    state.unwinding.retain(|unwind| unwind.scope.is_none());
    state.unwinding.push(Unwind { scope: None, token: None, error: error.clone(), late: false });
}

/// Removes the frames that match, all inside them, and their tokens.
pub(super) fn discard(state: &mut RunState, matches: impl Fn(u32, &Frame) -> bool) {
    let gone: BTreeSet<u32> = state.frames.keys().copied().filter(|id| ends_with(state, *id, &matches)).collect();
    state.frames.retain(|id, _| !gone.contains(id));
    state.tokens.retain(|_, token| !gone.contains(&token.frame));
}

/// Whether a frame ends when those that match do: it is one of them, or inside one.
pub(super) fn ends_with(state: &RunState, frame: u32, matches: &impl Fn(u32, &Frame) -> bool) -> bool {
    state.enclosing(frame).any(|(at, frame)| matches(at, frame))
}

/// Matches the whole run. Compensations are inside of nothing, and go on.
pub(super) fn whole_run(_: u32, frame: &Frame) -> bool {
    frame.kind == FrameKind::Root
}

/// The next thing to do for the unwindings, if anything can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Undo(u32),
    Unwound(Option<u32>),
}

pub(super) fn next(state: &RunState) -> Option<Next> {
    for unwind in &state.unwinding {
        let covers = |scopes: &[u32]| unwind.scope.is_none_or(|scope| scopes.contains(&scope));
        let mut left = state.undo.iter().filter(|u| covers(&u.scopes));
        if left.clone().any(|u| matches!(u.state, UndoState::Running { .. })) {
            continue;
        }
        return Some(match left.rfind(|u| u.state == UndoState::Waiting) {
            Some(undo) => Next::Undo(undo.id),
            None => Next::Unwound(unwind.scope),
        });
    }
    None
}

/// Begins one compensation in a frame of its own.
pub(super) fn open(program: &Program, state: &mut RunState, undo: u32) -> Result<Vec<u32>, &'static str> {
    let id = state.fresh();
    let record = state.undo.iter_mut().find(|u| u.id == undo).ok_or("an unknown compensation")?;
    if record.state != UndoState::Waiting {
        return Err("a compensation begins twice");
    }
    record.state = UndoState::Running { frame: id };
    let dot = if record.step.path.is_empty() { "" } else { "." };
    let path = format!("{}{dot}{}[undo]", record.step.path, record.step.name());
    let (flow, node, vars) = (record.flow.clone(), record.node.clone(), record.vars.clone());
    program.flow(&flow).ok_or("an unknown flow")?;
    let frame = Frame { parent: None, kind: FrameKind::Undo, owner: None, scope: None, path, flow, vars, visits: BTreeMap::new() };
    state.frames.insert(id, frame);
    Ok(vec![place(state, id, &node)])
}

pub(super) fn close(state: &mut RunState, undo: u32, error: Option<&StepError>) -> Result<Vec<u32>, &'static str> {
    let record = state.undo.iter_mut().find(|u| u.id == undo).ok_or("an unknown compensation")?;
    let UndoState::Running { frame } = record.state else { return Err("a compensation ends that does not run") };
    record.state = error.map_or(UndoState::Done, |error| UndoState::Failed(error.clone()));
    let inside: BTreeSet<u32> = state.frames.keys().copied().filter(|id| state.enclosing(*id).any(|(at, _)| at == frame)).collect();
    state.frames.retain(|id, _| !inside.contains(id));
    state.tokens.retain(|_, token| !inside.contains(&token.frame));
    Ok(vec![])
}
