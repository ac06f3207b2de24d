//! Whether a turn is any of the known intents. Separate from which one: a few facts about the signals, each brought to the scale of
//! held-out known examples, weighed by a small learner that has seen intents it was not taught, and a threshold somebody can choose.

use super::heads::Signals;
use super::mix::{Mix, best};
use super::neighbours::Near;
use crate::learn::calibrate::Platt;
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::measure::quantile;
use crate::learn::rows::{Rows, SparseVector};
use crate::learn::svm::{self, SvmOptions};

const FACTS: usize = 17;
/// Share of words known, lead over the next five, crowd.
const ALONE: std::ops::Range<usize> = 13..16;
type Values = [f32; FACTS];

/// What is known about one turn's scope, and its likeliest intent (some intents are said in many more ways than others).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    class: u32,
    values: Values,
}

/// Intents that the likeliest is compared with, itself included.
const RIVALS: usize = 6;
/// Multiplies differences of scores, for counting who is near.
const CROWD: f32 = 4.0;
/// Strangers needed before their weights are worth more than the fixed ones.
const STRANGERS_MIN: usize = 40;

/// Best score and lead over the second; nearest examples by grams (mean, top, lead of the likeliest intent) and by the encoder (the
/// same); share of grams known; what speaks for and against the likeliest intent; the nearest
/// out-of-scope example; share of words known; the lead over the next five, and how many intents crowd near the best; the best score
/// against what is usual for that intent.
pub fn facts(signals: &Signals, mix: &Mix) -> Facts {
    let scores = mix.scores(signals);
    let class = best(&scores).unwrap_or_default();
    let mut top = scores;
    top.sort_unstable_by(|a, b| b.total_cmp(a));
    let first = top.first().copied().unwrap_or(-10.0).max(-10.0);
    let second = top.get(1).copied().unwrap_or(f32::NEG_INFINITY);
    let others = &top[1.min(top.len())..RIVALS.min(top.len())];
    let over_others = if others.is_empty() { 0.0 } else { first - others.iter().sum::<f32>() / others.len() as f32 };
    let crowd = top.iter().map(|s| (CROWD * (s - first)).exp()).sum::<f32>().max(1.0).ln();
    let near = nearness(&signals.near, class);
    let dense = nearness(&signals.near_dense, class);
    let [up, down, share] = signals.support;
    let lead = if second.is_finite() { first - second } else { 0.0 };
    let values = [
        first,
        lead,
        near[0],
        near[1],
        dense[0],
        dense[1],
        signals.known,
        near[2],
        dense[2],
        up,
        down,
        share,
        signals.strange,
        signals.known_words,
        over_others,
        crowd,
        first,
    ];
    Facts { class, values }
}

/// The highest mean and the highest cosine over intents, and by how much the likeliest intent's mean leads the others'.
fn nearness(near: &[Near], class: u32) -> [f32; 3] {
    let mean = near.iter().map(|n| n.mean).fold(0.0, f32::max);
    let top = near.iter().map(|n| n.top).fold(0.0, f32::max);
    let own = near.iter().find(|n| n.class == class).map_or(0.0, |n| n.mean);
    let others = near.iter().filter(|n| n.class != class).map(|n| n.mean).fold(0.0, f32::max);
    [mean, top, own - others]
}

/// The judge of scope. Scores are comparable only within one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    mean: Values,
    spread: Values,
    weights: Vec<f32>,
    /// The usual best score of each intent, where it was seen.
    usual: Vec<f32>,
    probability: Platt,
}

/// Facts of held-out known turns and of strangers, from one fitted model.
#[derive(Debug, Clone, Default)]
pub struct Witnesses {
    pub known: Vec<Facts>,
    pub strangers: Vec<Facts>,
}

impl Scope {
    /// `scale` is the held-out known turns of the model that will be used; `witnesses` teach the weights (from a model that was not
    /// taught some intents, or with real out-of-scope examples).
    pub fn fit(scale: &[Facts], witnesses: &Witnesses, seed: u64) -> Self {
        let mut scope = Self::scaled_to(if witnesses.known.is_empty() { scale } else { &witnesses.known });
        if witnesses.strangers.len() >= STRANGERS_MIN && witnesses.known.len() >= STRANGERS_MIN {
            scope.weights = scope.learn(witnesses, seed);
            let scores: Vec<f32> = witnesses.known.iter().chain(&witnesses.strangers).map(|f| scope.score(f)).collect();
            let known: Vec<bool> = (0..scores.len()).map(|i| i < witnesses.known.len()).collect();
            scope.probability = Platt::fit(&scores, &known);
        }
        Self { weights: scope.weights, probability: scope.probability, ..Self::scaled_to(scale) }
    }

    /// The fixed rule on the scale of these known turns.
    fn scaled_to(known: &[Facts]) -> Self {
        let overall = known.iter().map(|f| f.values[0]).sum::<f32>() / known.len().max(1) as f32;
        let classes = known.iter().map(|f| f.class as usize + 1).max().unwrap_or(0);
        let mut sums = vec![(0.0f32, 0.0f32); classes];
        known.iter().for_each(|f| sums[f.class as usize] = (sums[f.class as usize].0 + f.values[0], sums[f.class as usize].1 + 1.0));
        let usual = sums.iter().map(|(sum, n)| (sum + USUAL_PRIOR * overall) / (n + USUAL_PRIOR)).collect();
        let probability = Platt { slope: 1.0, offset: 2.0 };
        let mut scope = Self { mean: [0.0; FACTS], spread: [1.0; FACTS], weights: FIXED.to_vec(), usual, probability };
        let values: Vec<Values> = known.iter().map(|f| scope.against_usual(f)).collect();
        (scope.mean, scope.spread) = moments(&values);
        scope
    }

