//! Turns what the store knows into what the wire shows, fetching what a view needs beside its own row.

use crate::Result;
use crate::state::AppState;
use qn_api_types::conversation::{ContactBrief, ConversationView};
use qn_api_types::user::UserView;
use qn_api_types::widget::{QueuePlaceView, VisitorConversation};
use qn_domain::{Contact, ContactId, Conversation, TenantId, Timestamp, User};
use qn_engine::QueuePlace;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::sync::Arc;

/// One person's load is counted no further.
const LOAD_SHOWN_MAX: i64 = 200;

/// Conversations with their contacts, in the order given; one query for all contacts.
pub async fn conversations(state: &AppState, tenant_id: &TenantId, items: Vec<Conversation>) -> Result<Vec<ConversationView>> {
    let ids: Vec<ContactId> = items.iter().map(|c| c.contact_id.clone()).collect();
    let ids: Vec<&ContactId> = ids.iter().collect();
    let known = qn_store::contact::list_by_ids(&state.engine.db, tenant_id, &ids).await?;
    let known: HashMap<&str, &Contact> = known.iter().map(|c| (c.id.as_str(), c)).collect();
    let view = |c: Conversation| {
        let brief =
            known.get(c.contact_id.as_str()).map_or_else(|| ContactBrief::nameless(&c.contact_id), |contact| ContactBrief::from(*contact));
        ConversationView::of(c, brief)
    };
    Ok(items.into_iter().map(view).collect())
}

pub async fn conversation(state: &AppState, c: Conversation) -> Result<ConversationView> {
    let contact = qn_store::contact::find(&state.engine.db, &c.tenant_id, &c.contact_id).await?;
    let brief = contact.as_ref().map_or_else(|| ContactBrief::nameless(&c.contact_id), ContactBrief::from);
    Ok(ConversationView::of(c, brief))
}

/// A conversation for its customer: with the name of who serves it and the place in the queue.
pub async fn visitor_conversation(state: &AppState, c: &Conversation) -> Result<VisitorConversation> {
    // The customer sees who works on what they say, and that it goes on.
    let desk = state.engine.served_in(c).await?;
    let place = state.engine.queue_place(desk.as_ref().unwrap_or(c)).await?;
    let served;
    let c = match desk {
        None => c,
        Some(desk) => {
            served = Conversation { status: desk.status, owner: desk.owner, queued_at: desk.queued_at, ..c.clone() };
            &served
        }
    };
    let agent_name = match c.owner.agent_id() {
        Some(id) => state.engine.settings(&c.tenant_id).await?.users.get(id).map(|u| u.name.clone()),
        None => None,
    };
    let view =
        |p: QueuePlace| QueuePlaceView { position: p.position, expected_wait_ms: p.expected_wait_ms, likely_max_ms: p.likely_max_ms };
    let queue = place.map(view);
    Ok(VisitorConversation::of(c, agent_name, queue))
}

/// People with what is known of them right now: connected or not, and how many open conversations they own.
pub async fn users(state: &AppState, tenant_id: &TenantId, users: Vec<User>) -> Result<Vec<UserView>> {
    let loads: HashMap<String, i64> = qn_store::conversation::loads(&state.engine.db, tenant_id).await?.into_iter().collect();
    let view = |u: User| {
        let (connected, load) = (state.engine.presence.connected(tenant_id, &u.id), loads.get(u.id.as_str()).copied().unwrap_or(0));
        UserView::of(u, connected, load)
    };
    Ok(users.into_iter().map(view).collect())
}

pub async fn user(state: &AppState, user: User) -> Result<UserView> {
    let load = qn_store::conversation::list_owned(&state.engine.db, &user.tenant_id, &user.id, LOAD_SHOWN_MAX).await?.len();
    let connected = state.engine.presence.connected(&user.tenant_id, &user.id);
    Ok(UserView::of(user, connected, i64::try_from(load).unwrap_or(LOAD_SHOWN_MAX)))
}

/// Contacts as the stream shows them. Live entries carry no contact, and reading one row per entry would be waste. A contact is
/// forgotten when the log says that it changed, and after a while in case nobody here listened to the log then.
#[derive(Debug)]
pub struct Briefs {
    known: Cache<ContactId, (Arc<ContactBrief>, Timestamp)>,
}

const REMEMBER_MS: i64 = 30_000;

/// About 5 MB when full.
const BRIEFS_MAX: usize = 20_000;

impl Default for Briefs {
    fn default() -> Self {
        Self { known: Cache::new(BRIEFS_MAX) }
    }
}

impl Briefs {
    pub async fn get(&self, state: &AppState, tenant_id: &TenantId, id: &ContactId) -> Result<Arc<ContactBrief>> {
        let now = state.engine.now();
        if let Some((brief, at)) = self.known.get(id)
            && now - at < REMEMBER_MS
        {
            return Ok(brief);
        }
        let contact = qn_store::contact::find(&state.engine.db, tenant_id, id).await?;
        let brief = Arc::new(contact.as_ref().map_or_else(|| ContactBrief::nameless(id), ContactBrief::from));
        self.known.insert(id.clone(), (brief.clone(), now));
        Ok(brief)
    }

    pub fn forget(&self, id: &str) {
        self.known.remove(&ContactId::from(id));
    }
}
