//! What was asked of the outside, and not answered, when what is around it ends: a run is cancelled, something beside it failed, another
//! branch was faster, an `end` was reached. Whether it was done nobody here will hear, so it is taken back like a step that itself got no
//! answer in time. Which tokens these are is written into the journal with what ends them. Here as well: steps that failed and may have been
//! carried out all the same. Called by `go`, `hear` and `apply`.

use super::advance::Turn;
use super::apply::{compiled, keep_undo};
use super::event::StepError;
use super::state::{Frame, FrameKind, Place, RunState, Token, Unwind};
use super::unwind::{self, Catch};
use crate::model::{ErrorKind, UNDO};
use crate::program::Program;
use serde_json::Value;

/// Tokens in the frames that end, and in all inside them, that wait for an answer to something that can be taken back. What a
/// compensation does never is.
fn find(program: &Program, state: &RunState, ends: impl Fn(u32, &Frame) -> bool) -> Vec<u32> {
    let is_undoing = |at: &Token| state.is_within(at.frame, |frame| frame.kind == FrameKind::Undo);
    let ends = |at: &Token| unwind::ends_with(state, at.frame, &ends) && !is_undoing(at);
    let asked = state.tokens.iter().filter(|(_, at)| may_have_acted(at) && ends(at)).map(|(id, _)| *id);
    asked.filter(|id| compiled(program, state, *id).is_ok_and(|node| node.ports.contains_key(UNDO))).collect()
}

/// The outside is asked now, or an earlier attempt got no answer.
fn may_have_acted(token: &Token) -> bool {
    matches!(&token.place, Place::Open(open) if !open.request.only_waits() && (!open.resting || open.doubt))
}

impl Turn<'_> {
    /// What nobody will hear of once these frames end. `token` is what ends them, and speaks for itself.
    pub(super) fn unheard(&self, token: Option<u32>, ends: impl Fn(u32, &Frame) -> bool) -> Vec<u32> {
        let mut unheard = find(self.program, &self.state, ends);
        unheard.retain(|other| Some(*other) != token);
        unheard
    }

    /// The step failed for sure and may have been carried out all the same: an earlier attempt of it got no answer, or this one got an
    /// answer that could not be kept.
    pub(super) fn is_in_doubt(&self, token: u32, error: &StepError) -> bool {
        let unkept = self.answered == Some(token) && matches!(error.kind, ErrorKind::Invalid | ErrorKind::Limit);
        let doubted = |at: &Token| matches!(&at.place, Place::Open(open) if !open.request.only_waits() && (open.doubt || unkept));
        let Some(at) = self.state.tokens.get(&token).filter(|at| doubted(at)) else { return false };
        let is_undoing = self.state.is_within(at.frame, |frame| frame.kind == FrameKind::Undo);
        let can_be_undone = compiled(self.program, &self.state, token).is_ok_and(|node| node.ports.contains_key(UNDO));
        !error.kind.leaves_doubt() && can_be_undone && !is_undoing
    }

    /// What ends with it where `token` fails. None: nothing has to be written down.
    pub(super) fn unheard_beside(&self, token: u32, caught: Catch, late: bool) -> Option<Vec<u32>> {
        let unheard = match caught {
            Catch::Owner { scope, .. } => self.unheard(Some(token), |_, frame| frame.scope == Some(scope)),
            Catch::Undo(_) | Catch::Run => self.unheard(Some(token), unwind::whole_run),
        };
        Some(unheard).filter(|unheard| late || !unheard.is_empty())
    }
}

/// In journals that do not say it: of what took too long, everything that was asked, and nothing where something failed.
pub(super) fn unsaid(program: &Program, state: &RunState, token: u32, late: bool) -> Vec<u32> {
    let caught = unwind::catch(program, state, token, late);
    let given_up = |at: &Token| match caught {
        Catch::Owner { scope, .. } => state.is_within(at.frame, |frame| frame.scope == Some(scope)),
        Catch::Undo(_) | Catch::Run => true,
    };
    let asked = |at: &Token| matches!(&at.place, Place::Open(open) if !open.request.only_waits());
    let tokens = state.tokens.iter().filter(|(_, at)| late && asked(at) && given_up(at));
    tokens.map(|(id, _)| *id).collect()
}

/// They are taken back with what is done around them.
pub(super) fn keep(program: &Program, state: &mut RunState, unheard: &[u32]) -> Result<(), &'static str> {
    unheard.iter().try_for_each(|token| keep_undo(program, state, *token, &Value::Null))
}

/// They alone are taken back, while the rest goes on: in a scope of their own.
pub(super) fn take_back(program: &Program, state: &mut RunState, unheard: &[u32]) -> Result<(), &'static str> {
    if unheard.is_empty() {
        return Ok(());
    }
    let before = state.undo.len();
    keep(program, state, unheard)?;
    let scope = state.fresh();
    state.undo.iter_mut().skip(before).for_each(|undo| undo.scopes.push(scope));
    let error = StepError::new(ErrorKind::Cancelled, "nobody waits for its answer any more").zh("已不再等待它的答复");
    state.unwinding.push(Unwind { scope: Some(scope), token: None, error, late: false });
    Ok(())
}
