//! How an encoder is tuned, and why it may fail.

use super::adam::Pace;
use crate::ModelError;
use serde::Serialize;

/// The defaults suit some hundred to some ten thousand examples.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    pub epochs: u32,
    /// The highest, after the warm-up; it falls to nothing at the end.
    pub rate: f64,
    /// Of the head, which is thrown away afterwards.
    pub head_rate: f64,
    /// Examples of one step.
    pub batch: usize,
    /// Share of all steps in which the rate rises.
    pub warmup: f64,
    /// Share of the numbers between layers that a step does without.
    pub dropout: f64,
    /// Weight decay of linear layers' weights.
    pub decay: f64,
    /// Longer gradients are shortened to this.
    pub length_max: f64,
    pub seed: u64,
    /// Part of what decides the bytes of the result, as the seed is.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 3,
            rate: 2e-5,
            head_rate: 1e-3,
            batch: 16,
            warmup: 0.1,
            dropout: 0.1,
            decay: 0.01,
            length_max: 1.0,
            seed: 1,
            threads: 2,
        }
    }
}

impl Settings {
    /// Linear warm-up, then linear to zero. `step` counts from 0.
    pub(super) fn pace(&self, step: usize, steps: usize) -> Pace {
        let warm = (self.warmup * steps as f64).ceil() as usize;
        let share = if step < warm { (step + 1) as f64 / warm as f64 } else { (steps - step) as f64 / (steps - warm).max(1) as f64 };
        let [rate, head_rate] = [self.rate * share, self.head_rate * share].map(|rate| rate as f32);
        Pace { rate, head_rate, decay: self.decay as f32, length_max: self.length_max as f32 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("example {number}: {reason}")]
    Text {
        /// From 1, in the order in which they were given.
        number: usize,
        reason: String,
    },
    #[error("at least two labels with an example each are needed")]
    TooFewLabels,
    #[error("in step {step} the loss is no longer a number; try a lower rate than {rate}")]
    Diverged { step: usize, rate: f64 },
    #[error("stopped")]
    Stopped,
    #[error("a thread broke off")]
    Broken,
}
