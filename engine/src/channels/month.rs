//! Platforms that sell messages by the month (LINE): how many are left, shown in the composer. Asked when somebody looks and at most every
//! ten minutes for an inbox; kept in memory, since asking again costs nothing.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use qn_channel::Month;
use qn_domain::{Conversation, Inbox, InboxId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const AGAIN_MS: i64 = 10 * MINUTE_MS;
/// A composer does not wait longer.
const ASK_MS_MAX: u64 = 3_000;

/// What was told last, and when it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Months(Mutex<HashMap<InboxId, (Timestamp, Option<Month>)>>);

impl Months {
    /// What is known, and whether it is this caller's turn to ask; others go on with what is known meanwhile.
    fn look(&self, inbox_id: &InboxId, now: Timestamp) -> (Option<Month>, bool) {
        let mut months = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked_at, known) = months.entry(inbox_id.clone()).or_insert((now - AGAIN_MS, None));
        let is_due = now - *asked_at >= AGAIN_MS;
        if is_due {
            *asked_at = now;
        }
        (*known, is_due)
    }

    fn put(&self, inbox_id: &InboxId, month: Option<Month>, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(inbox_id.clone(), (now, month));
    }
}

impl Engine {
    /// None: the channel counts no months, lets out as many as one likes, or did not say.
    pub async fn channel_month(&self, conversation: &Conversation) -> Result<Option<Month>> {
        let inbox = self.inbox(&conversation.tenant_id, &conversation.inbox_id).await?;
        if qn_channel::find(inbox.channel).month(&inbox, "").is_empty() {
            return Ok(None);
        }
        let (known, is_due) = self.channels.months.look(&inbox.id, self.now());
        if !is_due {
            return Ok(known);
        }
        let asking = Box::pin(self.ask_month(&inbox));
        let Ok(Some(told)) = tokio::time::timeout(Duration::from_millis(ASK_MS_MAX), asking).await else { return Ok(known) };
        self.channels.months.put(&inbox.id, told, self.now());
        Ok(told)
    }

    /// The outer one: the platform did not say.
    async fn ask_month(&self, inbox: &Arc<Inbox>) -> Option<Option<Month>> {
        let opened = self.opened(inbox).ok()?;
        let adapter = qn_channel::find(opened.channel);
        let token = self.channel_token(&opened).await.ok()?;
        let mut answers = Vec::new();
        for request in adapter.month(&opened, &token) {
            answers.push(self.call(request).await.ok().filter(|response| response.is_success())?);
        }
        Some(adapter.read_month(&answers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asks_and_the_others_go_on_with_what_is_known() {
        let (months, id) = (Months::default(), InboxId::from("inb_1"));
        assert_eq!(months.look(&id, 1_000), (None, true));
        assert_eq!(months.look(&id, 1_001), (None, false));
        let month = Some(Month { limit: 500, used: 20 });
        months.put(&id, month, 2_000);
        assert_eq!(months.look(&id, 2_000 + AGAIN_MS - 1), (month, false));
        assert_eq!(months.look(&id, 2_000 + AGAIN_MS), (month, true));
        assert_eq!(months.look(&id, 2_001 + AGAIN_MS), (month, false), "a platform that does not answer is not asked at once again");
    }
}
