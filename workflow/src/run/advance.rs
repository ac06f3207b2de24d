//! One event, one decision: entries for the journal, effects for the driver, the next state. Pure.
//! A decision goes on until every token waits for something outside, or until it is long enough to be written down first.

use super::apply::{Corrupt, apply, compiled};
use super::effect::{self, Effect};
use super::entry::Entry;
use super::event::{Event, Moment, StepError};
use super::scope::Sight;
use super::state::{FrameKind, Open, Place, RunState, Signal, Status};
use super::unwind::{self, Catch, Next};
use crate::context::Context;
use crate::hash;
use crate::model::{ERROR, ErrorKind, TIMEOUT};
use crate::nodes::{Move, Scene};
use crate::program::Program;
use crate::request::Request;
use qn_base::backoff;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::Arc;

/// Entries after which a decision is committed before it goes on.
const ENTRIES_MAX: usize = 500;
/// Entries of one run. What needs more is a loop gone wrong.
const POSITION_MAX: u64 = 1_000_000;
const SIGNALS_MAX: usize = 100;
/// Largest value a node may keep, in bytes of JSON.
const VALUE_BYTES_MAX: usize = 1024 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub entries: Vec<Entry>,
    pub effects: Vec<Effect>,
    pub next: RunState,
    /// There is more to decide: commit, then bring `Continue`.
    pub unfinished: bool,
}

/// Why an event changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the run has ended or was not started")]
    NotRunning,
    #[error("the run was started already")]
    Started,
    /// A late or repeated answer: nobody waits for it.
    #[error("step {0} does not wait for this")]
    NotWaiting(String),
    #[error("the input {0} is missing, unknown or of another type")]
    Input(String),
    #[error("too many signals wait to be heard")]
    TooManySignals,
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

/// Decides what follows from an event. The same arguments always give the same decision.
pub fn advance(program: &Program, state: &RunState, event: &Event, moment: Moment) -> Result<Decision, Refusal> {
    let mut turn = Turn { program, state: state.clone(), moment, entries: Vec::new(), queue: VecDeque::new() };
    turn.take(event)?;
    let unfinished = turn.settle()?;
    let answered = match event {
        Event::Reply { step, attempt, .. } => Some((step.as_str(), *attempt)),
        _ => None,
    };
    let effects = effect::between(state, &turn.state, answered);
    Ok(Decision { entries: turn.entries, effects, next: turn.state, unfinished })
}

/// How a node is left.
struct Exit {
    port: String,
    output: Value,
    sets: Vec<(String, Value)>,
    error: Option<StepError>,
    took_ms: i64,
}

impl Exit {
    fn by(port: &str) -> Self {
        Self { port: port.to_owned(), output: Value::Null, sets: Vec::new(), error: None, took_ms: 0 }
    }
}

struct Turn<'p> {
    program: &'p Program,
    state: RunState,
    moment: Moment,
    entries: Vec<Entry>,
    queue: VecDeque<u32>,
}

