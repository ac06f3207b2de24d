//! Everything durable, on SQLite or PostgreSQL with one SQL text. The only crate that names sqlx.
//! One file per table; decisions about conversations go through `Db::commit`, which groups them into few transactions.

mod args;
mod committer;
mod connect;
mod db;
mod each;
mod error;
mod migrate;

pub mod assignment;
pub mod conversation;
pub mod dedupe;
pub mod effect;
pub mod follower;
pub mod log;
pub mod message;
pub mod tenant;

pub use committer::{CommitSink, Committer};
pub use connect::{Options, Url};
pub use db::{Db, Dialect, Tx};
pub use error::{Error, Result};
pub use migrate::{LATEST_VERSION, schema_version};

/// One page of a list and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
