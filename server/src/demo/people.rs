//! The demo's tenant, teams, people, inboxes and small tools. Inbox keys are fixed, their secrets are random.

use super::files::People;
use super::{Seed, ids, once};
use anyhow::{Context, Result};
use qn_base::clock::{DAY_MS, MINUTE_MS};
use qn_domain::{CannedId, CannedResponse, Inbox, InboxId, Label, LabelId, Team, TeamId, Tenant, TenantId, Timestamp, User, UserId};
use qn_store::Db;
use std::collections::HashMap;

/// Who and what the stories name.
pub struct DemoTeam {
    pub tenant_id: TenantId,
    /// By e-mail.
    pub users: HashMap<String, User>,
    /// By the key of people.yaml.
    pub teams: HashMap<String, TeamId>,
    /// By public key.
    pub inboxes: HashMap<String, Inbox>,
}

impl DemoTeam {
    pub fn user(&self, email: &str) -> Result<&User> {
        self.users.get(email).with_context(|| format!("nobody has the address {email}"))
    }

    pub fn team(&self, key: &str) -> Result<&TeamId> {
        self.teams.get(key).with_context(|| format!("there is no team {key}"))
    }
}

/// Everything but what the database decides.
pub fn cast(people: &People, base: Timestamp) -> Result<DemoTeam> {
    let tenant_id = super::tenant_id();
    let created_at = base - 90 * DAY_MS;
    let teams: HashMap<String, TeamId> =
        people.teams.iter().map(|t| (t.key.clone(), TeamId::derived(&ids::digest("team", &t.key)))).collect();
    let mut cast = DemoTeam { tenant_id: tenant_id.clone(), users: HashMap::new(), teams, inboxes: HashMap::new() };
    for u in &people.users {
        let team_ids = u.teams.iter().map(|key| cast.team(key).cloned()).collect::<Result<Vec<_>>>()?;
        let user = User {
            id: UserId::derived(&ids::digest("user", &u.email)),
            tenant_id: tenant_id.clone(),
            email: u.email.clone(),
            name: u.name.clone(),
            role: u.role,
            language: u.language,
            capacity: u.capacity,
            presence: u.presence,
            team_ids,
            must_change_password: false,
            disabled: false,
            version: 1,
            created_at,
        };
        cast.users.insert(u.email.clone(), user);
    }
    for i in &people.inboxes {
        let inbox = Inbox {
            id: InboxId::derived(&ids::digest("inbox", &i.key)),
            tenant_id: tenant_id.clone(),
            name: i.name.clone(),
            channel: i.channel,
            key: i.key.clone(),
            secret: qn_channel::generate_secret(),
            team_id: Some(cast.team(&i.team)?.clone()),
            bot_enabled: i.bot_enabled,
            language: i.language,
            hours: i.hours.clone(),
            widget: i.widget.clone(),
            channel_settings: serde_json::json!({}),
            reopen_window_ms: i.reopen_window_minutes * MINUTE_MS,
            version: 1,
            created_at,
        };
        cast.inboxes.insert(i.key.clone(), inbox);
    }
    Ok(cast)
}

pub async fn seed(db: &Db, people: &People, seed: &Seed) -> Result<DemoTeam> {
    let cast = cast(people, seed.base)?;
    let (tenant_id, created_at) = (cast.tenant_id.clone(), seed.base - 90 * DAY_MS);
    let tenant = Tenant {
        id: tenant_id.clone(),
        name: people.tenant.name.clone(),
        language: people.tenant.language,
        time_zone: people.tenant.time_zone.clone(),
        created_at,
    };
    once(qn_store::tenant::insert(db, &tenant).await)?;
    for t in &people.teams {
        let team = Team { id: cast.team(&t.key)?.clone(), tenant_id: tenant_id.clone(), name: t.name.clone(), version: 1, created_at };
        once(qn_store::team::insert(db, &team).await)?;
    }
    for user in cast.users.values() {
        once(qn_store::user::insert(db, user, &seed.password_hash).await)?;
    }
    for inbox in cast.inboxes.values() {
        once(qn_store::inbox::insert(db, inbox).await)?;
    }
    for c in &people.canned_responses {
        let id = CannedId::derived(&ids::digest("canned", &c.shortcut));
        let canned = CannedResponse {
            id,
            tenant_id: tenant_id.clone(),
            shortcut: c.shortcut.clone(),
            text: c.text.clone(),
            actions: c.actions.clone(),
            version: 1,
            created_at,
        };
        once(qn_store::canned::insert(db, &canned).await)?;
    }
    for l in &people.labels {
        let id = LabelId::derived(&ids::digest("label", &l.name));
        let label = Label { id, tenant_id: tenant_id.clone(), name: l.name.clone(), color: l.color.clone(), version: 1, created_at };
        once(qn_store::label::insert(db, &label).await)?;
    }
    Ok(cast)
}
