//! Writes what was said on calls behind the runs' backs, many rows at once. A record that comes while too many wait is dropped: runs do
//! not wait for their own minutes.

use qn_store::Db;
use qn_store::flow_exchange::{self, FlowExchange};
use std::collections::HashMap;
use tokio::sync::mpsc;

const WAITING_MAX: usize = 4_096;
const AT_ONCE_MAX: usize = 256;

pub(crate) struct Recorder(mpsc::Sender<FlowExchange>);

impl Recorder {
    pub fn start(db: Db) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(write(db, receiver));
        Self(sender)
    }

    pub fn extend(&self, record: Option<FlowExchange>) {
        record.into_iter().for_each(|record| self.add(record));
    }

    pub fn add(&self, record: FlowExchange) {
        if self.0.try_send(record).is_err() {
            tracing::warn!("too many records of calls wait; one is dropped");
        }
    }
}

/// Until the last sender is gone.
async fn write(db: Db, mut receiver: mpsc::Receiver<FlowExchange>) {
    let mut waiting = Vec::with_capacity(AT_ONCE_MAX);
    while receiver.recv_many(&mut waiting, AT_ONCE_MAX).await > 0 {
        // one statement may name a key only once: the latest counts
        let latest: HashMap<_, _> = waiting.drain(..).map(|r| ((r.run_id.clone(), r.step.clone(), r.attempt), r)).collect();
        let rows: Vec<FlowExchange> = latest.into_values().collect();
        if let Err(error) = flow_exchange::put(&db, &rows).await {
            tracing::warn!(%error, rows = rows.len(), "records of calls could not be written");
        }
    }
}
