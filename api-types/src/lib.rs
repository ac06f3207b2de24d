//! What travels over `/api/v1`: views that are answered, requests that are taken, frames of the realtime stream.
//! The domain's types stay free of the wire's; `From` connects them, so that neither can drift silently.

pub mod article;
pub mod auth;
pub mod canned;
pub mod channel;
pub mod check;
pub mod connector;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod effect;
pub mod flow;
pub mod flow_again;
pub mod flow_run;
pub mod hours;
pub mod inbox;
pub mod intent;
pub mod label;
pub mod learning;
pub mod list;
pub mod message;
pub mod overview;
pub mod patch;
pub mod person;
pub mod problem;
pub mod product;
pub mod report;
pub mod run;
pub mod search;
pub mod secret;
pub mod stored_secret;
pub mod stream;
pub mod suggestion;
pub mod team;
pub mod token;
pub mod training;
pub mod trial;
pub mod user;
pub mod webhook;
pub mod widget;
pub mod widget_settings;
pub mod words;

pub use check::{Check, Invalid};
pub use list::List;
pub use problem::{FieldProblem, Problem};
