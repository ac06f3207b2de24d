//! The crate from outside: a tiny model is written to a folder, read back, compared with a plain reference, and broken in every way.
#![allow(clippy::unwrap_used)]

mod folders;
mod hostile;
mod minilm;
mod reference;
mod tiny;
mod tuning;
mod vectors;
