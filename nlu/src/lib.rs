//! What a customer's turn says: its language, what it wants, how it feels. Interfaces plus the light rules backend.
//! Pure: no IO, no clock, no store. Trained models arrive as further `IntentBackend`s; questions about the company's
//! knowledge are not intents and go to retrieval.

pub mod backends;
pub mod dialogue;
pub mod emotion;
pub mod encoder;
pub mod entity;
pub mod intent;
pub mod language;
pub mod learn;
pub mod normalise;
pub mod own;
pub mod pair;
pub mod tag;
mod understanding;

pub use backends::rules::RulesBackend;
pub use emotion::{Mood, Moods};
pub use encoder::{Encoder, EncoderError};
pub use language::identify;
pub use understanding::{Act, Emotion, Intent, IntentBackend, Understanding, Utterance};
