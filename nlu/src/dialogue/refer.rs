//! What a turn points at: pronouns, ordinals and ellipses, resolved against the state. Positions are bytes of the lower-case text.

use super::state::{DialogueState, QUESTION_CHARS_MAX, Referent, Turn};
use super::words::{
    AFTER_ORDINAL, ELLIPSES, ELLIPSIS_CHARS_MAX, EMPTY_IT, FILLERS, ORDINALS, OTHER_ORDINALS, OWN_NOUN, PRONOUNS_EN, PRONOUNS_ZH,
    QUESTIONS, THING_ENDS,
};
use crate::entity::Value;

/// Something in a text that stands for something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    pub start: usize,
    pub end: usize,
}

/// ASCII lower case keeps every byte where it is.
pub fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// The products a turn names, in order. An ambiguous name means the one mentioned before, or its first.
pub fn named(turn: &Turn<'_>, state: &DialogueState) -> Vec<(Pointer, Referent)> {
    let referent = |ids: &[String], name: &str| {
        let known = state.mentioned.iter().chain(&state.offered).find(|r| ids.contains(&r.id));
        known.map(|r| Referent { variant: String::new(), ..r.clone() }).or_else(|| ids.first().map(|id| Referent::new(id, name)))
    };
    let product = |e: &crate::entity::Entity| match &e.value {
        Value::Product { ids, name } => referent(ids, name).map(|r| (Pointer { start: e.start, end: e.end }, r)),
        _ => None,
    };
    turn.entities.iter().filter_map(product).collect()
}

/// The last ordinal of a turn: 「不是第一个，是第二个」 means the second.
pub fn ordinal(low: &str) -> Option<(Pointer, usize)> {
    let found = ORDINALS.iter().flat_map(|(word, n)| low.match_indices(word).map(move |(at, _)| (at, at + word.len(), *n)));
    let (start, mut end, n) = found.filter(|(start, end, _)| borders(low, *start, *end)).max_by_key(|(start, end, _)| (*start, *end))?;
    let rest = &low[end..];
    if OTHER_ORDINALS.iter().any(|w| rest.starts_with(w)) {
        return None;
    }
    if let Some(word) = AFTER_ORDINAL.iter().find(|w| rest.starts_with(**w)) {
        end += word.len();
    }
    Some((Pointer { start, end }, n))
}

/// The option at a place of the last list.
pub fn option(state: &DialogueState, place: usize) -> Option<Referent> {
    let at = if place == 0 { state.offered.len() } else { place };
    state.offered.get(at.checked_sub(1)?).cloned()
}

/// The first word of a turn that stands for a product.
pub fn pronoun(low: &str) -> Option<Pointer> {
    let zh = PRONOUNS_ZH.iter().filter_map(|word| {
        let start = low.find(word)?;
        let rest = &low[start + word.len()..];
        (!OWN_NOUN.iter().any(|noun| rest.starts_with(noun))).then_some(Pointer { start, end: start + word.trim_end_matches('的').len() })
    });
    let en = PRONOUNS_EN.iter().filter_map(|word| {
        let start = low.match_indices(word).map(|(at, _)| at).find(|at| borders(low, *at, at + word.len()))?;
        let empty = EMPTY_IT.iter().any(|phrase| low.contains(phrase));
        let determiner =
            matches!(*word, "this" | "that") && low[start + word.len()..].starts_with(' ') && !verb_follows(&low[start + word.len()..]);
        (!empty && !determiner).then_some(Pointer { start, end: start + word.len() })
    });
    zh.chain(en).min_by_key(|p| (p.start, usize::MAX - p.end))
}

/// "is this waterproof" points, "is this order late" does not.
fn verb_follows(rest: &str) -> bool {
    let next = rest.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    matches!(
        next,
        "" | "is"
            | "has"
            | "cost"
            | "costs"
            | "work"
            | "works"
            | "come"
            | "comes"
            | "support"
            | "supports"
            | "waterproof"
            | "available"
            | "in"
            | "fit"
            | "fits"
            | "too"
            | "for"
            | "with"
    )
}

