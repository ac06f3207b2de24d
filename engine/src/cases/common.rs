//! What two conversations of one person have in common, so that they are one case: a number, or what the talk is about. Pure.

use crate::persons::in_answer;
use qn_domain::{Json, Message, MessageKind, Timestamp};
use qn_nlu::entity::{self, Value as Named};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Words before a ticket's number.
const TICKET_WORDS: [&str; 3] = ["工单", "ticket", "case"];
/// Between them and the number.
const BETWEEN: [char; 8] = ['号', '#', ':', '：', ' ', '是', '.', '№'];

/// What somebody's words name and are about.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Matter {
    pub orders: BTreeSet<String>,
    /// By what tells them apart; the value is what people call them.
    pub topics: BTreeMap<String, String>,
    /// The order that was named last.
    pub last_order: Option<String>,
}

/// Why two conversations are one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    Order(String),
    Ticket(i64),
    Topic(String),
    /// The customer said so when the bot asked.
    Asked(String),
    /// A flow of this name waits there for their answer.
    Question(String),
    /// The customer is back on a channel that is a part of the case.
    Thread,
}

impl Reason {
    /// For the line in the thread.
    pub fn told(&self) -> Value {
        match self {
            Self::Order(number) => json!({"by": "order", "value": number}),
            Self::Ticket(number) => json!({"by": "ticket", "value": number.to_string()}),
            Self::Topic(name) => json!({"by": "topic", "value": name}),
            Self::Asked(number) => json!({"by": "asked", "value": number}),
            Self::Question(flow) => json!({"by": "question", "value": flow}),
            Self::Thread => json!({"by": "thread", "value": ""}),
        }
    }
}

impl Matter {
    pub fn of_text(text: &str, trace: &Json, now: Timestamp) -> Self {
        let mut matter = Self::default();
        matter.add(text, Some(trace), now);
        matter
    }

    /// What the customer said in a case; `messages` ascend and are the customer's and ours.
    pub fn of_messages<'a>(messages: impl Iterator<Item = &'a Message>) -> Self {
        let (mut matter, mut question) = (Self::default(), String::new());
        for message in messages {
            match message.kind {
                MessageKind::Incoming if message.recalled_at.is_none() => {
                    let said = in_answer(&std::mem::take(&mut question), message.content.text.clone());
                    matter.add(&said, message.trace.as_ref(), message.created_at);
                }
                MessageKind::Outgoing => question.clone_from(&message.content.text),
                _ => {}
            }
        }
        matter
    }

    fn add(&mut self, text: &str, trace: Option<&Json>, now: Timestamp) {
        for number in orders(text, now) {
            self.last_order = Some(number.clone());
            self.orders.insert(number);
        }
        self.topics.extend(trace.and_then(Json::read).map(|trace| topics(&trace)).unwrap_or_default());
    }

    /// Both name orders, and none of them is the same.
    pub fn is_about_others(&self, there: &Matter) -> bool {
        !self.orders.is_empty() && !there.orders.is_empty() && self.orders.is_disjoint(&there.orders)
    }

    /// Other orders than those named there are another case, whatever else is alike.
    pub fn shared_with(&self, there: &Matter, by_topic: bool) -> Option<Reason> {
        if let Some(number) = self.orders.intersection(&there.orders).next() {
            return Some(Reason::Order(number.clone()));
        }
        if !by_topic || self.is_about_others(there) {
            return None;
        }
        let shared = self.topics.iter().find(|(key, _)| there.topics.contains_key(*key));
        shared.map(|(_, name)| Reason::Topic(name.clone()))
    }
}

fn orders(text: &str, now: Timestamp) -> Vec<String> {
    let found = entity::find(text, &entity::Context::new(now, 480)).into_iter();
    found.filter_map(|entity| if let Named::Order { number, .. } = entity.value { Some(number) } else { None }).collect()
}

