//! Gradient-boosted trees for yes or no over a few dozen dense columns: histogram splits, complete trees of a fixed depth, rows and
//! columns drawn for each tree (Friedman 2001, 2002). Small data, one thread, deterministic.

use super::codec::{CodecError, Reader, Writer};
use super::rng::Rng;

const BINS_MAX: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoostOptions {
    pub trees: usize,
    /// Questions from root to leaf, 1 to 8.
    pub depth: usize,
    /// How much of each tree counts.
    pub rate: f32,
    /// Rows a leaf must have.
    pub leaf_rows_min: u32,
    /// Pulls leaves towards 0.
    pub l2: f32,
    pub columns_share: f64,
    pub rows_share: f64,
    pub seed: u64,
}

impl Default for BoostOptions {
    fn default() -> Self {
        Self { trees: 250, depth: 4, rate: 0.05, leaf_rows_min: 60, l2: 5.0, columns_share: 0.5, rows_share: 0.7, seed: 1 }
    }
}

/// Each tree has `2^depth - 1` questions (column, border: left when not above) and `2^depth` leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Boost {
    base: f32,
    depth: usize,
    width: usize,
    columns: Vec<u16>,
    borders: Vec<f32>,
    leaves: Vec<f32>,
}

impl Boost {
    /// `columns[c][i]` is value `c` of row `i`; all columns have as many rows as `yes`.
    pub fn fit(columns: &[Vec<f32>], yes: &[bool], options: &BoostOptions) -> Self {
        let binned: Vec<Binned> = columns.iter().map(|c| Binned::new(c)).collect();
        let ups = yes.iter().filter(|y| **y).count() as f32;
        let base = ((ups + 1.0) / (yes.len() as f32 - ups + 1.0)).ln();
        let mut forest =
            Self { base, depth: options.depth.clamp(1, 8), width: columns.len(), columns: vec![], borders: vec![], leaves: vec![] };
        let mut scores = vec![base; yes.len()];
        let mut rng = Rng::new(options.seed);
        for _ in 0..options.trees {
            let slopes: Vec<(f32, f32)> = scores.iter().zip(yes).map(|(s, y)| slope(*s, *y)).collect();
            let rows: Vec<u32> = (0..yes.len() as u32).filter(|_| rng.unit() < options.rows_share).collect();
            let drawn: Vec<usize> = (0..columns.len()).filter(|_| rng.unit() < options.columns_share).collect();
            let mut tree = Growth { binned: &binned, slopes: &slopes, rows: &rows, columns: &drawn, options }.tree();
            tree.leaves.iter_mut().for_each(|leaf| *leaf *= options.rate);
            for (i, score) in scores.iter_mut().enumerate() {
                *score += tree.leaves[tree.leaf(&binned, i)];
            }
            forest.append(&binned, tree);
        }
        forest
    }

    /// The forest whose scores are the mean of those of `count` forests, each drawn from other rows and columns.
    pub fn fit_mean(columns: &[Vec<f32>], yes: &[bool], options: &BoostOptions, count: usize) -> Self {
        let drawn = |n: usize| Self::fit(columns, yes, &BoostOptions { seed: options.seed.wrapping_add(n as u64), ..*options });
        let mut mean = drawn(0);
        for n in 1..count {
            let other = drawn(n);
            mean.columns.extend(other.columns);
            mean.borders.extend(other.borders);
            mean.leaves.extend(other.leaves);
        }
        mean.leaves.iter_mut().for_each(|leaf| *leaf /= count.max(1) as f32);
        mean
    }

    /// Log-odds of yes. Missing columns read as 0.
    pub fn score(&self, row: &[f32]) -> f32 {
        let (questions, leaves) = ((1usize << self.depth) - 1, 1usize << self.depth);
        let trees = self.columns.chunks_exact(questions).zip(self.borders.chunks_exact(questions)).zip(self.leaves.chunks_exact(leaves));
        let mut sum = self.base;
        for ((columns, borders), leaves) in trees {
            let mut at = 0;
            while at < questions {
                let value = row.get(columns[at] as usize).copied().unwrap_or_default();
                at = 2 * at + if value <= borders[at] { 1 } else { 2 };
            }
            sum += leaves[at - questions];
        }
        sum
    }

    fn append(&mut self, binned: &[Binned], tree: Tree) {
        for (column, bin) in tree.questions {
            self.columns.push(column);
            let border = binned.get(column as usize).and_then(|b| b.borders.get(bin as usize));
            self.borders.push(border.copied().unwrap_or(f32::MAX));
        }
        self.leaves.extend(tree.leaves);
    }

