//! The day so far: the stretches of conversations begun since midnight, read once, then only those that were told again, and the
//! figures of them. What a figure means is `qn_report`'s; this only keeps what it is counted from.

use crate::Result;
use crate::reports::views::share;
use qn_api_types::report::ShareView;
use qn_api_types::wallboard::TodayView;
use qn_base::Timestamp;
use qn_domain::{ConversationId, Episode, TenantId};
use qn_report::{Beside, Dimension, Returns, Terms, group, measure};
use qn_store::{Db, episode};
use std::collections::HashMap;

/// Stretches read of one day.
const EPISODES_MAX: i64 = 100_000;

#[derive(Debug, Default)]
pub struct Day {
    since: Timestamp,
    /// The log position up to which `episodes` is true; none before it is read.
    until: Option<i64>,
    episodes: HashMap<ConversationId, Vec<Episode>>,
    /// When the figures change without news: somebody who still waits in a queue is not in time any more.
    changes_at: Timestamp,
    pub told: Told,
}

/// Figures of the day.
#[derive(Debug, Default)]
pub struct Told {
    pub today: TodayView,
    /// By team: the service level of those that were queued.
    pub levels: HashMap<Option<String>, ShareView>,
}

impl Day {
    /// `since`: midnight in the tenant's time zone.
    pub async fn catch_up(&mut self, db: &Db, tenant_id: &TenantId, since: Timestamp, now: Timestamp) -> Result<()> {
        let moved = match self.until {
            Some(until) if self.since == since => self.read_on(db, tenant_id, until).await?,
            _ => self.read(db, tenant_id, since).await?,
        };
        if moved || now >= self.changes_at {
            self.told = tell(&self.episodes, now);
            self.changes_at = changes_at(&self.episodes, now);
        }
        Ok(())
    }

    /// The position is read first: what is told meanwhile is read again, and changes nothing.
    async fn read(&mut self, db: &Db, tenant_id: &TenantId, since: Timestamp) -> Result<bool> {
        let until = episode::told_until(db, tenant_id).await?;
        let read = episode::list(db, tenant_id, since, Timestamp::MAX, EPISODES_MAX).await?;
        self.episodes.clear();
        self.keep(read);
        (self.since, self.until) = (since, Some(until));
        Ok(true)
    }

    async fn read_on(&mut self, db: &Db, tenant_id: &TenantId, until: i64) -> Result<bool> {
        let to = episode::told_until(db, tenant_id).await?;
        if to == until {
            return Ok(false);
        }
        let (again, read) = episode::list_told_between(db, tenant_id, until, to).await?;
        again.iter().for_each(|id| drop(self.episodes.remove(id)));
        let since = self.since;
        self.keep(read.into_iter().filter(|e| e.opened_at >= since));
        self.until = Some(to);
        Ok(!again.is_empty())
    }

    fn keep(&mut self, read: impl IntoIterator<Item = Episode>) {
        for episode in read {
            self.episodes.entry(episode.conversation_id.clone()).or_default().push(episode);
        }
    }
}

fn changes_at(episodes: &HashMap<ConversationId, Vec<Episode>>, now: Timestamp) -> Timestamp {
    let waiting = episodes.values().flatten().filter(|e| e.owned_at.is_none() && e.resolved_at.is_none());
    let late = waiting.filter_map(|e| Some(e.queued_at? + Terms::default().service_target_ms + 1));
    late.filter(|at| *at > now).min().unwrap_or(Timestamp::MAX)
}

fn tell(episodes: &HashMap<ConversationId, Vec<Episode>>, now: Timestamp) -> Told {
    let all: Vec<&Episode> = episodes.values().flatten().collect();
    let queued: Vec<&Episode> = all.iter().copied().filter(|e| e.queued_at.is_some()).collect();
    // The same figures as a report of today, without those that need to know who came back.
    let figures = |of: &[&Episode]| measure(of, &Returns::default(), &Beside::default(), &Terms::default(), now);
    let levels = group(&queued, Dimension::Team, &jiff::tz::TimeZone::UTC, &Beside::default());
    let figures_of_all = figures(&all);
    Told {
        today: TodayView {
            conversations: figures_of_all.conversations,
            service_level: share(figures_of_all.service_level),
            service_target_ms: Terms::default().service_target_ms,
            bot_only: share(figures_of_all.bot_only),
            abandoned: share(figures_of_all.abandoned),
            first_response_median_ms: figures_of_all.first_response.median_ms,
        },
        levels: levels.into_iter().map(|g| (g.key, share(figures(&g.episodes).service_level))).collect(),
    }
}
