//! An encoder's vector, seen from the examples: a Gaussian kernel, so that a linear learner draws curved borders. With few examples of an
//! intent that is worth a point of accuracy; with many, straight borders do as well and cost less. Exact: the learner is given the rows of
//! the kernel's Cholesky factor, and its weights are brought back to one for each example.

use crate::learn::linear::Weights;
use crate::learn::svm::dot;

/// The kernel is exp(-GAMMA × squared distance), for vectors of length 1.
const GAMMA: f32 = 1.0;
/// Added to each example's kernel with itself, so that the same text twice is no trouble.
const RIDGE: f32 = 1e-3;

#[derive(Debug, Clone, PartialEq)]
pub struct Kernel {
    width: usize,
    /// The examples' vectors, one after the other.
    examples: Vec<f32>,
}

impl Kernel {
    pub fn new(vectors: &[&[f32]], width: usize) -> Self {
        Self { width, examples: vectors.concat() }
    }

    /// From stored vectors; none when they are not whole.
    pub fn stored(width: usize, examples: Vec<f32>) -> Option<Self> {
        (width > 0 && examples.len().is_multiple_of(width)).then_some(Self { width, examples })
    }

    pub fn examples(&self) -> &[f32] {
        &self.examples
    }

    /// The kernel of a vector with each example.
    pub fn row(&self, vector: &[f32]) -> Vec<f32> {
        self.examples.chunks_exact(self.width.max(1)).map(|e| (-2.0 * GAMMA * (1.0 - dot(e, vector))).exp()).collect()
    }

    /// The lower Cholesky factor of the examples' kernel; row `i` has `i + 1` numbers.
    pub fn factor(&self) -> Vec<Vec<f32>> {
        let mut rows: Vec<Vec<f32>> = Vec::new();
        for (i, example) in self.examples.chunks_exact(self.width.max(1)).enumerate() {
            let kernel = self.row(example);
            let mut row = Vec::with_capacity(i + 1);
            for (j, above) in rows.iter().enumerate() {
                let rest: f32 = kernel[j] - dot(&row, &above[..j]);
                row.push(rest / above[j]);
            }
            row.push((kernel[i] + RIDGE - dot(&row, &row)).max(RIDGE * RIDGE).sqrt());
            rows.push(row);
        }
        rows
    }
}

/// Weights of the factor's rows become weights of kernels with the examples: the same scores.
pub fn brought_back(mut weights: Weights, factor: &[Vec<f32>]) -> Weights {
    for class in &mut weights.classes {
        for i in (0..factor.len()).rev() {
            class[i] /= factor[i][i];
            let (below, own) = class.split_at_mut(i);
            below.iter_mut().zip(&factor[i]).for_each(|(w, l)| *w -= l * own[0]);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_score_alike_on_both_sides() {
        let vectors: Vec<Vec<f32>> = (0..5).map(|i| vec![(i as f32).cos(), (i as f32).sin()]).collect();
        let kernel = Kernel::new(&vectors.iter().map(Vec::as_slice).collect::<Vec<_>>(), 2);
        let factor = kernel.factor();
        let given = vec![0.5, -1.0, 2.0, 0.25, -0.75, 0.0];
        let weights = Weights { sparse_width: 0, dense_width: 5, classes: vec![given.clone()] };
        let back = brought_back(weights, &factor);
        for (vector, row) in vectors.iter().zip(&factor) {
            let ridged: f32 = kernel.row(vector).iter().zip(&back.classes[0]).map(|(k, w)| k * w).sum();
            assert!((ridged - dot(row, &given[..row.len()])).abs() < 0.02, "{ridged}");
        }
    }
}
