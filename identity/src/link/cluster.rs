//! From pairs to people: groups grow along the surest pairs first, and two groups join only when their members are alike on the
//! whole (average linkage) and no rule forbids it. So one chance likeness does not chain two families into one person, and two
//! different verified user ids never meet in a group, whatever lies between them.

use rustc_hash::FxHashMap;

/// A pair of records and how likely they are one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub a: u32,
    pub b: u32,
    pub probability: f64,
}

/// Groups larger than this do not grow: no person has so many records, a shared phone does.
pub const GROUP_MAX: usize = 200;

pub struct Clusters<'a> {
    /// The verified user id of each record that has one.
    pub exclusive: &'a [Option<String>],
    /// How alike two groups must be on the whole to join.
    pub threshold: f64,
}

impl Clusters<'_> {
    /// Groups of two or more, each in ascending order, by their first record. Pairs that `scored` does not name count as unlike.
    pub fn of(&self, records: usize, scored: &[Scored]) -> Vec<Vec<u32>> {
        let mut order: Vec<&Scored> = scored.iter().filter(|s| s.probability >= self.threshold).collect();
        order.sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
        let known: FxHashMap<(u32, u32), f64> = scored.iter().map(|s| ((s.a, s.b), s.probability)).collect();
        let mut group_of: Vec<u32> = (0..records as u32).collect();
        let mut groups: Vec<Vec<u32>> = (0..records as u32).map(|r| vec![r]).collect();
        for pair in order {
            let (one, other) = (group_of[pair.a as usize] as usize, group_of[pair.b as usize] as usize);
            if one == other || !self.may_join(&groups[one], &groups[other], &known) {
                continue;
            }
            let (into, from) = if groups[one].len() >= groups[other].len() { (one, other) } else { (other, one) };
            let moved = std::mem::take(&mut groups[from]);
            moved.iter().for_each(|r| group_of[*r as usize] = into as u32);
            groups[into].extend(moved);
        }
        let mut found: Vec<Vec<u32>> = groups.into_iter().filter(|g| g.len() > 1).collect();
        found.iter_mut().for_each(|g| g.sort_unstable());
        found.sort_unstable();
        found
    }

    fn may_join(&self, one: &[u32], other: &[u32], known: &FxHashMap<(u32, u32), f64>) -> bool {
        if one.len() + other.len() > GROUP_MAX || self.conflict(one, other) {
            return false;
        }
        let across = one.iter().flat_map(|a| other.iter().map(move |b| (*a.min(b), *a.max(b))));
        let sum: f64 = across.map(|pair| known.get(&pair).copied().unwrap_or(0.0)).sum();
        sum >= self.threshold * (one.len() * other.len()) as f64
    }

    fn conflict(&self, one: &[u32], other: &[u32]) -> bool {
        let of = |group: &[u32]| group.iter().find_map(|r| self.exclusive.get(*r as usize)?.as_ref());
        matches!((of(one), of(other)), (Some(a), Some(b)) if a != b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(pairs: &[(u32, u32, f64)]) -> Vec<Scored> {
        pairs.iter().map(|(a, b, p)| Scored { a: *a, b: *b, probability: *p }).collect()
    }

    #[test]
    fn one_chance_likeness_does_not_chain() {
        let pairs = scored(&[(0, 1, 0.99), (2, 3, 0.99), (1, 2, 0.6)]);
        assert_eq!(Clusters { exclusive: &[], threshold: 0.5 }.of(5, &pairs), [[0, 1], [2, 3]]);
    }

    #[test]
    fn two_verified_user_ids_never_meet() {
        let ids = [Some("u1".to_owned()), None, Some("u2".to_owned())];
        let pairs = scored(&[(0, 1, 0.99), (1, 2, 0.98), (0, 2, 0.97)]);
        assert_eq!(Clusters { exclusive: &ids, threshold: 0.5 }.of(3, &pairs), [[0, 1]]);
    }
}
