//! What an encoder's vectors of whole texts say beside the words: a large-margin model over them, each number brought to the middle and spread
//! of the examples first. Some encoders' vectors all point nearly one way, and only what differs between them is worth learning from.

use super::classifier::Recipe;
use crate::encoder::{Encoder, EncoderError};
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::linear::{Linear, Weights};
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};

/// For vectors of about length 1, which those of the examples have once they are brought to middle and spread.
const COST: f32 = 1.0;
/// What their margins count beside those of the words.
const SHARE: f32 = 0.6;
/// Texts that are given to the encoder at once.
const BATCH: usize = 64;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vectors {
    /// Over the encoder's numbers as they come: middle and spread are folded into the weights.
    linear: Linear,
}

/// The vectors of texts, in order.
pub(super) fn read(texts: &[&str], encoder: &dyn Encoder) -> Result<Vec<Vec<f32>>, EncoderError> {
    let mut vectors = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        vectors.extend(encoder.encode(batch)?);
    }
    Ok(vectors)
}

impl Vectors {
    /// None when the examples have no vectors.
    pub fn fit(vectors: &[&[f32]], truth: &[u32], classes: usize, recipe: &Recipe) -> Option<Self> {
        let scale = Scale::of(vectors)?;
        let mut rows = Rows::new(0, scale.middle.len());
        vectors.iter().for_each(|v| rows.push(&SparseVector::default(), &scale.apply(v)));
        let options = SvmOptions { c: COST, balance: recipe.balance, seed: recipe.seed, others_max: usize::MAX, ..SvmOptions::default() };
        let mut weights = svm::train(&rows, truth, classes, &options);
        scale.fold(&mut weights);
        Some(Self { linear: Linear::pack(&weights) })
    }

    /// Adds the margin of each class to the words' scores; a vector of another width adds nothing.
    pub fn add(&self, vector: &[f32], scores: &mut [f32]) {
        if vector.len() == self.linear.dense_width() {
            let margins = self.linear.scores(&SparseVector::default(), vector);
            scores.iter_mut().zip(margins).for_each(|(score, margin)| *score += SHARE * margin);
        }
    }

    pub fn classes(&self) -> usize {
        self.linear.classes()
    }

    pub fn write(&self, out: &mut Writer) {
        self.linear.write(out);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        Ok(Self { linear: Linear::read(from)? })
    }
}

/// The middle of each number over all examples, and the factor that brings rows to about length 1.
struct Scale {
    middle: Vec<f32>,
    factor: Vec<f32>,
}

impl Scale {
    fn of(vectors: &[&[f32]]) -> Option<Self> {
        let (width, count) = (vectors.first()?.len(), vectors.len() as f32);
        let mean = |of: &dyn Fn(usize, f32) -> f32| -> Vec<f32> {
            (0..width).map(|at| vectors.iter().map(|v| of(at, v[at])).sum::<f32>() / count).collect()
        };
        let middle = mean(&|_, x| x);
        let spread = mean(&|at, x| (x - middle[at]).powi(2));
        let factor = spread.into_iter().map(|s| if s > 0.0 { 1.0 / (s * width as f32).sqrt() } else { 0.0 }).collect();
        Some(Self { middle, factor })
    }

    fn apply(&self, vector: &[f32]) -> Vec<f32> {
        vector.iter().zip(&self.middle).zip(&self.factor).map(|((x, middle), factor)| (x - middle) * factor).collect()
    }

    /// Makes weights over scaled rows weights over rows as they come.
    fn fold(&self, weights: &mut Weights) {
        for of_class in &mut weights.classes {
            let Some((constant, of_columns)) = of_class.split_last_mut() else { continue };
            for ((weight, middle), factor) in of_columns.iter_mut().zip(&self.middle).zip(&self.factor) {
                *weight *= factor;
                *constant -= *weight * middle;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn folded_weights_say_of_raw_rows_what_the_learnt_ones_say_of_scaled_rows() {
        let vectors: [&[f32]; 3] = [&[1.0, 5.0, 2.0], &[3.0, 5.0, -2.0], &[2.0, 5.0, 9.0]];
        let scale = Scale::of(&vectors).unwrap();
        let learnt = Weights { sparse_width: 0, dense_width: 3, classes: vec![vec![0.5, 2.0, -1.0, 0.25]] };
        let mut folded = learnt.clone();
        scale.fold(&mut folded);
        let score = |w: &Weights, row: &[f32]| svm::dot(&w.classes[0][..3], row) + w.classes[0][3];
        for vector in vectors {
            assert!((score(&learnt, &scale.apply(vector)) - score(&folded, vector)).abs() < 1e-5);
        }
    }
}
