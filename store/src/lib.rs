//! Everything durable, on SQLite or PostgreSQL with one SQL text. The only crate that names sqlx.
//! One file per table; decisions about conversations go through `Db::commit`, which groups them into few transactions.

mod args;
mod channel_journal;
mod commit_group;
mod commit_sink;
mod committer;
mod connect;
mod conversation_list;
mod db;
mod each;
mod error;
mod flow_committer;
mod log_copy;
mod log_room;
mod migrate;
mod right;
mod schema_text;

pub mod article;
pub mod article_category;
pub mod article_conflict;
pub mod article_stamp;
pub mod assignment;
pub mod attachment;
pub mod bare;
pub mod bell;
pub mod canned;
pub mod channel_cursor;
pub mod channel_event;
pub mod channel_handle;
pub mod channel_health;
pub mod channel_opening;
pub mod channel_sent;
pub mod channel_token;
pub mod connector;
pub mod contact;
pub mod contact_consent;
pub mod contact_fact;
pub mod contact_link;
pub mod contact_many;
pub mod conversation;
pub mod conversation_tie;
pub mod dedupe;
pub mod dump;
pub mod effect;
pub mod episode;
pub mod floor;
pub mod flow;
pub mod flow_bulk;
pub mod flow_canary;
pub mod flow_draft;
pub mod flow_exchange;
pub mod flow_history;
pub mod flow_plan;
pub mod flow_release;
pub mod flow_run;
pub mod flow_schedule;
pub mod flow_task;
pub mod flow_value;
pub mod flow_version;
pub mod follower;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod inbox;
pub mod intent;
pub mod intent_example;
pub mod intent_model;
pub mod kept_signal;
pub mod knowledge_document;
pub mod knowledge_import;
pub mod knowledge_source;
pub mod label;
pub mod learning;
pub mod link_policy;
pub mod llm_limit;
pub mod llm_spend;
pub mod log;
pub mod mail;
pub mod match_weights;
pub mod mention;
pub mod message;
pub mod notice;
pub mod order;
pub mod oversight;
pub mod overview;
pub mod own_entity;
pub mod page_visit;
#[cfg(test)]
mod plans;
pub mod presence;
pub mod product;
pub mod product_category;
pub mod repairs;
pub mod report_schedule;
pub mod review;
pub mod review_plan;
pub mod routing;
pub mod scorecard;
pub mod scratch;
mod script;
pub mod search;
pub mod secret;
pub mod session;
pub mod sole;
pub mod suggestion;
pub mod team;
pub mod tenant;
pub mod ticket;
pub mod ticket_kind;
pub mod token;
pub mod transfer_reasons;
pub mod translation;
pub mod trial;
pub mod turn_correction;
pub mod user;
pub mod verification;
pub mod version_step;
pub mod view;
pub mod webhook;
pub mod workshop_run;
pub mod wrap_up;

pub use channel_journal::Brought;
pub use commit_sink::CommitSink;
pub use committer::Committer;
pub use connect::{Options, Url};
pub use db::{Db, Dialect, Tx};
pub use error::{Error, Result};
pub use flow_committer::{RunChange, RunCommit, RunOutcome, Told};
pub use migrate::{LATEST_VERSION, schema_version};

/// The number a cursor is; without a cursor, past all rows of a list that counts down.
pub(crate) fn below(cursor: Option<&str>) -> Result<i64> {
    cursor.map_or(Ok(i64::MAX), |cursor| cursor.parse().map_err(|_| Error::BadCursor))
}

/// `"<number>.<rest>"`; without a cursor, past all rows of a list that counts down.
pub(crate) fn before(cursor: Option<&str>) -> Result<(i64, &str)> {
    let Some(cursor) = cursor else { return Ok((i64::MAX, "")) };
    let (at, rest) = cursor.split_once('.').ok_or(Error::BadCursor)?;
    Ok((at.parse().map_err(|_| Error::BadCursor)?, rest))
}

/// One page of a list and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows read with `LIMIT limit + 1`: the extra row only says that there is more.
    pub(crate) fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Self { items, next_cursor }
    }
}
