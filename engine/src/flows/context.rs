//! What a run knows of how it began, read once when it begins: the customer, the conversation, the message and what was named in it.

use super::earlier::Earlier;
use crate::{Engine, Result};
use qn_domain::{Contact, ContactId, Conversation, ConversationId, Language, Message, MessageId, TenantId};
use qn_nlu::dialogue;
use qn_nlu::entity::{self, Entity, Role, Value as Found};
use qn_workflow::{ContactFacts, Context, ConversationFacts, MessageFacts, Named};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is less likely to be named is not even offered where it is asked for.
pub(super) const LIKELY_MIN: f32 = 0.5;

/// Where a run begins, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beginning<'a> {
    pub conversation_id: Option<&'a ConversationId>,
    pub contact_id: Option<&'a ContactId>,
    pub message_id: Option<&'a MessageId>,
    /// The flow, where a customer or somebody for them begins it: it knows what they named before.
    pub flow_id: Option<&'a str>,
}

impl Engine {
    pub(super) async fn flow_context(&self, tenant_id: &TenantId, from: Beginning<'_>, event: Value) -> Result<Box<Context>> {
        let mut context = Context { event, at: time(self.now()), ..Context::default() };
        let message = match from.message_id {
            Some(id) => Some(qn_store::message::get(&self.db, tenant_id, id).await?),
            None => None,
        };
        if let Some(id) = from.conversation_id {
            let conversation = qn_store::conversation::get(&self.db, tenant_id, id).await?;
            let channel = self.inbox(tenant_id, &conversation.inbox_id).await.ok().map(|inbox| inbox.channel.as_str().to_owned());
            context.conversation = conversation_facts(&conversation, channel);
            if let Some(flow_id) = from.flow_id {
                let Earlier { known, likely } = Box::pin(self.named_earlier(&conversation, message.as_ref(), flow_id)).await?;
                hear(&mut context, known, likely);
            }
            // Said in another channel a while ago: not asked for again, where nothing was said of it here.
            for (name, value) in conversation.bot.carried.map(|carried| carried.named).unwrap_or_default() {
                if !context.likely.contains_key(&name) {
                    context.entities.entry(name).or_insert(value);
                }
            }
            context.earlier = context.entities.keys().cloned().collect();
        }
        if let Some(id) = from.contact_id {
            context.contact = contact_facts(qn_store::contact::get(&self.db, tenant_id, id).await?);
        }
        if let Some(message) = message {
            let (named, likely) = self.named(tenant_id, &message.content.text).await?;
            hear(&mut context, named, likely);
            context.message = message_facts(message);
        }
        Ok(Box::new(context))
    }
}

/// What is named later takes the place of what was named before, also where it is only likely.
fn hear(context: &mut Context, known: Map<String, Value>, mut likely: Map<String, Value>) {
    likely.retain(|name, _| !known.contains_key(name));
    context.likely.retain(|name, _| !known.contains_key(name));
    context.entities.retain(|name, _| !likely.contains_key(name));
    context.earlier.retain(|name| !known.contains_key(name) && !likely.contains_key(name));
    context.entities.extend(known);
    context.likely.extend(likely);
}

fn conversation_facts(c: &Conversation, channel: Option<String>) -> ConversationFacts {
    let language = if c.language == Language::Zh { "zh" } else { "en" };
    ConversationFacts { id: Some(c.id.0.clone()), language: Some(language.to_owned()), inbox: Some(c.inbox_id.0.clone()), channel }
}

fn contact_facts(contact: Contact) -> ContactFacts {
    ContactFacts {
        id: Some(contact.id.0),
        name: Some(contact.name).filter(|name| !name.is_empty()),
        email: contact.email,
        phone: contact.phone,
        attributes: contact.attributes,
    }
}

fn message_facts(message: Message) -> MessageFacts {
    MessageFacts { id: Some(message.id.0), text: Some(message.content.text) }
}

fn time(at: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(at).ok().map(|t| t.to_string())
}

/// Texts of one script that are looked at.
const WORDS_MAX: usize = 500;

