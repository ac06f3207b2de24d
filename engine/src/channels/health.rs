//! How each channel fares. Counted in memory and written down from time to time, so that counting costs a call nothing.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::{ChannelKind, Inbox, InboxId, TenantId};
use qn_store::channel_health::{ChannelHealth, SideError};
use qn_store::{channel_event, channel_health, mail};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// Where an error happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    In,
    Out,
    Token,
    Pull,
    Stream,
    Media,
}

impl Side {
    pub fn as_str(self) -> &'static str {
        match self {
            Side::In => "in",
            Side::Out => "out",
            Side::Token => "token",
            Side::Pull => "pull",
            Side::Stream => "stream",
            Side::Media => "media",
        }
    }
}

/// What a health card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub counts: ChannelHealth,
    /// Events or mails that wait for the engine, and those it gave up.
    pub waiting: i64,
    pub stuck: i64,
}

#[derive(Debug, Default)]
pub(crate) struct HealthBook(Mutex<HashMap<InboxId, (TenantId, ChannelHealth)>>);

impl HealthBook {
    fn note(&self, inbox: &Inbox, change: impl FnOnce(&mut ChannelHealth)) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, health) = book.entry(inbox.id.clone()).or_insert_with(|| (inbox.tenant_id.clone(), ChannelHealth::default()));
        change(health);
    }

    pub fn received(&self, inbox: &Inbox, events: usize, now: Timestamp) {
        self.note(inbox, |health| {
            health.received += i64::try_from(events).unwrap_or(0);
            health.received_at = Some(now);
        });
    }

    pub fn refused(&self, inbox: &Inbox, (side, word): (Side, &str), now: Timestamp) {
        metrics::counter!("qn_channel_refused_total", "channel" => inbox.channel.as_str()).increment(1);
        self.note(inbox, |health| {
            health.refused += 1;
            set_error(health, side, word, now);
        });
    }

    pub fn sent(&self, inbox: &Inbox, now: Timestamp) {
        metrics::counter!("qn_channel_sent_total", "channel" => inbox.channel.as_str(), "outcome" => "sent").increment(1);
        self.note(inbox, |health| {
            health.sent += 1;
            health.sent_at = Some(now);
        });
    }

    pub fn failed(&self, inbox: &Inbox, side: Side, word: &str, now: Timestamp) {
        metrics::counter!("qn_channel_sent_total", "channel" => inbox.channel.as_str(), "outcome" => "failed").increment(1);
        self.note(inbox, |health| {
            health.failed += i64::from(side == Side::Out);
            set_error(health, side, word, now);
        });
    }

    fn take(&self) -> HashMap<InboxId, (TenantId, ChannelHealth)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn set_error(health: &mut ChannelHealth, side: Side, word: &str, now: Timestamp) {
    let error = SideError { side: side.as_str().to_owned(), error: qn_base::text::truncate(word, 200).to_owned(), at: now };
    health.error_at = Some(now);
    health.error_side = Some(error.side.clone());
    health.error = Some(error.error.clone());
    health.errors.retain(|known| known.side != error.side);
    health.errors.push(error);
}

impl Engine {
    /// Writes down what was counted since the last time.
    pub(super) async fn write_health(&self) {
        for (inbox_id, (tenant_id, change)) in self.channels.health.take() {
            // An inbox that was deleted meanwhile has no card.
            if let Err(error) = channel_health::add(&self.db, &tenant_id, &inbox_id, &change).await {
                tracing::debug!(%error, inbox = %inbox_id, "the health of a channel could not be written");
            }
        }
    }

    pub async fn channel_health(&self, inbox: &Inbox) -> Result<Health> {
        self.write_health().await;
        let counts = channel_health::get(&self.db, &inbox.tenant_id, &inbox.id).await?;
        let (waiting, stuck) = match inbox.channel {
            ChannelKind::Email => mail::count(&self.db, &inbox.tenant_id, &inbox.id).await?,
            _ => channel_event::count(&self.db, &inbox.tenant_id, &inbox.id).await?,
        };
        Ok(Health { counts, waiting, stuck })
    }

    /// Gives what the engine gave up another try; how many.
    pub async fn revive_events(&self, inbox: &Inbox) -> Result<u64> {
        if inbox.channel == ChannelKind::Email {
            let revived = mail::revive(&self.db, &inbox.tenant_id, &inbox.id, self.now()).await?;
            self.mail.kept.notify_one();
            return Ok(revived);
        }
        let revived = channel_event::revive(&self.db, &inbox.tenant_id, &inbox.id, self.now()).await?;
        self.channels.reread.store(true, Ordering::Release);
        self.channels.fed.notify_one();
        Ok(revived)
    }
}
