//! The types of the dialogue state. Every list is bounded, so that a stored state stays small however long a talk is.

use crate::entity::Entity;
use serde::{Deserialize, Serialize};

/// Products remembered.
pub const MENTIONED_MAX: usize = 12;
/// Options of one list.
pub const OFFERED_MAX: usize = 20;

/// What is known after a turn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DialogueState {
    /// The product under discussion.
    pub focus: Option<Referent>,
    /// Products named in this talk, latest first.
    pub mentioned: Vec<Referent>,
    /// The options of the bot's last list, in its order.
    pub offered: Vec<Referent>,
}

/// Something in the catalogue that was named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Referent {
    pub id: String,
    pub name: String,
}

impl Referent {
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned() }
    }
}

/// One customer turn, as understood so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn<'a> {
    pub text: &'a str,
    pub entities: &'a [Entity],
}
