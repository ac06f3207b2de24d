//! Who gets a waiting conversation: pure decisions with their explanations. No IO, no clock, no async; the caller reads the
//! snapshot, commits the answer against the conversation's version and stores the explanation beside it.
//! `policy` is what people edit, `Floor` what the router keeps in memory, `simulate` what plays a policy before it goes live.

pub mod calendar;
mod decide;
mod drain;
mod explain;
mod floor;
mod order;
mod outlook;
mod people;
pub mod policy;
pub mod simulate;
pub mod sla;
mod wait;

pub use calendar::Calendar;
pub use decide::{Decision, Reason, decide};
pub use drain::drain;
pub use explain::{CONSIDERED_MAX, Considered, Explanation, WhyNot};
pub use floor::Floor;
pub use outlook::Outlook;
pub use people::{Candidate, ChannelPlaces, Passed, Waiting};
pub use policy::{Facts, Plan, Policy};
pub use sla::{SlaEvent, SlaPolicy, SlaState};
pub use wait::{SAMPLES_MIN, WaitEstimate, estimate, expected_wait_ms};
