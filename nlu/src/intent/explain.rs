//! Why an intent: which words spoke for it and which against. Only the grams' margins can be told apart by word; nearness and the
//! encoder speak for the turn as a whole.

use super::heads;
use super::model::IntentModel;
use crate::learn::grams::{self, Bag};
use crate::normalise::Normal;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// A word (or a Chinese character) of the normalised turn and what it adds to the intent's margin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spoken {
    pub word: String,
    pub weight: f32,
}

impl IntentModel {
    /// The words of a turn in order, with their weight for `label`; empty when the model has no such intent.
    pub fn explain(&self, text: &str, label: &str) -> Vec<Spoken> {
        let Ok(class) = self.labels.binary_search_by(|l| l.as_str().cmp(label)) else { return Vec::new() };
        let (normal, options) = (Normal::new(text).joined(), heads::grams());
        let vector = self.heads.vectoriser.vector(&Bag::read(text, &options));
        let mut occurrences = Vec::new();
        grams::each(&normal, &options, &mut |gram| occurrences.push(gram));
        let mut times: FxHashMap<u32, f32> = FxHashMap::default();
        occurrences.iter().for_each(|gram| *times.entry(gram.hash).or_default() += 1.0);
        let tokens = grams::tokens(&normal);
        let mut weights = vec![0.0f32; tokens.len()];
        for gram in &occurrences {
            let Some(column) = self.heads.vectoriser.column(gram.hash) else { continue };
            let Ok(at) = vector.columns.binary_search(&column) else { continue };
            let weight = vector.values[at] * self.heads.sparse.weight(column, class) / times[&gram.hash];
            let mut inside: Vec<usize> = (0..tokens.len()).filter(|t| tokens[*t].start < gram.end && tokens[*t].end > gram.start).collect();
            if gram.pair && inside.len() > 2 {
                inside = vec![inside[0], inside[inside.len() - 1]];
            }
            inside.iter().for_each(|t| weights[*t] += weight / inside.len() as f32);
        }
        let spoken = tokens.iter().zip(weights);
        spoken.map(|(t, weight)| Spoken { word: normal[t.start..t.end].to_owned(), weight }).collect()
    }
}
