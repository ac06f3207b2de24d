//! The head that an encoder is tuned under: labels by likeness to a vector for each, through a softmax. It begins with each label's mean
//! vector, so that the first steps do not spoil the encoder for a head that knows nothing.

use super::sums::{add_scaled, dot};
use crate::pointwise::softmax;
use pulp::Arch;

/// Vectors have length 1, so that a product is at most 1; so much it counts before the softmax.
const SHARPNESS: f32 = 20.0;

/// A score for each label.
pub fn scores(vector: &[f32], (weight, bias): (&[f32], &[f32]), scores: &mut Vec<f32>) {
    scores.clear();
    scores.extend(weight.chunks_exact(vector.len()).zip(bias).map(|(line, bias)| SHARPNESS * dot(line, vector) + bias));
}

/// What one example says.
pub struct Judged {
    /// Nats.
    pub loss: f32,
    pub right: bool,
}

/// From `scores` to the loss; they become its gradient times `share`.
pub fn loss(arch: Arch, scores: &mut [f32], label: u32, share: f32) -> Judged {
    let right = best(scores) == label;
    softmax(arch, scores, scores.len());
    let own = &mut scores[label as usize];
    let loss = -own.max(f32::MIN_POSITIVE).ln();
    *own -= 1.0;
    scores.iter_mut().for_each(|x| *x *= share);
    Judged { loss, right }
}

/// Adds the gradients of the head and writes the vector's.
pub fn backward(of_scores: &[f32], vector: &[f32], weight: &[f32], (of_weight, of_bias): (&mut [f32], &mut [f32]), of_vector: &mut [f32]) {
    of_vector.fill(0.0);
    let lines = weight.chunks_exact(vector.len()).zip(of_weight.chunks_exact_mut(vector.len()));
    for (((line, of_line), gradient), of_bias) in lines.zip(of_scores).zip(of_bias) {
        *of_bias += gradient;
        add_scaled(of_line, SHARPNESS * gradient, vector);
        add_scaled(of_vector, SHARPNESS * gradient, line);
    }
}

/// The label with the highest score, the first of equals.
pub fn best(scores: &[f32]) -> u32 {
    let mut best = 0;
    for (at, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = at;
        }
    }
    best as u32
}
