//! Retrieval, the answer decision and their bounds, over small libraries and the demo's own.

mod answers;
mod catalogue;
mod confirm;
mod conflicts;
mod demo;
#[path = "../../examples/demo/mod.rs"]
mod files;
mod library;
mod properties;
mod retrieval;
mod shopping;
mod vectors;
