//! What reports count, on conversations told step by step.
#![allow(clippy::unwrap_used)]

mod calendar;
mod fairness;
mod figures;
mod lots;
mod stretches;
mod talk;
