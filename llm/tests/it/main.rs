//! The client against a server that speaks the protocol, and its failures.
#![allow(clippy::unwrap_used)]

mod budgets;
mod failures;
mod protocol;
mod shapes;
mod uses;
mod world;
