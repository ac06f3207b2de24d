//! Mail servers as connectors: one operation, `send`. Letters are composed by `qn-mail` and submitted by `qn-mailbox` over egress's
//! connections. Called by `runner` and `api`.

mod call;
mod definition;
mod failure;
mod input;

pub use call::Work;
pub use definition::{SEND, Server};
