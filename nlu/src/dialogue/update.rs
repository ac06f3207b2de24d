//! The step of the dialogue state: which product is talked about after a turn, and what may be pointed at after a list.

use super::refer;
use super::state::{DialogueState, MENTIONED_MAX, OFFERED_MAX, Referent, Turn};

/// The state after a customer's turn, and whether the turn points at a place that the last list does not have.
pub fn update(state: &DialogueState, turn: &Turn<'_>) -> (DialogueState, bool) {
    let mut next = state.clone();
    let named = refer::named(turn, state);
    if let Some(last) = named.last().cloned() {
        named.into_iter().for_each(|referent| mention(&mut next, referent));
        next.focus = Some(last);
        return (next, false);
    }
    let Some(place) = refer::ordinal(turn.text) else { return (next, false) };
    let Some(option) = refer::option(state, place) else { return (next, true) };
    mention(&mut next, option.clone());
    next.focus = Some(option);
    (next, false)
}

/// The state after the bot listed these, in this order.
pub fn told(state: &DialogueState, offered: &[Referent]) -> DialogueState {
    let mut next = state.clone();
    if !offered.is_empty() {
        next.offered = offered.iter().take(OFFERED_MAX).cloned().collect();
        if let [only] = &next.offered[..] {
            next.focus = Some(only.clone());
        }
    }
    next
}

fn mention(state: &mut DialogueState, referent: Referent) {
    state.mentioned.retain(|r| r.id != referent.id);
    state.mentioned.insert(0, referent);
    state.mentioned.truncate(MENTIONED_MAX);
}
