//! How much each signal counts. Chosen on held-out examples by trying a small grid, one weight after the other.

use super::heads::Signals;
use crate::learn::calibrate::Temperature;

/// Factors of the signals; the margins by grams count 1 unless only the encoder speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    pub margins: f32,
    pub dense: f32,
    pub near: f32,
    pub near_dense: f32,
}

/// Scores (held-out turns times intents) that choose: more would hardly change the choice, and each costs exponentials.
const SCORES_MAX: usize = 160_000;
const TURNS_MIN: usize = 400;
/// What another mix must gain, in standard deviations of a share, near enough.
const GAIN: f64 = 0.1;
/// Of the two signals of the encoder: they stand in for each other, so one after the other would stop where the first one led.
const PAIRS: [(f32, f32); 4] = [(0.5, 4.0), (0.5, 8.0), (1.0, 8.0), (4.0, 1.0)];

impl Mix {
    pub const PLAIN: Mix = Mix { margins: 1.0, dense: 0.0, near: 1.0, near_dense: 0.0 };
    pub const ENCODED: Mix = Mix { margins: 1.0, dense: 4.0, near: 0.0, near_dense: 1.0 };

    /// One score for each intent.
    pub fn scores(&self, signals: &Signals) -> Vec<f32> {
        let mut scores: Vec<f32> = signals.margins.iter().map(|m| m * self.margins).collect();
        scores.iter_mut().zip(&signals.dense).for_each(|(s, d)| *s += self.dense * d);
        for near in &signals.near {
            scores[near.class as usize] += self.near * near.mean;
        }
        for near in &signals.near_dense {
            scores[near.class as usize] += self.near_dense * near.mean;
        }
        scores
    }

    /// The best mix of the grid for held-out signals, from `start`. Of many signals an even sample is looked at.
    pub fn choose(start: Mix, held_out: &[Signals], labels: &[u32]) -> Mix {
        let turns_max = (SCORES_MAX / held_out.first().map_or(1, |s| s.margins.len().max(1))).max(TURNS_MIN);
        let step = held_out.len().div_ceil(turns_max).max(1);
        let held_out: Vec<&Signals> = held_out.iter().step_by(step).collect();
        let labels: Vec<u32> = labels.iter().copied().step_by(step).collect();
        let (held_out, labels) = (&held_out[..], &labels[..]);
        let mut best = start;
        // A handful of examples more is chance: with few held out, the start stands unless something is clearly better.
        let gain_min = GAIN / (labels.len().max(1) as f64).sqrt();
        let mut quality = best.quality(held_out, labels);
        let mut consider = |best: &mut Mix, candidate: Mix| {
            let q = candidate.quality(held_out, labels);
            if q > quality + gain_min {
                (*best, quality) = (candidate, q);
            }
        };
        let encoded = held_out.first().is_some_and(|s| !s.dense.is_empty());
        for _ in 0..2 {
            for near in [0.0, 0.5, 1.0, 2.0, 4.0] {
                let candidate = Mix { near, ..best };
                consider(&mut best, candidate);
            }
            if encoded {
                for (dense, near_dense) in PAIRS {
                    let candidate = Mix { dense, near_dense, ..best };
                    consider(&mut best, candidate);
                }
                for dense in [0.5, 1.0, 1.5, 2.0, 3.0, 5.0] {
                    let candidate = Mix { dense, ..best };
                    consider(&mut best, candidate);
                }
                for near_dense in [0.0, 0.5, 1.0, 2.0, 4.0, 8.0] {
                    let candidate = Mix { near_dense, ..best };
                    consider(&mut best, candidate);
                }
                for margins in [0.0, 0.25, 0.5, 1.0] {
                    let candidate = Mix { margins, ..best };
                    consider(&mut best, candidate);
                }
            }
        }
        best
    }

    /// How well the best mix does on held-out signals; for comparing ways to fit them.
    pub fn best_quality(start: Mix, held_out: &[Signals], labels: &[u32]) -> f64 {
        let best = Self::choose(start, held_out, labels);
        best.quality(&held_out.iter().collect::<Vec<_>>(), labels)
    }

    /// Accuracy, with a little of the likelihood so that small sets do not decide by single examples.
    fn quality(&self, held_out: &[&Signals], labels: &[u32]) -> f64 {
        if held_out.is_empty() {
            return 0.0;
        }
        let scores: Vec<Vec<f32>> = held_out.iter().map(|s| self.scores(s)).collect();
        let right = scores.iter().zip(labels).filter(|(s, l)| best(s) == Some(**l)).count();
        let temperature = Temperature::fit(&scores, labels);
        let loss: f64 = scores.iter().zip(labels).map(|(s, l)| -f64::from(temperature.apply(s)[*l as usize].max(1e-9)).ln()).sum();
        (right as f64 - 0.1 * loss) / held_out.len() as f64
    }
}

/// The intent with the highest score, the first of equals.
pub fn best(scores: &[f32]) -> Option<u32> {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter().position(|s| *s == top).map(|k| k as u32)
}
