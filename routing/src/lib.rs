//! Who gets a waiting conversation: a pure decision with its explanation. No IO, no clock, no async; the caller reads the
//! snapshot, commits the answer against the conversation's version and stores the explanation beside it.
//! The order of candidates lives in `order.rs` alone: scored routing replaces that file and nothing else.

mod decide;
mod drain;
mod explain;
mod order;
mod wait;

pub use decide::{Candidate, Decision, Reason, Waiting, decide};
pub use drain::drain;
pub use explain::{CONSIDERED_MAX, Considered, Explanation, WhyNot};
pub use wait::{SAMPLES_MIN, expected_wait_ms};
