//! How a customer feels: a small trained model plus a lexicon, shipped in the binary; intensity, the words that show it, and the trend
//! over a conversation. Reads one text at a time; it decides nothing, routing and replies do. Also the generic classifier behind
//! `qingniao emotion train`.

pub mod classifier;
pub mod examples;
mod features;
mod groups;
mod lexicon;
mod machines;
mod reading;
mod shipped;
mod trend;
mod vectors;

pub use reading::{Mood, Signals, Span};
pub use shipped::Moods;
pub use trend::{Direction, Trend, trend};
