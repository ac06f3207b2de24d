//! The clients against real servers, where `cargo xtask test` has started them; without them these tests say so and pass.
#![allow(clippy::unwrap_used)]

mod real;
mod scripted;
