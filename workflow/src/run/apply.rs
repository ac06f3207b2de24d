//! The only code that changes a run's state: one entry, one change. The live interpreter and a replay after a crash both come
//! through here, so they cannot differ.

use super::correct;
use super::entry::{Entry, FrameWish};
use super::event::StepError;
use super::named;
use super::scope;
use super::shared;
use super::state::{Frame, FrameKind, Open, Place, RunState, Status, Step, Token, Undo, UndoState, Unwind, Vars};
use super::unheard;
use super::unwind;
use crate::model::{ERROR, TIMEOUT, UNDO};
use crate::program::{Compiled, Program};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A journal that does not fit its flow: it was written by another version, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("run {run_id}: entry {position} does not fit flow {flow}: {reason}")]
pub struct Corrupt {
    pub run_id: String,
    pub position: u64,
    pub flow: String,
    pub reason: String,
}

/// The state a journal leads to.
pub fn replay<'e>(program: &Program, run_id: &str, entries: impl IntoIterator<Item = &'e Entry>) -> Result<RunState, Corrupt> {
    let mut state = RunState::new(run_id);
    let entries: Vec<&Entry> = entries.into_iter().collect();
    // A move carries the state: what came before belongs to another version.
    let first = entries.iter().rposition(|entry| matches!(entry, Entry::Moved { .. })).unwrap_or(0);
    for entry in &entries[first..] {
        apply(program, &mut state, entry)?;
    }
    Ok(state)
}

/// Applies one entry; gives the tokens that must be decided next.
pub(crate) fn apply(program: &Program, state: &mut RunState, entry: &Entry) -> Result<Vec<u32>, Corrupt> {
    let woken = change(program, state, entry).map_err(|reason| Corrupt {
        run_id: state.run_id.clone(),
        position: state.position,
        flow: program.hash.clone(),
        reason: reason.to_owned(),
    })?;
    state.position += 1;
    Ok(woken)
}

type Woken = Result<Vec<u32>, &'static str>;

fn change(program: &Program, state: &mut RunState, entry: &Entry) -> Woken {
    match entry {
        Entry::Started { input, context, at, .. } => {
            state.context = Arc::new(context.to_value(*at));
            start(program, state, input)
        }
        Entry::Shared { values, .. } => {
            for (scope, of) in values {
                of.iter().for_each(|(name, value)| shared::keep(program, state, *scope, name, Arc::clone(value)));
            }
            Ok(vec![])
        }
        Entry::Opened { token, attempt, request, due_at, agreed, .. } => {
            let (request, agreed) = (Arc::clone(request), agreed.clone());
            let at = find(state, *token)?;
            let doubt = matches!(&at.place, Place::Open(open) if open.doubt);
            at.place = Place::Open(Open { attempt: *attempt, request, due_at: *due_at, resting: false, doubt, agreed });
            Ok(vec![])
        }
        Entry::Resting { token, due_at, error, doubt, .. } => {
            let Place::Open(open) = &mut find(state, *token)?.place else { return Err("rests but is not open") };
            (open.due_at, open.resting) = (Some(*due_at), true);
            open.doubt = open.doubt || *doubt || error.kind.leaves_doubt();
            Ok(vec![])
        }
        Entry::Closed { token, port, output, save, sets, error, reused, doubt, unheard, .. } => {
            let frame = find(state, *token)?.frame;
            unheard::take_back(program, state, unheard)?;
            correct::remember(program, state, *token, entry)?;
            if let Some(name) = save {
                scope::set(program, state, frame, name, output.clone());
            }
            for (name, value) in sets {
                scope::set(program, state, frame, name, value.clone());
            }
            if *doubt {
                keep_undo(program, state, *token, &Value::Null)?;
            } else if !*reused {
                note_undo(program, state, *token, output, error.as_ref())?;
            }
            leave(program, state, *token, port, error.as_ref())
        }
        Entry::Corrected { token, answered, .. } => {
            let woken = correct::back(state, *token, *answered)?;
            let frame = find(state, *token)?.frame;
            shared::take_back(program, state, frame);
            Ok(woken)
        }
        Entry::Named { entities, likely, .. } => {
            named::keep(state, entities, likely);
            Ok(vec![])
        }
        Entry::Split { token, frames, carry, due_at, .. } => split(program, state, *token, frames, (carry, *due_at)),
        Entry::Rejoined { frame, output, unheard, .. } => {
            unheard::take_back(program, state, unheard)?;
            let owner = state.frames.get(frame).ok_or("an unknown frame")?.owner.ok_or("a frame without owner")?;
            unwind::discard(state, |id, _| id == *frame);
            let Place::Split { frames, rounds, outputs, .. } = &mut find(state, owner)?.place else { return Err("not split") };
            frames.retain(|f| f != frame);
            *rounds += 1;
            outputs.push(output.clone());
            Ok(vec![owner])
        }
        Entry::Failed { token, error, late, doubt, unheard, .. } => {
            let unheard = unheard.clone().unwrap_or_else(|| unheard::unsaid(program, state, *token, *late));
            if *doubt {
                keep_undo(program, state, *token, &Value::Null)?;
            } else {
                note_undo(program, state, *token, &Value::Null, Some(error))?;
            }
            unheard::keep(program, state, &unheard)?;
            unwind::begin(program, state, *token, error, *late)
        }
        Entry::Cancelled { error, unheard, .. } => {
            unheard::keep(program, state, unheard)?;
            unwind::begin_all(state, error, Status::Cancelled);
            Ok(vec![])
        }
        Entry::Undoing { undo, .. } => unwind::open(program, state, *undo),
        Entry::Undone { undo, error, .. } => unwind::close(state, *undo, error.as_ref()),
        Entry::Unwound { scope, .. } => unwound(program, state, *scope),
        Entry::Signalled { signal, .. } => {
            state.signals.push(signal.clone());
            Ok(vec![])
        }
        Entry::Heard { id, .. } => {
            state.signals.retain(|signal| signal.id != *id);
            Ok(vec![])
        }
        Entry::Ending { output, unheard, .. } => {
            unheard::take_back(program, state, unheard)?;
            unwind::discard(state, unwind::whole_run);
            (state.closing, state.output) = (Some(Status::Done), output.clone());
            Ok(vec![])
        }
        Entry::Moved { flow, state: moved, .. } => {
            if *flow != program.hash {
                return Err("the run was moved to another version");
            }
            *state = RunState { run_id: std::mem::take(&mut state.run_id), ..(**moved).clone() };
            Ok(vec![])
        }
        Entry::Ended { status, .. } => {
            state.status = *status;
            state.tokens.clear();
            state.frames.clear();
            state.signals.clear();
            state.answered.clear();
            state.passed.clear();
            Ok(vec![])
        }
    }
}

