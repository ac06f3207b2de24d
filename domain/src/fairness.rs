//! How evenly something is shared.

/// 0 when everybody has the same, towards 1 when one has all. Corrado Gini 1912, by sorted values.
pub fn gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (n, sum) = (sorted.len() as f64, sorted.iter().sum::<f64>());
    if sum <= 0.0 {
        return 0.0;
    }
    let ranked: f64 = sorted.iter().enumerate().map(|(at, v)| (at + 1) as f64 * v).sum();
    (2.0 * ranked / (n * sum) - (n + 1.0) / n).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_all_alike_to_one_with_everything() {
        assert!(gini(&[2.0, 2.0, 2.0]).abs() < 1e-9);
        assert!((gini(&[0.0, 0.0, 0.0, 4.0]) - 0.75).abs() < 1e-9);
        assert!((gini(&[1.0, 3.0]) - 0.25).abs() < 1e-9);
        assert!(gini(&[]).abs() < 1e-9 && gini(&[0.0, 0.0]).abs() < 1e-9);
    }
}
