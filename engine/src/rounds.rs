//! What comes round by the calendar of a company: conversations are drawn for review, reports go out by mail. The rows say what is due, so nothing is lost
//! while the server is down.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long it sleeps when nothing is due: rows may be changed from outside this process.
const NAP_MS: i64 = MINUTE_MS;

impl Engine {
    /// Runs until cancelled.
    pub async fn run_rounds(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let wait_ms = match self.go_round().await {
                Ok(next) => next.map_or(NAP_MS, |at| (at - self.now()).clamp(10, NAP_MS)),
                Err(error) => {
                    tracing::error!(%error, "what is due by the calendar could not be done");
                    NAP_MS / 6
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wakes.rounds.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())) => {}
            }
        }
    }

    /// Does what is due and gives the time of the next.
    pub async fn go_round(&self) -> Result<Option<Timestamp>> {
        let (drawn, sent) = (self.draw_due().await, self.send_due_reports().await);
        Ok(drawn?.into_iter().chain(sent?).min())
    }

    /// A row changed: what is due is looked at again.
    pub fn look_round(&self) {
        self.wakes.rounds.notify_one();
    }
}
