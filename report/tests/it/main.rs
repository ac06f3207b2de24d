//! What reports count, on conversations told step by step.
#![allow(clippy::unwrap_used)]

mod figures;
mod stretches;
mod talk;
