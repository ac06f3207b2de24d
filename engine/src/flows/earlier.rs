//! What a customer named before in the same conversation, for a flow that begins now: nobody is asked twice for a number they gave.
//! What was said lately is known. What was said long ago, before the same flow began the last time, or together with another of its kind is
//! offered where it is asked for, and is theirs to confirm. The newest of a kind counts.

use super::context::{LIKELY_MIN, fact};
use crate::persons::{LASTING, in_answer};
use crate::{Engine, Result};
use qn_domain::{ActivityKey, Conversation, Message, MessageKind, TenantId};
use qn_nlu::entity::{self, Entity, Value as Named};
use serde_json::{Map, Value, json};

/// Read of a conversation, the last ones.
const MESSAGES_MAX: i64 = 60;
/// Of them so many of the customer's are looked through.
const TURNS_MAX: usize = 20;
/// Another matter than one of the last hours is not spoken of any more.
const WINDOW_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// What was said longer ago, or more messages of the customer ago, is confirmed rather than taken.
const FRESH_MS: i64 = 2 * 60 * 60 * 1_000;
const FRESH_TURNS: usize = 8;
/// What was asked about is not yet what the customer has: it is only offered.
const OFFERED: &str = "product";
/// A wish that is about another one than the one before.
const ANOTHER: [&str; 12] = [
    "另一",
    "另外一",
    "另外那",
    "别的订单",
    "别的单",
    "其他订单",
    "其它订单",
    "换一单",
    "another",
    "a different",
    "other order",
    "other one",
];

/// What was named, by name.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    pub known: Map<String, Value>,
    pub likely: Map<String, Value>,
}

/// Something a message names.
struct Thing {
    name: String,
    value: Value,
    sure: bool,
}

impl Engine {
    /// What the customer named before `message`, or so far; for the flow that begins.
    pub(super) async fn named_earlier(&self, c: &Conversation, message: Option<&Message>, flow_id: &str) -> Result<Earlier> {
        let mut earlier = Earlier::default();
        // What somebody else may have written is no knowledge of this customer.
        if c.bot.unproved {
            return Ok(earlier);
        }
        let now = message.map_or_else(|| self.now(), |message| message.created_at);
        let before = message.map(|message| message.seq);
        let mut messages = qn_store::message::list_before(&self.db, &c.tenant_id, &c.id, before, MESSAGES_MAX).await?;
        let mut is_fresh = !message.is_some_and(|message| is_about_another(&message.content.text));
        let mut turns = 0;
        while let Some(said) = messages.pop() {
            is_fresh &= !begins(&said, flow_id);
            if said.kind != MessageKind::Incoming || said.recalled_at.is_some() {
                continue;
            }
            let age_ms = now - said.created_at;
            turns += 1;
            if turns > TURNS_MAX || age_ms > WINDOW_MS {
                break;
            }
            is_fresh &= turns <= FRESH_TURNS && age_ms <= FRESH_MS;
            let question = messages.iter().rev().find(|message| message.kind == MessageKind::Outgoing);
            let question = question.map_or("", |message| message.content.text.as_str());
            for thing in self.lasting_named(&c.tenant_id, &said.content.text, question).await? {
                earlier.hear(thing, is_fresh);
            }
        }
        Ok(earlier)
    }

    /// What a message names that lasts; a bare number after a question for an order's number is one.
    async fn lasting_named(&self, tenant_id: &TenantId, text: &str, question: &str) -> Result<Vec<Thing>> {
        let (mut general, own) = self.find_named(tenant_id, text).await?;
        let answer = in_answer(question, text.to_owned());
        if answer != text && !general.iter().any(is_order) {
            let (told, _) = self.find_named(tenant_id, &answer).await?;
            if told.iter().any(is_order) {
                general = told;
            }
        }
        let general = general.into_iter().filter(|one| one.confidence >= LIKELY_MIN).filter_map(|one| {
            let sure = one.confidence >= entity::SURE_MIN;
            let (name, value) = fact(one.value)?;
            let lasts = LASTING.contains(&name);
            (lasts || name == OFFERED).then(|| Thing { name: name.to_owned(), value, sure: sure && lasts })
        });
        let own = own.into_iter().map(|one| Thing { name: one.name, value: json!(one.value), sure: one.sure });
        Ok(one_of_each(general.chain(own)))
    }
}

impl Earlier {
    /// Messages are heard from the newest back, so what is there already is newer.
    fn hear(&mut self, thing: Thing, is_fresh: bool) {
        if self.known.contains_key(&thing.name) || self.likely.contains_key(&thing.name) {
            return;
        }
        let of = if thing.sure && is_fresh { &mut self.known } else { &mut self.likely };
        of.insert(thing.name, thing.value);
    }
}

/// The first of each kind; where a message names two, nobody knows which is meant.
fn one_of_each(things: impl Iterator<Item = Thing>) -> Vec<Thing> {
    let mut kept: Vec<Thing> = Vec::new();
    for thing in things {
        match kept.iter_mut().find(|one| one.name == thing.name) {
            Some(one) => one.sure &= one.value == thing.value,
            None => kept.push(thing),
        }
    }
    kept
}

fn is_order(one: &Entity) -> bool {
    matches!(one.value, Named::Order { .. })
}

fn is_about_another(text: &str) -> bool {
    let low = text.to_lowercase();
    ANOTHER.iter().any(|word| low.contains(word))
}

/// The flow began before: what was said until then was for that run.
fn begins(message: &Message, flow_id: &str) -> bool {
    message.content.activity.as_ref().is_some_and(|a| a.key == ActivityKey::FlowBegun && a.params.get("flow") == Some(&json!(flow_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(name: &str, value: &str) -> Thing {
        Thing { name: name.into(), value: json!(value), sure: true }
    }

    #[test]
    fn the_newest_counts_and_of_two_at_once_none_is_sure() {
        let mut earlier = Earlier::default();
        earlier.hear(thing("order_id", "B2"), true);
        earlier.hear(thing("order_id", "A1"), true);
        assert_eq!(earlier.known["order_id"], "B2");
        earlier.hear(thing("phone", "1"), false);
        earlier.hear(thing("phone", "2"), true);
        assert_eq!((earlier.likely["phone"].as_str(), earlier.known.contains_key("phone")), (Some("1"), false));
        let two = one_of_each([thing("order_id", "A1"), thing("order_id", "B2"), thing("plate", "C3"), thing("plate", "C3")].into_iter());
        let shown: Vec<(&str, bool)> = two.iter().map(|one| (one.name.as_str(), one.sure)).collect();
        assert_eq!(shown, [("order_id", false), ("plate", true)]);
    }

    #[test]
    fn another_order_is_not_the_one_before() {
        for text in ["我另一单也要退", "Refund another order"] {
            assert!(is_about_another(text), "{text}");
        }
        assert!(!is_about_another("另外我要退款"));
    }
}
