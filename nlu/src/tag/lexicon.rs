//! Known phrases of each slot: those marked in the training examples and those the tenant lists. A match is only a hint to the
//! tagger. While training, a sentence does not see the phrases that only it contributed, or the tagger would learn to rely on
//! them and read nothing else. Called by `features`.

use super::features::Hasher;
use super::scheme::Sentence;
use rustc_hash::FxHashMap;

/// The longest phrase looked for, in tokens.
pub const PHRASE_TOKENS_MAX: usize = 24;

/// A phrase of a slot, found at tokens `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub start: usize,
    pub end: usize,
    pub slot: u16,
    /// How often the phrase was this slot where it stood in the training examples: 0 (seldom) to 3 (nearly always).
    pub often: u8,
    /// No longer match of the same slot holds it.
    pub longest: bool,
}

/// How often a phrase was marked as a slot, and how often it stood in a sentence at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry {
    pub slot: u16,
    pub marked: u32,
    pub seen: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    slots: Vec<String>,
    entries: FxHashMap<u64, Vec<Entry>>,
}

impl Lexicon {
    /// `listed`: phrases given besides the examples, as (slot index, tokens).
    pub fn new(slots: &[String], sentences: &[Sentence], listed: &[(u16, Vec<String>)]) -> Self {
        let mut lexicon = Self { slots: slots.to_vec(), entries: FxHashMap::default() };
        for (slot, tokens) in listed {
            lexicon.mark(phrase_hash(tokens.iter().map(|t| t.to_lowercase())), *slot);
        }
        for sentence in sentences {
            for span in lexicon.own(sentence) {
                lexicon.mark(phrase_hash(sentence.tokens[span.start..span.end].iter().map(|t| t.to_lowercase())), span.slot);
            }
        }
        for sentence in sentences {
            lexicon.count(sentence);
        }
        lexicon
    }

    pub(super) fn from_entries(slots: &[String], entries: FxHashMap<u64, Vec<Entry>>) -> Self {
        Self { slots: slots.to_vec(), entries }
    }

    pub(super) fn entries(&self) -> &FxHashMap<u64, Vec<Entry>> {
        &self.entries
    }

    /// The spans of a sentence in the lexicon's terms.
    pub fn own(&self, sentence: &Sentence) -> Vec<Match> {
        let known = |slot: &str| self.slots.iter().position(|s| s == slot);
        let spans = sentence.spans.iter().filter(|s| s.start < s.end && s.end <= sentence.tokens.len());
        spans
            .filter(|s| s.end - s.start <= PHRASE_TOKENS_MAX)
            .filter_map(|s| known(&s.slot).map(|slot| Match { start: s.start, end: s.end, slot: slot as u16, often: 0, longest: true }))
            .collect()
    }

    fn mark(&mut self, hash: u64, slot: u16) {
        let list = self.entries.entry(hash).or_default();
        match list.iter_mut().find(|e| e.slot == slot) {
            Some(entry) => entry.marked += 1,
            None => list.push(Entry { slot, marked: 1, seen: 0 }),
        }
    }

    fn count(&mut self, sentence: &Sentence) {
        let lower: Vec<String> = sentence.tokens.iter().map(|t| t.to_lowercase()).collect();
        each_phrase(&lower, |_, _, hash| {
            for entry in self.entries.get_mut(&hash).into_iter().flatten() {
                entry.seen += 1;
            }
        });
    }

    /// All phrases in `lower` (tokens in lower case). `own` are the sentence's marked spans while training, empty otherwise.
    pub fn matches(&self, lower: &[String], own: &[Match]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut own_hashes: FxHashMap<(u64, u16), u32> = FxHashMap::default();
        let mut here: FxHashMap<u64, u32> = FxHashMap::default();
        for span in own {
            *own_hashes.entry((phrase_hash(lower[span.start..span.end].iter()), span.slot)).or_default() += 1;
        }
        if !own.is_empty() {
            each_phrase(lower, |_, _, hash| *here.entry(hash).or_default() += 1);
        }
        each_phrase(lower, |start, end, hash| {
            for entry in self.entries.get(&hash).into_iter().flatten() {
                let mine = own_hashes.get(&(hash, entry.slot)).copied().unwrap_or(0);
                let seen = entry.seen.saturating_sub(here.get(&hash).copied().unwrap_or(0));
                if entry.marked > mine {
                    found.push(Match { start, end, slot: entry.slot, often: often(entry.marked - mine, seen), longest: true });
                }
            }
        });
        let all = found.clone();
        for hit in &mut found {
            let held =
                |m: &Match| m.slot == hit.slot && m.start <= hit.start && m.end >= hit.end && (m.start, m.end) != (hit.start, hit.end);
            hit.longest = !all.iter().any(held);
        }
        found
    }

    pub fn slot(&self, slot: u16) -> &str {
        self.slots.get(usize::from(slot)).map_or("", String::as_str)
    }
}

fn often(marked: u32, seen: u32) -> u8 {
    match (marked, seen) {
        (_, 0) => 3,
        (m, s) if m * 4 < s => 0,
        (m, s) if m * 2 < s => 1,
        (m, s) if m * 5 < s * 4 => 2,
        _ => 3,
    }
}

fn phrase_hash(tokens: impl Iterator<Item = impl AsRef<str>>) -> u64 {
    tokens.fold(Hasher::new("phrase"), |h, t| h.add(t.as_ref())).0
}

/// Calls with (start, end, hash) of every run of tokens up to `PHRASE_TOKENS_MAX`.
fn each_phrase(lower: &[String], mut then: impl FnMut(usize, usize, u64)) {
    for start in 0..lower.len() {
        let mut hasher = Hasher::new("phrase");
        for (end, token) in lower.iter().enumerate().skip(start).take(PHRASE_TOKENS_MAX) {
            hasher = hasher.add(token);
            then(start, end + 1, hasher.0);
        }
    }
}
