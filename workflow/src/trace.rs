//! A journal told as visits: which node, when, what was asked, what came of it. What the builder draws on the canvas for a real
//! run and for a simulated one. Reads journals; decides nothing.

use crate::context::Named;
use crate::model::{ERROR, TIMEOUT};
use crate::program::Program;
use crate::run::{Corrupt, Entry, Place, RunState, StepError, apply};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One visit of one node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Visit {
    /// `node~2@path`; unique in the run, except that a visit outlived by a migration keeps its old name.
    pub step: String,
    pub node: String,
    pub kind: String,
    pub title: String,
    /// Content hash of the flow the node belongs to: the run's own, or a sub-flow's.
    pub flow: String,
    /// `each[2].both[b]`; empty outside of loops, branches and sub-flows.
    pub path: String,
    pub standing: Standing,
    /// The port it was left through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    pub attempts: Vec<Attempt>,
    /// Frames it opened: rounds, branches, a sub-flow.
    #[serde(skip_serializing_if = "is_zero")]
    pub frames: usize,
    pub output: Value,
    /// Variables it set.
    pub sets: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    pub began_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// How long the outside took, all attempts together.
    pub took_ms: i64,
    /// After a correction: the outside had done this before and was not asked again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reused: bool,
    /// The customer answered with a correction of an earlier answer: their words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
    /// What the customer's words named besides the answer, by kind, and what is only likely: later questions for it find it known.
    #[serde(skip_serializing_if = "Named::is_empty")]
    pub named: Named,
    /// What became of its compensation, if it has one and it was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undoing>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// One request to the outside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attempt {
    pub number: u32,
    pub request: Value,
    pub at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<i64>,
    /// Why it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Waits for the outside, for time, or for what it opened.
    Open,
    Done,
    Failed,
    TimedOut,
    /// The flow went on without it.
    GivenUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undoing {
    Running,
    Done,
    Failed,
}

/// The visits of a run, in the order in which they began.
///
/// Of a run that was moved to another version, what came before the move is told only as far as [`trace_moved`] is given its versions.
pub fn trace(program: &Program, run_id: &str, entries: &[Entry]) -> Result<Vec<Visit>, Corrupt> {
    told(&|hash| (hash == program.hash).then_some(program), run_id, entries)
}

/// The same for a run that was moved: every version it was on, found by content hash.
pub fn trace_moved(versions: &BTreeMap<String, Arc<Program>>, run_id: &str, entries: &[Entry]) -> Result<Vec<Visit>, Corrupt> {
    told(&|hash| versions.get(hash).map(Arc::as_ref), run_id, entries)
}

fn told<'p>(find: &dyn Fn(&str) -> Option<&'p Program>, run_id: &str, entries: &[Entry]) -> Result<Vec<Visit>, Corrupt> {
    let mut tracer: Option<Tracer<'p>> = None;
    for entry in entries {
        if let Entry::Started { flow, .. } | Entry::Moved { flow, .. } = entry {
            let (state, visits, open) =
                tracer.map_or_else(|| (RunState::new(run_id), Vec::new(), BTreeMap::new()), |t| (t.state, t.visits, t.open));
            tracer = find(flow).map(|program| Tracer { program, state, visits, open });
        }
        let Some(tracer) = &mut tracer else { continue };
        tracer.before(entry);
        apply(tracer.program, &mut tracer.state, entry)?;
        if let Entry::Moved { flow, .. } = entry {
            tracer.moved(flow);
        }
        tracer.after(entry.at());
    }
    Ok(tracer.map(|t| t.visits).unwrap_or_default())
}

struct Tracer<'p> {
    program: &'p Program,
    state: RunState,
    visits: Vec<Visit>,
    /// Token to its visit that is not over.
    open: BTreeMap<u32, usize>,
}

