//! What the channels' side of the engine keeps in memory. All of it can be lost: the store knows what matters.

use super::calls::Calls;
use super::health::HealthBook;
use super::month::Months;
use super::pace::Paces;
use super::passive::Passives;
use super::session::Sessions;
use super::tokens::Holders;
use super::wire::Wires;
use super::written::Listeners;
use qn_crypto::Keys;
use qn_domain::{Change, Inbox, InboxId, LogEntry, TenantId};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::Notify;

const INBOXES_KEPT_MAX: usize = 10_000;

pub(crate) struct ChannelDesk {
    pub keys: Keys,
    /// Inboxes with their credentials in the clear, by id; of the version that is inside.
    pub opened: Cache<InboxId, Arc<Inbox>>,
    /// Whose inbox has this public key.
    pub names: Cache<String, (TenantId, InboxId)>,
    pub tokens: Holders,
    pub health: HealthBook,
    pub paces: Paces,
    pub passives: Passives,
    pub listeners: Listeners,
    pub sessions: Sessions,
    pub months: Months,
    pub calls: Calls,
    pub wires: Wires,
    /// Something was kept that the engine has not seen.
    pub fed: Notify,
    /// The same, and a visitor wrote it.
    pub written: Notify,
    /// Events from before the last one read wait again.
    pub reread: AtomicBool,
    /// Inboxes changed: long connections may have to begin or to end.
    pub links: Notify,
}

impl ChannelDesk {
    pub fn new(keys: Keys) -> Self {
        Self {
            keys,
            opened: Cache::new(INBOXES_KEPT_MAX),
            names: Cache::new(INBOXES_KEPT_MAX),
            tokens: Holders::default(),
            health: HealthBook::default(),
            paces: Paces::default(),
            passives: Passives::default(),
            listeners: Listeners::default(),
            sessions: Sessions::default(),
            months: Months::default(),
            calls: Calls::default(),
            wires: Wires::default(),
            fed: Notify::new(),
            written: Notify::new(),
            reread: AtomicBool::new(false),
            links: Notify::new(),
        }
    }

    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        for change in &entry.changes {
            if let Change::ResourceChanged { resource, id } = change
                && resource == "inbox"
            {
                self.opened.remove(&InboxId::from(id.as_str()));
                self.links.notify_one();
            }
        }
    }
}
