//! The workflow crate seen from outside: documents in, decisions out, in a world whose clock and other side are ours.
#![allow(clippy::unwrap_used)]

mod alarms;
mod backtest;
mod build;
mod catalogue;
mod check;
mod correct;
mod crash;
mod desk;
mod document;
mod expr;
mod forms;
mod hostile;
mod named;
mod names;
mod overdue;
mod pairs;
mod privacy;
mod privacy_told;
mod random;
mod refund;
mod run;
mod saga;
mod script;
mod serverless;
mod shared;
mod simulate;
mod talk;
mod unheard;
mod versions;
mod world;
