//! A correction that comes while nothing is asked: the run waits for a colleague, for time or for something to happen. What waits there is
//! given up, and the run goes back to the answer that is meant. A step that the outside is carrying out now is never left: whether it
//! was done nobody would know. Called by `hear`; who wants to know before asks `correctable`.

use super::advance::{Refusal, Turn};
use super::correct::earlier;
use super::state::{FrameKind, Open, Place, RunState, Token};
use super::words::after_mark;
use crate::program::Program;
use serde_json::Value;

/// What a customer's words can still do to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correctable {
    /// They take back no answer of it.
    NotMeant,
    /// They take back one that the run cannot go back to any more.
    TooLate,
    Now,
}

/// Which token goes back to which answer, and what that becomes.
struct Found {
    token: u32,
    answered: usize,
    words: Option<String>,
}

/// What these words can do to the run as it stands.
pub fn correctable(program: &Program, state: &RunState, said: &str) -> Correctable {
    match find(program, state, said) {
        Some(_) => Correctable::Now,
        None if is_meant(program, state, said) => Correctable::TooLate,
        None => Correctable::NotMeant,
    }
}

/// The innermost place that waits and has such an answer before it.
fn find(program: &Program, state: &RunState, said: &str) -> Option<Found> {
    let rest = after_mark(said).filter(|_| state.closing.is_none())?;
    let depth = |frame: u32| state.enclosing(frame).count();
    let mut waiting: Vec<(u32, &Token)> =
        state.tokens.iter().filter(|(_, token)| may_leave(state, token)).map(|(id, t)| (*id, t)).collect();
    waiting.sort_by_key(|(id, token)| std::cmp::Reverse((depth(token.frame), *id)));
    waiting.into_iter().find_map(|(token, at)| {
        let (answered, words) = earlier(program, state, at.frame, rest, &[])?;
        Some(Found { token, answered, words })
    })
}

/// It takes back an answer that was given somewhere in the run.
fn is_meant(program: &Program, state: &RunState, said: &str) -> bool {
    let Some(rest) = after_mark(said) else { return false };
    state.answered.iter().any(|answered| earlier(program, state, answered.frame, rest, &[]).is_some())
}

/// Nobody outside is doing anything for it.
fn may_leave(state: &RunState, token: &Token) -> bool {
    let Place::Open(Open { request, agreed, .. }) = &token.place else { return false };
    request.only_waits() && agreed.is_none() && !state.is_within(token.frame, |frame| frame.kind == FrameKind::Undo)
}

impl Turn<'_> {
    /// `reply` is like an answer: the words, and what they name.
    pub(super) fn correct_unasked(&mut self, reply: &Value) -> Result<(), Refusal> {
        let said = reply["text"].as_str().unwrap_or_default();
        match find(self.program, &self.state, said) {
            Some(Found { token, answered, words }) => self.take_back(token, answered, words, reply),
            None if is_meant(self.program, &self.state, said) => Err(Refusal::TooLate),
            None => Err(Refusal::NotMeant),
        }
    }
}
