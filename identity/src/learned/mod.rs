//! Linking with labels: judged pairs of records teach what likeness proves. Trees over similarity features (`features`), several
//! forests averaged; the threshold is the one that serves held-out folds of the labelled pairs best. Where the labels show that
//! neither table repeats a record, each record is linked once.

pub mod features;
mod format;

pub use format::{FormatError, read_pairs};

use features::Rarity;
use qn_nlu::learn::boost::{Boost, BoostOptions};
use rustc_hash::{FxHashMap, FxHashSet};

/// A record as named fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Record {
    pub fields: Vec<(String, String)>,
}

impl Record {
    pub fn get(&self, column: &str) -> &str {
        self.fields.iter().find(|(name, _)| name == column).map_or("", |(_, text)| text)
    }
}

/// Two records and whether they are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub one: Record,
    pub other: Record,
    pub same: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct LearnOptions {
    pub boost: BoostOptions,
    /// Forests that are averaged.
    pub forests: u64,
    pub folds: usize,
}

impl Default for LearnOptions {
    fn default() -> Self {
        let boost =
            BoostOptions { trees: 300, depth: 5, rate: 0.06, leaf_rows_min: 6, l2: 2.0, columns_share: 0.4, rows_share: 0.7, seed: 1 };
        Self { boost, forests: 5, folds: 5 }
    }
}

pub struct PairModel {
    columns: Vec<String>,
    rarity: Rarity,
    forests: Vec<Boost>,
    threshold: f32,
    one_to_one: bool,
    /// F1 of the held-out folds at the threshold: what to expect of new pairs.
    pub held_out_f1: f64,
}

impl PairModel {
    pub fn fit(pairs: &[Judged], options: &LearnOptions) -> Self {
        let columns = columns(pairs);
        let rarity = Rarity::of(pairs.iter().flat_map(|p| [&p.one, &p.other]));
        let rows: Vec<Vec<f32>> = pairs.iter().map(|p| features::of_pair(&p.one, &p.other, &columns, &rarity)).collect();
        let same: Vec<bool> = pairs.iter().map(|p| p.same).collect();
        let one_to_one = is_one_to_one(pairs);
        let held_out = held_out(&rows, &same, options);
        let (threshold, held_out_f1) = best_threshold(pairs, &held_out, one_to_one);
        Self { columns, rarity, forests: forests(&rows, &same, options), threshold, one_to_one, held_out_f1 }
    }

    /// The chance that the two are one.
    pub fn probability(&self, one: &Record, other: &Record) -> f32 {
        mean(&self.forests, &features::of_pair(one, other, &self.columns, &self.rarity))
    }

    /// Which of the pairs are links, with their probabilities. The pairs are judged together: a record is linked once where the
    /// labels were so.
    pub fn judge(&self, pairs: &[(&Record, &Record)]) -> Vec<(f32, bool)> {
        let scores: Vec<f32> = pairs.iter().map(|(one, other)| self.probability(one, other)).collect();
        let links = accept(pairs, &scores, self.threshold, self.one_to_one);
        scores.into_iter().zip(links).collect()
    }

    pub fn threshold(&self) -> f32 {
        self.threshold
    }

    pub fn is_one_to_one(&self) -> bool {
        self.one_to_one
    }
}

