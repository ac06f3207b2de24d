//! What travels over `/api/v1`: views that are answered, requests that are taken, frames of the realtime stream.
//! The domain's types stay free of the wire's; `From` connects them, so that neither can drift silently.

pub mod check;
mod problem;

pub use check::{Check, Invalid};
pub use problem::{FieldProblem, Problem};
