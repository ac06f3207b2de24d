//! The types of the dialogue state. Every list is bounded, so that a stored state stays small however long a talk is.

use crate::entity::{Entity, Value};
use qn_domain::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Topics set aside; older ones are forgotten.
pub const PAUSED_MAX: usize = 4;
/// Products remembered.
pub const MENTIONED_MAX: usize = 12;
/// Options of one list.
pub const OFFERED_MAX: usize = 20;
/// Characters kept of a question.
pub const QUESTION_CHARS_MAX: usize = 200;

/// What is known after a turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DialogueState {
    /// Customer turns so far.
    pub turn: u32,
    pub language: Option<Language>,
    pub topic: Option<Topic>,
    /// Topics left for another one and not finished, oldest first.
    pub paused: Vec<Topic>,
    /// The product under discussion.
    pub focus: Option<Referent>,
    /// Products named in this talk, latest first.
    pub mentioned: Vec<Referent>,
    /// The options of the bot's last list, in its order.
    pub offered: Vec<Referent>,
    /// Values named, by kind; places and the like with a role as `place.from`, `place.to`.
    pub slots: BTreeMap<String, SlotValue>,
    /// The last question the customer asked, with `refer::GAP` where the product stood.
    pub question: String,
    /// The words of that question that name values, by kind.
    pub question_values: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Topic {
    /// The intent that opened it.
    pub name: String,
    /// What the bot asked last within it and has no answer to.
    pub pending: Option<Pending>,
    /// The product it was about when it was left.
    pub focus: Option<Referent>,
}

/// A question the bot asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pending {
    pub slot: String,
    /// The kind of entity that answers it (`Value::kind`); any text when empty.
    pub kind: String,
}

/// Something in the catalogue that was named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Referent {
    pub id: String,
    pub name: String,
    /// What was said to tell its variants apart: 蓝色, "white".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub variant: String,
}

impl Referent {
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), variant: String::new() }
    }

    /// The variant before the name: 「蓝色华为Mate 60」, "white Watch GT".
    pub fn spoken(&self) -> String {
        let latin = self.variant.ends_with(|c: char| c.is_ascii_alphanumeric());
        format!("{}{}{}", self.variant, if latin { " " } else { "" }, self.name)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotValue {
    pub value: Value,
    /// In [0, 1].
    pub confidence: f32,
    /// The customer turn it was said in.
    pub turn: u32,
}

/// One customer turn, as understood so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn<'a> {
    pub text: &'a str,
    pub language: Language,
    /// What it wants, when the intent model is sure enough; none for turns that only continue.
    pub intent: Option<&'a str>,
    pub entities: &'a [Entity],
}

/// What the bot did that the next turn may refer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BotTurn {
    /// The options listed, in order; empty when none were.
    pub offered: Vec<Referent>,
    pub asked: Option<Pending>,
    /// The topic is settled.
    pub done: bool,
}

/// A turn with its gaps filled.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Resolved {
    /// The turn as it would read alone; for retrieval and for the explanation, never sent to the customer.
    pub text: String,
    pub movement: Movement,
    pub focus: Option<Referent>,
    pub correction: Option<Correction>,
    /// The slot of the pending question this turn answers.
    pub answers: Option<String>,
    /// The turn points at something, and nothing is known that it could be: ask.
    pub unresolved: bool,
    /// It points at a place that the last list does not have.
    #[serde(default)]
    pub beyond: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    #[default]
    Continue,
    /// A topic begins, and none was open.
    Start,
    /// A topic begins while another one waits for an answer.
    Digress,
    /// Back to a topic that was set aside.
    Return,
}

/// The customer took back what was said before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    pub slot: String,
    pub from: Option<Value>,
    pub to: Value,
}