    pub fn write(&self, out: &mut Writer) {
        out.f32(self.base);
        out.u32(self.depth as u32);
        out.u32(self.width as u32);
        out.u16s(&self.columns);
        out.f32s(&self.borders);
        out.f32s(&self.leaves);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (base, depth, width) = (from.f32()?, from.u32()? as usize, from.u32()? as usize);
        let (columns, borders, leaves) = (from.u16s()?, from.f32s()?, from.f32s()?);
        let wrong = CodecError::Inconsistent("trees of the pair model");
        if !(1..=8).contains(&depth) {
            return Err(wrong);
        }
        let (questions, outcomes) = ((1usize << depth) - 1, 1usize << depth);
        let trees = columns.len() / questions;
        let fits = columns.len() == trees * questions && borders.len() == columns.len() && leaves.len() == trees * outcomes;
        if fits { Ok(Self { base, depth, width, columns, borders, leaves }) } else { Err(wrong) }
    }
}

/// Gradient and curvature of the log loss.
fn slope(score: f32, yes: bool) -> (f32, f32) {
    let p = 1.0 / (1.0 + (-score).exp());
    (p - f32::from(u8::from(yes)), (p * (1.0 - p)).max(1e-6))
}

/// A column as bin numbers; bin `b` holds values up to `borders[b]`, the last bin the rest.
struct Binned {
    codes: Vec<u8>,
    borders: Vec<f32>,
}

impl Binned {
    fn new(values: &[f32]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f32::total_cmp);
        let cuts = (1..BINS_MAX).map(|b| sorted[(b * sorted.len() / BINS_MAX).min(sorted.len() - 1)]);
        let mut borders: Vec<f32> = if sorted.is_empty() { Vec::new() } else { cuts.collect() };
        borders.dedup();
        let codes = values.iter().map(|v| borders.partition_point(|b| b < v) as u8).collect();
        Self { codes, borders }
    }
}

/// A tree over bins. A question nobody needed has a bin beyond all, so that everything goes left.
struct Tree {
    questions: Vec<(u16, u8)>,
    leaves: Vec<f32>,
}

impl Tree {
    fn leaf(&self, binned: &[Binned], row: usize) -> usize {
        let mut at = 0;
        while at < self.questions.len() {
            at = 2 * at + if is_right(binned, self.questions[at], row) { 2 } else { 1 };
        }
        at - self.questions.len()
    }
}

fn is_right(binned: &[Binned], (column, bin): (u16, u8), row: usize) -> bool {
    binned.get(column as usize).is_some_and(|b| b.codes[row] > bin)
}

/// What one tree grows from: the rows and columns drawn for it.
struct Growth<'a> {
    binned: &'a [Binned],
    slopes: &'a [(f32, f32)],
    rows: &'a [u32],
    columns: &'a [usize],
    options: &'a BoostOptions,
}

impl Growth<'_> {
    fn tree(&self) -> Tree {
        let depth = self.options.depth.clamp(1, 8);
        let mut questions = Vec::new();
        // The node of each drawn row within the level.
        let mut at = vec![0u16; self.rows.len()];
        for level in 0..depth {
            let asked = self.best_questions(&at, 1 << level);
            for (node, row) in at.iter_mut().zip(self.rows) {
                *node = *node * 2 + u16::from(is_right(self.binned, asked[*node as usize], *row as usize));
            }
            questions.extend(asked);
        }
        let mut sums = vec![(0.0f32, 0.0f32); 1 << depth];
        for (node, row) in at.iter().zip(self.rows) {
            let (sum, slope) = (&mut sums[*node as usize], self.slopes[*row as usize]);
            *sum = (sum.0 + slope.0, sum.1 + slope.1);
        }
        Tree { questions, leaves: sums.into_iter().map(|(g, h)| -g / (h + self.options.l2)).collect() }
    }

    /// The question that lowers the loss most, for each node of a level.
    fn best_questions(&self, at: &[u16], nodes: usize) -> Vec<(u16, u8)> {
        let mut best = vec![(1e-6f32, (0u16, u8::MAX)); nodes];
        let mut histogram = vec![(0.0f32, 0.0f32, 0u32); nodes * BINS_MAX];
        for &column in self.columns {
            histogram.fill((0.0, 0.0, 0));
            for (node, row) in at.iter().zip(self.rows) {
                let bin = self.binned[column].codes[*row as usize] as usize;
                let bin = &mut histogram[*node as usize * BINS_MAX + bin];
                let (g, h) = self.slopes[*row as usize];
                *bin = (bin.0 + g, bin.1 + h, bin.2 + 1);
            }
            for (node, bins) in histogram.chunks_exact(BINS_MAX).enumerate() {
                if let Some((gain, bin)) = best_border(bins, self.options)
                    && gain > best[node].0
                {
                    best[node] = (gain, (column as u16, bin));
                }
            }
        }
        best.into_iter().map(|(_, question)| question).collect()
    }
}

