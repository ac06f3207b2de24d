//! What a node's decision does to its token: a request opens, a port is left, frames begin or end, a failure is caught or not.

use super::advance::{Refusal, Turn};
use super::apply::{Corrupt, compiled};
use super::correct::{self, Before};
use super::entry::Entry;
use super::event::StepError;
use super::state::{FrameKind, Passed, Place, Signal};
use super::unwind::{self, Catch};
use crate::hash;
use crate::model::{ERROR, ErrorKind};
use crate::nodes::Move;
use crate::request::Request;
use crate::template::weight;
use qn_base::backoff;
use serde_json::Value;
use std::sync::Arc;

/// Most that one step may keep, in bytes of JSON.
pub(super) const VALUE_BYTES_MAX: usize = 1024 * 1024;

/// How a node is left.
pub(super) struct Exit {
    pub port: String,
    pub output: Value,
    pub save: Option<String>,
    pub sets: Vec<(String, Value)>,
    pub error: Option<StepError>,
    pub took_ms: i64,
    pub reused: bool,
}

impl Exit {
    pub fn by(port: &str) -> Self {
        Self { port: port.to_owned(), output: Value::Null, save: None, sets: Vec::new(), error: None, took_ms: 0, reused: false }
    }

    /// As it was left before.
    fn again(passed: Passed) -> Self {
        let Passed { port, output, save, sets, .. } = passed;
        Self { port, output, save, sets, error: None, took_ms: 0, reused: true }
    }
}

