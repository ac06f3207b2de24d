//! Channels against their fixtures: what comes in, who may send it, what goes out.
#![allow(clippy::unwrap_used)]

mod fixtures;
mod harness;
mod hostile;
mod inbound;
mod oracle;
mod outbound;
mod platforms;
mod probes;
mod registry;
mod signing;
mod wires;
