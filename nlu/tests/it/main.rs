//! Tables of utterances against the rules backend, of things named, of dialogues, and what holds for any text.
#![allow(clippy::unwrap_used)]

mod dialogues;
mod entities;
mod intent;
mod learn;
mod properties;
mod tagging;
mod utterances;
