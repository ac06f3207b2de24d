//! Translators between flows and other companies' systems: what a connector can do, what goes where, how a call proves who it is,
//! what of the answer is kept. Holds no state but OAuth tokens, knows no store; called by `runner` and `api`.

mod answer;
mod auth;
mod call;
mod definition;
mod exchange;
mod failure;
mod mapping;
pub mod mcp;
mod oauth;
pub mod openapi;
mod point;
mod prepare;
mod redact;
mod robot;
mod schema;
mod secrets;
mod signing;
pub mod smtp;
pub mod sql;

pub use answer::scrub;
pub use auth::{Auth, Grant, KeyPlace};
pub use call::{Caller, Work, is_success};
pub use definition::{At, Body, Connector, FORMAT, Listed, Method, Operation, Place, RetryClass, Service, Words};
pub use exchange::{Done, Exchange};
pub use failure::{Failure, Kind};
pub use mapping::{Mapping, Success};
pub use point::Point;
pub use prepare::fitted;
pub use redact::redact;
pub use robot::{Robot, Routine, Step};
pub use schema::{Fault, fit};
pub use secrets::{Binding, Opening, Replacing, Secrets};
pub use signing::{Algorithm, Encoding, Part, Signing};
