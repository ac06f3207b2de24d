//! Splits for cross-validation: stratified, so that every class is spread evenly over the folds. Indices only; examples stay where
//! they are.

use super::rng::Rng;

/// The fold (`0..folds`) of each example. Classes are dealt out one after the other, so folds differ by at most one example of a class,
/// and by few in all.
pub fn stratified(labels: &[u32], folds: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    Rng::new(seed).shuffle(&mut order);
    order.sort_by_key(|&i| labels[i]);
    let mut fold = vec![0; labels.len()];
    for (turn, i) in order.into_iter().enumerate() {
        fold[i] = turn % folds.max(1);
    }
    fold
}

/// The examples inside and outside of a fold.
pub fn split(fold: &[usize], held_out: usize) -> (Vec<usize>, Vec<usize>) {
    (0..fold.len()).partition(|&i| fold[i] != held_out)
}
