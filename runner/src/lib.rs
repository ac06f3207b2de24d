//! Drives runs of flows: claims an event, lets `workflow` decide, commits, and only then acts. Owns what the pure core may not:
//! the store, the clock, tasks, timers and calls. Called by the engine; knows nothing of conversations but their ids.

mod acts;
mod again;
mod attachments;
mod behind;
mod care;
mod error;
mod http;
mod known;
mod outside;
mod people;
mod places;
mod programs;
mod recover;
mod run;
mod runner;
mod search;
mod task;
mod values;
mod vault;
mod wheel;

pub use acts::{Acting, Acts, Errand, FlowName, News};
pub use care::{STUCK_MS, Stuck};
pub use error::{Error, Result};
pub use http::HttpActs;
pub use known::known_connectors;
pub use outside::{Asker, Equipment, NotRecording, Outside};
pub use places::Limits;
pub use programs::Programs;
pub use qn_robot::Played;
pub use runner::{Began, Ended, Runner, Wish};

/// Whether robots can work on this machine.
pub fn has_browser() -> bool {
    qn_robot::Driver::program().is_some()
}
