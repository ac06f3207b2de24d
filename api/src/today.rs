//! Today's figures per tenant, counted forward: each look reads only the log entries that are new since the last one, so the
//! overview costs the same in a busy evening as in the morning. Kept in memory; a restart counts the day again from its first entry.

use crate::Result;
use qn_base::Timestamp;
use qn_base::clock::HOUR_MS;
use qn_domain::{ActivityKey, ConversationId, TenantId};
use qn_store::{Db, log, overview};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Log entries read at once; a day's first look may take several.
const STEP: i64 = 20_000;

/// The figures of one day so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub incoming: i64,
    pub outgoing: i64,
    pub bot_messages: i64,
    pub handoffs: i64,
    pub resolved: i64,
    pub bot_resolved: i64,
    /// Incoming and outgoing messages by the start of their hour.
    pub hours: BTreeMap<Timestamp, (i64, i64)>,
}

/// What was counted, and from where to go on.
#[derive(Debug, Default)]
struct Day {
    since: Timestamp,
    /// The log position up to which everything is counted.
    seq: i64,
    figures: Figures,
    /// Resolved today and still so; true when no person was ever involved.
    resolved: HashMap<ConversationId, bool>,
}

impl Day {
    async fn advance(&mut self, db: &Db, tenant_id: &TenantId) -> Result<()> {
        let head = log::head(db, tenant_id).await?;
        while self.seq < head {
            let to = head.min(self.seq + STEP);
            self.count(db, tenant_id, to).await?;
            self.seq = to;
        }
        Ok(())
    }

    async fn count(&mut self, db: &Db, tenant_id: &TenantId, to: i64) -> Result<()> {
        for row in overview::count_messages(db, tenant_id, self.seq, to, self.since).await? {
            let figures = &mut self.figures;
            let hour = figures.hours.entry(self.since + row.hour * HOUR_MS).or_default();
            if row.kind == "incoming" {
                figures.incoming += row.count;
                hour.0 += row.count;
            } else {
                figures.outgoing += row.count;
                hour.1 += row.count;
                figures.bot_messages += if row.author_kind == "bot" { row.count } else { 0 };
            }
        }
        let mut closed: Vec<ConversationId> = Vec::new();
        for (id, key) in overview::list_activities(db, tenant_id, self.seq, to, self.since).await? {
            match key {
                ActivityKey::Queued => self.figures.handoffs += 1,
                ActivityKey::Resolved => closed.push(id),
                ActivityKey::Reopened => {
                    closed.retain(|c| *c != id);
                    self.resolved.remove(&id);
                }
                _ => {}
            }
        }
        let by_bot = overview::only_bot(db, tenant_id, &closed).await?;
        self.resolved.extend(closed.into_iter().map(|id| {
            let bot = by_bot.contains(&id);
            (id, bot)
        }));
        self.figures.resolved = count(self.resolved.len());
        self.figures.bot_resolved = count(self.resolved.values().filter(|bot| **bot).count());
        Ok(())
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// One slot per tenant; whoever asks first counts, the others wait for the result.
#[derive(Debug, Default)]
pub struct Today {
    days: Mutex<HashMap<TenantId, Arc<Mutex<Day>>>>,
}

impl Today {
    pub async fn get(&self, db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<Figures> {
        let slot = self.days.lock().await.entry(tenant_id.clone()).or_default().clone();
        let mut day = slot.lock().await;
        if day.since != since {
            *day = Day { since, seq: overview::seq_before(db, tenant_id, since).await?, ..Day::default() };
        }
        if let Err(error) = day.advance(db, tenant_id).await {
            // Part of a step may be counted: begin the day again next time.
            day.since = 0;
            return Err(error);
        }
        Ok(day.figures.clone())
    }
}
