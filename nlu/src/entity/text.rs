//! A text as the recognisers see it: one folded character for each of the text, so that positions can be carried back.
//! Half width, lower case, simplified. Reading beyond the end yields NUL, which no recogniser accepts.

use super::TEXT_CHARS_MAX;
use crate::normalise::simplified;

#[derive(Debug, Clone)]
pub struct Text {
    pub chars: Vec<char>,
    /// Byte position of each character, and of the end.
    bytes: Vec<usize>,
}

impl Text {
    pub fn new(text: &str) -> Self {
        let mut chars = Vec::new();
        let mut bytes = Vec::new();
        let mut end = 0;
        for (at, c) in text.char_indices().take(TEXT_CHARS_MAX) {
            chars.push(fold(c));
            bytes.push(at);
            end = at + c.len_utf8();
        }
        bytes.push(end);
        Self { chars, bytes }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    pub fn at(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    /// The character before `at`; NUL at the beginning.
    pub fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or('\0', |at| self.at(at))
    }

    pub fn byte(&self, at: usize) -> usize {
        self.bytes.get(at).or(self.bytes.last()).copied().unwrap_or(0)
    }

    pub fn string(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end.min(self.chars.len())).unwrap_or_default().iter().collect()
    }

    /// `word` (folded) stands at `at`.
    pub fn has(&self, at: usize, word: &str) -> bool {
        (at..).zip(word.chars()).all(|(at, c)| self.at(at) == c)
    }

    /// The first of `words` (folded, longest first) that stands at `at`, and its length in characters.
    /// Words of Latin letters must end at a word border.
    pub fn one_of<'w, T>(&self, at: usize, words: &'w [(&'w str, T)]) -> Option<(usize, &'w T)> {
        let (word, means) = words.iter().find(|(word, _)| self.has(at, word) && self.is_border(at + word.chars().count()))?;
        Some((word.chars().count(), means))
    }

    /// No word of Latin letters and digits goes on over `at`.
    pub fn is_border(&self, at: usize) -> bool {
        !(self.before(at).is_ascii_alphanumeric() && self.at(at).is_ascii_alphanumeric())
    }

    /// No number goes on over `at`.
    pub fn is_digit_border(&self, at: usize) -> bool {
        !(self.before(at).is_ascii_digit() && self.at(at).is_ascii_digit())
    }

    /// The first position from `at` on that is no space.
    pub fn skip_spaces(&self, mut at: usize) -> usize {
        while matches!(self.at(at), ' ' | '\t') {
            at += 1;
        }
        at
    }

    /// One of `cues` (folded) stands in the `reach` characters before `at`.
    pub fn cued(&self, at: usize, reach: usize, cues: &[&str]) -> bool {
        let from = at.saturating_sub(reach);
        (from..at).any(|n| cues.iter().any(|cue| n + cue.chars().count() <= at && self.has(n, cue)))
    }
}

fn fold(c: char) -> char {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{00A0}' => ' ',
        '–' | '—' | '−' => '-',
        '’' | '‘' => '\'',
        '￥' => '¥',
        _ => c,
    };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => simplified(one),
        _ => c,
    }
}
