//! What a pair's comparison adds up to, column by column: the match weights that are shown to people. A value that many records
//! have proves less than a rare one (term frequencies).

use super::em::Model;
use super::pattern::Pattern;
use super::table::Table;
use super::{compare, em};

/// One column's part in a pair's weight, in bits.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Weight {
    pub column: String,
    pub level: &'static str,
    /// From the level alone.
    pub bits: f64,
    /// More for a rare value, less for a common one.
    pub rarity_bits: f64,
}

pub struct Scorer<'a> {
    pub table: &'a Table,
    pub model: &'a Model,
}

impl Scorer<'_> {
    /// log2 odds that records `a` and `b`, which compare as `pattern`, are one person's.
    pub fn weight(&self, pattern: Pattern, a: usize, b: usize) -> f64 {
        let rarity = (0..self.table.columns.len()).filter_map(|c| pattern.level(c).map(|level| self.rarity(c, level, a, b)));
        self.model.plain_weight(pattern) + rarity.sum::<f64>()
    }

    pub fn probability(&self, pattern: Pattern, a: usize, b: usize) -> f64 {
        em::probability(self.weight(pattern, a, b))
    }

    pub fn explain(&self, pattern: Pattern, a: usize, b: usize) -> Vec<Weight> {
        let columns = self.table.columns.iter().enumerate();
        let known = columns.filter_map(|(c, column)| pattern.level(c).map(|level| (c, column, level)));
        let explain = known.map(|(c, column, level)| Weight {
            column: column.name.clone(),
            level: compare::names(column.role)[level as usize],
            bits: self.model.weight(c, level),
            rarity_bits: self.rarity(c, level, a, b),
        });
        explain.collect()
    }

    /// How the chance of meeting this value among strangers differs from that of meeting any equal values.
    fn rarity(&self, c: usize, level: u8, a: usize, b: usize) -> f64 {
        if level > 0 {
            return 0.0;
        }
        let column = &self.table.columns[c];
        let (Some(one), Some(other)) = (&column.values[a], &column.values[b]) else { return 0.0 };
        let count = f64::from(one.count.max(other.count));
        let usual = self.model.columns[c].u[0];
        (usual / (count / column.filled as f64)).log2().clamp(-RARITY_BITS_MAX, RARITY_BITS_MAX)
    }
}

const RARITY_BITS_MAX: f64 = 6.0;