impl Tracer<'_> {
    fn before(&mut self, entry: &Entry) {
        match entry {
            Entry::Opened { token, attempt, request, due_at, at, .. } => {
                let request = serde_json::to_value(request).unwrap_or_default();
                let made = Attempt { number: *attempt, request, at: *at, due_at: *due_at, error: None };
                self.change(*token, *at, |visit| visit.attempts.push(made));
            }
            Entry::Resting { token, error, at, .. } => {
                self.change(*token, *at, |visit| {
                    visit.attempts.last_mut().into_iter().for_each(|attempt| attempt.error = Some(error.clone()));
                });
            }
            Entry::Split { token, frames, at, .. } => self.change(*token, *at, |visit| visit.frames += frames.len()),
            Entry::Closed { token, port, output, sets, save, error, took_ms, reused, at, .. } => {
                self.change(*token, *at, |visit| {
                    visit.reused = *reused;
                    visit.output = output.clone();
                    visit.sets = sets.iter().cloned().chain(save.iter().map(|name| (name.clone(), output.clone()))).collect();
                    visit.port = Some(port.clone());
                    let standing = if error.is_some() { Standing::Failed } else { Standing::Done };
                    visit.standing = if port == TIMEOUT { Standing::TimedOut } else { standing };
                    visit.over(*at, *took_ms, error.as_ref());
                });
                self.open.remove(token);
            }
            Entry::Corrected { token, said, at, .. } => {
                self.change(*token, *at, |visit| {
                    (visit.standing, visit.corrected) = (Standing::GivenUp, Some(said.clone()));
                    visit.over(*at, 0, None);
                });
                self.open.remove(token);
            }
            Entry::Named { token, entities, likely, at, .. } => {
                self.change(*token, *at, |visit| {
                    visit.named.entities.extend(entities.clone());
                    visit.named.likely.extend(likely.clone());
                });
            }
            Entry::Failed { token, error, late, took_ms, at, .. } => {
                self.change(*token, *at, |visit| {
                    visit.standing = if *late { Standing::TimedOut } else { Standing::Failed };
                    visit.over(*at, *took_ms, Some(error));
                });
                self.open.remove(token);
            }
            Entry::Rejoined { token, output, at, .. } | Entry::Ending { token, output, at, .. } => self.came_to_end(*token, output, *at),
            Entry::Undone { undo, error, token, at } => {
                if error.is_none() {
                    self.came_to_end(*token, &Value::Null, *at);
                }
                self.undoing(*undo, if error.is_some() { Undoing::Failed } else { Undoing::Done });
            }
            Entry::Undoing { undo, .. } => self.undoing(*undo, Undoing::Running),
            Entry::Unwound { scope, at } => self.unwound(*scope, *at),
            _ => {}
        }
    }

    /// A token that ends something stands on an end or a join, unless it came back to its loop or had nowhere to go.
    fn came_to_end(&mut self, token: u32, output: &Value, at: i64) {
        let Some(stands) = self.state.tokens.get(&token).filter(|t| matches!(t.place, Place::Ready)) else { return };
        let flow = self.state.frames.get(&stands.frame).and_then(|f| self.program.flow(&f.flow));
        if flow.and_then(|f| f.node(&stands.step.node)).is_none_or(|node| !matches!(node.spec.name, "end" | "join")) {
            return;
        }
        self.change(token, at, |visit| {
            (visit.output, visit.standing) = (output.clone(), Standing::Done);
            visit.over(at, 0, None);
        });
        self.open.remove(&token);
    }

    /// The visit of a token that is not over, begun now if there is none.
    fn change(&mut self, token: u32, at: i64, change: impl FnOnce(&mut Visit)) {
        let Some(stands) = self.state.tokens.get(&token) else { return };
        let step = stands.step.to_string();
        let known = self.open.get(&token).copied().filter(|n| self.visits[*n].step == step);
        let number = known.unwrap_or_else(|| {
            let flow = self.state.frames.get(&stands.frame).map(|f| f.flow.clone()).unwrap_or_default();
            let node = self.program.flow(&flow).and_then(|f| f.node(&stands.step.node)).map(|n| &n.node);
            self.visits.push(Visit {
                step,
                node: stands.step.node.clone(),
                kind: node.map(|n| n.kind.clone()).unwrap_or_default(),
                title: node.map(|n| n.title.clone()).unwrap_or_default(),
                flow,
                path: stands.step.path.clone(),
                standing: Standing::Open,
                port: None,
                attempts: Vec::new(),
                frames: 0,
                output: Value::Null,
                sets: Map::new(),
                error: None,
                began_at: at,
                ended_at: None,
                took_ms: 0,
                reused: false,
                corrected: None,
                named: Named::default(),
                undo: None,
            });
            self.visits.len() - 1
        });
        self.open.insert(token, number);
        change(&mut self.visits[number]);
    }

    /// What is open goes on under its new name.
    fn moved(&mut self, flow: &str) {
        for (token, number) in &self.open {
            if let (Some(stands), Some(visit)) = (self.state.tokens.get(token), self.visits.get_mut(*number)) {
                (visit.step, visit.node) = (stands.step.to_string(), stands.step.node.clone());
                if self.state.frames.get(&stands.frame).is_some_and(|frame| frame.flow == flow) {
                    flow.clone_into(&mut visit.flow);
                }
            }
        }
    }

    fn undoing(&mut self, undo: u32, becomes: Undoing) {
        let step = self.state.undo.iter().find(|u| u.id == undo).map(|u| u.step.to_string());
        let visit = step.and_then(|step| self.visits.iter_mut().rfind(|visit| visit.step == step));
        visit.into_iter().for_each(|visit| visit.undo = Some(becomes));
    }

    /// What failed in its scope is taken back, and the node that caught it goes on at its error port.
    fn unwound(&mut self, scope: Option<u32>, at: i64) {
        let Some(unwind) = self.state.unwinding.iter().find(|u| u.scope == scope) else { return };
        let Some(token) = unwind.token else { return };
        let (error, late) = (unwind.error.clone(), unwind.late);
        let stands = self.state.tokens.get(&token);
        // Where the node failed itself its visit was told to be over.
        let step = stands.map(|stands| stands.step.to_string());
        if let Some(number) = self.visits.iter().rposition(|visit| Some(&visit.step) == step.as_ref()) {
            self.open.insert(token, number);
        }
        let flow = stands.and_then(|t| self.state.frames.get(&t.frame)).and_then(|f| self.program.flow(&f.flow));
        let node = flow.zip(stands).and_then(|(flow, t)| flow.node(&t.step.node));
        let port = if late && node.is_some_and(|node| node.ports.contains_key(TIMEOUT)) { TIMEOUT } else { ERROR };
        self.change(token, at, |visit| {
            (visit.standing, visit.port) = (if late { Standing::TimedOut } else { Standing::Failed }, Some(port.to_owned()));
            visit.over(at, 0, Some(&error));
        });
        self.open.remove(&token);
    }

    /// Tokens that are gone were given up.
    fn after(&mut self, at: i64) {
        let gone: Vec<u32> = self.open.keys().copied().filter(|token| !self.state.tokens.contains_key(token)).collect();
        for token in gone {
            if let Some(number) = self.open.remove(&token) {
                self.visits[number].standing = Standing::GivenUp;
                self.visits[number].over(at, 0, None);
            }
        }
    }
}

impl Visit {
    fn over(&mut self, at: i64, took_ms: i64, error: Option<&StepError>) {
        (self.ended_at, self.took_ms, self.error) = (Some(at), self.took_ms + took_ms, error.cloned());
    }
}
