//! Tables of utterances against the rules backend, of things named, of dialogues, moods and pairs, and what holds for any text.
#![allow(clippy::unwrap_used)]

mod dialogues;
mod entities;
mod intent;
mod learn;
mod moods;
mod pairs;
mod properties;
mod tagging;
mod utterances;
