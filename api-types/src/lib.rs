//! What travels over `/api/v1`: views that are answered, requests that are taken, frames of the realtime stream.
//! The domain's types stay free of the wire's; `From` connects them, so that neither can drift silently.

pub mod channel;
pub mod check;
pub mod content;
pub mod conversation;
pub mod list;
pub mod message;
pub mod problem;
pub mod stream;
pub mod widget;
pub mod words;

pub use check::{Check, Invalid};
pub use list::List;
pub use problem::{FieldProblem, Problem};
