//! What the driver must do after a decision is committed. `outstanding` says the same from a state alone: what a crash
//! interrupted, with the same keys.

use super::state::{Place, RunState};
use crate::request::Request;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the outside, and bring the answer back as a `Reply` for this step and attempt.
    Act {
        step: String,
        attempt: u32,
        key: String,
        request: Arc<Request>,
    },
    /// Bring `Due` at this time.
    SetTimer {
        step: String,
        due_at: i64,
    },
    DropTimer {
        step: String,
    },
    /// Nobody waits for this answer any more.
    Withdraw {
        step: String,
        request: Arc<Request>,
    },
}

/// Everything a run waits for, as effects: what to do after a restart.
pub fn outstanding(state: &RunState) -> Vec<Effect> {
    let mut effects = Vec::new();
    for token in state.tokens.values() {
        if let Place::Split { due_at: Some(due_at), .. } = token.place {
            effects.push(Effect::SetTimer { step: token.step.to_string(), due_at });
        }
        let Place::Open(open) = &token.place else { continue };
        let step = token.step.to_string();
        if let Some(due_at) = open.due_at {
            effects.push(Effect::SetTimer { step: step.clone(), due_at });
        }
        if !open.resting && open.request.leaves_the_house() {
            let key = state.key(&token.step);
            effects.push(Effect::Act { step, attempt: open.attempt, key, request: Arc::clone(&open.request) });
        }
    }
    effects
}

/// What changed in what is owed. `answered` is the step whose answer caused the change; nobody has to be told about that one.
pub(crate) fn between(before: &RunState, after: &RunState, answered: Option<(&str, u32)>) -> Vec<Effect> {
    let (old, new) = (outstanding(before), outstanding(after));
    let mut effects = Vec::new();
    for effect in &old {
        match effect {
            _ if new.contains(effect) => {}
            Effect::SetTimer { step, .. } => effects.push(Effect::DropTimer { step: step.clone() }),
            Effect::Act { step, attempt, request, .. } if answered != Some((step.as_str(), *attempt)) => {
                effects.push(Effect::Withdraw { step: step.clone(), request: Arc::clone(request) });
            }
            _ => {}
        }
    }
    effects.extend(new.into_iter().filter(|effect| !old.contains(effect)));
    effects
}
