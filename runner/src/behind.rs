//! A step that is given up while the outside still works on it is taken back behind it, never beside it: what would take it back waits
//! here until the errand is over. Called by `run`.

use crate::run::Driven;
use qn_workflow::run::UndoState;
use qn_workflow::{Effect, RunState, outstanding};

/// The step that this one helps to take back.
fn taken_back(state: &RunState, step: &str) -> Option<String> {
    let token = state.tokens.values().find(|token| token.step.to_string() == step)?;
    let mut frame = token.frame;
    loop {
        if let Some(undo) = state.undo.iter().find(|undo| undo.state == UndoState::Running { frame }) {
            return Some(undo.step.to_string());
        }
        frame = state.frames.get(&frame)?.parent?;
    }
}

impl Driven {
    /// Whether an errand of the step that it takes back is still under way; it is then kept until that is over.
    pub(crate) fn keep_behind(&mut self, effect: &Effect) -> bool {
        let Effect::Act { step, .. } = effect else { return false };
        let Some(before) = taken_back(&self.state, step) else { return false };
        let waits = self.under_way.keys().any(|(step, _)| *step == before);
        if waits && !self.behind.contains(effect) {
            self.behind.push(effect.clone());
        }
        waits
    }

    /// An errand is over: what is still owed of what waited is owed anew.
    pub(crate) fn go_on_behind(&mut self) {
        if self.behind.is_empty() {
            return;
        }
        let owed = outstanding(&self.state);
        let behind = std::mem::take(&mut self.behind).into_iter().filter(|effect| owed.contains(effect));
        let behind = behind.collect();
        self.owe(behind);
    }
}
