//! Descriptions read, operations carried out against a real service on loopback, and what hostile ones get.
#![allow(clippy::unwrap_used)]

mod calls;
mod hostile;
mod importing;
mod mcp;
mod oauth;
mod proofs;
mod smtp;
mod world;
