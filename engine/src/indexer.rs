//! Keeps the message search, the learning inbox, the trial's figures and the reports' stretches up with the log. Each follows every tenant's log with a durable position, so it
//! survives a crash and never holds up a commit; under load they lag and catch up.

use crate::Engine;
use qn_domain::{Assignment, Conversation, Episode, Message};
use qn_report::Told;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Log entries per batch.
const BATCH: i64 = 500;
const PAUSE: Duration = Duration::from_millis(300);
/// Between full batches, so that a backlog does not starve commits of the writer.
const BREATH: Duration = Duration::from_millis(20);

impl Engine {
    /// Runs until cancelled.
    pub async fn run_indexer(self: Arc<Self>, stop: CancellationToken) {
        let mut pause = PAUSE;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = if self.index_all().await { BREATH } else { PAUSE };
        }
    }

    /// True when there is more to do.
    async fn index_all(&self) -> bool {
        let tenants = match qn_store::tenant::list(&self.db).await {
            Ok(tenants) => tenants,
            Err(error) => {
                tracing::warn!(%error, "tenants could not be read for indexing");
                return false;
            }
        };
        let mut more = false;
        for tenant in tenants {
            match qn_store::search::index_after(&self.db, &tenant.id, BATCH).await {
                Ok(behind) => more |= behind,
                Err(error) => tracing::warn!(%error, tenant = %tenant.id, "messages could not be indexed"),
            }
            match qn_store::trial::fill_after(&self.db, &tenant.id, BATCH).await {
                Ok(behind) => more |= behind,
                Err(error) => tracing::warn!(%error, tenant = %tenant.id, "turns of a trial could not be counted"),
            }
            match qn_store::learning::fill_after(&self.db, &tenant.id, BATCH, crate::workshop::judge, crate::workshop::blame).await {
                Ok(behind) => more |= behind,
                Err(error) => tracing::warn!(%error, tenant = %tenant.id, "messages to learn from could not be gathered"),
            }
            match qn_store::episode::fill_after(&self.db, &tenant.id, BATCH, tell).await {
                Ok(behind) => more |= behind,
                Err(error) => tracing::warn!(%error, tenant = %tenant.id, "conversations could not be told for reports"),
            }
        }
        more
    }
}

fn tell(conversation: &Conversation, messages: &[Message], assignments: &[Assignment]) -> Vec<Episode> {
    qn_report::episodes(&Told { conversation, messages, assignments })
}
