//! The made-up company as a process: what it promised before it was killed, it knows afterwards.

#![allow(clippy::unwrap_used)]

mod restart;
mod world;