fn best_border(bins: &[(f32, f32, u32)], options: &BoostOptions) -> Option<(f32, u8)> {
    let all = bins.iter().fold((0.0, 0.0, 0), |sum, b| (sum.0 + b.0, sum.1 + b.1, sum.2 + b.2));
    let worth = |g: f32, h: f32| g * g / (h + options.l2);
    let mut best: Option<(f32, u8)> = None;
    let mut left = (0.0, 0.0, 0);
    for (bin, b) in bins.iter().enumerate().take(BINS_MAX - 1) {
        left = (left.0 + b.0, left.1 + b.1, left.2 + b.2);
        if left.2 < options.leaf_rows_min || all.2 - left.2 < options.leaf_rows_min {
            continue;
        }
        let gain = worth(left.0, left.1) + worth(all.0 - left.0, all.1 - left.1) - worth(all.0, all.1);
        if best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, bin as u8));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn trees_learn_what_no_line_can() {
        // Yes when exactly one of two values is large.
        let mut rng = Rng::new(3);
        let columns: Vec<Vec<f32>> = (0..3).map(|_| (0..2_000).map(|_| rng.unit() as f32).collect()).collect();
        let yes: Vec<bool> = (0..2_000).map(|i| (columns[0][i] > 0.5) != (columns[1][i] > 0.5)).collect();
        let options = BoostOptions { trees: 60, depth: 3, rate: 0.3, leaf_rows_min: 5, columns_share: 1.0, ..BoostOptions::default() };
        let boost = Boost::fit(&columns, &yes, &options);
        let right = (0..2_000).filter(|&i| (boost.score(&[columns[0][i], columns[1][i], columns[2][i]]) > 0.0) == yes[i]).count();
        assert!(right > 1_900, "{right}");
    }

    #[test]
    fn a_mean_of_forests_scores_the_mean() {
        let columns = vec![(0..400).map(|i| (i % 37) as f32).collect::<Vec<_>>(), (0..400).map(|i| (i % 11) as f32).collect()];
        let yes: Vec<bool> = (0..400).map(|i| i % 37 > 20 || i % 11 == 3).collect();
        let options = BoostOptions { trees: 20, leaf_rows_min: 5, ..BoostOptions::default() };
        let single = |seed| Boost::fit(&columns, &yes, &BoostOptions { seed, ..options });
        let (first, second, mean) = (single(1), single(2), Boost::fit_mean(&columns, &yes, &options, 2));
        for row in [[30.0, 3.0], [5.0, 1.0], [21.0, 10.0]] {
            assert!((mean.score(&row) - (first.score(&row) + second.score(&row)) / 2.0).abs() < 1e-4);
        }
        assert_ne!(first, second);
    }

    #[test]
    fn a_forest_survives_its_file_and_rejects_a_wrong_one() {
        let columns = vec![(0..300).map(|i| i as f32).collect::<Vec<_>>()];
        let yes: Vec<bool> = (0..300).map(|i| i >= 120).collect();
        let boost = Boost::fit(&columns, &yes, &BoostOptions { trees: 5, ..BoostOptions::default() });
        let mut out = Writer::new(*b"TEST", 1);
        boost.write(&mut out);
        let bytes = out.finish();
        let read = Boost::read(&mut Reader::new(&bytes, *b"TEST", 1).unwrap()).unwrap();
        assert_eq!(read, boost);
        let mut out = Writer::new(*b"TEST", 1);
        Boost { leaves: vec![], ..boost }.write(&mut out);
        assert!(Boost::read(&mut Reader::new(&out.finish(), *b"TEST", 1).unwrap()).is_err());
    }

    #[test]
    fn constant_columns_and_no_rows_do_no_harm() {
        assert!(Boost::fit(&[vec![1.0; 50]], &[true; 50], &BoostOptions::default()).score(&[1.0]) > 0.0);
        assert!(Boost::fit(&[vec![]], &[], &BoostOptions::default()).score(&[1.0]).abs() < 1e-6);
    }
}
