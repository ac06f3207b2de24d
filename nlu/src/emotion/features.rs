//! What the emotion classifier reads of a text: the n-grams of `learn`, and what those leave out: punctuation, emoji and bracketed
//! stickers, capitals, stretched characters, emotion words with their negation.

use super::groups;
use super::lexicon::{boosters, fold, hits, tells_of_trouble};
use crate::learn::grams::{Bag, Block, GramOptions};
use crate::normalise::TEXT_CHARS_MAX;
use crate::understanding::Emotion;
use qn_base::text::truncate;

/// Clauses of a text that are read on their own.
const CLAUSES_MAX: usize = 24;
/// Capital letters from which on a text without small ones is shouted.
const SHOUTED_LETTERS_MIN: usize = 12;

/// Longest sequence of words and of Chinese characters, shortest and longest piece of a word: as typed, nothing clever, since "not" and
/// endings matter for how something is said.
pub fn grams([words_max, han_max, piece_min, piece_max]: [u8; 4]) -> GramOptions {
    GramOptions { words_max, han_max, piece_min, piece_max, stem: false, concepts: false, pairs: 0, han_pairs: 0 }
}

/// The features of a text as typed, with the groups of its words where wanted; only its first 2,000 characters are read.
pub fn bag(text: &str, options: &GramOptions, with_groups: bool) -> Bag {
    let text = truncate(text, TEXT_CHARS_MAX);
    let mut bag = Bag::read(text, options);
    let names = names(text, with_groups);
    bag.add(Block::Extra, names.iter().map(|name| (name.as_str(), 1.0)));
    bag
}

fn names(text: &str, with_groups: bool) -> Vec<String> {
    let folded = fold(text);
    let mut names = if with_groups { groups::names(&folded) } else { Vec::new() };
    let shown = hits(&folded);
    // Joy beside trouble may be scorn; the groups, with praise and blame among them, tell it by themselves.
    if !with_groups && shown.iter().any(|hit| hit.emotion == Emotion::Joy && !hit.negated) && tells_of_trouble(&folded) {
        names.push("scorn".to_owned());
    }
    for hit in shown {
        let not = if hit.negated { "not " } else { "" };
        names.push(format!("word {not}{:?} {}", hit.emotion, hit.strength));
        names.push(format!("word {not}{:?}", hit.emotion));
    }
    names.extend((0..boosters(&folded).min(4)).map(|_| "booster".to_owned()));
    marks(&folded, &mut names);
    stickers(&folded, &mut names);
    if is_shouted(text) {
        names.push("shouted".to_owned());
    }
    names.push(format!("long {}", (folded.len() + 1).ilog2()));
    names
}

/// Punctuation that carries a tone, emoji, and characters stretched three times and more ("啊啊啊", "!!!").
fn marks(folded: &[char], names: &mut Vec<String>) {
    for (at, &c) in folded.iter().enumerate() {
        if matches!(c, '!' | '?' | '~' | '…' | '～') || is_emoji(c) {
            names.push(format!("mark {c}"));
        }
        if at >= 2 && folded[at - 2..at].iter().all(|before| *before == c) && (at == 2 || folded[at - 3] != c) {
            names.push(format!("stretched {c}"));
        }
        if at > 0 && matches!((folded[at - 1], c), ('?', '!') | ('!', '?') | ('.', '.') | ('?', '?') | ('。', '。')) {
            names.push(format!("mark {}{c}", folded[at - 1]));
        }
    }
}

/// `[微笑]` and the like, as many clients send emoji.
fn stickers(folded: &[char], names: &mut Vec<String>) {
    let mut open = None;
    for (at, c) in folded.iter().enumerate() {
        match (c, open) {
            ('[' | '【', _) => open = Some(at + 1),
            (']' | '】', Some(from)) if at - from <= 6 => {
                names.push(format!("sticker {}", folded[from..at].iter().collect::<String>()));
                open = None;
            }
            _ => {}
        }
    }
}

/// A text cut at punctuation and line ends, at most `CLAUSES_MAX` pieces; what follows is one more.
pub fn clauses(text: &str) -> Vec<&str> {
    let pieces = text.splitn(CLAUSES_MAX + 1, is_break);
    pieces.map(str::trim).filter(|c| !c.is_empty()).collect()
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '，' | '。' | '！' | '？' | ',' | '.' | '!' | '?' | ';' | '；' | '~' | '～' | '…' | '、')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{23F0}' | '\u{1F300}'..='\u{1FAFF}')
}

/// Capitals only, and enough of them.
pub fn is_shouted(text: &str) -> bool {
    let mut capitals = 0;
    for c in text.chars() {
        if c.is_lowercase() {
            return false;
        }
        capitals += usize::from(c.is_uppercase());
    }
    capitals >= SHOUTED_LETTERS_MIN
}
