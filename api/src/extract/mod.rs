//! What handlers take out of a request. Everything here answers with a `Problem`, never with a framework's own words.

mod creation;
mod headers;
pub mod json;
mod params;
mod person;
mod query;
mod visitor;

pub use creation::{Creation, IdempotencyKey, Named, meaning};
pub use headers::{IfMatch, Locale, RESPOND_ASYNC, RespondAsync, language_of};
pub use json::Json;
pub use params::{ListParams, Path};
pub use person::{
    Admin, Person, Reader, SECURE_SESSION_COOKIE, SESSION_COOKIE, Supervisor, Writer, bearer, session_cookie, session_cookie_present,
};
pub use query::Query;
pub use visitor::Visitor;