fn columns(pairs: &[Judged]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in pairs.iter().flat_map(|p| p.one.fields.iter().chain(&p.other.fields)) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

fn forests(rows: &[Vec<f32>], same: &[bool], options: &LearnOptions) -> Vec<Boost> {
    let width = rows.first().map_or(0, Vec::len);
    let columns: Vec<Vec<f32>> = (0..width).map(|c| rows.iter().map(|r| r[c]).collect()).collect();
    let seeded = |seed: u64| BoostOptions { seed: options.boost.seed + seed, ..options.boost };
    (0..options.forests.max(1)).map(|seed| Boost::fit(&columns, same, &seeded(seed))).collect()
}

fn mean(forests: &[Boost], row: &[f32]) -> f32 {
    let score = forests.iter().map(|f| f.score(row)).sum::<f32>() / forests.len() as f32;
    1.0 / (1.0 + (-score).exp())
}

/// The probability of each pair by forests that have not seen it.
fn held_out(rows: &[Vec<f32>], same: &[bool], options: &LearnOptions) -> Vec<f32> {
    let folds = options.folds.max(2);
    let mut held_out = vec![0.0; rows.len()];
    for fold in 0..folds {
        let others = || (0..rows.len()).filter(|i| i % folds != fold);
        let (train, labels): (Vec<Vec<f32>>, Vec<bool>) = others().map(|i| (rows[i].clone(), same[i])).unzip();
        let forests = forests(&train, &labels, options);
        for i in (fold..rows.len()).step_by(folds) {
            held_out[i] = mean(&forests, &rows[i]);
        }
    }
    held_out
}

/// In 99 of 100 cases a record of a match has one match only.
fn is_one_to_one(pairs: &[Judged]) -> bool {
    let of = |side: fn(&Judged) -> &Record| {
        let mut matches: FxHashMap<&Record, u32> = FxHashMap::default();
        pairs.iter().filter(|p| p.same).for_each(|p| *matches.entry(side(p)).or_default() += 1);
        let single = matches.values().filter(|n| **n == 1).count();
        !matches.is_empty() && single * 100 >= matches.len() * 99
    };
    of(|p| &p.one) && of(|p| &p.other)
}

/// Links the surest pairs first.
fn accept(pairs: &[(&Record, &Record)], scores: &[f32], threshold: f32, one_to_one: bool) -> Vec<bool> {
    let mut order: Vec<usize> = (0..pairs.len()).filter(|i| scores[*i] >= threshold).collect();
    order.sort_by(|x, y| scores[*y].total_cmp(&scores[*x]).then(x.cmp(y)));
    let (mut ones, mut others): (FxHashSet<&Record>, FxHashSet<&Record>) = Default::default();
    let mut links = vec![false; pairs.len()];
    for i in order {
        let (one, other) = pairs[i];
        if one_to_one && (ones.contains(one) || others.contains(other)) {
            continue;
        }
        ones.insert(one);
        others.insert(other);
        links[i] = true;
    }
    links
}

/// The threshold with the highest F1 on held-out scores (the middle of the best stretch), and that F1.
fn best_threshold(pairs: &[Judged], scores: &[f32], one_to_one: bool) -> (f32, f64) {
    let records: Vec<(&Record, &Record)> = pairs.iter().map(|p| (&p.one, &p.other)).collect();
    let f1 = |threshold: f32| {
        let links = accept(&records, scores, threshold, one_to_one);
        let right = links.iter().zip(pairs).filter(|(l, p)| **l && p.same).count();
        let (linked, same) = (links.iter().filter(|l| **l).count(), pairs.iter().filter(|p| p.same).count());
        2.0 * right as f64 / (linked + same).max(1) as f64
    };
    let tried: Vec<(f32, f64)> = (1..100).map(|t| t as f32 / 100.0).map(|t| (t, f1(t))).collect();
    let best = tried.iter().map(|(_, f)| *f).fold(0.0, f64::max);
    let good: Vec<f32> = tried.iter().filter(|(_, f)| *f >= best - 1e-9).map(|(t, _)| *t).collect();
    (good.get(good.len() / 2).copied().unwrap_or(0.5), best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str, year: &str) -> Record {
        Record { fields: vec![("title".into(), title.into()), ("year".into(), year.into())] }
    }

    /// 120 made-up titles; each meets itself with an error, and its neighbour.
    fn judged() -> Vec<Judged> {
        let title = |i: usize| {
            format!("{} of {} systems", ["theory", "practice", "history", "design"][i % 4], ["linear", "deep", "old", "new", "big"][i % 5])
        };
        let one = |i: usize| record(&title(i), &(1960 + i).to_string());
        let pairs = (0..120).flat_map(|i| {
            let typed = record(&title(i).replacen('e', "", 1), &(1960 + i).to_string());
            [Judged { one: one(i), other: typed, same: true }, Judged { one: one(i), other: one((i + 1) % 120), same: false }]
        });
        pairs.collect()
    }

    #[test]
    fn labels_teach_what_matters() {
        let options = LearnOptions { forests: 1, folds: 3, ..LearnOptions::default() };
        let model = PairModel::fit(&judged(), &options);
        assert!(model.held_out_f1 > 0.95, "{}", model.held_out_f1);
        assert!(model.is_one_to_one());
        let (a, b, c) =
            (record("theory of deep systems", "1999"), record("thory of deep systems", "1999"), record("theory of deep systems", "2004"));
        assert!(model.probability(&a, &b) > model.probability(&a, &c));
    }

    #[test]
    fn where_tables_do_not_repeat_a_record_is_linked_once() {
        let (a, b, c) = (record("a", "1"), record("b", "2"), record("c", "3"));
        let pairs = [(&a, &b), (&a, &c), (&c, &c)];
        assert_eq!(accept(&pairs, &[0.8, 0.9, 0.1], 0.5, true), [false, true, false]);
        assert_eq!(accept(&pairs, &[0.8, 0.9, 0.1], 0.5, false), [true, true, false]);
    }
}
