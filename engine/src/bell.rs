//! What another session wrote into the database (a command beside the running server, an operator's SQL) wakes here what the same change
//! would have woken from inside (ADR 27). A ring says where to look, never what to do: rows are read again, and one that rings for nothing
//! finds nothing. Called by the server with what `store::sole` hears.

use crate::{Engine, Result};
use qn_domain::{Change, LogEntry, TenantId};
use qn_store::bell::{Ring, Topic};
use std::sync::atomic::Ordering;

impl Engine {
    /// Looks at once at what would be found by a later look anyway.
    pub async fn ring(&self, ring: Ring) {
        match ring {
            Ring::Wrote(topic) => say(self.look_at(topic).await),
            Ring::Run { tenant_id, run_id } => say(self.look_at_run(&tenant_id, &run_id).await),
            Ring::Entry { tenant_id, seq } => say(self.follow_entry(&tenant_id, seq).await),
            Ring::Everything => {
                self.contacts.clear();
                for topic in Topic::ALL {
                    say(self.look_at(topic).await);
                }
            }
        }
    }

    async fn look_at(&self, topic: Topic) -> Result<()> {
        match topic {
            Topic::Timers => self.runner()?.look_at_timers(),
            Topic::Runs => self.runner()?.look_at_runs(),
            Topic::Signals => self.hear_all_kept().await?,
            Topic::Effects => self.wakes.outbox.notify_one(),
            Topic::Hours => self.flows.hours.notify_one(),
            Topic::Flows => self.tenants().await?.iter().for_each(|id| self.flows_changed(id)),
            Topic::Articles => self.wakes.articles.notify_one(),
            Topic::Journal => {
                self.channels.reread.store(true, Ordering::Release);
                self.channels.fed.notify_one();
            }
            Topic::Mail => self.mail.kept.notify_one(),
            Topic::Sources => self.wakes.sources.notify_one(),
            Topic::Rounds => self.look_round(),
            Topic::Settings => {
                self.tenants().await?.iter().for_each(|id| self.reload_settings(id));
                self.channels.opened.clear();
                self.channels.names.clear();
                self.channels.links.notify_one();
                self.wakes.mailboxes.notify_one();
            }
            Topic::Products => self.tenants().await?.iter().for_each(|id| self.shelves.forget(id)),
            Topic::Words => {
                for tenant_id in self.tenants().await? {
                    self.models.forget(&tenant_id);
                    self.namings.follow(&self.changed(&tenant_id, "entity"));
                    self.canned.follow(&self.changed(&tenant_id, "canned_response"));
                }
            }
            // They are the sign-in's, not the engine's.
            Topic::Keys => {}
        }
        Ok(())
    }

    async fn look_at_run(&self, tenant_id: &TenantId, run_id: &str) -> Result<()> {
        Ok(self.runner()?.look_at_hold(tenant_id, run_id).await?)
    }

    /// Whoever follows the log hears of it as of our own; a reader that is past it reads the log itself.
    async fn follow_entry(&self, tenant_id: &TenantId, seq: i64) -> Result<()> {
        let read = qn_store::log::list_after(&self.db, tenant_id, seq - 1, 1).await?;
        read.into_iter().filter(|entry| entry.seq == seq).for_each(|entry| self.sink.tell(entry));
        Ok(())
    }

    async fn tenants(&self) -> Result<Vec<TenantId>> {
        Ok(qn_store::tenant::list(&self.db).await?.into_iter().map(|tenant| tenant.id).collect())
    }

    fn changed(&self, tenant_id: &TenantId, resource: &str) -> LogEntry {
        LogEntry {
            tenant_id: tenant_id.clone(),
            seq: 0,
            at: self.now(),
            conversation_id: None,
            contact_id: None,
            version: None,
            changes: vec![Change::ResourceChanged { resource: resource.to_owned(), id: String::new() }],
        }
    }
}

fn say(looked: Result<()>) {
    if let Err(error) = looked {
        tracing::warn!(%error, "what another session wrote could not be looked at; it is found later");
    }
}
