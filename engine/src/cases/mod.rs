//! One case over several threads, and several cases on one thread (ADR 25). A thread is the record of a wire: what came and went by it stays
//! in it, for good. What people work on may be another conversation: the whole that a part was merged into, or the one that messages
//! were split off to. `acts` makes and undoes ties, `join` makes them by itself where one
//! person's words say so (`common`), `wire` says where words belong and who is woken, `shown` what a case shows.

mod acts;
mod common;
mod join;
mod refused;
mod shown;
mod split;
mod undo;
mod wire;

pub(crate) use common::{Matter, Reason};
pub(crate) use join::{Candidate, Joining, Wanted};
pub use refused::TieRefused;
pub(crate) use wire::{Wire, rouse};
