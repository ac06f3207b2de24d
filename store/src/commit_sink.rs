//! Who hears of every commit, after it is durable.

use qn_domain::LogEntry;
use std::fmt;
use std::sync::Arc;

/// Where durable entries go, in order.
#[derive(Clone)]
pub struct CommitSink(pub(crate) Arc<dyn Fn(Arc<LogEntry>) + Send + Sync>);

impl CommitSink {
    pub fn new(sink: impl Fn(Arc<LogEntry>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    pub fn none() -> Self {
        Self::new(|_| ())
    }

    /// An entry that another session committed.
    pub fn tell(&self, entry: LogEntry) {
        (self.0)(Arc::new(entry));
    }
}

impl fmt::Debug for CommitSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitSink")
    }
}
