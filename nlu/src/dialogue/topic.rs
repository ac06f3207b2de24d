//! Topics: begun, set aside for another, taken up again. Called by `update`.

use super::state::{DialogueState, Movement, PAUSED_MAX, Topic, Turn};
use super::words::RETURNS;

/// Moves the state to the topic of a turn.
pub fn step(state: &mut DialogueState, turn: &Turn<'_>, low: &str) -> Movement {
    if let Some(intent) = turn.intent {
        return begin(state, intent);
    }
    let wants_back = RETURNS.iter().any(|r| low.trim_start().starts_with(r));
    // An answer to the question of a paused topic, while the present one waits for nothing, goes back by itself.
    let waiting = state.topic.as_ref().is_some_and(|t| t.pending.is_some());
    let answers = !waiting && state.paused.last().is_some_and(|t| answered(t, turn));
    match (wants_back || answers).then(|| state.paused.pop()).flatten() {
        Some(topic) => {
            resume(state, topic);
            Movement::Return
        }
        None => Movement::Continue,
    }
}

fn begin(state: &mut DialogueState, intent: &str) -> Movement {
    if state.topic.as_ref().is_some_and(|t| t.name == intent) {
        return Movement::Continue;
    }
    if let Some(at) = state.paused.iter().rposition(|t| t.name == intent) {
        let topic = state.paused.remove(at);
        pause(state);
        resume(state, topic);
        return Movement::Return;
    }
    let left = pause(state);
    state.topic = Some(Topic { name: intent.to_owned(), ..Topic::default() });
    if left { Movement::Digress } else { Movement::Start }
}

/// Sets the present topic aside when it still waits for an answer.
fn pause(state: &mut DialogueState) -> bool {
    let Some(mut topic) = state.topic.take().filter(|t| t.pending.is_some()) else { return false };
    topic.focus.clone_from(&state.focus);
    state.paused.push(topic);
    if state.paused.len() > PAUSED_MAX {
        state.paused.remove(0);
    }
    true
}

fn resume(state: &mut DialogueState, topic: Topic) {
    if topic.focus.is_some() {
        state.focus.clone_from(&topic.focus);
    }
    state.topic = Some(Topic { focus: None, ..topic });
}

/// The turn holds what the topic's open question asks for.
pub fn answered(topic: &Topic, turn: &Turn<'_>) -> bool {
    let Some(pending) = &topic.pending else { return false };
    !pending.kind.is_empty() && turn.entities.iter().any(|e| e.value.kind() == pending.kind)
}
