//! Synonyms: phrases that mean the same when somebody asks for help, as one concept term beside the words themselves.
//! The lists are in `concepts.txt`; they are general talk of shops and devices, not of one company.

use super::english::stem;
use qn_nlu::normalise::Normal;
use rustc_hash::FxHashMap;

const LINES: &str = include_str!("concepts.txt");
/// Longest phrase, in characters of Chinese or words of English.
pub(super) const PHRASE_MAX: usize = 8;

/// Words skipped inside English phrases and texts when phrases are looked up: "give it back" is "give back".
pub(super) fn is_gap(word: &str) -> bool {
    matches!(
        word,
        "it" | "them"
            | "this"
            | "that"
            | "these"
            | "those"
            | "the"
            | "a"
            | "an"
            | "my"
            | "your"
            | "our"
            | "me"
            | "its"
            | "some"
            | "is"
            | "was"
            | "i"
    )
}

/// Read once by whoever owns an `Analyzer`.
pub struct Concepts {
    /// Chinese phrases as written, English ones as stems with one space between.
    by_phrase: FxHashMap<String, Vec<u16>>,
    /// Longest phrase that starts with this first character or first stem.
    longest: FxHashMap<String, usize>,
    count: usize,
    /// Concepts that name a product, in ascending order.
    things: Vec<u16>,
}

impl Concepts {
    pub fn new() -> Self {
        let mut concepts = Self { by_phrase: FxHashMap::default(), longest: FxHashMap::default(), count: 0, things: Vec::new() };
        let lines = LINES.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            let id = concepts.count as u16;
            let line = line.strip_prefix('@').inspect(|_| concepts.things.push(id)).unwrap_or(line);
            let (chinese, english) = line.split_once('|').unwrap_or((line, ""));
            for phrase in chinese.split_whitespace() {
                concepts.insert(phrase, id);
            }
            for phrase in english.split(',') {
                concepts.insert(phrase, id);
            }
            concepts.count += 1;
        }
        concepts
    }

    /// Concepts are numbered from 0 to this.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a concept names a product: what a question is about, rather than what happened to it.
    pub fn is_thing(&self, id: u16) -> bool {
        self.things.binary_search(&id).is_ok()
    }

    fn insert(&mut self, phrase: &str, id: u16) {
        let normal = Normal::new(phrase).joined();
        let stems: Vec<&str> = normal.split(' ').filter(|word| !is_gap(word)).map(stem).collect();
        let (Some(first), false) = (stems.first(), normal.is_empty()) else { return };
        let is_chinese = normal.chars().any(qn_base::text::is_cjk);
        let (first, length) = if is_chinese {
            (normal.chars().take(1).collect::<String>(), normal.chars().count())
        } else {
            ((*first).to_owned(), stems.len())
        };
        let longest = self.longest.entry(first).or_default();
        *longest = (*longest).max(length.min(PHRASE_MAX));
        let ids = self.by_phrase.entry(stems.join(" ")).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// The length of the longest phrase that begins with this character or stem; 0 when none does.
    pub(super) fn longest(&self, first: &str) -> usize {
        self.longest.get(first).copied().unwrap_or(0)
    }

    pub(super) fn of(&self, phrase: &str) -> &[u16] {
        self.by_phrase.get(phrase).map_or(&[], Vec::as_slice)
    }
}

impl Default for Concepts {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_meet_in_a_concept() {
        let concepts = Concepts::new();
        assert!(concepts.count() > 100);
        let refund = concepts.of("退钱");
        assert!(!refund.is_empty());
        assert_eq!(refund, concepts.of(&format!("{} {}", stem("money"), stem("back"))));
        assert!(concepts.longest(stem("money")) >= 2);
        assert!(concepts.of("").is_empty());
    }
}
