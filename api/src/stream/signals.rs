//! What clients say that is never stored: typing and viewing. Checked against what they may see, limited in rate, told to others.

use super::Viewer;
use crate::Result;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::wallboard::Wall;
use qn_bus::{Audience, Signal, SignalBody, Who};
use qn_domain::{ContactId, ConversationId, Timestamp};
use qn_engine::{Actor, Visitor};
use std::sync::Arc;

/// How many signals one connection may send at once, and how fast it earns new ones.
const BURST: f64 = 12.0;
const PER_MS: f64 = 4.0 / 1000.0;

/// One connection's signals. `connection` names it among a person's windows.
#[derive(Debug)]
pub struct Signals {
    connection: u64,
    tokens: f64,
    at: Timestamp,
    viewing: Option<ConversationId>,
    /// The conversation of the last signal, so that typing does not read the store at every key.
    known: Option<(ConversationId, ContactId)>,
    /// Kept while the wallboard is open here.
    pub wall: Option<Arc<Wall>>,
}

impl Signals {
    pub fn new(now: Timestamp) -> Self {
        let mut bytes = [0u8; 8];
        qn_base::ids::fill_random(&mut bytes);
        Self { connection: u64::from_be_bytes(bytes), tokens: BURST, at: now, viewing: None, known: None, wall: None }
    }

    /// False when the sender is too fast; what is dropped is worthless a moment later anyway.
    pub fn allowed(&mut self, now: Timestamp) -> bool {
        self.tokens = (self.tokens + (now - self.at).max(0) as f64 * PER_MS).min(BURST);
        self.at = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }

    pub async fn typing(&mut self, state: &AppState, viewer: &Viewer, id: String, on: bool, preview: Option<String>) -> Result<()> {
        let id = ConversationId(id);
        match viewer {
            Viewer::Person(person) => self.person_types(state, &person.actor, id, on).await,
            Viewer::Visitor(visitor) => self.visitor_types(state, &visitor.visitor, id, on, preview).await,
        }
    }

    async fn person_types(&mut self, state: &AppState, actor: &Actor, id: ConversationId, on: bool) -> Result<()> {
        let contact_id = self.contact_of(state, actor, &id).await?;
        state.viewers.typing(&state.engine.hub, &actor.tenant_id, self.connection, &id, on);
        let who = Who { kind: "agent", id: actor.user_id.0.clone(), name: actor.name.clone() };
        state.engine.hub.signal(Signal {
            tenant_id: actor.tenant_id.clone(),
            audience: Audience::Both(contact_id),
            body: SignalBody::Typing { conversation_id: id, who, on, preview: None },
        });
        Ok(())
    }

    /// Unsent words are shown to people only, and only where the inbox allows it; never while a one-time code may be among them.
    async fn visitor_types(
        &mut self,
        state: &AppState,
        visitor: &Visitor,
        id: ConversationId,
        on: bool,
        preview: Option<String>,
    ) -> Result<()> {
        let current = state.engine.visitor_conversation(visitor).await?;
        let current = current.filter(|c| c.id == id).ok_or_else(|| Problem::not_found("conversation"))?;
        let inbox = state.engine.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
        let wanted = inbox.channel_settings.get("typing_preview").and_then(serde_json::Value::as_bool).unwrap_or(true);
        let allowed = wanted && !current.bot.asks_for_code();
        let who = Who { kind: "contact", id: visitor.contact_id.0.clone(), name: visitor.name.clone() };
        state.engine.hub.signal(Signal {
            tenant_id: visitor.tenant_id.clone(),
            audience: Audience::People,
            body: SignalBody::Typing { conversation_id: id, who, on, preview: preview.filter(|_| allowed && on) },
        });
        Ok(())
    }

    /// People only; customers' screens are their own affair.
    pub async fn viewing(&mut self, state: &AppState, viewer: &Viewer, id: Option<String>) -> Result<()> {
        let Viewer::Person(person) = viewer else { return Err(Problem::new(Code::Forbidden).with("needed", "agent")) };
        let id = id.map(ConversationId);
        if let Some(id) = &id {
            self.contact_of(state, &person.actor, id).await?;
        }
        state.viewers.moved(&state.engine.hub, &person.actor, self.connection, self.viewing.as_ref(), id.as_ref());
        self.viewing = id;
        Ok(())
    }

    /// The connection is gone.
    pub fn leave(&mut self, state: &AppState, viewer: &Viewer) {
        if let (Viewer::Person(person), Some(viewing)) = (viewer, self.viewing.take()) {
            state.viewers.moved(&state.engine.hub, &person.actor, self.connection, Some(&viewing), None);
        }
    }

    async fn contact_of(&mut self, state: &AppState, actor: &Actor, id: &ConversationId) -> Result<ContactId> {
        if let Some((known, contact_id)) = &self.known
            && known == id
        {
            return Ok(contact_id.clone());
        }
        let conversation = qn_store::conversation::get(&state.engine.db, &actor.tenant_id, id).await?;
        self.known = Some((id.clone(), conversation.contact_id.clone()));
        Ok(conversation.contact_id)
    }
}
