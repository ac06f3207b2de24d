//! What a conversation goes on with when its customer just wrote under another contact: what the bot was asked and told, what the customer
//! named and what the talk was about, and who served them. Only contacts joined by proof count, because what the bot knows the customer may hear.

use crate::{Engine, Result};
use qn_domain::link::persons;
use qn_domain::{Carried, ContactId, Conversation, ConversationId, LinkState, MessageKind, TenantId};
use qn_store::{contact_link, conversation, message};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A case that rested longer is another case.
const WINDOW_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// Looked through for one that only the customer wrote in.
const CONVERSATIONS_MAX: i64 = 10;
/// Of the earlier conversation, the last ones, read for what the customer named.
const MESSAGES_MAX: i64 = 50;
/// What stays true from one channel, or one wish, to the next; amounts and times are of the moment.
pub(crate) const LASTING: [&str; 4] = ["order_id", "plate", "phone", "email"];
/// The bot remembers so many questions of a conversation.
const ASKED_MAX: usize = 10;
const ANSWER_CHARS_MAX: usize = 60;

/// The earlier conversation, as its successor tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Continues {
    pub conversation_id: ConversationId,
    pub inbox: String,
    pub text: String,
}

impl Engine {
    /// The contacts that are proved to be the same person, without the one itself.
    pub(crate) async fn proved_same(&self, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<ContactId>> {
        let members = contact_link::members(&self.db, tenant_id, contact_id).await?;
        if members.len() < 2 {
            return Ok(Vec::new());
        }
        let links = contact_link::list(&self.db, tenant_id, &members).await?;
        let proved = links.iter().filter(|l| l.state == LinkState::Standing && l.grade.unlocks_history());
        let pairs: Vec<(&str, &str)> = proved.map(|l| (l.a.as_str(), l.b.as_str())).collect();
        let names: BTreeSet<&str> = members.iter().map(ContactId::as_str).collect();
        let person = persons(&names, &pairs);
        let same = |id: &&ContactId| *id != contact_id && person.get(id.as_str()) == person.get(contact_id.as_str());
        Ok(members.iter().filter(same).cloned().collect())
    }

    /// The person's newest conversation under another contact that only they wrote in, if it is recent.
    pub(crate) async fn earlier(&self, tenant_id: &TenantId, contact_ids: &[ContactId]) -> Result<Option<Conversation>> {
        if contact_ids.is_empty() {
            return Ok(None);
        }
        let filter = conversation::Filter { contact_ids: contact_ids.to_vec(), ..conversation::Filter::default() };
        let newest = conversation::list(&self.db, tenant_id, &filter, None, CONVERSATIONS_MAX).await?.items.into_iter();
        // What somebody else may have written is no knowledge of this customer.
        Ok(newest.filter(|c| !c.bot.unproved).find(|c| self.now() - c.last_message_at <= WINDOW_MS))
    }
}

impl Engine {
    /// What the customer named in it and before it, the last of each kind.
    pub(crate) async fn carried(&self, from: &Conversation, inbox: &str) -> Result<Carried> {
        let before = from.bot.carried.clone().unwrap_or_default();
        let mut carried = Carried { inbox: inbox.to_owned(), ..before };
        let mut question = String::new();
        for message in message::list_before(&self.db, &from.tenant_id, &from.id, None, MESSAGES_MAX).await? {
            match message.kind {
                MessageKind::Incoming if message.recalled_at.is_none() => {
                    let said = in_answer(&std::mem::take(&mut question), message.content.text);
                    carried.named.extend(lasting(&said, message.created_at));
                }
                MessageKind::Outgoing => question = message.content.text,
                _ => {}
            }
        }
        for id in &from.bot.shown {
            if !carried.shown.contains(id) {
                carried.shown.push(id.clone());
            }
        }
        Ok(carried)
    }
}

/// "A2026010100" names nothing by itself; after a question for an order's number it does.
pub(crate) fn in_answer(question: &str, said: String) -> String {
    let question = question.to_lowercase();
    let is_short = said.chars().count() <= ANSWER_CHARS_MAX;
    let asks_order = ["订单", "单号", "order", "tracking"].iter().any(|word| question.contains(word));
    if is_short && asks_order { format!("订单号 {said}") } else { said }
}

/// What a text names that lasts.
pub(crate) fn lasting(text: &str, now: i64) -> Map<String, Value> {
    let mut named = crate::flows::entities(text, now);
    named.retain(|name, _| LASTING.contains(&name.as_str()));
    named
}

/// The successor knows what was asked and told and what the talk was about.
pub(crate) fn carry(from: &Conversation, carried: Carried, into: &mut Conversation) {
    let own = std::mem::take(&mut into.bot.asked);
    into.bot.asked = from.bot.asked.iter().cloned().chain(own).collect();
    let over = into.bot.asked.len().saturating_sub(ASKED_MAX);
    into.bot.asked.drain(..over);
    if into.bot.talk.is_null() {
        into.bot.talk.clone_from(&from.bot.talk);
    }
    into.bot.carried = Some(carried);
    into.last_agent_id = from.last_agent_id.clone().or(into.last_agent_id.take());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_is_an_order_where_it_was_asked_for() {
        let named = |question: &str, said: &str| lasting(&in_answer(question, said.to_owned()), 1_790_000_000_000);
        for question in ["请告诉我订单号。", "What is your order number?"] {
            assert_eq!(named(question, "A20260101001")["order_id"], "A20260101001", "{question}");
        }
        assert!(named("请问怎么称呼您？", "A20260101001").is_empty());
        assert_eq!(named("", "订单号是 A20260101001，要退 99 元")["order_id"], "A20260101001");
        assert!(!named("", "退 99 元").contains_key("money"), "an amount is of the moment");
    }
}
