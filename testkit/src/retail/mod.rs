//! The retail tasks of tau-bench (tau2): their store as a service, their solutions as flows. The set itself is read from a folder
//! that the caller names; nothing of it is kept here.

mod money;
mod service;
mod store;
mod task;

pub use service::Service;
pub use store::{Store, Told};
pub use task::{difference, expected, flow};
