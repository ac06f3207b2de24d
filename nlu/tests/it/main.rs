//! Tables of utterances against the rules backend, and what holds for any text.
#![allow(clippy::unwrap_used)]

mod intent;
mod learn;
mod properties;
mod utterances;
