//! Slots learned from examples: a linear-chain conditional random field over characters (Chinese) or words (English).
//! Not the exact recognisers (`entity`), which need no examples. Called by `qingniao nlu tag` and by whoever trains a tenant's slots.

mod columns;
mod features;
mod file;
mod lattice;
mod lexicon;
mod scheme;
mod score;
mod tagger;
mod train;

pub use columns::{ColumnError, TOKENS_MAX, read_columns};
pub use file::{FILE_BYTES_MAX, FileError};
pub use scheme::{Labels, Sentence, Span};
pub use score::{Counts, Score, score};
pub use tagger::{Tagged, Tagger};
pub use train::{Options, SLOTS_MAX, TrainError, train};
