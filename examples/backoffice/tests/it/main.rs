#![allow(clippy::unwrap_used)]

mod restart;
mod world;