impl Turn<'_> {
    pub(super) fn resume(&mut self, token: u32, reply: Value, took_ms: i64) -> Result<(), Refusal> {
        let decided = self.with_scene(token, |action, scene| action.resume(scene, reply))?;
        self.answered = Some(token);
        self.act_on(token, decided, took_ms)?;
        self.answered = None;
        Ok(())
    }

    pub(super) fn act_on(&mut self, token: u32, decided: Result<Move, StepError>, took_ms: i64) -> Result<(), Refusal> {
        let (at, step) = (self.moment.now, self.state.tokens[&token].step.to_string());
        match decided {
            Err(error) => self.stumble(token, error, took_ms),
            Ok(Move::Leave { output, sets, .. }) if too_large(&output, &sets) => {
                self.stumble(token, StepError::new(ErrorKind::Limit, "the value is too large to be kept").zh("内容太大，无法保存"), took_ms)
            }
            Ok(Move::Leave { port, output, save, sets }) => {
                let named = save.iter().map(|name| (name.as_str(), &output)).chain(sets.iter().map(|(name, value)| (name.as_str(), value)));
                let refused = self.not_to_share(token, &named.collect::<Vec<_>>());
                match refused {
                    Some(error) => self.stumble(token, error, took_ms),
                    None => self.close(token, Exit { port, output, save, sets, took_ms, ..Exit::by("") }),
                }
            }
            Ok(Move::Open { request, due_at }) => {
                let (attempt, request) = (self.attempt(token) + 1, Arc::new(request));
                match correct::before(&self.state, token, &request) {
                    Before::Nothing => self.open(token, attempt, request, due_at),
                    Before::Same(passed) => self.close(token, Exit::again(*passed)),
                    Before::Other => self.open_agreed(token, attempt, request),
                }
            }
            Ok(Move::Split { frames, carry }) => {
                let due_at = self.time_of_frames(token)?;
                self.write(Entry::Split { token, step, frames, carry, due_at, at })
            }
            Ok(Move::Stay) => Ok(()),
            Ok(Move::Join) => self.end_of_branch(token),
            Ok(Move::End { failed: Some(error), .. }) => self.fail(token, error, took_ms),
            Ok(Move::End { failed: None, output }) => self.end_of_flow(token, output),
        }
    }

    /// When what is opened first has had its time, where the node says how long it may take; the rounds after it have no other.
    fn time_of_frames(&self, token: u32) -> Result<Option<i64>, Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let is_first = !matches!(self.state.tokens[&token].place, Place::Split { .. });
        Ok(node.node.timeout_ms.filter(|_| is_first).map(|ms| self.moment.now + ms))
    }

    /// The customer is asked whether to do something again.
    fn is_asking(&self, token: u32) -> bool {
        self.state.tokens.get(&token).is_some_and(|t| matches!(&t.place, Place::Open(open) if open.agreed.is_some()))
    }

    fn attempt(&self, token: u32) -> u32 {
        match self.state.tokens.get(&token).map(|t| &t.place) {
            Some(Place::Open(open)) => open.attempt,
            _ => 0,
        }
    }

    pub(super) fn open(&mut self, token: u32, attempt: u32, request: Arc<Request>, due_at: Option<i64>) -> Result<(), Refusal> {
        let (at, step) = (self.moment.now, self.state.tokens[&token].step.to_string());
        let inputs = hash::short(&*request);
        let listens = self.state.signals.iter().find(|signal| request.hears(&signal.name, &signal.payload)).cloned();
        self.write(Entry::Opened { token, step, attempt, request, inputs, due_at, agreed: None, at })?;
        if let Some(Signal { id, payload, .. }) = listens {
            self.write(Entry::Heard { id, at })?;
            self.resume(token, payload, 0)?;
        }
        Ok(())
    }

    pub(super) fn close(&mut self, token: u32, exit: Exit) -> Result<(), Refusal> {
        let (attempt, step) = (self.attempt(token), self.state.tokens[&token].step.to_string());
        let (Exit { port, output, save, sets, error, took_ms, reused }, at) = (exit, self.moment.now);
        let unheard = match self.state.tokens[&token].place {
            Place::Split { scope, .. } => self.unheard(None, |_, frame| frame.scope == Some(scope)),
            _ => Vec::new(),
        };
        let doubt = error.as_ref().is_some_and(|error| self.is_in_doubt(token, error));
        self.write(Entry::Closed { token, step, attempt, port, output, save, sets, error, took_ms, reused, doubt, unheard, at })
    }

    /// A step did not succeed: another attempt, its error edge, or the failure of what is around it.
    pub(super) fn stumble(&mut self, token: u32, error: StepError, took_ms: i64) -> Result<(), Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let (attempt, at) = (self.attempt(token), self.moment.now);
        if let Some(retry) =
            node.node.retry.as_ref().filter(|r| !self.is_asking(token) && attempt > 0 && attempt < r.attempts && r.on.contains(&error.kind))
        {
            let due_at = at + backoff::delay_ms(attempt - 1, retry.first_ms, retry.cap_ms, self.moment.random);
            let (step, doubt) = (self.state.tokens[&token].step.to_string(), self.is_in_doubt(token, &error));
            return self.write(Entry::Resting { token, step, attempt, error, due_at, doubt, at });
        }
        // A loop or a sub-flow that fails itself takes back what was done in it, like one in which something failed.
        let splits = matches!(self.state.tokens[&token].place, Place::Split { .. });
        if node.ports.contains_key(ERROR) && !splits {
            return self.close(token, Exit { error: Some(error), took_ms, ..Exit::by(ERROR) });
        }
        self.fail(token, error, took_ms)
    }

    pub(super) fn fail(&mut self, token: u32, error: StepError, took_ms: i64) -> Result<(), Refusal> {
        self.fail_or_end(token, error, took_ms, false)
    }

    /// A loop, branches or a sub-flow have had their time: what was done in them is taken back, as if something had failed there.
    pub(super) fn time_out(&mut self, token: u32) -> Result<(), Refusal> {
        let error = StepError::new(ErrorKind::Timeout, "this took longer than it may").zh("超过了允许的时间");
        self.fail_or_end(token, error, 0, true)
    }

    fn fail_or_end(&mut self, token: u32, error: StepError, took_ms: i64, late: bool) -> Result<(), Refusal> {
        let at = self.moment.now;
        let caught = unwind::catch(self.program, &self.state, token, late);
        if let Catch::Undo(undo) = caught {
            return self.write(Entry::Undone { undo, error: Some(error), token, at });
        }
        let (unheard, doubt) = (self.unheard_beside(token, caught, late), self.is_in_doubt(token, &error));
        let (attempt, step) = (self.attempt(token), self.state.tokens[&token].step.to_string());
        self.write(Entry::Failed { token, step, attempt, error, late, doubt, unheard, took_ms, at })
    }

    /// A token has nowhere to go: whatever it is in is over.
    pub(super) fn end_of_frame(&mut self, token: u32, output: Value) -> Result<(), Refusal> {
        let frame = self.state.tokens[&token].frame;
        match self.state.frames.get(&frame).map(|f| f.kind) {
            Some(FrameKind::Round | FrameKind::Branch) => self.rejoin(frame, output, token),
            _ => self.end_of_flow(token, output),
        }
    }

    /// A frame ends where `token` came to its end; what else goes on in it ends too.
    pub(super) fn rejoin(&mut self, frame: u32, output: Value, token: u32) -> Result<(), Refusal> {
        let unheard = self.unheard(Some(token), |id, _| id == frame);
        self.write(Entry::Rejoined { frame, output, token, unheard, at: self.moment.now })
    }

    fn end_of_branch(&mut self, token: u32) -> Result<(), Refusal> {
        let frame = self.state.tokens[&token].frame;
        let branch = self.state.enclosing(frame).find(|(_, f)| f.kind == FrameKind::Branch || f.kind.is_closed());
        match branch {
            Some((frame, f)) if f.kind == FrameKind::Branch => self.rejoin(frame, Value::Null, token),
            _ => self.fail(token, StepError::new(ErrorKind::Invalid, "a join outside of branches").zh("汇合不在分支之内"), 0),
        }
    }

    fn end_of_flow(&mut self, token: u32, output: Value) -> Result<(), Refusal> {
        let (at, frame) = (self.moment.now, self.state.tokens[&token].frame);
        let wall = self.state.enclosing(frame).find(|(_, f)| f.kind.is_closed()).map(|(id, f)| (id, f.kind));
        match wall {
            Some((frame, FrameKind::Sub)) => self.rejoin(frame, output, token),
            Some((frame, FrameKind::Undo)) => match unwind::undo_of(&self.state, frame) {
                Some(undo) => self.write(Entry::Undone { undo, error: None, token, at }),
                None => Err(self.corrupt("a compensation nobody began")),
            },
            _ => {
                let unheard = self.unheard(Some(token), unwind::whole_run);
                self.write(Entry::Ending { output, token, unheard, at })
            }
        }
    }

    pub(super) fn corrupt(&self, reason: &str) -> Refusal {
        let (run_id, flow) = (self.state.run_id.clone(), self.program.hash.clone());
        Refusal::Corrupt(Corrupt { run_id, position: self.state.position, flow, reason: reason.to_owned() })
    }
}

/// What one step keeps, all of it together.
fn too_large(output: &Value, sets: &[(String, Value)]) -> bool {
    weight(output) + sets.iter().map(|(_, value)| weight(value)).sum::<usize>() > VALUE_BYTES_MAX
}
