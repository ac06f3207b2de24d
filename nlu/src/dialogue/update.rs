//! The one step of the dialogue state. Order matters: topic first (an answer may belong to a paused one), then what the turn
//! points at, then corrections and answers, then the text with its gaps filled.

use super::refer::{self, Pointer};
use super::state::{
    BotTurn, Correction, DialogueState, MENTIONED_MAX, Movement, OFFERED_MAX, QUESTION_CHARS_MAX, Referent, Resolved, SlotValue, Topic,
    Turn,
};
use super::topic;
use super::words::{BEFORE_CORRECTION, CORRECTIONS};
use crate::entity::{Entity, Role, Value};
use std::collections::BTreeMap;

/// The state after a customer's turn, and the turn as it would read alone.
pub fn update(state: &DialogueState, turn: &Turn<'_>) -> (DialogueState, Resolved) {
    let mut next = state.clone();
    next.turn = next.turn.saturating_add(1);
    next.language = Some(turn.language);
    let low = refer::lower(turn.text);
    let movement = topic::step(&mut next, turn, &low);
    let pointed = point(&mut next, turn, &low);
    let correction = remember(&mut next, turn, &low, pointed.ellipsis);
    let answers = answer(&mut next, turn, movement);
    let text = complete(&mut next, turn, &pointed);
    let unresolved = pointed.unresolved && answers.is_none() && correction.is_none();
    let resolved = Resolved { text, movement, focus: next.focus.clone(), correction, answers, unresolved, beyond: pointed.beyond };
    (next, resolved)
}

/// The state after the bot's answer.
pub fn told(state: &DialogueState, bot: &BotTurn) -> DialogueState {
    let mut next = state.clone();
    if !bot.offered.is_empty() {
        next.offered = bot.offered.iter().take(OFFERED_MAX).cloned().collect();
        if let [only] = &next.offered[..] {
            next.focus = Some(only.clone());
        }
    }
    if bot.done {
        next.topic = None;
    }
    if bot.asked.is_some() {
        next.topic.get_or_insert_with(Topic::default).pending.clone_from(&bot.asked);
    }
    next
}

/// What a turn points at, and how.
#[derive(Debug, Default)]
struct Pointed {
    /// Where the thing under discussion stands in the text.
    at: Option<Pointer>,
    /// Stands in the place of something said before.
    ellipsis: bool,
    unresolved: bool,
    /// At a place that no list has.
    beyond: bool,
}

fn point(state: &mut DialogueState, turn: &Turn<'_>, low: &str) -> Pointed {
    let named = refer::named(turn, state);
    let inside = refer::ellipsis(turn.text, !turn.entities.is_empty());
    let ellipsis = inside.is_some();
    if let Some((at, referent)) = named.last().cloned() {
        named.into_iter().for_each(|(_, r)| mention(state, r));
        state.focus = Some(referent);
        return Pointed { at: Some(at), ellipsis, ..Pointed::default() };
    }
    let ordinal = refer::ordinal(low);
    if let Some((at, place)) = ordinal.clone().filter(|_| !state.offered.is_empty()) {
        return match refer::option(state, place) {
            Some(referent) => {
                mention(state, referent.clone());
                state.focus = Some(referent);
                Pointed { at: Some(at), ellipsis, ..Pointed::default() }
            }
            None => Pointed { at: None, ellipsis, unresolved: true, beyond: true },
        };
    }
    let beyond = ordinal.is_some();
    if let Some(inside) = inside {
        let values = turn.entities.iter().any(|e| slot_name(e).is_some());
        if let (Some(focus), false) = (&mut state.focus, values) {
            focus.variant = refer::variant(inside);
        }
        return Pointed { ellipsis: true, beyond, ..Pointed::default() };
    }
    match refer::pronoun(low) {
        Some(_) if state.focus.is_none() => {
            Pointed { unresolved: turn.intent.is_none() || state.offered.len() > 1, beyond, ..Pointed::default() }
        }
        at => Pointed { at, beyond, ..Pointed::default() },
    }
}

fn mention(state: &mut DialogueState, referent: Referent) {
    state.mentioned.retain(|r| r.id != referent.id);
    state.mentioned.insert(0, referent);
    state.mentioned.truncate(MENTIONED_MAX);
}

