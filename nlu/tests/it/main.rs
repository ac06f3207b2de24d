//! Tables of utterances against the rules backend, and what holds for any text.

mod intent;
mod learn;
mod properties;
mod utterances;
