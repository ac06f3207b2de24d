//! The state each person is in, from what they chose, what they have to write, and whether they are connected. Written to the
//! append-only record whenever it changes, and told to colleagues. What people do is `agent.rs`; connections are `presence.rs`.

use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use qn_domain::presence::{PresenceChange, PresenceState};
use qn_domain::{Presence, TenantId, Timestamp, User, UserId};

/// What a person is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub presence: Presence,
    /// A key of the policy's busy reasons; only with busy.
    pub reason: Option<String>,
    /// Themselves, a supervisor, or nobody (missed offers).
    pub caused_by: Option<UserId>,
}

impl Engine {
    /// What a person is to be; the router, the record and the screens hear of it. A reason the policy does not know is refused,
    /// unless nobody chose it.
    pub async fn choose_presence(&self, tenant_id: &TenantId, user_id: &UserId, chosen: Chosen) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        let reason = chosen.reason.as_deref().filter(|_| chosen.presence == Presence::Busy);
        let known = |key: &str| settings.routing.policy.reasons().iter().any(|r| r.key == key);
        if chosen.caused_by.is_some() && reason.is_some_and(|key| !known(key)) {
            return Err(EngineError::Invalid { field: "reason" });
        }
        if chosen.caused_by.is_some() {
            self.presence.answered(tenant_id, user_id);
        }
        let now = self.now();
        qn_store::user::set_presence(&self.db, tenant_id, user_id, chosen.presence).await?;
        qn_store::routing::set_busy(&self.db, tenant_id, user_id, reason, reason.map(|_| now)).await?;
        self.db.announce(tenant_id, "user", user_id.as_str(), now).await?;
        let settings = self.settings(tenant_id).await?;
        if let Some(user) = settings.users.get(user_id) {
            self.note_state(&settings, user, chosen.caused_by, now).await?;
        }
        Ok(())
    }

    /// Writes down the state the person is in now if it is another than before, and tells colleagues. `at`: since when.
    pub(crate) async fn note_state(&self, settings: &TenantSettings, user: &User, caused_by: Option<UserId>, at: Timestamp) -> Result<()> {
        let (tenant_id, connected) = (&user.tenant_id, self.presence.connected(&user.tenant_id, &user.id));
        let writing = !qn_store::wrap_up::list_open(&self.db, tenant_id, &user.id).await?.is_empty();
        let chosen = settings.routing.people.get(&user.id).and_then(|p| p.busy_reason.clone());
        let (state, reason) = match user.presence {
            Presence::Busy if connected => (PresenceState::Busy, chosen),
            Presence::Online if connected && writing => (PresenceState::WrapUp, None),
            Presence::Online if connected => (PresenceState::Online, None),
            Presence::Online | Presence::Busy | Presence::Offline => (PresenceState::Offline, None),
        };
        let change =
            PresenceChange { tenant_id: tenant_id.clone(), user_id: user.id.clone(), state, reason: reason.clone(), caused_by, at };
        qn_store::presence::append(&self.db, &change).await?;
        let since = qn_store::presence::find_now(&self.db, tenant_id, &user.id).await?.map_or(at, |known| known.at);
        self.hub.signal(qn_bus::Signal {
            tenant_id: tenant_id.clone(),
            audience: qn_bus::Audience::People,
            body: qn_bus::SignalBody::Presence { user_id: user.id.clone(), presence: user.presence, connected, state, reason, since },
        });
        Ok(())
    }
}
