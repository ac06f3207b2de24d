//! A log entry on its way to many sockets. Each kind of viewer's frame is encoded at most once and shared.

use bytes::Bytes;
use qn_domain::LogEntry;
use std::sync::{Arc, OnceLock};

#[derive(Debug)]
pub struct Published {
    pub entry: Arc<LogEntry>,
    people: OnceLock<Bytes>,
    customer: OnceLock<Bytes>,
}

impl Published {
    pub fn new(entry: Arc<LogEntry>) -> Self {
        Self { entry, people: OnceLock::new(), customer: OnceLock::new() }
    }

    /// The frame for the company's people; `encode` runs for the first viewer only.
    pub fn people_frame(&self, encode: impl FnOnce(&LogEntry) -> Bytes) -> Bytes {
        self.people.get_or_init(|| encode(&self.entry)).clone()
    }

    /// The frame for the conversation's customer.
    pub fn customer_frame(&self, encode: impl FnOnce(&LogEntry) -> Bytes) -> Bytes {
        self.customer.get_or_init(|| encode(&self.entry)).clone()
    }
}
