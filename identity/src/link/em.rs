//! Learns without labels what each level of each column proves: the Fellegi–Sunter (1969) model fitted by expectation–maximisation
//! (Winkler 1988) over candidate pairs together with a sample of all the other pairs, weighted up to their number. So the chances
//! among strangers are not spoilt by the matches, and the prior is that of any two records.

use super::compare::{self, LEVELS_MAX};
use super::pattern::Pattern;
use super::table::Table;
use rustc_hash::FxHashMap;

const ROUNDS_MAX: usize = 200;
/// A level never seen among matches still happens.
const M_SMOOTH: f64 = 0.3;
const U_SMOOTH: f64 = 0.3;

/// The chances of the levels of one column: `m` among pairs of one person, `u` among strangers.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    pub m: Vec<f64>,
    pub u: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The chance that two records drawn at random are one person's.
    pub prior: f64,
    pub columns: Vec<Chances>,
}

impl Model {
    /// log2 of how much likelier the level is among matches.
    pub fn weight(&self, column: usize, level: u8) -> f64 {
        let chances = &self.columns[column];
        (chances.m[level as usize] / chances.u[level as usize]).log2()
    }

    pub fn prior_weight(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).log2()
    }

    /// log2 odds of a match, common values counting like rare ones.
    pub fn plain_weight(&self, pattern: Pattern) -> f64 {
        let known = (0..self.columns.len()).filter_map(|c| pattern.level(c).map(|l| self.weight(c, l)));
        self.prior_weight() + known.sum::<f64>()
    }
}

/// Patterns and how many pairs each stands for.
pub type Counted = FxHashMap<Pattern, f64>;

/// `pairs` counts all pairs of the table: candidates as they are, the sample of the rest weighted up.
pub fn fit(table: &Table, pairs: &Counted) -> Model {
    // In a fixed order: sums of floats depend on it.
    let mut counted: Vec<(Pattern, f64)> = pairs.iter().map(|(p, n)| (*p, *n)).collect();
    counted.sort_unstable_by_key(|(p, _)| *p);
    let mut model = first_guess(table, &counted);
    for _ in 0..ROUNDS_MAX {
        let next = round(table, &counted, &model);
        let moved = (next.prior / model.prior).ln().abs();
        model = next;
        if moved < 1e-6 {
            break;
        }
    }
    model
}

/// Each record has about one partner; matches are mostly alike; strangers are as pairs are on the whole.
fn first_guess(table: &Table, counted: &[(Pattern, f64)]) -> Model {
    let all: f64 = counted.iter().map(|(_, n)| n).sum();
    let columns = table.columns.iter().enumerate().map(|(c, column)| {
        let levels = compare::names(column.role).len();
        let mut u = vec![U_SMOOTH; levels];
        for (pattern, n) in counted {
            if let Some(level) = pattern.level(c) {
                u[level as usize] += n;
            }
        }
        let mut m: Vec<f64> = (0..levels).map(|l| 0.4f64.powi(l as i32)).collect();
        m[levels - 1] = 0.1;
        Chances { m: shares(m), u: shares(u) }
    });
    Model { prior: (table.len() as f64 * 0.5 / all).min(0.2), columns: columns.collect() }
}

fn round(table: &Table, counted: &[(Pattern, f64)], model: &Model) -> Model {
    let (mut matches, mut all) = (0.0, 0.0);
    let mut m = vec![[M_SMOOTH; LEVELS_MAX]; table.columns.len()];
    let mut u = vec![[U_SMOOTH; LEVELS_MAX]; table.columns.len()];
    for (pattern, n) in counted {
        let p = if may_match(table, *pattern) { probability(model.plain_weight(*pattern)) } else { 0.0 };
        matches += p * n;
        all += n;
        for c in 0..table.columns.len() {
            if let Some(level) = pattern.level(c) {
                m[c][level as usize] += p * n;
                u[c][level as usize] += (1.0 - p) * n;
            }
        }
    }
    let columns = table.columns.iter().enumerate().map(|(c, column)| {
        let levels = compare::names(column.role).len();
        Chances { m: shares(m[c][..levels].to_vec()), u: shares(u[c][..levels].to_vec()) }
    });
    Model { prior: (matches / all).clamp(1e-12, 0.5), columns: columns.collect() }
}

/// Whether the model may learn from the pair as a match: it must not differ outright in more columns than it is alike in. Where one
/// column follows from another, as an e-mail address from a name, namesakes would otherwise pass for the people to be found.
fn may_match(table: &Table, pattern: Pattern) -> bool {
    let (mut alike, mut differ) = (0, 0);
    for (c, column) in table.columns.iter().enumerate() {
        let (Some(level), last) = (pattern.level(c), compare::last(column.role)) else { continue };
        alike += u32::from(2 * level < last);
        differ += u32::from(level == last);
    }
    differ <= alike
}

fn shares(mut counts: Vec<f64>) -> Vec<f64> {
    let sum: f64 = counts.iter().sum();
    counts.iter_mut().for_each(|n| *n /= sum);
    counts
}

/// From log2 odds.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}
