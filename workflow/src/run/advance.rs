//! One event, one decision: entries for the journal, effects for the driver, the next state. Pure.
//! A decision goes on until every token waits for something outside, or until it is long enough to be written down first.

use super::apply::{Corrupt, apply, compiled};
use super::effect::{self, Effect};
use super::entry::Entry;
use super::event::{Event, Moment, StepError};
use super::scope::Sight;
use super::shared::Shared;
use super::state::{FrameKind, Place, RunState, Status};
use super::unwind::{self, Next};
use crate::model::ErrorKind;
use crate::nodes::{Action, Scene};
use crate::program::Program;
use serde_json::Value;
use std::collections::VecDeque;

/// Entries after which a decision is committed before it goes on.
const ENTRIES_MAX: usize = 500;
/// Entries of one run. What needs more is a loop gone wrong.
const POSITION_MAX: u64 = 1_000_000;

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
    #[error("these words take back no answer of this run")]
    NotMeant,
    #[error("it is too late to take this answer back")]
    TooLate,
    #[error("what comes with it is larger than a mebibyte")]
    TooLarge,
    #[error("too many signals wait to be heard")]
    TooManySignals,
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

/// Decides what follows from an event. The same arguments always give the same decision.
pub fn advance(program: &Program, state: &RunState, event: &Event, moment: Moment) -> Result<Decision, Refusal> {
    advance_knowing(program, state, event, moment, &Shared::new())
}

/// The same where others may have set what the flow shares; `known` is what they hold now.
pub fn advance_knowing(program: &Program, state: &RunState, event: &Event, moment: Moment, known: &Shared) -> Result<Decision, Refusal> {
    let mut turn = Turn { program, state: state.clone(), moment, entries: Vec::new(), queue: VecDeque::new(), answered: None };
    let begins = matches!(event, Event::Start { .. });
    if !begins {
        turn.look_up(known)?;
    }
    turn.take(event)?;
    if begins {
        turn.look_up(known)?;
    }
    let unfinished = turn.settle()?;
    let answered = match event {
        Event::Reply { step, attempt, .. } => Some((step.as_str(), *attempt)),
        _ => None,
    };
    let effects = effect::between(state, &turn.state, answered);
    Ok(Decision { entries: turn.entries, effects, next: turn.state, unfinished })
}

pub(super) struct Turn<'p> {
    pub program: &'p Program,
    pub state: RunState,
    pub moment: Moment,
    pub entries: Vec<Entry>,
    pub queue: VecDeque<u32>,
    /// The token whose request the outside has carried out, while its answer is looked at.
    pub answered: Option<u32>,
}

impl Turn<'_> {
    pub(super) fn write(&mut self, entry: Entry) -> Result<(), Refusal> {
        let woken = apply(self.program, &mut self.state, &entry)?;
        for token in woken.into_iter().rev() {
            self.queue.push_front(token);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Decides for every token that can move. True when it stopped for length.
    pub(super) fn settle(&mut self) -> Result<bool, Refusal> {
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
            return self.rejoin(round, Value::Null, token);
        }
        if self.state.position > POSITION_MAX {
            return self.stumble(token, StepError::new(ErrorKind::Limit, "the run has taken too many steps").zh("运行的步数太多"), 0);
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

    pub(super) fn with_scene<T>(&self, token: u32, decide: impl FnOnce(&dyn Action, &Scene<'_>) -> T) -> Result<T, Refusal> {
        let node = compiled(self.program, &self.state, token).map_err(|reason| self.corrupt(reason))?;
        let at = &self.state.tokens[&token];
        let sight = Sight::new(&self.state, at.frame, self.moment.now);
        let (rounds, carry, outputs) = match &at.place {
            Place::Split { rounds, carry, outputs, .. } => (*rounds, carry, outputs.as_slice()),
            _ => (0, &Value::Null, &[][..]),
        };
        let (attempt, asked) = if let Place::Open(open) = &at.place { (open.attempt, Some(&*open.request)) } else { (0, None) };
        let (now, timeout_ms) = (self.moment.now, node.node.timeout_ms);
        // Who calls this flow, or goes on beside it, may have more to say.
        let is_last_word = node.ends_talk && self.state.frames.get(&at.frame).is_some_and(|frame| frame.kind == FrameKind::Root);
        let scene = Scene { values: &sight, now, attempt, timeout_ms, is_last_word, rounds, outputs, carry, asked };
        Ok(decide(&*node.action, &scene))
    }
}