/// Keeps the values a turn names. In a correction the last value of a kind replaces the one said before.
/// 「那上海呢」 fills the slot that was filled before, too, but takes nothing back.
fn remember(state: &mut DialogueState, turn: &Turn<'_>, low: &str, ellipsis: bool) -> Option<Correction> {
    let corrects = corrects(low);
    let mut correction = None;
    for entity in turn.entities {
        let Some(mut slot) = slot_name(entity) else { continue };
        if corrects || ellipsis {
            slot = latest_of_kind(state, &slot);
        }
        let value = SlotValue { value: entity.value.clone(), confidence: entity.confidence, turn: state.turn };
        let before = state.slots.insert(slot.clone(), value).filter(|old| old.turn < state.turn);
        if corrects && before.as_ref().is_none_or(|old| old.value != entity.value) {
            let from = before.map(|old| old.value).or_else(|| correction.take().and_then(|c: Correction| c.from));
            correction = Some(Correction { slot, from, to: entity.value.clone() });
        }
    }
    correction
}

fn corrects(low: &str) -> bool {
    let mut rest = low.trim_start();
    loop {
        if CORRECTIONS.iter().any(|c| rest.starts_with(c)) {
            return true;
        }
        match BEFORE_CORRECTION.iter().find(|w| rest.starts_with(**w)) {
            Some(word) => rest = &rest[word.len()..],
            None => return false,
        }
    }
}

/// 「不对，是广州」 after 从上海到北京 means the destination, which was said last.
fn latest_of_kind(state: &DialogueState, slot: &str) -> String {
    if slot.contains('.') {
        return slot.to_owned();
    }
    let kind = |name: &str| name.split('.').next().is_some_and(|k| k == slot);
    let latest = state.slots.iter().filter(|(name, _)| kind(name)).max_by_key(|(name, value)| (value.turn, name.as_str()));
    latest.map_or_else(|| slot.to_owned(), |(name, _)| name.clone())
}

/// The slot an entity fills; none for products, which are the focus, and for what must not be kept.
fn slot_name(entity: &Entity) -> Option<String> {
    if matches!(entity.value, Value::Product { .. }) || entity.value.is_secret() {
        return None;
    }
    let kind = entity.value.kind();
    Some(match entity.role {
        Some(Role::From) => format!("{kind}.from"),
        Some(Role::To) => format!("{kind}.to"),
        None => kind.to_owned(),
    })
}

/// The slot of the open question this turn answers.
fn answer(state: &mut DialogueState, turn: &Turn<'_>, movement: Movement) -> Option<String> {
    let topic = state.topic.as_mut()?;
    let pending = topic.pending.clone()?;
    let free = pending.kind.is_empty() && turn.intent.is_none() && movement == Movement::Continue && !turn.text.trim().is_empty();
    if !(free || topic::answered(topic, turn)) {
        return None;
    }
    topic.pending = None;
    Some(pending.slot)
}

fn complete(state: &mut DialogueState, turn: &Turn<'_>, pointed: &Pointed) -> String {
    let spoken = state.focus.as_ref().map(Referent::spoken);
    if pointed.ellipsis && !state.question.is_empty() {
        let question = with_values(state, turn);
        return spoken.map_or_else(|| refer::ask(&question, "").trim().to_owned(), |s| refer::ask(&question, &s));
    }
    if let Some(question) = refer::question(turn.text, pointed.at.as_ref()).filter(|_| !pointed.ellipsis) {
        state.question = question;
        state.question_values = values(turn);
    }
    match (&pointed.at, spoken) {
        (Some(at), Some(spoken)) if bare(turn.text, at) && !state.question.is_empty() => refer::ask(&state.question, &spoken),
        (Some(at), Some(spoken)) => refer::replace(turn.text, at, &spoken).trim().to_owned(),
        _ => turn.text.trim().to_owned(),
    }
}

/// The words that name values, by kind.
fn values(turn: &Turn<'_>) -> BTreeMap<String, String> {
    let named = turn.entities.iter().filter(|e| slot_name(e).is_some());
    named.filter_map(|e| Some((e.value.kind().to_owned(), turn.text.get(e.start..e.end)?.to_owned()))).collect()
}

/// The stored question with the values this turn puts in the place of its own: 寄到北京要多久, 那上海呢 → 寄到上海要多久.
fn with_values(state: &mut DialogueState, turn: &Turn<'_>) -> String {
    for (kind, new) in values(turn) {
        match state.question_values.insert(kind, new.clone()) {
            Some(old) => state.question = state.question.replacen(&old, &new, 1),
            None => state.question = format!("{new} {}", state.question),
        }
    }
    state.question = qn_base::text::truncate(&state.question, QUESTION_CHARS_MAX).to_owned();
    state.question.clone()
}

/// Nothing but the pointer stands in the text.
fn bare(text: &str, at: &Pointer) -> bool {
    !text[..at.start].chars().chain(text[at.end..].chars()).any(char::is_alphanumeric)
}
