//! Intents learnt from a company's own examples: seconds of training, no download, one model for Chinese and English. Deciding whether
//! a turn is any known intent at all is separate from deciding which. Pure: files, clocks and encoders belong to the callers.

pub mod clauses;
mod dense;
pub mod explain;
mod heads;
mod kernel;
pub mod lint;
mod mix;
mod model;
mod neighbours;
pub mod report;
mod scope;
mod stored;
mod train;

pub use model::{Alternative, IntentModel, Prediction};
pub use scope::{CurvePoint, Operating};
pub use train::{TrainError, TrainOptions, train};

use qn_domain::Language;

/// One thing a customer might say, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    pub label: String,
    /// Only the linter asks; none means it is read from the text.
    pub language: Option<Language>,
}

impl Example {
    pub fn new(text: impl Into<String>, label: impl Into<String>) -> Self {
        Self { text: text.into(), label: label.into(), language: None }
    }
}
