//! Training: stochastic gradient ascent on the conditional likelihood with per-weight step sizes (AdaGrad), features dropped at
//! random so that none is relied on alone, and the average of the later epochs. One thread, deterministic for a seed.

use super::features::{Features, features};
use super::lattice::{Chain, Scores, Transitions};
use super::lexicon::Lexicon;
use super::scheme::{Labels, Sentence};
use super::tagger::{Tagger, Weights};
use rustc_hash::FxHashMap;

#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub seed: u64,
    pub epochs: usize,
    /// Step size of the first step.
    pub rate: f32,
    /// Share of features left out of a sentence, in [0, 1).
    pub dropout: f32,
    /// Pull of the weights towards zero.
    pub decay: f32,
    /// Features seen less often are not kept.
    pub seen_min: u32,
    /// Weights smaller than this are not kept.
    pub weight_min: f32,
    /// Further phrases, as (slot, tokens).
    pub phrases: Vec<(String, Vec<String>)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, epochs: 12, rate: 0.15, dropout: 0.3, decay: 1e-5, seen_min: 2, weight_min: 0.01, phrases: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    #[error("no sentence has a marked slot")]
    NoSlots,
    #[error("{0} slots are too many, {SLOTS_MAX} is the limit")]
    TooManySlots(usize),
}

pub const SLOTS_MAX: usize = 200;

/// The largest weight table while training; a cell takes twelve bytes.
const CELLS_MAX: usize = 100_000_000;

/// Changes of a probability below this are not followed.
const GRADIENT_MIN: f32 = 1e-3;

/// `progress` is told the epoch and the mean log likelihood of a sentence.
pub fn train(sentences: &[Sentence], options: &Options, mut progress: impl FnMut(usize, f64)) -> Result<Tagger, TrainError> {
    let labels = Labels::of(sentences);
    match labels.slots().len() {
        0 => return Err(TrainError::NoSlots),
        n if n > SLOTS_MAX => return Err(TrainError::TooManySlots(n)),
        _ => {}
    }
    let lexicon = Lexicon::new(labels.slots(), sentences, &listed(&labels, options));
    let (rows, examples) = examples(sentences, &labels, &lexicon, options);
    let mut state = State::new(labels.count(), rows.len(), options);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for epoch in 0..options.epochs {
        state.random.shuffle(&mut order);
        let sum: f64 = order.iter().map(|n| state.learn(&examples[*n])).sum();
        if (epoch + 1) * 2 > options.epochs {
            state.average();
        }
        progress(epoch + 1, sum / examples.len().max(1) as f64);
    }
    let (emissions, transitions) = state.finish();
    let weights = Weights::new(&rows, &emissions, labels.count(), options.weight_min);
    Ok(Tagger::new(labels, lexicon, weights, transitions))
}

fn listed(labels: &Labels, options: &Options) -> Vec<(u16, Vec<String>)> {
    let slot = |name: &String| labels.slots().binary_search(name).ok().map(|n| n as u16);
    options.phrases.iter().filter_map(|(name, tokens)| slot(name).map(|slot| (slot, tokens.clone()))).collect()
}

/// A sentence as row numbers of the weight table, with its labels.
struct Example {
    everywhere: Vec<u32>,
    at: Vec<Vec<u32>>,
    labels: Vec<usize>,
}

fn examples(sentences: &[Sentence], labels: &Labels, lexicon: &Lexicon, options: &Options) -> (FxHashMap<u64, u32>, Vec<Example>) {
    let found: Vec<Features> = sentences.iter().map(|s| features(&s.tokens, lexicon, &lexicon.own(s))).collect();
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    for hash in found.iter().flat_map(|f| f.everywhere.iter().chain(f.at.iter().flatten())) {
        *seen.entry(*hash).or_default() += 1;
    }
    let often = |least: u32| seen.values().filter(|n| **n >= least).count();
    // Rarer features go first when there are more than memory is set aside for.
    let least = (options.seen_min..u32::MAX).find(|least| often(*least) * labels.count() <= CELLS_MAX).unwrap_or(u32::MAX);
    let mut kept: Vec<u64> = seen.iter().filter(|(_, n)| **n >= least).map(|(hash, _)| *hash).collect();
    kept.sort_unstable();
    let rows: FxHashMap<u64, u32> = kept.iter().enumerate().map(|(row, hash)| (*hash, row as u32)).collect();
    let number = |hashes: &[u64]| hashes.iter().filter_map(|h| rows.get(h).copied()).collect::<Vec<u32>>();
    let examples = sentences.iter().zip(&found).filter(|(s, _)| !s.tokens.is_empty()).map(|(sentence, f)| Example {
        everywhere: number(&f.everywhere),
        at: f.at.iter().map(|hashes| number(hashes)).collect(),
        labels: labels.encode(sentence),
    });
    let examples = examples.collect();
    (rows, examples)
}

struct State<'a> {
    labels: usize,
    options: &'a Options,
    random: Random,
    emissions: Table,
    transitions: Transitions,
    transition_squares: Vec<f32>,
    transition_sum: Vec<f32>,
    averaged: usize,
}

/// A dense weight table: `rows * labels`, its squared gradients, and the sum for averaging.
struct Table {
    weights: Vec<f32>,
    squares: Vec<f32>,
    sum: Vec<f32>,
}

