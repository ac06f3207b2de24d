//! The outbound client against real servers on loopback: what is called, what is refused, and where it stops.
#![allow(clippy::unwrap_used)]

mod connect;
mod environment;
mod gate;
mod guard;
mod limits;
mod sending;
mod server;
mod tls;
