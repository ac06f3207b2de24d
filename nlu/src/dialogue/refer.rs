//! Which product a turn means: by name, or by its place in the last list. Positions are bytes of the lower-case text.

use super::state::{DialogueState, Referent, Turn};
use super::words::{ORDINALS, OTHER_ORDINALS};
use crate::entity::Value;

/// The products a turn names, in order. An ambiguous name means the one mentioned before, or its first.
pub fn named(turn: &Turn<'_>, state: &DialogueState) -> Vec<Referent> {
    let referent = |ids: &[String], name: &str| {
        let known = state.mentioned.iter().chain(&state.offered).find(|r| ids.contains(&r.id));
        known.cloned().or_else(|| ids.first().map(|id| Referent::new(id, name)))
    };
    let product = |e: &crate::entity::Entity| match &e.value {
        Value::Product { ids, name } => referent(ids, name),
        _ => None,
    };
    turn.entities.iter().filter_map(product).collect()
}

/// The last ordinal of a turn, from 1, 0 the last: 「不是第一个，是第二个」 means the second.
pub fn ordinal(text: &str) -> Option<usize> {
    // ASCII lower case keeps every byte where it is.
    let low = text.to_ascii_lowercase();
    let found = ORDINALS.iter().flat_map(|(word, n)| low.match_indices(word).map(move |(at, _)| (at, at + word.len(), *n)));
    let (_, end, place) = found.filter(|(start, end, _)| borders(&low, *start, *end)).max_by_key(|(start, end, _)| (*start, *end))?;
    let counts_something_else = OTHER_ORDINALS.iter().any(|word| low[end..].starts_with(word));
    (!counts_something_else).then_some(place)
}

/// The option at a place of the last list.
pub fn option(state: &DialogueState, place: usize) -> Option<Referent> {
    let at = if place == 0 { state.offered.len() } else { place };
    state.offered.get(at.checked_sub(1)?).cloned()
}

fn borders(text: &str, start: usize, end: usize) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let first = text[start..].chars().next();
    let last = text[..end].chars().next_back();
    let joins = |a: Option<char>, b: Option<char>| letter(a) && letter(b);
    !joins(text[..start].chars().next_back(), first) && !joins(last, text[end..].chars().next())
}
