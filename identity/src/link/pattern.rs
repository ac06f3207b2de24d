//! What comparing two records gives: the level of each column in four bits of one number, so that pairs that compare alike are
//! counted together. A column that one of the two leaves empty says nothing.

use super::compare;
use super::table::{Table, Value};

/// Of a column where one record says nothing.
pub const MISSING: u8 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern(pub u64);

impl Pattern {
    pub fn level(self, column: usize) -> Option<u8> {
        let bits = (self.0 >> (4 * column)) as u8 & 15;
        (bits != MISSING).then_some(bits)
    }

    fn set(&mut self, column: usize, level: u8) {
        let at = 4 * column;
        self.0 = self.0 & !(15 << at) | u64::from(level) << at;
    }
}

/// Compares records `a` and `b`. Where siblings agree crosswise and not straight (Hall Isla, Isla Hall), they are read crosswise.
pub fn compare(table: &Table, a: usize, b: usize) -> Pattern {
    let mut pattern = Pattern(u64::MAX);
    for (c, column) in table.columns.iter().enumerate() {
        if let (Some(one), Some(other)) = (&column.values[a], &column.values[b]) {
            pattern.set(c, compare::level(column.role, one, other));
        }
    }
    for &(c, d) in &table.siblings {
        if let Some((on_c, on_d)) = crosswise(table, (c, d), (a, b), pattern) {
            pattern.set(c, on_c);
            pattern.set(d, on_d);
        }
    }
    pattern
}

/// The levels of two siblings read crosswise, when that says more than reading them straight.
fn crosswise(table: &Table, (c, d): (usize, usize), (a, b): (usize, usize), straight: Pattern) -> Option<(u8, u8)> {
    let (one, other) = (&table.columns[c], &table.columns[d]);
    let last = compare::last(one.role);
    let agrees = |level: Option<u8>| level.is_some_and(|l| l <= 2);
    if agrees(straight.level(c)) || agrees(straight.level(d)) {
        return None;
    }
    let across = |x: &Option<Value>, y: &Option<Value>| match (x, y) {
        (Some(x), Some(y)) => match compare::level(one.role, x, y) {
            0 => 1,
            level => level,
        },
        _ => MISSING,
    };
    let (first, second) = (across(&one.values[a], &other.values[b]), across(&other.values[a], &one.values[b]));
    let counts = |level: u8| level <= 2;
    let contradicts = |level: u8| level == last;
    ((counts(first) || counts(second)) && !contradicts(first) && !contradicts(second)).then_some((first, second))
}
