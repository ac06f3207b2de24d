//! What somebody in a queue is told, and what somebody who asks for work gets: both by the order of the policy.

use crate::agent::Action;
use crate::{Actor, Engine, EngineError, Result};
use qn_base::clock::MINUTE_MS;
use qn_domain::{Conversation, Language, Owner, Status};
use qn_routing::Outlook;

/// Conversations that say how long the next one takes.
pub(crate) const RECENT_MAX: i64 = 50;
/// Colleagues may be faster so many times.
const TRIES: usize = 5;
/// Longer waits are told in hours.
const SAID_MINUTES_MAX: i64 = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// 1 is next.
    pub position: i64,
    pub expected_wait_ms: Option<i64>,
    /// Nine of ten wait no longer.
    pub likely_max_ms: Option<i64>,
}

impl QueuePlace {
    pub(crate) fn of(outlook: Outlook) -> Self {
        let (expected_wait_ms, likely_max_ms) = (outlook.wait.map(|w| w.expected_ms), outlook.wait.map(|w| w.likely_max_ms));
        Self { position: i64::try_from(outlook.position).unwrap_or(i64::MAX), expected_wait_ms, likely_max_ms }
    }

    /// 「约 5 分钟，最多约 9 分钟」, as the widget says it; none where nothing is known.
    pub(crate) fn wait_in_words(&self, language: Language) -> Option<String> {
        let expected_ms = self.expected_wait_ms?;
        let minutes = (expected_ms + MINUTE_MS / 2) / MINUTE_MS;
        let most = (self.likely_max_ms.unwrap_or_default() + MINUTE_MS - 1) / MINUTE_MS;
        let about = match minutes {
            ..1 => return Some(language.pick("不到 1 分钟", "less than a minute").to_owned()),
            1 => language.pick("约 1 分钟", "about a minute").to_owned(),
            2..SAID_MINUTES_MAX => language.pick("约 {} 分钟", "about {} minutes").replace("{}", &minutes.to_string()),
            _ => return Some(language.pick("约 {} 小时", "about {} hours").replace("{}", &((minutes + 30) / 60).to_string())),
        };
        if most <= minutes || most >= SAID_MINUTES_MAX {
            return Some(about);
        }
        let at_most = language.pick("，最多约 {} 分钟", ", at most {} minutes").replace("{}", &most.to_string());
        Some(about + &at_most)
    }
}

impl Engine {
    /// Where a waiting conversation stands; none when it does not wait.
    pub async fn queue_place(&self, c: &Conversation) -> Result<Option<QueuePlace>> {
        if !matches!(c.owner, Owner::Queue { .. }) || c.status != Status::Open {
            return Ok(None);
        }
        let recent = qn_store::episode::recent_held(&self.db, &c.tenant_id, self.now(), RECENT_MAX).await?;
        let settings = self.settings(&c.tenant_id).await?;
        let outlook = self.floor(&settings).await?.as_ref().and_then(|floor| floor.outlook(&c.id, &recent, self.now()));
        if let Some(outlook) = outlook {
            return Ok(Some(QueuePlace::of(outlook)));
        }
        // Offered to somebody, or beyond what the floor holds.
        let before = if c.routing.offer.is_some() { 0 } else { qn_store::conversation::queue_position(&self.db, c).await? };
        Ok(Some(QueuePlace { position: before + 1, expected_wait_ms: None, likely_max_ms: None }))
    }

    /// Takes the next that this person could do, by the order of the policy; none when nothing waits.
    pub async fn take_next(&self, actor: &Actor) -> Result<Option<Conversation>> {
        let settings = self.settings(&actor.tenant_id).await?;
        for _ in 0..TRIES {
            let next = self.floor(&settings).await?.as_ref().and_then(|floor| floor.next_for(&actor.user_id));
            let Some(id) = next else { return Ok(None) };
            match self.act(actor, &id, Action::Claim).await {
                Ok(taken) => return Ok(Some(taken)),
                Err(EngineError::Move(_) | EngineError::Conflict | EngineError::NotFound { .. }) => {
                    // As it is now, whatever the floor thought.
                    if let Some(floor) = self.floor(&settings).await?.as_mut() {
                        Box::pin(self.see(floor, &settings, &id)).await?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(EngineError::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::QueuePlace;
    use qn_domain::Language;

    #[test]
    fn a_wait_is_told_in_minutes_or_hours_and_never_made_up() {
        let said =
            |expected_wait_ms, likely_max_ms, language| QueuePlace { position: 1, expected_wait_ms, likely_max_ms }.wait_in_words(language);
        assert_eq!(said(None, None, Language::Zh), None);
        assert_eq!(said(Some(29_000), Some(100_000), Language::Zh).as_deref(), Some("不到 1 分钟"));
        assert_eq!(said(Some(300_000), Some(500_000), Language::Zh).as_deref(), Some("约 5 分钟，最多约 9 分钟"));
        assert_eq!(said(Some(300_000), Some(500_000), Language::En).as_deref(), Some("about 5 minutes, at most 9 minutes"));
        assert_eq!(said(Some(60_000), Some(60_000), Language::En).as_deref(), Some("about a minute"));
        assert_eq!(said(Some(7_200_000), Some(9_000_000), Language::En).as_deref(), Some("about 2 hours"));
    }
}
