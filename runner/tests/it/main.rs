//! The runner on a real store: runs that end, wait, are answered, signalled, cancelled, woken by time, and go on after the process
//! that began them is gone.
#![allow(clippy::unwrap_used)]

mod crashes;
mod outside;
mod runs;
mod world;
mod writing;
