//! Numbers of ID and bank cards are masked before anything reads or keeps a message. A bare number that only looks like a card's is left where
//! the company's own numbers have that form, or where the customer was just asked for an order's number: what is masked nobody can look up.

use crate::inbound::InboundMessage;
use crate::{Engine, Result};
use qn_domain::MessageKind;
use qn_nlu::entity::{self, Entity, Value};

/// No card has a shorter number.
const CARD_DIGITS_MIN: usize = 12;
/// What the customer calls a card's number is one, whatever was asked.
const CALLED_CARD_MIN: f32 = 0.9;
/// Read back for what was said last.
const MESSAGES_MAX: i64 = 10;
const ORDERS_NUMBER: [&str; 9] =
    ["订单号", "订单编号", "单号", "哪个订单", "哪一单", "哪笔订单", "order number", "tracking number", "which order"];
const ASKING: [&str; 12] = ["?", "？", "请", "什么", "多少", "哪", "告诉", "please", "what", "which", "tell", "send"];
const CARD: [&str; 2] = ["卡", "card"];

impl Engine {
    pub(crate) async fn without_cards(&self, mut message: InboundMessage) -> Result<InboundMessage> {
        let text = &message.content.text;
        if text.chars().filter(|c| c.is_numeric()).count() < CARD_DIGITS_MIN {
            return Ok(message);
        }
        let mut found = entity::find(text, &entity::Context::new(self.now(), 0));
        if found.iter().any(|one| is_guess(text, one)) {
            let own = self.own_numbers(&message.tenant_id, text).await;
            found.retain(|one| !(is_guess(text, one) && own.contains(&(one.start, one.end))));
        }
        if found.iter().any(|one| is_guess(text, one)) && self.is_asked_for_an_order(&message).await? {
            found.retain(|one| !is_guess(text, one));
        }
        message.content.text = entity::masked(text, &found);
        Ok(message)
    }

    /// The last that was said in the thread asks for an order's number.
    async fn is_asked_for_an_order(&self, message: &InboundMessage) -> Result<bool> {
        let known = self.thread(&message.tenant_id, &message.inbox, &message.contact_id, &message.thread_key).await?;
        let Some(c) = known else { return Ok(false) };
        let said = qn_store::message::list_before(&self.db, &message.tenant_id, &c.id, None, MESSAGES_MAX).await?;
        let last = said.iter().rev().find(|m| matches!(m.kind, MessageKind::Incoming | MessageKind::Outgoing));
        Ok(last.is_some_and(|last| last.kind == MessageKind::Outgoing && asks_for_an_order(&last.content.text)))
    }
}

/// Digits in one piece that nobody called a card.
fn is_guess(text: &str, one: &Entity) -> bool {
    let is_bare = text.get(one.start..one.end).is_some_and(|number| number.chars().all(char::is_numeric));
    matches!(one.value, Value::BankCard { .. }) && one.confidence < CALLED_CARD_MIN && is_bare
}

/// One of its sentences does, and none speaks of cards.
fn asks_for_an_order(said: &str) -> bool {
    let said = said.to_lowercase();
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut sentences = said.split_inclusive(['。', '！', '？', '!', '?', '.', '\n']);
    !has(&said, &CARD) && sentences.any(|sentence| has(sentence, &ORDERS_NUMBER) && has(sentence, &ASKING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_question_for_an_orders_number_asks_for_one() {
        for said in ["请告诉我订单号。", "What is your order number?", "Which order is it? Please send the order number.", "订单号是多少"]
        {
            assert!(asks_for_an_order(said), "{said}");
        }
        for said in [
            "订单已经发出。请问还有什么需要？",
            "Please send your bank card and order number.",
            "在订单页点「申请发票」",
            "What is your name?",
        ] {
            assert!(!asks_for_an_order(said), "{said}");
        }
    }
}
