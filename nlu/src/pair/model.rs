//! Learning to tell whether two questions mean the same, and the file that holds what was learnt. Two layers: large-margin models over
//! crossed words and characters, all together and kind by kind (`margins`), then boosted trees over their scores and the similarities. The trees only ever see scores
//! the first layer gave to pairs it had not seen.

use super::crosses::{KINDS, crosses};
use super::dense::dense;
use super::lexis::Lexis;
use super::margins::{Margins, Vectors};
use super::side::Side;
use crate::learn::boost::{Boost, BoostOptions};
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::folds::{split, stratified};
use crate::learn::grams::Bag;
use crate::learn::vectoriser::{Vectoriser, VectoriserOptions};

const KIND: [u8; 4] = *b"PAIR";
const VERSION: u16 = 3;
const FOLDS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairOptions {
    /// Cost of an error in the first layer, for the plain part and for the naive-Bayes parts.
    pub c: f32,
    pub bayes_c: f32,
    /// Crossed features in fewer pairs than this are not read.
    pub pairs_min: u32,
    pub columns_max: usize,
    pub boost: BoostOptions,
    /// Forests whose mean decides: what one draw of rows and columns happens to see counts less.
    pub forests: usize,
    pub seed: u64,
}

impl Default for PairOptions {
    fn default() -> Self {
        Self { c: 0.3, bayes_c: 0.1, pairs_min: 2, columns_max: 1 << 20, boost: BoostOptions::default(), forests: 4, seed: 1 }
    }
}

impl PairOptions {
    /// Of few pairs leaves as large as those of many would leave the trees nothing to ask.
    fn for_pairs(&self, count: usize) -> Self {
        let least = u32::try_from((count / 20).max(2)).unwrap_or(u32::MAX);
        Self { boost: BoostOptions { leaf_rows_min: self.boost.leaf_rows_min.min(least), ..self.boost }, ..*self }
    }
}

/// Two questions and whether they mean the same.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    pub one: &'a str,
    pub other: &'a str,
    pub same: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PairModel {
    lexis: Lexis,
    vectoriser: Vectoriser,
    margins: Margins,
    boost: Boost,
    /// Probability from which on two questions are taken to mean the same; best accuracy on held-out training pairs.
    threshold: f32,
}

impl PairModel {
    /// Deterministic: the same pairs and options give the same model.
    pub fn fit(pairs: &[Pair<'_>], options: &PairOptions) -> Self {
        let options = &options.for_pairs(pairs.len());
        let sides: Vec<(Side, Side)> = pairs.iter().map(|p| (Side::new(p.one), Side::new(p.other))).collect();
        let same: Vec<bool> = pairs.iter().map(|p| p.same).collect();
        let lexis = Lexis::fit(sides.iter().flat_map(|(a, b)| [a, b]));
        let bags: Vec<[Bag; KINDS]> = sides.iter().map(|(a, b)| crosses(a, b)).collect();
        let fold = stratified(&same.iter().map(|s| u32::from(*s)).collect::<Vec<_>>(), FOLDS, options.seed);
        let (vectoriser, vectors) = vectorise(&bags, options);
        drop(bags);
        let mut rows: Vec<Vec<f32>> = sides.iter().map(|(a, b)| dense(a, b, &lexis)).collect();
        for held_out in 0..FOLDS {
            let (inside, outside) = split(&fold, held_out);
            let margins = Margins::fit(&vectors, &same, &inside, vectoriser.width(), options);
            outside.iter().for_each(|&i| rows[i].extend(margins.scores(&vectors[i])));
        }
        let threshold = threshold(&rows, &same, &fold, options);
        let margins = Margins::fit(&vectors, &same, &(0..pairs.len()).collect::<Vec<_>>(), vectoriser.width(), options);
        let boost = Boost::fit_mean(&turned(&rows, &(0..rows.len()).collect::<Vec<_>>()), &same, &options.boost, options.forests);
        Self { lexis, vectoriser, margins, boost, threshold }
    }

    /// The probability that two questions mean the same, 0 to 1; the same in either order.
    pub fn probability(&self, one: &str, other: &str) -> f32 {
        let (a, b) = (Side::new(one), Side::new(other));
        let mut row = dense(&a, &b, &self.lexis);
        row.extend(self.margins.scores(&Vectors::new(&crosses(&a, &b), &self.vectoriser)));
        sigmoid(self.boost.score(&row))
    }

    pub fn threshold(&self) -> f32 {
        self.threshold
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::new(KIND, VERSION);
        self.lexis.write(&mut out);
        self.vectoriser.write(&mut out);
        self.margins.write(&mut out);
        self.boost.write(&mut out);
        out.f32(self.threshold);
        out.finish()
    }

    pub fn read(file: &[u8]) -> Result<Self, CodecError> {
        let mut from = Reader::new(file, KIND, VERSION)?;
        let (lexis, vectoriser) = (Lexis::read(&mut from)?, Vectoriser::read(&mut from)?);
        let margins = Margins::read(&mut from, vectoriser.width())?;
        let (boost, threshold) = (Boost::read(&mut from)?, from.f32()?);
        from.finish()?;
        Ok(Self { lexis, vectoriser, margins, boost, threshold })
    }
}

fn vectorise(bags: &[[Bag; KINDS]], options: &PairOptions) -> (Vectoriser, Vec<Vectors>) {
    let options = VectoriserOptions { columns_max: options.columns_max, texts_min: options.pairs_min, shares: [1.0; 3], idf_power: 0.0 };
    let vectoriser = Vectoriser::fit(bags.as_flattened(), &options);
    let vectors = bags.iter().map(|kinds| Vectors::new(kinds, &vectoriser)).collect();
    (vectoriser, vectors)
}

/// The probability that parts pairs best, by trees that have not seen them.
fn threshold(rows: &[Vec<f32>], same: &[bool], fold: &[usize], options: &PairOptions) -> f32 {
    let mut held_out: Vec<(f32, bool)> = Vec::with_capacity(rows.len());
    for k in 0..FOLDS {
        let (inside, outside) = split(fold, k);
        let labels: Vec<bool> = inside.iter().map(|&i| same[i]).collect();
        let boost = Boost::fit_mean(&turned(rows, &inside), &labels, &options.boost, options.forests);
        held_out.extend(outside.iter().map(|&i| (sigmoid(boost.score(&rows[i])), same[i])));
    }
    let right = |t: f32| held_out.iter().filter(|(p, same)| (*p >= t) == *same).count();
    let steps = (30..=70).map(|percent| percent as f32 / 100.0);
    // Of equals the one nearest to a half.
    steps.max_by_key(|t| (right(*t), -((t - 0.5).abs() * 100.0) as i32)).unwrap_or(0.5)
}

/// Columns of the chosen rows.
fn turned(rows: &[Vec<f32>], chosen: &[usize]) -> Vec<Vec<f32>> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|c| chosen.iter().map(|&i| rows[i][c]).collect()).collect()
}

fn sigmoid(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
