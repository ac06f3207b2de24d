//! The terms of one language's articles: number, rarity, weight, and the nearest known word for a mistyped one.

use crate::analysis::{Analysis, Analyzer, Key, Kind, Term, distance_at_most};
use rustc_hash::FxHashMap;

/// Shortest English word that is corrected; shorter ones are too near to each other.
const TYPO_BYTES_MIN: usize = 4;
/// From this length two edits are allowed instead of one.
const TYPO_TWO_EDITS_BYTES_MIN: usize = 8;
/// An article that has a term in its body alone counts this much towards how common the term is.
const BODY_ONLY: f32 = 0.1;
const NO_TERM: u32 = u32::MAX;

#[derive(Default)]
pub(super) struct Vocabulary {
    by_text: FxHashMap<Box<str>, u32>,
    /// Term of each concept, `NO_TERM` when no article has it.
    by_concept: Vec<u32>,
    /// What kind of term it is at its strongest, as a share of rarity.
    weights: Vec<f32>,
    /// In how many articles it is, each counted by the share of its title and questions that have it: with dozens of questions an
    /// article, a word of one of them must not make it common.
    found_in: Vec<f32>,
    articles: u32,
    by_trigram: FxHashMap<[u8; 3], Vec<u32>>,
    words: FxHashMap<u32, Box<str>>,
    /// Rarity and weight of each term, once all articles are counted.
    rarities: Vec<f32>,
    final_weights: Vec<f32>,
}

impl Vocabulary {
    pub fn new(analyzer: &Analyzer, articles: usize) -> Self {
        Self { by_concept: vec![NO_TERM; analyzer.concepts().count()], articles: articles as u32, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// The number of a term of an article, new when it is the first time.
    pub fn number(&mut self, analysis: &Analysis, term: &Term) -> u32 {
        let next = self.weights.len() as u32;
        let id = match term.key {
            Key::Concept(concept) => {
                let slot = &mut self.by_concept[concept as usize];
                if *slot == NO_TERM {
                    *slot = next;
                }
                *slot
            }
            Key::Text { from, to } => match self.by_text.get(analysis.slice(from, to)) {
                Some(id) => *id,
                None => {
                    self.by_text.insert(analysis.slice(from, to).into(), next);
                    next
                }
            },
        };
        if id == next {
            self.weights.push(0.0);
            self.found_in.push(0.0);
            if let (Key::Text { from, to }, Kind::Word) = (term.key, term.kind) {
                self.remember_word(analysis.slice(from, to), id);
            }
        }
        let weight = &mut self.weights[id as usize];
        *weight = weight.max(term.kind.weight() * term.strength);
        id
    }

    /// Counts the distinct terms of one article: of its title and questions with their shares, in ascending order, and of its body.
    pub fn count(&mut self, asked: &[(u32, f32)], body: &[u32]) {
        asked.iter().for_each(|(id, share)| self.found_in[*id as usize] += share);
        let only = body.iter().filter(|id| asked.binary_search_by_key(*id, |(asked, _)| *asked).is_err());
        only.for_each(|id| self.found_in[*id as usize] += BODY_ONLY);
    }

    pub fn find(&self, analysis: &Analysis, term: &Term) -> Option<u32> {
        match term.key {
            Key::Concept(concept) => self.by_concept.get(concept as usize).copied().filter(|id| *id != NO_TERM),
            Key::Text { from, to } => self.by_text.get(analysis.slice(from, to)).copied(),
        }
    }

    /// Works out rarities, once every article is counted.
    pub fn freeze(&mut self) {
        self.rarities = self.found_in.iter().map(|count| self.rarity_at(count.max(1.0))).collect();
        self.final_weights = self.rarities.iter().zip(&self.weights).map(|(rarity, kind)| rarity * kind).collect();
    }

    fn rarity_at(&self, count: f32) -> f32 {
        (1.0 + (self.articles as f32 - count + 0.5) / (count + 0.5)).ln()
    }

    /// How rare a term is among the articles; an unknown one is rarest.
    pub fn rarity(&self, id: Option<u32>) -> f32 {
        id.map_or_else(|| self.rarity_at(0.0), |id| self.rarities[id as usize])
    }

    /// Rarity times kind: what a shared term counts.
    pub fn weight(&self, id: u32) -> f32 {
        self.final_weights[id as usize]
    }

    /// The known English word that a mistyped one most likely was.
    pub fn corrected(&self, word: &str) -> Option<u32> {
        if word.len() < TYPO_BYTES_MIN || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
        for trigram in trigrams(word) {
            for id in self.by_trigram.get(&trigram).map_or(&[][..], Vec::as_slice) {
                *shared.entry(*id).or_default() += 1;
            }
        }
        let edits = if word.len() >= TYPO_TWO_EDITS_BYTES_MIN { 2 } else { 1 };
        let near = |id: &u32| {
            self.words.get(id).is_some_and(|known| known.as_bytes()[0] == word.as_bytes()[0] && distance_at_most(word, known, edits))
        };
        let mut candidates: Vec<(u32, u32)> = shared.into_iter().collect();
        candidates.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        candidates.into_iter().take(8).map(|(id, _)| id).find(near)
    }

    fn remember_word(&mut self, word: &str, id: u32) {
        if word.len() < TYPO_BYTES_MIN || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return;
        }
        for trigram in trigrams(word) {
            let ids = self.by_trigram.entry(trigram).or_default();
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
        self.words.insert(id, word.into());
    }
}

/// Three letters each, with the borders of the word as `^` and `$`.
fn trigrams(word: &str) -> impl Iterator<Item = [u8; 3]> {
    let framed: Vec<u8> = std::iter::once(b'^').chain(word.bytes()).chain(std::iter::once(b'$')).collect();
    (0..framed.len().saturating_sub(2)).map(move |at| [framed[at], framed[at + 1], framed[at + 2]])
}