fn start(program: &Program, state: &mut RunState, input: &serde_json::Map<String, Value>) -> Woken {
    state.status = Status::Running;
    let root = state.fresh();
    let vars = first_vars(program, input);
    let frame = Frame {
        parent: None,
        kind: FrameKind::Root,
        owner: None,
        scope: None,
        path: String::new(),
        flow: program.hash.clone(),
        vars,
        visits: BTreeMap::new(),
    };
    state.frames.insert(root, frame);
    Ok(vec![place(state, root, &program.nodes[program.start].node.id)])
}

/// Inputs, and defaults of what was not given.
fn first_vars(program: &Program, input: &serde_json::Map<String, Value>) -> Vars {
    let mut vars: Vars = input.iter().map(|(name, value)| (name.clone(), Arc::new(value.clone()))).collect();
    for variable in &program.flow.variables {
        if let Some(default) = &variable.default {
            vars.entry(variable.name.clone()).or_insert_with(|| Arc::new(default.clone()));
        }
    }
    vars
}

pub(super) fn find(state: &mut RunState, token: u32) -> Result<&mut Token, &'static str> {
    state.tokens.get_mut(&token).ok_or("an unknown token")
}

/// The node a token stands on.
pub(super) fn compiled<'p>(program: &'p Program, state: &RunState, token: u32) -> Result<&'p Compiled, &'static str> {
    let token = state.tokens.get(&token).ok_or("an unknown token")?;
    let frame = state.frames.get(&token.frame).ok_or("an unknown frame")?;
    let flow = program.flow(&frame.flow).ok_or("an unknown flow")?;
    flow.node(&token.step.node).ok_or("an unknown node")
}

/// A new token on a node.
pub(super) fn place(state: &mut RunState, frame: u32, node: &str) -> u32 {
    let id = state.fresh();
    let step = visit(state, frame, node);
    state.tokens.insert(id, Token { frame, step, place: Place::Ready });
    id
}

pub(super) fn visit(state: &mut RunState, frame: u32, node: &str) -> Step {
    let Some(home) = state.frames.get_mut(&frame) else { return Step { node: node.to_owned(), visit: 1, path: String::new() } };
    let count = home.visits.entry(node.to_owned()).or_insert(0);
    *count += 1;
    Step { node: node.to_owned(), visit: *count, path: home.path.clone() }
}

