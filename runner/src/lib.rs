//! Drives runs of flows: claims an event, lets `workflow` decide, commits, and only then acts. Owns what the pure core may not:
//! the store, the clock, tasks, timers and calls. Called by the server; knows nothing of conversations.

mod acts;
mod error;
mod http;
mod outside;
mod programs;
mod records;
mod recover;
mod run;
mod runner;
mod vault;
mod wheel;

pub use acts::{Acting, Acts, Errand};
pub use error::{Error, Result};
pub use http::HttpActs;
pub use outside::{Asker, Outside};
pub use programs::Programs;
pub use runner::{Began, Ended, Runner, Wish};
