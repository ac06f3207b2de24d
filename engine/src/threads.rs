//! The latest committed state of recently active conversations, by thread and by id. Updated from the commit stream in order,
//! so a decision usually starts without a read. It may be stale when another process commits; the version check then says so.

use qn_domain::{Change, Conversation, InboxId, LogEntry};
use quick_cache::sync::Cache;
use std::sync::Arc;

const KEPT_MAX: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Threads {
    by_thread: Cache<String, Arc<Conversation>>,
}

impl Default for Threads {
    fn default() -> Self {
        Self { by_thread: Cache::new(KEPT_MAX) }
    }
}

impl Threads {
    pub fn key(inbox_id: &InboxId, thread_key: &str) -> String {
        format!("{inbox_id}\u{1}{thread_key}")
    }

    pub fn get(&self, key: &str) -> Option<Arc<Conversation>> {
        self.by_thread.get(key)
    }

    /// Remembers what was read, unless something newer is known.
    pub fn put(&self, conversation: Conversation) {
        let key = Self::key(&conversation.inbox_id, &conversation.thread_key);
        let newer = self.by_thread.get(&key).is_some_and(|known| known.id == conversation.id && known.version >= conversation.version);
        if !newer {
            self.by_thread.insert(key, Arc::new(conversation));
        }
    }

    pub fn forget(&self, key: &str) {
        self.by_thread.remove(key);
    }

    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        for change in &entry.changes {
            if let Change::ConversationCreated { conversation } | Change::ConversationUpdated { conversation } = change {
                let key = Self::key(&conversation.inbox_id, &conversation.thread_key);
                let other =
                    self.by_thread.get(&key).is_some_and(|known| known.created_at > conversation.created_at && known.id != conversation.id);
                if !other {
                    self.by_thread.insert(key, conversation.clone());
                }
            }
        }
    }
}

/// The conversation an entry leaves behind.
pub(crate) fn conversation_of(entry: &LogEntry) -> Option<&Arc<Conversation>> {
    entry.changes.iter().find_map(|change| match change {
        Change::ConversationCreated { conversation } | Change::ConversationUpdated { conversation } => Some(conversation),
        _ => None,
    })
}

/// True when the entry may let somebody take a waiting conversation: it waits in a queue, or an agent has one less.
pub(crate) fn stirs_queue(entry: &LogEntry) -> bool {
    use qn_domain::{Owner, Status};
    let moved = |c: &Arc<Conversation>| matches!(c.owner, Owner::Queue { .. }) || c.status != Status::Open;
    let settings = |c: &Change| matches!(c, Change::ResourceChanged { resource, .. } if resource == "user" || resource == "team" || resource == "routing");
    conversation_of(entry).is_some_and(moved) || returned_to_bot(entry) || entry.changes.iter().any(settings)
}

fn returned_to_bot(entry: &LogEntry) -> bool {
    let returned = |activity: &qn_domain::Activity| activity.key == qn_domain::ActivityKey::ReturnedToBot;
    entry.changes.iter().any(|c| matches!(c, Change::MessageCreated { message } if message.content.activity.as_ref().is_some_and(returned)))
}