/// Moves a token along the edge of a port.
fn leave(program: &Program, state: &mut RunState, token: u32, port: &str, error: Option<&StepError>) -> Woken {
    let target = compiled(program, state, token)?.ports.get(port).copied();
    let Token { frame, place, .. } = find(state, token)?.clone();
    if let Place::Split { scope, .. } = place {
        unwind::discard(state, |_, f| f.scope == Some(scope));
    }
    if let Some(error) = error {
        scope::set_here(state, frame, "error", serde_json::to_value(error).unwrap_or_default());
    }
    let Some(target) = target else {
        find(state, token)?.place = Place::Stranded;
        return Ok(vec![token]);
    };
    let flow = state.frames.get(&frame).and_then(|f| program.flow(&f.flow)).ok_or("an unknown flow")?;
    let step = visit(state, frame, &flow.nodes[target].node.id);
    state.tokens.insert(token, Token { frame, step, place: Place::Ready });
    Ok(vec![token])
}

/// What a node keeps for itself, and until when it may take, are those of its first frames.
fn split(program: &Program, state: &mut RunState, token: u32, wishes: &[FrameWish], (carry, due_at): (&Value, Option<i64>)) -> Woken {
    let Token { frame, step, place } = find(state, token)?.clone();
    let (scope, rounds, mut outputs, kept, due_at) = match place {
        Place::Split { scope, rounds, outputs, carry, due_at, .. } => (scope, rounds, outputs, carry, due_at),
        _ => (state.fresh(), 0, Vec::new(), carry.clone(), due_at),
    };
    // A loop needs no memory of what its rounds gave.
    outputs.clear();
    let (path, flow) = state.frames.get(&frame).map(|f| (f.path.clone(), f.flow.clone())).ok_or("an unknown frame")?;
    let (mut frames, mut woken) = (Vec::new(), Vec::new());
    for wish in wishes {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}[{}]", step.name(), wish.label);
        let called = wish.flow.clone().unwrap_or_else(|| flow.clone());
        let target = program.flow(&called).ok_or("an unknown flow")?;
        let (vars, first) = match &wish.port {
            None => (first_vars(target, &wish.vars), target.start),
            Some(port) => {
                let vars = wish.vars.iter().map(|(name, value)| (name.clone(), Arc::new(value.clone()))).collect();
                (vars, *compiled(program, state, token)?.ports.get(port).ok_or("a port without edge")?)
            }
        };
        let id = state.fresh();
        let (owner, scope) = (Some(token), Some(scope));
        let kind = wish.kind;
        state.frames.insert(id, Frame { parent: Some(frame), kind, owner, scope, path, flow: called, vars, visits: BTreeMap::new() });
        if kind.is_closed() {
            shared::fill(program, state, id);
        }
        frames.push(id);
        woken.push(self::place(state, id, &target.nodes[first].node.id));
    }
    find(state, token)?.place = Place::Split { scope, frames, rounds, carry: kept, outputs, due_at };
    Ok(woken)
}

/// Remembers how a step is taken back: when it succeeded, and when nobody knows whether it did.
fn note_undo(program: &Program, state: &mut RunState, token: u32, output: &Value, error: Option<&StepError>) -> Result<(), &'static str> {
    // Whoever did not say yes to doing it again had nothing done.
    let asked = matches!(&find(state, token)?.place, Place::Open(open) if open.agreed.is_none());
    if error.is_some_and(|e| !(asked && e.kind.leaves_doubt())) {
        return Ok(());
    }
    keep_undo(program, state, token, output)
}

/// What takes the step back, if its node says so. Compensations are taken back by nothing.
pub(super) fn keep_undo(program: &Program, state: &mut RunState, token: u32, output: &Value) -> Result<(), &'static str> {
    let node = compiled(program, state, token)?;
    let Some(target) = node.ports.get(UNDO).copied() else { return Ok(()) };
    let Token { frame, step, .. } = find(state, token)?.clone();
    if state.is_within(frame, |f| f.kind == FrameKind::Undo) {
        return Ok(());
    }
    let flow = state.frames.get(&frame).map(|f| f.flow.clone()).ok_or("an unknown frame")?;
    let mut vars = scope::snapshot(state, frame);
    vars.insert("done".to_owned(), Arc::new(output.clone()));
    let scopes = state.enclosing(frame).filter_map(|(_, f)| f.scope).collect();
    let first = program.flow(&flow).map(|p| p.nodes[target].node.id.clone()).ok_or("an unknown flow")?;
    let id = state.fresh();
    state.undo.push(Undo { id, step, node: first, flow, vars, scopes, state: UndoState::Waiting });
    Ok(())
}

fn unwound(program: &Program, state: &mut RunState, scope: Option<u32>) -> Woken {
    let at = state.unwinding.iter().position(|u| u.scope == scope).ok_or("nothing unwinds")?;
    let Unwind { token, error, late, .. } = state.unwinding.remove(at);
    match token {
        Some(token) if state.tokens.contains_key(&token) => {
            let port = if late && compiled(program, state, token)?.ports.contains_key(TIMEOUT) { TIMEOUT } else { ERROR };
            leave(program, state, token, port, Some(&error))
        }
        _ => Ok(vec![]),
    }
}
