//! How good a linkage is, pair by pair: precision, recall and F1 over all pairs of records of one person.

use rustc_hash::FxHashSet;

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Quality {
    /// Pairs that are one person's.
    pub same: usize,
    pub linked: usize,
    /// Linked pairs that are one person's.
    pub right: usize,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Quality {
    pub fn new(same: usize, linked: usize, right: usize) -> Self {
        let share = |of: usize| if of == 0 { 0.0 } else { right as f64 / of as f64 };
        let f1 = if same + linked == 0 { 0.0 } else { 2.0 * right as f64 / (same + linked) as f64 };
        Self { same, linked, right, precision: share(linked), recall: share(same), f1 }
    }

    /// Pairs as record numbers, the smaller first; `judged`, where given, names the pairs that count at all.
    pub fn of(linked: &FxHashSet<(u32, u32)>, same: &FxHashSet<(u32, u32)>, judged: Option<&FxHashSet<(u32, u32)>>) -> Self {
        let counts = |pair: &&(u32, u32)| judged.is_none_or(|j| j.contains(*pair));
        let right = linked.iter().filter(counts).filter(|pair| same.contains(*pair)).count();
        Self::new(same.len(), linked.iter().filter(counts).count(), right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_once() {
        let set = |pairs: &[(u32, u32)]| pairs.iter().copied().collect::<FxHashSet<_>>();
        let quality = Quality::of(&set(&[(0, 1), (1, 2)]), &set(&[(0, 1), (3, 4)]), None);
        assert_eq!((quality.precision, quality.recall, quality.f1), (0.5, 0.5, 0.5));
        assert_eq!(Quality::of(&set(&[]), &set(&[]), None).f1, 0.0);
    }
}
