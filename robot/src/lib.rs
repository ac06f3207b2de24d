//! Plays a connector's routines in a browser, as a person would: Debian's chromedriver as a process of its own, one fresh profile for each
//! call, everything it fetches through the gate of `egress`. Called by `runner`.

mod driver;
mod page;
mod play;
mod survey;

pub use driver::Driver;
pub use play::{Played, Player, Work};