    /// The last fact is a difference from what is usual for the intent.
    fn against_usual(&self, facts: &Facts) -> Values {
        let mut values = facts.values;
        values[FACTS - 1] -= self.usual.get(facts.class as usize).copied().unwrap_or(self.mean[0]);
        values
    }

    fn learn(&self, witnesses: &Witnesses, seed: u64) -> Vec<f32> {
        let mut rows = Rows::new(0, products(&[0.0; FACTS]).len());
        let all = witnesses.known.iter().chain(&witnesses.strangers);
        all.for_each(|facts| rows.push(&SparseVector::default(), &products(&self.scaled(facts))));
        let labels: Vec<u32> = (0..rows.len()).map(|i| u32::from(i < witnesses.known.len())).collect();
        let options = SvmOptions { c: 0.005, balance: 1.0, epochs_max: 200, seed, threads: 1, tolerance: 0.01, ..SvmOptions::default() };
        let weights = svm::train(&rows, &labels, 2, &options);
        weights
            .classes
            .into_iter()
            .nth(1)
            .map(|mut w| {
                w.pop();
                w
            })
            .unwrap_or_default()
    }

    fn scaled(&self, facts: &Facts) -> Values {
        let values = self.against_usual(facts);
        std::array::from_fn(|i| ((values[i] - self.mean[i]) / self.spread[i]).clamp(-8.0, 8.0))
    }

    /// Higher is more surely one of the known intents.
    pub fn score(&self, facts: &Facts) -> f32 {
        products(&self.scaled(facts)).iter().zip(&self.weights).map(|(f, w)| f * w).sum()
    }

    /// The probability of being known, for as many strangers as knowns among the witnesses.
    pub fn probability(&self, score: f32) -> f32 {
        self.probability.apply(score)
    }

    pub fn write(&self, out: &mut Writer) {
        out.f32s(&[self.mean, self.spread].concat());
        out.f32s(&self.weights);
        out.f32s(&self.usual);
        out.f32s(&[self.probability.slope, self.probability.offset]);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (numbers, weights, usual, platt) = (from.f32s()?, from.f32s()?, from.f32s()?, from.f32s()?);
        if numbers.len() != 2 * FACTS || platt.len() != 2 {
            return Err(CodecError::Inconsistent("weights of the scope"));
        }
        let part = |n: usize| std::array::from_fn(|i| numbers[n * FACTS + i]);
        let probability = Platt { slope: platt[0], offset: platt[1] };
        Ok(Self { mean: part(0), spread: part(1).map(|s: f32| s.max(1e-3)), weights, usual, probability })
    }
}

/// Margin and mean nearness alike, by grams or by the encoder: the rule that needs no strangers.
const FIXED: Values = [1.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.7, 0.0, 0.0, 0.0, 0.0];

/// Turns of an intent that count as much as the average of all.
const USUAL_PRIOR: f32 = 5.0;

/// The facts, and the product of each two: "near an example, but against what its intent usually says" is more than a sum. Those that say
/// nearly the same as another stand alone.
fn products(values: &Values) -> Vec<f32> {
    let multiplied = |i: &usize| !ALONE.contains(i);
    let pairs = (0..FACTS).filter(multiplied).flat_map(|i| (i..FACTS).filter(multiplied).map(move |j| 0.3 * values[i] * values[j]));
    values.iter().copied().chain(pairs).collect()
}

fn moments(facts: &[Values]) -> (Values, Values) {
    let n = facts.len().max(1) as f32;
    let mean: Values = std::array::from_fn(|i| facts.iter().map(|f| f[i]).sum::<f32>() / n);
    let spread = std::array::from_fn(|i| (facts.iter().map(|f| (f[i] - mean[i]).powi(2)).sum::<f32>() / n).sqrt().max(1e-3));
    (mean, spread)
}

/// What happens at one threshold, from held-out examples; shares in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    pub threshold: f32,
    /// Known turns that get an answer, right or wrong.
    pub answered: f32,
    /// Known turns that get a wrong answer.
    pub wrong: f32,
    /// Strangers that get none; nothing when there were no strangers to try.
    pub caught: Option<f32>,
}

/// The chosen threshold and the curve it was chosen from, most permissive first.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Operating {
    pub threshold: f32,
    pub curve: Vec<CurvePoint>,
}

impl Operating {
    /// From held-out scores of known turns (and whether their best intent was right) and of strangers. `answered_min` of the known
    /// turns are answered at the chosen threshold.
    pub fn choose(known: &[(f32, bool)], strangers: &[f32], answered_min: f32) -> Self {
        let scores: Vec<f32> = known.iter().map(|k| k.0).collect();
        let all = known.len().max(1) as f32;
        let point = |threshold: f32| CurvePoint {
            threshold,
            answered: known.iter().filter(|k| k.0 >= threshold).count() as f32 / all,
            wrong: known.iter().filter(|k| k.0 >= threshold && !k.1).count() as f32 / all,
            caught: (!strangers.is_empty()).then(|| strangers.iter().filter(|s| **s < threshold).count() as f32 / strangers.len() as f32),
        };
        let curve = (0..=50).map(|step| point(quantile(&scores, step as f32 / 100.0))).collect();
        Self { threshold: quantile(&scores, 1.0 - answered_min), curve }
    }

    /// The curve at a threshold: the nearest point that is at least as strict.
    pub fn at(&self, threshold: f32) -> Option<CurvePoint> {
        self.curve.iter().find(|p| p.threshold >= threshold).or(self.curve.last()).copied()
    }
}
