//! A trained tagger: tokens in, slots with confidences out. Immutable, shared between turns.

use super::features::features;
use super::lattice::{Chain, Scores, Transitions, best};
use super::lexicon::Lexicon;
use super::scheme::{Labels, Span};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// A slot found, with the probability that exactly these tokens are exactly this slot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tagged {
    #[serde(flatten)]
    pub span: Span,
    /// In [0, 1].
    pub confidence: f32,
}

/// Weights by feature: for each feature's row, the labels that have one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weights {
    pub(super) rows: FxHashMap<u64, (u32, u32)>,
    pub(super) labels: Vec<u16>,
    pub(super) values: Vec<f32>,
}

impl Weights {
    /// Keeps the weights of a dense table that are at least `least`.
    pub fn new(rows: &FxHashMap<u64, u32>, dense: &[f32], labels: usize, least: f32) -> Self {
        let mut kept = Self::default();
        let mut order: Vec<(u64, u32)> = rows.iter().map(|(h, r)| (*h, *r)).collect();
        order.sort_unstable();
        for (hash, row) in order {
            let cells = &dense[row as usize * labels..(row as usize + 1) * labels];
            let cells = cells.iter().enumerate().filter(|(_, w)| w.abs() >= least).map(|(l, w)| (l as u16, *w));
            kept.push(hash, cells);
        }
        kept
    }

    pub(super) fn push(&mut self, hash: u64, cells: impl Iterator<Item = (u16, f32)>) {
        let start = self.labels.len();
        for (label, weight) in cells {
            self.labels.push(label);
            self.values.push(weight);
        }
        if self.labels.len() > start {
            self.rows.insert(hash, (start as u32, self.labels.len() as u32));
        }
    }

    fn add(&self, hash: u64, cells: &mut [f32]) {
        let Some((start, end)) = self.rows.get(&hash) else { return };
        let range = *start as usize..*end as usize;
        for (label, weight) in self.labels[range.clone()].iter().zip(&self.values[range]) {
            cells[usize::from(*label)] += weight;
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Tagger {
    pub(super) labels: Labels,
    pub(super) lexicon: Lexicon,
    pub(super) weights: Weights,
    pub(super) transitions: Transitions,
    steps: Vec<f32>,
}

impl Tagger {
    pub(super) fn new(labels: Labels, lexicon: Lexicon, weights: Weights, transitions: Transitions) -> Self {
        let steps = transitions.weights();
        Self { labels, lexicon, weights, transitions, steps }
    }

    pub fn slots(&self) -> &[String] {
        self.labels.slots()
    }

    /// The slots of a sentence, in order. Only its first `columns::TOKENS_MAX` tokens are read.
    pub fn tag(&self, tokens: &[String]) -> Vec<Tagged> {
        let tokens = &tokens[..tokens.len().min(super::columns::TOKENS_MAX)];
        if tokens.is_empty() {
            return Vec::new();
        }
        let cells = self.scores(tokens);
        let scores = Scores { labels: self.labels.count(), at: &cells };
        let path = best(&scores, &self.transitions);
        let chain = Chain::new(&scores, &self.steps);
        let tagged = |span: Span| {
            let confidence = chain.run(span.start, &path[span.start..span.end], &self.steps);
            Tagged { span, confidence }
        };
        self.labels.decode(&path).into_iter().map(tagged).collect()
    }

    fn scores(&self, tokens: &[String]) -> Vec<f32> {
        let labels = self.labels.count();
        let found = features(tokens, &self.lexicon, &[]);
        let mut shared = vec![0.0; labels];
        found.everywhere.iter().for_each(|hash| self.weights.add(*hash, &mut shared));
        let mut cells = Vec::with_capacity(tokens.len() * labels);
        for hashes in &found.at {
            let start = cells.len();
            cells.extend_from_slice(&shared);
            hashes.iter().for_each(|hash| self.weights.add(*hash, &mut cells[start..]));
        }
        cells
    }
}
