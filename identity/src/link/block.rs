//! Which pairs are worth comparing: those that share a key in one of several passes. A small table compares all pairs. Keys that too
//! many records share are left out of a pass; other passes bring their pairs.

use super::role::Role;
use super::table::{Column, Table, Value};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Up to so many records, every pair is compared.
pub const ALL_RECORDS_MAX: usize = 1_500;
/// A pass leaves keys of more records out.
const BLOCK_MAX: usize = 60;
/// Candidate pairs of one table.
pub const PAIRS_MAX: usize = 40_000_000;

/// Pairs `(a, b)` with `a < b`, sorted, none twice.
pub fn pairs(table: &Table) -> Vec<(u32, u32)> {
    let n = table.len() as u32;
    if table.len() <= ALL_RECORDS_MAX {
        return (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
    }
    let mut pairs = Vec::new();
    for pass in passes(table) {
        pass_pairs(table, &pass, &mut pairs);
        if pairs.len() > PAIRS_MAX {
            pairs.sort_unstable();
            pairs.dedup();
            if pairs.len() > PAIRS_MAX {
                break;
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Whole,
    /// Sound of names, year of dates, start of the rest.
    Coarse,
    /// The value without each of its characters in turn: two values one edit apart share one (Wang and Schwaller's deletion keys).
    Deletions,
    /// Rare sequences of four characters.
    Grams,
}

type Pass = Vec<(usize, Cut)>;

/// Single columns that tell records apart, whole and with errors; then every two columns together, coarsely.
fn passes(table: &Table) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    let columns = &table.columns;
    for (c, column) in columns.iter().enumerate() {
        if column.distinct * 20 >= column.filled.max(1) {
            passes.push(vec![(c, Cut::Whole)]);
        }
        if column.distinct * 5 >= column.filled.max(1) && matches!(column.role, Role::Code | Role::Phone | Role::Date | Role::Email) {
            passes.push(vec![(c, Cut::Deletions)]);
        }
        if matches!(column.role, Role::Address | Role::Text | Role::Email | Role::Place | Role::Name) {
            passes.push(vec![(c, Cut::Grams)]);
        }
    }
    for c in 0..columns.len() {
        for d in c + 1..columns.len() {
            passes.push(vec![(c, Cut::Coarse), (d, Cut::Coarse)]);
        }
    }
    passes
}

fn pass_pairs(table: &Table, pass: &Pass, pairs: &mut Vec<(u32, u32)>) {
    let mut blocks: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    let siblings = |c: usize| table.siblings.iter().find_map(|(x, y)| if *x == c { Some(*y) } else { (*y == c).then_some(*x) });
    for r in 0..table.len() {
        let mut keys = vec![0u64];
        for &(c, cut) in pass {
            let mut of_column = keys_of(&table.columns[c], c, r, cut);
            // Whole values also meet in their sibling's place.
            if let (Some(d), [_]) = (siblings(c), &pass[..]) {
                of_column.extend(keys_of(&table.columns[d], c.min(d), r, cut));
                of_column.extend(keys_of(&table.columns[c], c.min(d), r, cut));
            }
            keys = keys.iter().flat_map(|k| of_column.iter().map(move |o| k.rotate_left(21) ^ o)).collect();
        }
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let block = blocks.entry(key).or_default();
            // One over the limit marks the block as too large.
            if block.len() <= BLOCK_MAX {
                block.push(r as u32);
            }
        }
    }
    for block in blocks.values().filter(|b| b.len() >= 2 && b.len() <= BLOCK_MAX) {
        for (i, a) in block.iter().enumerate() {
            pairs.extend(block[i + 1..].iter().map(|b| (*a.min(b), *a.max(b))));
        }
    }
}

fn keys_of(column: &Column, salt: usize, record: usize, cut: Cut) -> Vec<u64> {
    let Some(value) = &column.values[record] else { return Vec::new() };
    match cut {
        Cut::Whole => vec![hash(salt, &value.text)],
        Cut::Coarse => vec![hash(salt, &coarse(column.role, value))],
        Cut::Deletions => deletions(value).map(|text| hash(salt, &text)).collect(),
        Cut::Grams => value.chars.windows(5).map(|w| hash(salt, w)).collect(),
    }
}

fn coarse(role: Role, value: &Value) -> String {
    let start = |n: usize| value.chars.iter().take(n).collect::<String>();
    match role {
        Role::GivenName | Role::Surname | Role::Name if !value.sound.is_empty() => value.sound.to_string(),
        Role::Date => start(4),
        Role::Phone => crate::normal::phone::tail(&value.text).to_owned(),
        Role::Address | Role::Text | Role::Place => start(5),
        _ => value.text.to_string(),
    }
}

fn deletions(value: &Value) -> impl Iterator<Item = String> {
    const CHARS_MAX: usize = 24;
    let chars = &value.chars[..value.chars.len().min(CHARS_MAX)];
    let without = move |i: usize| chars.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, c)| *c).collect();
    std::iter::once(chars.iter().collect()).chain((0..chars.len()).map(without))
}

fn hash(salt: usize, what: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = FxHasher::default();
    salt.hash(&mut hasher);
    what.hash(&mut hasher);
    hasher.finish()
}