/// What a turn was about, as its stored explanation says: a flow, an intent, an article, products.
fn topics(trace: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut add = |kind: &str, key: &Value, name: &Value| {
        if let (Some(key), Some(name)) = (key.as_str(), name.as_str()) {
            found.push((format!("{kind}:{key}"), name.to_owned()));
        }
    };
    let flow = &trace["flow"];
    if flow["is"] == "start" || flow["is"] == "busy" {
        add("flow", &flow["name"], &flow["name"]);
    }
    if trace["intent"]["accepted"] == true {
        let first = &trace["intent"]["ranked"][0]["name"];
        add("intent", first, first);
    }
    if trace["answer"]["kind"] == "found" {
        let hit = &trace["answer"]["hit"];
        add("article", &hit["article_id"], &hit["title"]);
    }
    if trace["product"]["weak"] == false {
        trace["product"]["products"].as_array().into_iter().flatten().for_each(|sku| add("product", sku, sku));
    }
    found
}

/// Numbers that a text gives after a word for a ticket.
pub(crate) fn ticket_numbers(text: &str) -> BTreeSet<i64> {
    let text = text.to_lowercase();
    let mut numbers = BTreeSet::new();
    for word in TICKET_WORDS {
        for (at, _) in text.match_indices(word) {
            let rest = text[at + word.len()..].trim_start_matches(BETWEEN);
            let rest = rest.strip_prefix("number").or_else(|| rest.strip_prefix("no")).unwrap_or(rest).trim_start_matches(BETWEEN);
            let digits: String = rest.chars().take_while(char::is_ascii_digit).take(12).collect();
            numbers.extend(digits.parse::<i64>());
        }
    }
    numbers
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn said(text: &str, topic: &str) -> Matter {
        let trace = json!({"intent": {"accepted": !topic.is_empty(), "ranked": [{"name": topic}]}});
        Matter::of_text(text, &Json::of(&trace), 1_790_000_000_000)
    }

    #[test]
    fn a_number_or_a_topic_makes_one_case_and_another_order_makes_two() {
        let there = said("订单号是 A20260101001，什么时候到？", "track");
        for (text, topic, by_topic, shared) in [
            ("order A20260101001 again", "", true, Some(Reason::Order("A20260101001".into()))),
            ("order A20260101001 again", "", false, Some(Reason::Order("A20260101001".into()))),
            ("到哪了", "track", true, Some(Reason::Topic("track".into()))),
            ("到哪了", "track", false, None),
            ("订单号 B20260202002 到哪了", "track", true, None),
            ("怎么退货", "return", true, None),
            ("你好", "", true, None),
        ] {
            assert_eq!(said(text, topic).shared_with(&there, by_topic), shared, "{text}");
        }
    }

    #[test]
    fn tickets_are_named_in_many_ways() {
        for (text, numbers) in [
            ("Re: 工单 #1001 的进展", vec![1001]),
            ("工单号：1002", vec![1002]),
            ("about ticket no. 7 and Ticket number 8", vec![7, 8]),
            ("case #12", vec![12]),
            ("1001", vec![]),
            ("工单什么时候处理", vec![]),
            ("in case you ask", vec![]),
        ] {
            assert_eq!(ticket_numbers(text).into_iter().collect::<Vec<_>>(), numbers, "{text}");
        }
    }

    #[test]
    fn the_explanation_of_a_turn_names_its_topics() {
        let trace = json!({
            "flow": {"is": "start", "flow": "track", "name": "查快递"},
            "intent": {"accepted": false, "ranked": [{"name": "x"}]},
            "answer": {"kind": "found", "hit": {"article_id": "art_1", "title": "怎么退货?"}},
            "product": {"weak": false, "products": ["BW-1"]},
        });
        let topics = Matter::of_text("", &Json::of(&trace), 0).topics;
        assert_eq!(topics.keys().map(String::as_str).collect::<Vec<_>>(), ["article:art_1", "flow:查快递", "product:BW-1"]);
    }
}
