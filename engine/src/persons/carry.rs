//! What a new conversation goes on with when its customer just wrote under another contact: what the bot was asked and what the talk was
//! about, and who served them. Only contacts joined by proof count, because what the bot knows the customer may hear.

use crate::{Engine, Result};
use qn_domain::link::persons;
use qn_domain::{ContactId, Conversation, ConversationId, LinkState, TenantId};
use qn_store::{contact_link, conversation};
use std::collections::BTreeSet;

/// A case that rested longer is another case.
const WINDOW_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

/// The earlier conversation, as its successor tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Continues {
    pub conversation_id: ConversationId,
    pub inbox: String,
    pub text: String,
}

impl Engine {
    /// The person's newest conversation under another contact, if it is recent.
    pub(crate) async fn earlier(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Option<Conversation>> {
        let members = contact_link::members(&self.db, tenant_id, contact_id).await?;
        if members.len() < 2 {
            return Ok(None);
        }
        let links = contact_link::list(&self.db, tenant_id, &members).await?;
        let proved = links.iter().filter(|l| l.state == LinkState::Standing && l.grade.unlocks_history());
        let pairs: Vec<(&str, &str)> = proved.map(|l| (l.a.as_str(), l.b.as_str())).collect();
        let names: BTreeSet<&str> = members.iter().map(ContactId::as_str).collect();
        let person = persons(&names, &pairs);
        let same = |id: &&ContactId| *id != contact_id && person.get(id.as_str()) == person.get(contact_id.as_str());
        let contact_ids: Vec<ContactId> = members.iter().filter(same).cloned().collect();
        if contact_ids.is_empty() {
            return Ok(None);
        }
        let filter = conversation::Filter { contact_ids, ..conversation::Filter::default() };
        let newest = conversation::list(&self.db, tenant_id, &filter, None, 1).await?.items.into_iter().next();
        Ok(newest.filter(|c| self.now() - c.last_message_at <= WINDOW_MS))
    }
}

/// The successor knows what was asked and what the talk was about. What was shown may be shown again: it is another screen.
pub(crate) fn carry(from: &Conversation, into: &mut Conversation) {
    into.bot.asked.clone_from(&from.bot.asked);
    into.bot.talk.clone_from(&from.bot.talk);
    into.last_agent_id = from.last_agent_id.clone().or(into.last_agent_id.take());
}
