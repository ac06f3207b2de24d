//! Plays a connector's routines in a browser, as a person would: Debian's chromedriver as a process of its own, one fresh profile for each
//! call, everything it fetches through the gate of `egress`. A routine can be recorded in one that stays. Called by `runner`.

mod driver;
mod file;
mod page;
mod play;
mod record;
mod scene;
mod seen;
mod survey;

pub use driver::Driver;
pub use file::{Download, FILE_BYTES_MAX};
pub use play::{Played, Player, Work};
pub use record::Session;