impl Engine {
    /// What a customer's answer names, without what they take back in it.
    pub(super) async fn named_in_answer(&self, tenant_id: &TenantId, text: &str) -> Result<Named> {
        let meant = dialogue::instead(text).unwrap_or(text);
        let (entities, mut likely) = self.named(tenant_id, meant).await?;
        likely.retain(|name, _| !entities.contains_key(name));
        Ok(Named { entities, likely })
    }

    /// The same of every text that a script has customers say, by the text: a simulated answer fills what a real one would.
    pub async fn names_in(&self, tenant_id: &TenantId, words: Vec<String>) -> Result<BTreeMap<String, Named>> {
        let mut names = BTreeMap::new();
        for text in words.into_iter().take(WORDS_MAX) {
            if names.contains_key(&text) {
                continue;
            }
            let named = self.named_in_answer(tenant_id, &text).await?;
            if !named.is_empty() {
                names.insert(text, named);
            }
        }
        Ok(names)
    }

    /// The first thing of each kind that a text names, the company's own among them; and what is only likely.
    async fn named(&self, tenant_id: &TenantId, text: &str) -> Result<(Map<String, Value>, Map<String, Value>)> {
        let (general, own) = self.find_named(tenant_id, text).await?;
        let (sure, unsure): (Vec<Entity>, Vec<Entity>) = general.into_iter().partition(|one| one.confidence >= entity::SURE_MIN);
        let mut named = facts(sure);
        let mut likely = facts(unsure.into_iter().filter(|one| one.confidence >= LIKELY_MIN));
        for one in own {
            let of = if one.sure { &mut named } else { &mut likely };
            of.entry(one.name).or_insert_with(|| json!(one.value));
        }
        Ok((named, likely))
    }
}

/// What everybody names, without a company: dates are read in Chinese time. What is only likely is left out.
pub(crate) fn entities(text: &str, now: i64) -> Map<String, Value> {
    let found = entity::find(text, &entity::Context::new(now, 480));
    facts(found.into_iter().filter(|one| one.confidence >= entity::SURE_MIN))
}

/// The first of each kind, in a form that expressions can use; with a side (从北京到上海) as `place_from` and `place_to` too. Numbers of cards
/// are left out.
fn facts(found: impl IntoIterator<Item = Entity>) -> Map<String, Value> {
    let mut named = Map::new();
    for Entity { value, role, .. } in found {
        let Some((name, value)) = fact(value) else { continue };
        let side = match role {
            Some(Role::From) => Some("from"),
            Some(Role::To) => Some("to"),
            None => None,
        };
        if let Some(side) = side {
            named.entry(format!("{name}_{side}")).or_insert_with(|| value.clone());
        }
        named.entry(name).or_insert(value);
    }
    named
}

pub(crate) fn fact(value: Found) -> Option<(&'static str, Value)> {
    Some(match value {
        Found::Phone { number } => ("phone", json!(number)),
        Found::Email { address } => ("email", json!(address)),
        Found::Order { number, .. } => ("order_id", json!(number)),
        Found::Money { cents, currency, .. } => ("money", json!({"amount": cents as f64 / 100.0, "currency": currency})),
        Found::Quantity { amount, unit, .. } => ("quantity", json!({"amount": amount as f64 / 10_000.0, "unit": unit})),
        Found::Time { from, to, .. } => ("time", json!({"from": time(from), "to": time(to)})),
        Found::Place { province, city } => ("place", json!({"province": province, "city": city})),
        Found::Plate { number } => ("plate", json!(number)),
        Found::Product { name, ids } => ("product", json!({"name": name, "ids": ids})),
        Found::IdCard { .. } | Found::BankCard { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_has_names() {
        let named = entities("订单 A20260101001 要退 99.5 元，电话 13800138000", 1_790_000_000_000);
        assert_eq!(named["phone"], "+8613800138000");
        assert_eq!(named["money"]["amount"], 99.5);
        let sent = entities("从北京寄到上海", 0);
        assert!(sent["place"] == sent["place_from"] && sent["place_to"] != sent["place_from"], "{sent:?}");
        assert!(!entities("有 500 以下的吗", 0).contains_key("money"), "likely, and no more");
        assert!(!entities("卡号 6222 0202 0000 0000 000", 0).contains_key("bank_card"));
    }
}
