//! Live events inside one process: durable log entries, and the ephemeral signals (typing, viewing, presence) that are never stored.
//! Who subscribes gets everything from that moment on; what came before is read from the log. Between processes nothing flows yet.

mod hub;
mod published;
mod signal;

pub use hub::{Delivery, Hub, Subscription};
pub use published::Published;
pub use signal::{Audience, Signal, SignalBody, Viewer, Who};