impl Turn<'_> {
    fn write(&mut self, entry: Entry) -> Result<(), Refusal> {
        let woken = apply(self.program, &mut self.state, &entry)?;
        for token in woken.into_iter().rev() {
            self.queue.push_front(token);
        }
        self.entries.push(entry);
        Ok(())
    }

    fn take(&mut self, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Start { input, context } if self.state.status == Status::New => return self.start(input, context),
            Event::Start { .. } => return Err(Refusal::Started),
            _ if self.state.status != Status::Running => return Err(Refusal::NotRunning),
            _ => {}
        }
        let at = self.moment.now;
        match event {
            Event::Start { .. } => Ok(()),
            Event::Continue => {
                let ready = self.state.tokens.iter().filter(|(_, t)| matches!(t.place, Place::Ready | Place::Stranded));
                self.queue = ready.map(|(id, _)| *id).collect();
                Ok(())
            }
            Event::Reply { step, attempt, outcome, took_ms } => {
                let (token, open) = self.waiting(step)?;
                if open.resting || open.attempt != *attempt {
                    return Err(Refusal::NotWaiting(step.clone()));
                }
                match outcome {
                    Ok(value) => self.resume(token, value.clone(), *took_ms),
                    Err(error) => self.stumble(token, error.clone(), *took_ms),
                }
            }
            Event::Due { step } => self.due(step),
            Event::Signal { id, name, payload } => self.signal(id, name, payload),
            Event::Cancel { .. } if self.state.closing.is_some() => Err(Refusal::NotRunning),
            Event::Cancel { reason } => {
                let error = StepError::new(ErrorKind::Cancelled, reason.clone());
                self.write(Entry::Cancelled { error, at })
            }
        }
    }

    fn start(&mut self, input: &Map<String, Value>, context: &Context) -> Result<(), Refusal> {
        let variables = &self.program.flow.variables;
        for (name, value) in input {
            let fits = variables.iter().any(|v| v.input && v.name == *name && (v.kind.holds(value) || value.is_null()));
            if !fits {
                return Err(Refusal::Input(name.clone()));
            }
        }
        if let Some(missing) = variables.iter().find(|v| v.input && v.default.is_none() && !input.contains_key(&v.name)) {
            return Err(Refusal::Input(missing.name.clone()));
        }
        let context = Box::new(context.clone());
        self.write(Entry::Started { flow: self.program.hash.clone(), input: input.clone(), context, at: self.moment.now })
    }

    fn waiting(&self, step: &str) -> Result<(u32, Open), Refusal> {
        let found = self.state.tokens.iter().find_map(|(id, token)| match &token.place {
            Place::Open(open) if token.step.to_string() == step => Some((*id, open.clone())),
            _ => None,
        });
        found.ok_or_else(|| Refusal::NotWaiting(step.to_owned()))
    }

    fn due(&mut self, step: &str) -> Result<(), Refusal> {
        let (token, open) = self.waiting(step)?;
        if open.due_at.is_none_or(|due_at| due_at > self.moment.now) {
            return Err(Refusal::NotWaiting(step.to_owned()));
        }
        if open.resting {
            return self.open(token, open.attempt + 1, Arc::clone(&open.request), None);
        }
        if *open.request == Request::Wait {
            return self.resume(token, Value::Null, 0);
        }
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        if node.ports.contains_key(TIMEOUT) {
            return self.close(token, Exit::by(TIMEOUT));
        }
        self.stumble(token, StepError::new(ErrorKind::Timeout, "nobody answered in time"), 0)
    }

    fn signal(&mut self, id: &str, name: &str, payload: &Value) -> Result<(), Refusal> {
        let listener = self.state.tokens.iter().find_map(|(token, t)| match &t.place {
            Place::Open(open) => matches!(&*open.request, Request::Listen { signal } if signal == name).then_some(*token),
            _ => None,
        });
        if let Some(token) = listener {
            return self.resume(token, payload.clone(), 0);
        }
        if self.state.signals.len() >= SIGNALS_MAX {
            return Err(Refusal::TooManySignals);
        }
        let signal = Signal { id: id.to_owned(), name: name.to_owned(), payload: payload.clone() };
        self.write(Entry::Signalled { signal, at: self.moment.now })
    }

    /// Decides for every token that can move. True when it stopped for length.
    fn settle(&mut self) -> Result<bool, Refusal> {
        loop {
            while let Some(token) = self.queue.pop_front() {
                let splits = self.state.tokens.get(&token).is_some_and(|t| matches!(t.place, Place::Split { .. }));
                if self.entries.len() >= ENTRIES_MAX && !splits {
                    return Ok(true);
                }
                self.step(token)?;
            }
            let at = self.moment.now;
            match unwind::next(&self.state) {
                Some(Next::Undo(undo)) => self.write(Entry::Undoing { undo, at })?,
                Some(Next::Unwound(scope)) => self.write(Entry::Unwound { scope, at })?,
                None => {
                    if let (Some(status), true, Status::Running) = (self.state.closing, self.state.unwinding.is_empty(), self.state.status)
                    {
                        self.write(Entry::Ended { status, at })?;
                    }
                    return Ok(false);
                }
            }
        }
    }

    fn step(&mut self, token: u32) -> Result<(), Refusal> {
        let Some(at) = self.state.tokens.get(&token) else { return Ok(()) };
        if matches!(at.place, Place::Stranded) {
            return self.end_of_frame(token, Value::Null);
        }
        if let Some(round) = self.round_closed_by(token) {
            return self.write(Entry::Rejoined { frame: round, output: Value::Null, at: self.moment.now });
        }
        if self.state.position > POSITION_MAX {
            return self.stumble(token, StepError::new(ErrorKind::Limit, "the run has taken too many steps"), 0);
        }
        let decided = self.with_scene(token, |action, scene| action.decide(scene))?;
        self.act_on(token, decided, 0)
    }

    /// The round that ends when this token comes back to its loop.
    fn round_closed_by(&self, token: u32) -> Option<u32> {
        let token = self.state.tokens.get(&token).filter(|t| matches!(t.place, Place::Ready))?;
        for (id, frame) in self.state.enclosing(token.frame) {
            let owner = frame.owner.and_then(|owner| self.state.tokens.get(&owner));
            if frame.kind == FrameKind::Round && owner.is_some_and(|o| o.step.node == token.step.node) {
                return Some(id);
            }
            if frame.kind.is_closed() {
                return None;
            }
        }
        None
    }

    fn with_scene<T>(&self, token: u32, decide: impl FnOnce(&dyn crate::nodes::Action, &Scene<'_>) -> T) -> Result<T, Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let at = &self.state.tokens[&token];
        let sight = Sight::new(&self.state, at.frame, self.moment.now);
        let (rounds, carry, outputs) = match &at.place {
            Place::Split { rounds, carry, outputs, .. } => (*rounds, carry, outputs.as_slice()),
            _ => (0, &Value::Null, &[][..]),
        };
        let (attempt, asked) = if let Place::Open(open) = &at.place { (open.attempt, Some(&*open.request)) } else { (0, None) };
        let timeout_ms = node.node.timeout_ms;
        Ok(decide(&*node.action, &Scene { values: &sight, now: self.moment.now, attempt, timeout_ms, rounds, outputs, carry, asked }))
    }

    fn resume(&mut self, token: u32, reply: Value, took_ms: i64) -> Result<(), Refusal> {
        let decided = self.with_scene(token, |action, scene| action.resume(scene, reply))?;
        self.act_on(token, decided, took_ms)
    }

    fn act_on(&mut self, token: u32, decided: Result<Move, StepError>, took_ms: i64) -> Result<(), Refusal> {
        let (at, step) = (self.moment.now, self.state.tokens[&token].step.to_string());
        match decided {
            Err(error) => self.stumble(token, error, took_ms),
            Ok(Move::Leave { output, sets, .. }) if too_large(&output, &sets) => {
                self.stumble(token, StepError::new(ErrorKind::Limit, "the value is too large to be kept"), took_ms)
            }
            Ok(Move::Leave { port, output, sets }) => self.close(token, Exit { port, output, sets, error: None, took_ms }),
            Ok(Move::Open { request, due_at }) => {
                let attempt = self.attempt(token) + 1;
                self.open(token, attempt, Arc::new(request), due_at)
            }
            Ok(Move::Split { frames, carry }) => self.write(Entry::Split { token, step, frames, carry, at }),
            Ok(Move::Stay) => Ok(()),
            Ok(Move::Join) => self.end_of_branch(token),
            Ok(Move::End { failed: Some(error), .. }) => self.fail(token, error, took_ms),
            Ok(Move::End { failed: None, output }) => self.end_of_flow(token, output),
        }
    }

    fn attempt(&self, token: u32) -> u32 {
        match self.state.tokens.get(&token).map(|t| &t.place) {
            Some(Place::Open(open)) => open.attempt,
            _ => 0,
        }
    }

    fn open(&mut self, token: u32, attempt: u32, request: Arc<Request>, due_at: Option<i64>) -> Result<(), Refusal> {
        let (at, step) = (self.moment.now, self.state.tokens[&token].step.to_string());
        let inputs = hash::short(&*request);
        let listens = match &*request {
            Request::Listen { signal } => self.state.signals.iter().find(|s| s.name == *signal).cloned(),
            _ => None,
        };
        self.write(Entry::Opened { token, step, attempt, request, inputs, due_at, at })?;
        if let Some(Signal { id, payload, .. }) = listens {
            self.write(Entry::Heard { id, at })?;
            self.resume(token, payload, 0)?;
        }
        Ok(())
    }

    fn close(&mut self, token: u32, exit: Exit) -> Result<(), Refusal> {
        let (attempt, step) = (self.attempt(token), self.state.tokens[&token].step.to_string());
        let Exit { port, output, sets, error, took_ms } = exit;
        self.write(Entry::Closed { token, step, attempt, port, output, sets, error, took_ms, at: self.moment.now })
    }

    /// A step did not succeed: another attempt, its error edge, or the failure of what is around it.
    fn stumble(&mut self, token: u32, error: StepError, took_ms: i64) -> Result<(), Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let (attempt, at) = (self.attempt(token), self.moment.now);
        if let Some(retry) = node.node.retry.as_ref().filter(|r| attempt > 0 && attempt < r.attempts && r.on.contains(&error.kind)) {
            let due_at = at + backoff::delay_ms(attempt - 1, retry.first_ms, retry.cap_ms, self.moment.random);
            let step = self.state.tokens[&token].step.to_string();
            return self.write(Entry::Resting { token, step, attempt, error, due_at, at });
        }
        // A loop or a sub-flow that fails itself takes back what was done in it, like one in which something failed.
        let splits = matches!(self.state.tokens[&token].place, Place::Split { .. });
        if node.ports.contains_key(ERROR) && !splits {
            return self.close(token, Exit { error: Some(error), took_ms, ..Exit::by(ERROR) });
        }
        self.fail(token, error, took_ms)
    }

    fn fail(&mut self, token: u32, error: StepError, took_ms: i64) -> Result<(), Refusal> {
        let at = self.moment.now;
        if let Catch::Undo(undo) = unwind::catch(self.program, &self.state, token) {
            return self.write(Entry::Undone { undo, error: Some(error), at });
        }
        let (attempt, step) = (self.attempt(token), self.state.tokens[&token].step.to_string());
        self.write(Entry::Failed { token, step, attempt, error, took_ms, at })
    }

    /// A token has nowhere to go: whatever it is in is over.
    fn end_of_frame(&mut self, token: u32, output: Value) -> Result<(), Refusal> {
        let frame = self.state.tokens[&token].frame;
        match self.state.frames.get(&frame).map(|f| f.kind) {
            Some(FrameKind::Round | FrameKind::Branch) => self.write(Entry::Rejoined { frame, output, at: self.moment.now }),
            _ => self.end_of_flow(token, output),
        }
    }

    fn end_of_branch(&mut self, token: u32) -> Result<(), Refusal> {
        let frame = self.state.tokens[&token].frame;
        let branch = self.state.enclosing(frame).find(|(_, f)| f.kind == FrameKind::Branch || f.kind.is_closed());
        match branch {
            Some((frame, f)) if f.kind == FrameKind::Branch => {
                self.write(Entry::Rejoined { frame, output: Value::Null, at: self.moment.now })
            }
            _ => self.fail(token, StepError::new(ErrorKind::Invalid, "a join outside of branches"), 0),
        }
    }

    fn end_of_flow(&mut self, token: u32, output: Value) -> Result<(), Refusal> {
        let (at, frame) = (self.moment.now, self.state.tokens[&token].frame);
        let wall = self.state.enclosing(frame).find(|(_, f)| f.kind.is_closed()).map(|(id, f)| (id, f.kind));
        match wall {
            Some((frame, FrameKind::Sub)) => self.write(Entry::Rejoined { frame, output, at }),
            Some((frame, FrameKind::Undo)) => match unwind::undo_of(&self.state, frame) {
                Some(undo) => self.write(Entry::Undone { undo, error: None, at }),
                None => Err(self.corrupt("a compensation nobody began")),
            },
            _ => self.write(Entry::Ending { output, at }),
        }
    }

    fn corrupt(&self, reason: &str) -> Refusal {
        let (run_id, flow) = (self.state.run_id.clone(), self.program.hash.clone());
        Refusal::Corrupt(Corrupt { run_id, position: self.state.position, flow, reason: reason.to_owned() })
    }
}

fn too_large(output: &Value, sets: &[(String, Value)]) -> bool {
    std::iter::once(output).chain(sets.iter().map(|(_, value)| value)).any(|value| weight(value) > VALUE_BYTES_MAX)
}

/// About as many bytes as the value has as JSON.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => fields.iter().map(|(name, field)| name.len() + weight(field) + 4).sum::<usize>() + 2,
        _ => 8,
    }
}
