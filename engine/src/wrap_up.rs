//! What a person writes when a conversation is done (会话小结): asked when they close it in an inbox that wants it; until it is written
//! or its time is over they get no new work. The form and its rows are `qn_domain::wrap_up`.

use crate::settings::TenantSettings;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::wrap_up::WrapUp;
use qn_domain::{ConversationId, Role, Status, TenantId, Timestamp, UserId};
use std::collections::HashSet;

/// Characters of a note.
const NOTE_MAX: usize = 4_000;

/// What is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// A category without children.
    pub category: Option<String>,
    pub note: String,
}

impl Engine {
    /// Before the conversation is closed, so that no new work comes in between. None where nobody is asked.
    pub(crate) async fn ask_wrap_up(&self, settings: &TenantSettings, actor: &Actor, id: &ConversationId) -> Result<Option<WrapUp>> {
        if settings.wrap_up.inboxes.is_empty() {
            return Ok(None);
        }
        let c = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let Some(terms) = settings.wrap_up.inboxes.get(&c.inbox_id) else { return Ok(None) };
        if c.status == Status::Resolved || c.owner.agent_id() != Some(&actor.user_id) {
            return Ok(None);
        }
        let now = self.now();
        let asked = WrapUp {
            tenant_id: c.tenant_id,
            conversation_id: c.id,
            began_at: now,
            inbox_id: c.inbox_id,
            agent_id: actor.user_id.clone(),
            required: terms.required,
            until_at: now.saturating_add(terms.seconds.saturating_mul(1_000)),
            ended_at: None,
            category: None,
            note: String::new(),
            saved_at: None,
        };
        qn_store::wrap_up::insert(&self.db, &asked).await?;
        self.floors.people_changed(&asked.tenant_id);
        Ok(Some(asked))
    }

    /// After it was closed, or was not.
    pub(crate) async fn settle_wrap_up(&self, asked: &WrapUp, closed: bool) -> Result<()> {
        if !closed {
            qn_store::wrap_up::delete(&self.db, asked).await?;
        }
        self.wrapped(&asked.tenant_id, &asked.agent_id, asked.began_at).await
    }

    /// Writes it, or corrects what was written. Other people's only for supervisors.
    pub async fn write_wrap_up(&self, actor: &Actor, id: &ConversationId, began_at: Timestamp, written: Written) -> Result<()> {
        let asked = self.asked(actor, id, began_at).await?;
        let form = &self.settings(&actor.tenant_id).await?.wrap_up;
        let known = written.category.as_deref().is_none_or(|key| form.leaf(key).is_some());
        let missing = asked.required && written.category.is_none() && !form.categories.is_empty();
        if !known || missing {
            return Err(EngineError::Invalid { field: "category" });
        }
        let (now, note) = (self.now(), qn_base::text::truncate(written.note.trim(), NOTE_MAX).to_owned());
        qn_store::wrap_up::save(&self.db, &WrapUp { category: written.category, note, ..asked.clone() }, now).await?;
        self.wrapped(&actor.tenant_id, &asked.agent_id, now).await
    }

    /// Nothing is written, where that is allowed.
    pub async fn skip_wrap_up(&self, actor: &Actor, id: &ConversationId, began_at: Timestamp) -> Result<()> {
        let asked = self.asked(actor, id, began_at).await?;
        if asked.required && actor.role < Role::Supervisor {
            return Err(EngineError::Invalid { field: "category" });
        }
        let now = self.now();
        qn_store::wrap_up::end(&self.db, &asked, now).await?;
        self.wrapped(&actor.tenant_id, &asked.agent_id, now).await
    }

    async fn asked(&self, actor: &Actor, id: &ConversationId, began_at: Timestamp) -> Result<WrapUp> {
        let all = qn_store::wrap_up::list(&self.db, &actor.tenant_id, id).await?;
        let asked = all.into_iter().find(|w| w.began_at == began_at);
        let asked = asked.ok_or_else(|| EngineError::not_found("wrap_up", id))?;
        if asked.agent_id != actor.user_id && actor.role < Role::Supervisor {
            return Err(EngineError::NotYours);
        }
        Ok(asked)
    }

    /// Ends what is over its time and need not be written.
    pub(crate) async fn end_wrap_ups(&self, tenant_id: &TenantId) -> Result<()> {
        let now = self.now();
        for asked in qn_store::wrap_up::list_all_open(&self.db, tenant_id).await? {
            if !asked.required && asked.until_at <= now && qn_store::wrap_up::end(&self.db, &asked, asked.until_at).await? {
                self.wrapped(tenant_id, &asked.agent_id, asked.until_at).await?;
            }
        }
        Ok(())
    }

    /// People who get no new work because they write.
    pub(crate) async fn writing(&self, settings: &TenantSettings) -> Result<HashSet<UserId>> {
        let now = self.now();
        let open = qn_store::wrap_up::list_all_open(&self.db, &settings.tenant.id).await?;
        Ok(open.into_iter().filter(|w| w.required || w.until_at > now).map(|w| w.agent_id).collect())
    }

    async fn wrapped(&self, tenant_id: &TenantId, agent_id: &UserId, at: Timestamp) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        if let Some(user) = settings.users.get(agent_id) {
            self.note_state(&settings, user, Some(agent_id.clone()), at).await?;
        }
        self.people_changed(tenant_id);
        Ok(())
    }
}
