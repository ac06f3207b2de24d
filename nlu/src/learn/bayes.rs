//! How much each column speaks for yes: naive-Bayes log-count ratios (NBSVM, Wang and Manning 2012). A large-margin learner on columns
//! multiplied by them starts from what counting says. Used by the emotion classifier and the question match.

use super::rows::SparseVector;

/// The logarithm of how much likelier each of `width` columns is in a row that is a yes, smoothed by one row; 0
/// for columns that do not occur.
pub fn ratios<'a>(rows: impl Iterator<Item = (&'a SparseVector, bool)>, width: usize) -> Vec<f32> {
    let mut counts = [vec![1.0f32; width], vec![1.0f32; width]];
    for (vector, yes) in rows {
        for column in &vector.columns {
            counts[usize::from(yes)][*column as usize] += 1.0;
        }
    }
    // Columns in none of these rows say nothing, not even how common a column is.
    let occurs = |c: &usize| counts[0][*c] + counts[1][*c] > 2.0;
    let total = counts.each_ref().map(|s| (0..width).filter(occurs).map(|c| s[c]).sum::<f32>());
    let ratio = |c| if occurs(&c) { ((counts[1][c] / total[1]) / (counts[0][c] / total[0])).ln() } else { 0.0 };
    (0..width).map(ratio).collect()
}

/// The row a learner sees.
pub fn scaled(vector: &SparseVector, ratios: &[f32]) -> SparseVector {
    let values = vector.columns.iter().zip(&vector.values).map(|(c, v)| v * ratios[*c as usize]).collect();
    SparseVector { columns: vector.columns.clone(), values }
}

/// Multiplies the weights of a class learnt on scaled rows, so that they read rows as they are; the constant stays.
pub fn fold(weights: &mut [f32], ratios: &[f32]) {
    weights.iter_mut().zip(ratios).for_each(|(w, r)| *w *= r);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_yes_speaks_for_it_and_a_common_one_for_nothing() {
        let row = |columns: &[u32]| SparseVector { columns: columns.to_vec(), values: vec![0.5; columns.len()] };
        let rows = [(row(&[0, 1]), true), (row(&[1, 2]), false)];
        let ratios = ratios(rows.iter().map(|(v, yes)| (v, *yes)), 4);
        assert!((ratios[0] - 2f32.ln()).abs() < 1e-6 && ratios[1] == 0.0 && ratios[2] == -ratios[0], "{ratios:?}");
        assert_eq!(ratios[3], 0.0);
        assert_eq!(scaled(&row(&[1, 2]), &[4.0, 2.0, -2.0]).values, [1.0, -1.0]);
        let mut weights = [1.0, 2.0, 3.0, 7.0];
        fold(&mut weights, &[2.0, 2.0, 0.0]);
        assert_eq!(weights, [2.0, 4.0, 0.0, 7.0]);
    }
}
