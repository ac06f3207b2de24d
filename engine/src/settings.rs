//! A tenant's settings as decisions need them: inboxes, people, teams, webhooks. Read once, kept until something changes
//! (the commit stream says so), shared by reference. What changes the database from outside this process, such as
//! `qingniao user disable`, writes no commit here; on PostgreSQL the `bell` tells of it, and unasked it is seen within `KEPT_MS_MAX`.

use crate::rules::LiveRouting;
use crate::{EngineError, Result};
use qn_base::Timestamp;
use qn_domain::wrap_up::WrapUpForm;
use qn_domain::{
    Change, Inbox, InboxId, LinkPolicy, LogEntry, MatchWeights, Repairs, Team, TeamId, Tenant, TenantId, TransferReason, User, UserId,
    WebhookEndpoint,
};
use qn_store::Db;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Beyond these a tenant's further objects are not routed to; the API refuses to create them.
pub(crate) const INBOXES_MAX: i64 = 1_000;
const TEAMS_MAX: i64 = 1_000;
/// How old known settings may become before they are read again.
pub(crate) const KEPT_MS_MAX: i64 = 5_000;

#[derive(Debug)]
pub struct TenantSettings {
    pub tenant: Tenant,
    pub inboxes: HashMap<InboxId, Arc<Inbox>>,
    pub users: HashMap<UserId, User>,
    pub teams: HashMap<TeamId, Team>,
    pub webhooks: Vec<WebhookEndpoint>,
    pub routing: LiveRouting,
    pub wrap_up: WrapUpForm,
    /// Why people pass conversations on.
    pub transfer_reasons: Vec<TransferReason>,
    pub repairs: Arc<Repairs>,
    pub link_policy: LinkPolicy,
    /// What likeness proves here; none: the usual.
    pub match_weights: Option<MatchWeights>,
}

impl TenantSettings {
    pub fn inbox(&self, id: &InboxId) -> Result<&Arc<Inbox>> {
        self.inboxes.get(id).ok_or_else(|| EngineError::not_found("inbox", id))
    }

    pub fn user(&self, id: &UserId) -> Result<&User> {
        self.users.get(id).filter(|u| !u.disabled).ok_or_else(|| EngineError::not_found("user", id))
    }

    /// A person who can work in conversations.
    pub fn colleague(&self, id: &UserId) -> Result<&User> {
        self.user(id).ok().filter(|u| !u.is_service()).ok_or_else(|| EngineError::not_found("user", id))
    }

    pub fn team(&self, id: &TeamId) -> Result<&Team> {
        self.teams.get(id).ok_or_else(|| EngineError::not_found("team", id))
    }
}

#[derive(Debug, Default)]
pub(crate) struct SettingsCache {
    known: RwLock<HashMap<TenantId, Known>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
}

#[derive(Debug)]
struct Known {
    settings: Arc<TenantSettings>,
    read_at: Timestamp,
}

impl SettingsCache {
    pub async fn get(&self, db: &Db, tenant_id: &TenantId, now: Timestamp) -> Result<Arc<TenantSettings>> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(tenant_id)
            && now - known.read_at < KEPT_MS_MAX
        {
            return Ok(known.settings.clone());
        }
        let before = self.changes.load(Ordering::Acquire);
        let settings = Arc::new(load(db, tenant_id).await?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes.load(Ordering::Acquire) == before {
            known.insert(tenant_id.clone(), Known { settings: settings.clone(), read_at: now });
        }
        Ok(settings)
    }

    pub fn forget(&self, tenant_id: &TenantId) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(tenant_id);
    }

    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        if entry.changes.iter().any(|c| matches!(c, Change::ResourceChanged { resource, .. } if is_setting(resource))) {
            self.forget(&entry.tenant_id);
        }
    }
}

fn is_setting(resource: &str) -> bool {
    matches!(
        resource,
        "inbox"
            | "user"
            | "team"
            | "webhook"
            | "tenant"
            | "routing"
            | "wrap_up_form"
            | "transfer_reasons"
            | "repairs"
            | "link_policy"
            | "match_weights"
    )
}

async fn load(db: &Db, tenant_id: &TenantId) -> Result<TenantSettings> {
    let tenant = qn_store::tenant::get(db, tenant_id).await?;
    let inboxes = qn_store::inbox::list(db, tenant_id, None, INBOXES_MAX).await?.items;
    let users = qn_store::user::list_all(db, tenant_id).await?;
    let teams = qn_store::team::list(db, tenant_id, None, TEAMS_MAX).await?.items;
    let webhooks = qn_store::webhook::list_active(db, tenant_id).await?;
    Ok(TenantSettings {
        tenant,
        inboxes: inboxes.into_iter().map(|i| (i.id.clone(), Arc::new(i))).collect(),
        users: users.into_iter().map(|u| (u.id.clone(), u)).collect(),
        teams: teams.into_iter().map(|t| (t.id.clone(), t)).collect(),
        webhooks,
        routing: LiveRouting::load(db, tenant_id).await?,
        wrap_up: qn_store::wrap_up::form(db, tenant_id).await?.0,
        transfer_reasons: qn_store::transfer_reasons::get(db, tenant_id).await?.0,
        repairs: Arc::new(qn_store::repairs::get(db, tenant_id).await?.0),
        link_policy: qn_store::link_policy::get(db, tenant_id).await?.0,
        match_weights: qn_store::match_weights::get(db, tenant_id).await?.counting(),
    })
}