impl<'a> State<'a> {
    fn new(labels: usize, rows: usize, options: &'a Options) -> Self {
        let cells = rows * labels;
        Self {
            labels,
            options,
            random: Random(options.seed),
            emissions: Table { weights: vec![0.0; cells], squares: vec![0.0; cells], sum: vec![0.0; cells] },
            transitions: Transitions::new(labels),
            transition_squares: vec![0.0; labels * labels],
            transition_sum: vec![0.0; labels * labels],
            averaged: 0,
        }
    }

    /// One step; returns the sentence's log likelihood before it.
    fn learn(&mut self, example: &Example) -> f64 {
        let (tokens, labels) = (example.labels.len(), self.labels);
        let everywhere = self.thin(&example.everywhere);
        let at: Vec<Vec<u32>> = example.at.iter().map(|rows| self.thin(rows)).collect();
        let scale = 1.0 / (1.0 - self.options.dropout);
        let mut scores = vec![0.0; tokens * labels];
        let mut shared = vec![0.0; labels];
        everywhere.iter().for_each(|row| self.add(*row, &mut shared));
        for (token, rows) in at.iter().enumerate() {
            let cells = &mut scores[token * labels..(token + 1) * labels];
            cells.copy_from_slice(&shared);
            rows.iter().for_each(|row| self.add(*row, cells));
            cells.iter_mut().for_each(|c| *c *= scale);
        }
        let weights = self.transitions.weights();
        let scores = Scores { labels, at: &scores };
        let chain = Chain::new(&scores, &weights);
        let likelihood = self.path_score(&scores, &example.labels) - chain.log_total();
        self.step_emissions(&chain, example, &everywhere, &at);
        self.step_transitions(&chain, &example.labels, &weights);
        likelihood
    }

    fn thin(&mut self, rows: &[u32]) -> Vec<u32> {
        let keep = 1.0 - self.options.dropout;
        rows.iter().copied().filter(|_| self.random.unit() < keep).collect()
    }

    fn add(&self, row: u32, cells: &mut [f32]) {
        let start = row as usize * self.labels;
        cells.iter_mut().zip(&self.emissions.weights[start..start + self.labels]).for_each(|(c, w)| *c += w);
    }

    fn path_score(&self, scores: &Scores<'_>, path: &[usize]) -> f64 {
        let stay: f64 = path.iter().enumerate().map(|(t, l)| f64::from(scores.at[t * self.labels + l])).sum();
        stay + path.windows(2).map(|p| f64::from(self.transitions.scores[p[0] * self.labels + p[1]])).sum::<f64>()
    }

    fn step_emissions(&mut self, chain: &Chain, example: &Example, everywhere: &[u32], at: &[Vec<u32>]) {
        let mut total = vec![0.0f32; self.labels];
        for (token, rows) in at.iter().enumerate() {
            let gold = example.labels[token];
            let mut wrong: Vec<(usize, f32)> = Vec::new();
            for (label, sum) in total.iter_mut().enumerate() {
                let gradient = f32::from(u8::from(label == gold)) - chain.label(token, label);
                if gradient.abs() > GRADIENT_MIN {
                    wrong.push((label, gradient));
                    *sum += gradient;
                }
            }
            rows.iter().for_each(|row| self.step_row(*row, &wrong));
        }
        let wrong: Vec<(usize, f32)> = total.into_iter().enumerate().filter(|(_, g)| g.abs() > GRADIENT_MIN).collect();
        everywhere.iter().for_each(|row| self.step_row(*row, &wrong));
    }

    fn step_row(&mut self, row: u32, wrong: &[(usize, f32)]) {
        let start = row as usize * self.labels;
        let (rate, decay) = (self.options.rate, self.options.decay);
        for (label, gradient) in wrong {
            let weight = &mut self.emissions.weights[start + label];
            step(weight, &mut self.emissions.squares[start + label], gradient - decay * *weight, rate);
        }
    }

    fn step_transitions(&mut self, chain: &Chain, path: &[usize], weights: &[f32]) {
        let labels = self.labels;
        let mut changes: FxHashMap<usize, f32> = FxHashMap::default();
        for (token, pair) in path.windows(2).enumerate() {
            *changes.entry(pair[0] * labels + pair[1]).or_default() += 1.0;
            chain.pairs(token, weights, GRADIENT_MIN, |before, after, p| *changes.entry(before * labels + after).or_default() -= p);
        }
        for (cell, gradient) in changes {
            step(&mut self.transitions.scores[cell], &mut self.transition_squares[cell], gradient, self.options.rate);
        }
    }

    fn average(&mut self) {
        self.averaged += 1;
        self.emissions.sum.iter_mut().zip(&self.emissions.weights).for_each(|(s, w)| *s += w);
        self.transition_sum.iter_mut().zip(&self.transitions.scores).for_each(|(s, w)| *s += w);
    }

    fn finish(mut self) -> (Vec<f32>, Transitions) {
        let count = self.averaged.max(1) as f32;
        self.emissions.sum.iter_mut().for_each(|w| *w /= count);
        self.transition_sum.iter_mut().for_each(|w| *w /= count);
        (self.emissions.sum, Transitions { labels: self.labels, scores: self.transition_sum })
    }
}

fn step(weight: &mut f32, squares: &mut f32, gradient: f32, rate: f32) {
    *squares += gradient * gradient;
    *weight += rate * gradient / (squares.sqrt() + 1e-6);
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for n in (1..order.len()).rev() {
            order.swap(n, (self.next() % (n as u64 + 1)) as usize);
        }
    }
}
