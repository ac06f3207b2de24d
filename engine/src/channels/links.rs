//! Connections that we begin and keep: one task for each inbox whose channel is polled or held open. This starts and ends them as
//! inboxes come, change and go; `socket` and `wire` drive one connection, `pull` fetches one page.

use super::Side;
use crate::Engine;
use qn_base::{backoff, ids};
use qn_channel::Poll;
use qn_domain::{Inbox, InboxId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Inboxes changed by another process are seen after this, where no bell told of them.
const LOOK_MS: u64 = 60_000;
const POLL_AGAIN_MS_MIN: i64 = 1_000;
const POLL_AGAIN_MS_MAX: i64 = 60_000;

struct Link {
    version: i64,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Engine {
    /// Runs until cancelled; every connection has ended then.
    #[allow(clippy::disallowed_methods)] // each task ends with its own stop token, which ends with ours
    pub async fn run_links(self: Arc<Self>, stop: CancellationToken) {
        let mut links: HashMap<InboxId, Link> = HashMap::new();
        while !stop.is_cancelled() {
            let wanted = self.linked_inboxes().await;
            let is_wanted = |id: &InboxId, version| wanted.iter().any(|inbox| inbox.id == *id && inbox.version == version);
            links.retain(|id, link| {
                let keep = is_wanted(id, link.version) && !link.task.is_finished();
                if !keep {
                    link.stop.cancel();
                }
                keep
            });
            for inbox in wanted {
                links.entry(inbox.id.clone()).or_insert_with(|| {
                    let (stop, version) = (stop.child_token(), inbox.version);
                    let task = tokio::spawn(self.clone().keep_link(inbox, stop.clone()));
                    Link { version, stop, task }
                });
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.channels.links.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(LOOK_MS)) => {}
            }
        }
        for link in links.into_values() {
            let _ = link.task.await;
        }
    }

    /// Of all tenants, those whose channel wants a connection of ours.
    async fn linked_inboxes(&self) -> Vec<Arc<Inbox>> {
        let mut wanted = Vec::new();
        let tenants = qn_store::tenant::list(&self.db).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the tenants could not be read; no connection of a channel begins now");
            vec![]
        });
        for tenant in tenants {
            let Ok(settings) = self.settings(&tenant.id).await else { continue };
            for inbox in settings.inboxes.values() {
                let Ok(opened) = self.opened(inbox) else { continue };
                let adapter = qn_channel::find(inbox.channel);
                let linked = adapter.poll(&opened).is_some() || adapter.stream(&opened).is_some() || adapter.wire(&opened).is_some();
                if linked {
                    wanted.push(inbox.clone());
                }
            }
        }
        wanted
    }

    async fn keep_link(self: Arc<Self>, inbox: Arc<Inbox>, stop: CancellationToken) {
        let Ok(opened) = self.opened(&inbox) else { return };
        let adapter = qn_channel::find(inbox.channel);
        tracing::info!(inbox = %inbox.id, channel = inbox.channel.as_str(), "the connection of a channel begins");
        if let Some(wire) = adapter.wire(&opened) {
            return Box::pin(self.keep_wire(&inbox, wire, &stop)).await;
        }
        let work = async {
            if let Some(stream) = adapter.stream(&opened) {
                Box::pin(self.keep_socket(&inbox, stream)).await;
            } else if let Some(poll) = adapter.poll(&opened) {
                Box::pin(self.keep_polling(&inbox, &poll)).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    async fn keep_polling(&self, inbox: &Arc<Inbox>, poll: &Poll) {
        let mut failures = 0;
        loop {
            let wait_ms = match self.pull_page(inbox, &poll.stream, None).await {
                Ok(more) => {
                    failures = 0;
                    if more { 0 } else { poll.idle_ms }
                }
                Err(error) => {
                    tracing::debug!(%error, inbox = %inbox.id, "a poll failed");
                    failures += 1;
                    backoff::delay_ms(failures, POLL_AGAIN_MS_MIN, POLL_AGAIN_MS_MAX, random())
                }
            };
            tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())).await;
        }
    }

    pub(super) fn link_failed(&self, inbox: &Inbox, word: &str) {
        self.channels.health.failed(inbox, Side::Stream, word, self.now());
    }
}

pub(super) fn random() -> u32 {
    let mut bytes = [0u8; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