fn borders(text: &str, start: usize, end: usize) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let first = text[start..].chars().next();
    let last = text[..end].chars().next_back();
    let joins = |a: Option<char>, b: Option<char>| letter(a) && letter(b);
    !joins(text[..start].chars().next_back(), first) && !joins(last, text[end..].chars().next())
}

/// 「那蓝色的呢」, "and the white one?": what stands in the place of something said before. `names`: the turn names something.
pub fn ellipsis(text: &str, names: bool) -> Option<&str> {
    let asked = text.trim().ends_with(['?', '？']);
    let bare = text.trim().trim_end_matches(['?', '？', '。', '.', '!', '！', '~']).trim();
    if bare.chars().count() > ELLIPSIS_CHARS_MAX {
        return None;
    }
    let low = lower(bare);
    ELLIPSES.iter().find_map(|(opens, closes)| {
        let latin = opens.starts_with(|c: char| c.is_ascii_alphabetic());
        let inside = low.strip_prefix(opens)?.strip_suffix(closes)?;
        let whole = !latin || inside.starts_with(' ');
        let inside = bare.get(opens.len()..opens.len() + inside.len())?.trim().trim_start_matches(['，', ',']).trim();
        let asks = QUESTIONS.iter().any(|q| lower(inside).contains(q)) || inside.split_whitespace().count() > 5;
        // 我还在等呢 and "and thanks" stand for nothing.
        let thing = names || if latin { asked || !closes.is_empty() } else { inside.ends_with(THING_ENDS) };
        (whole && thing && !inside.is_empty() && !asks).then_some(inside)
    })
}

/// What tells a variant: 蓝色的 → 蓝色, "the white" → "white".
pub fn variant(inside: &str) -> String {
    let low = lower(inside);
    let start = ["the ", "a ", "an ", "in "].iter().find(|w| low.starts_with(**w)).map_or(0, |w| w.len());
    let word = inside[start..].trim().trim_end_matches('的');
    let word = ["one", "ones"].iter().find_map(|w| word.strip_suffix(&format!(" {w}"))).unwrap_or(word);
    word.trim().to_owned()
}

/// Stands in a stored question where the product was named.
pub const GAP: char = '\u{FFFC}';

/// A turn with a gap for what it is about, when it asks something: 它多少钱 → ￼多少钱.
pub fn question(text: &str, about: Option<&Pointer>) -> Option<String> {
    let low = lower(text);
    if !QUESTIONS.iter().any(|q| low.contains(q)) {
        return None;
    }
    let mut rest = match about {
        Some(p) => format!("{}{GAP}{}", &text[..p.start], &text[p.end..]),
        None => text.to_owned(),
    };
    while let Some(filler) = FILLERS.iter().find(|f| lower(&rest).starts_with(**f)) {
        rest = rest[filler.len()..].trim_start_matches(['，', ',', ' ']).to_owned();
    }
    let rest = qn_base::text::truncate(rest.trim(), QUESTION_CHARS_MAX).to_owned();
    rest.chars().any(char::is_alphanumeric).then_some(rest)
}

/// `text` with `pointer` replaced.
pub fn replace(text: &str, pointer: &Pointer, with: &str) -> String {
    let (before, after) = (&text[..pointer.start], &text[pointer.end..]);
    let gap = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(l), Some(r)) if l.is_ascii_alphanumeric() && r.is_ascii_alphanumeric() => " ",
        _ => "",
    };
    let (first, last) = (gap(before.chars().next_back(), with.chars().next()), gap(with.chars().next_back(), after.chars().next()));
    format!("{before}{first}{with}{last}{after}")
}

/// A stored question asked of something.
pub fn ask(question: &str, what: &str) -> String {
    match question.find(GAP) {
        Some(start) => replace(question, &Pointer { start, end: start + GAP.len_utf8() }, what),
        None if question.is_empty() => what.to_owned(),
        None => format!("{what} {question}"),
    }
}
