//! Sealing, tampering and the key file.
#![allow(clippy::unwrap_used)]

mod files;
mod sealing;
