//! The floor in memory: the open conversations that people have or wait for, read once and followed by the log's entries, which carry
//! each conversation as it stands; and the day so far. Not who may see it.

use super::day::Day;
use crate::Result;
use crate::state::AppState;
use qn_api_types::wallboard::WallboardView;
use qn_domain::{Change, Conversation, ConversationId, LogEntry, TenantId};
use qn_store::floor::{self, OpenNow};
use std::collections::HashMap;

#[derive(Debug, Default)]
pub struct Floor {
    open: HashMap<ConversationId, OpenNow>,
    day: Day,
}

impl Floor {
    pub async fn read(state: &AppState, tenant_id: &TenantId) -> Result<Self> {
        let open = floor::list(&state.engine.db, tenant_id).await?;
        Ok(Self { open: open.into_iter().map(|one| (one.id.clone(), one)).collect(), day: Day::default() })
    }

    /// What was read may be ahead of the first entries, which then change nothing.
    pub fn take(&mut self, entry: &LogEntry) {
        for change in &entry.changes {
            if let Change::ConversationCreated { conversation } | Change::ConversationUpdated { conversation } = change {
                self.stand(conversation);
            }
        }
    }

    fn stand(&mut self, conversation: &Conversation) {
        if self.open.get(&conversation.id).is_some_and(|known| known.version >= conversation.version) {
            return;
        }
        match OpenNow::of(conversation) {
            Some(now) => self.open.insert(now.id.clone(), now),
            None => self.open.remove(&conversation.id),
        };
    }

    pub async fn board(&mut self, state: &AppState, tenant_id: &TenantId) -> Result<WallboardView> {
        let (since, now) = (state.engine.day_start(tenant_id).await?, state.engine.now());
        self.day.catch_up(&state.engine.db, tenant_id, since, now).await?;
        super::board::write(state, tenant_id, self.open.values(), &self.day.told).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::{Owner, Status};
    use std::sync::Arc;

    fn entry(version: i64, owner: Owner, status: Status) -> LogEntry {
        let mut c = Conversation::new("cnv_1".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
        (c.version, c.owner, c.status) = (version, owner, status);
        LogEntry {
            tenant_id: "tnt_1".into(),
            seq: version,
            at: 0,
            conversation_id: Some(c.id.clone()),
            contact_id: None,
            version: Some(version),
            changes: vec![Change::ConversationUpdated { conversation: Arc::new(c) }],
        }
    }

    #[test]
    fn a_conversation_stands_on_the_floor_while_people_have_it() {
        let agent = || Owner::Agent { agent_id: "usr_1".into() };
        let mut floor = Floor::default();
        let mut after = |entry: LogEntry| {
            floor.take(&entry);
            floor.open.values().map(|open| (open.version, open.agent_id.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(after(entry(1, Owner::Bot, Status::Open)), []);
        assert_eq!(after(entry(2, Owner::Queue { team_id: None }, Status::Open)), [(2, false)]);
        assert_eq!(after(entry(4, agent(), Status::Open)), [(4, true)]);
        assert_eq!(after(entry(3, Owner::Bot, Status::Open)), [(4, true)], "an older entry changes nothing");
        assert_eq!(after(entry(5, agent(), Status::Pending)), []);
        assert_eq!(after(entry(6, agent(), Status::Open)), [(6, true)]);
        assert_eq!(after(entry(7, agent(), Status::Resolved)), []);
    }
}
