//! What rules may ask about: the customer, what they want, how they feel, where they come from, and how long it has gone on.
//! The caller fills it from its snapshot; a fact nobody knows is absent and no test on it holds.

use qn_domain::{Language, Priority, TeamId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The customer's value, in the company's own words.
    pub tier: Option<String>,
    /// The customer's attributes: texts, numbers and booleans.
    pub attributes: Map<String, Value>,
    pub intent: Option<String>,
    pub complexity: Option<Complexity>,
    pub emotion: Option<String>,
    /// How strong the negative feeling is, 0 to 1.
    pub intensity: f64,
    pub trend: Option<Trend>,
    pub channel: String,
    pub inbox: String,
    pub language: Language,
    pub labels: Vec<String>,
    /// Why the bot handed over.
    pub handoff: Option<String>,
    /// Answers the bot did not find, in a row.
    pub misses: i64,
    /// A person had this customer before.
    pub returning: bool,
    /// The account has an owner.
    pub owned: bool,
    pub queued_at: Option<Timestamp>,
    pub sla_due_at: Option<Timestamp>,
    /// Of a ticket; rules of conversations have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketFacts>,
}

/// What a ticket is; its customer is told by the other facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketFacts {
    /// Id of its kind.
    pub kind: String,
    pub priority: Priority,
    pub team: Option<TeamId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complexity {
    Simple,
    Normal,
    Complex,
}

impl Complexity {
    pub fn as_str(self) -> &'static str {
        match self {
            Complexity::Simple => "simple",
            Complexity::Normal => "normal",
            Complexity::Complex => "complex",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Complexity::Simple, Complexity::Normal, Complexity::Complex].into_iter().find(|c| c.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    Worse,
    Same,
    Better,
}

impl Trend {
    pub fn as_str(self) -> &'static str {
        match self {
            Trend::Worse => "worse",
            Trend::Same => "same",
            Trend::Better => "better",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Trend::Worse, Trend::Same, Trend::Better].into_iter().find(|t| t.as_str() == text)
    }
}

/// One fact as a test sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known<'a> {
    Text(&'a str),
    Texts(&'a [String]),
    Number(f64),
    Flag(bool),
}

/// Facts by name, beside `attribute.<key>` and `open.<calendar>`.
pub(crate) const NAMES: &[&str] = &[
    "tier",
    "intent",
    "complexity",
    "emotion",
    "intensity",
    "trend",
    "channel",
    "inbox",
    "language",
    "label",
    "handoff",
    "misses",
    "returning",
    "owned",
    "waited_seconds",
    "sla_left_seconds",
];

/// The same for tickets: what a conversation tells is not known of them.
pub(crate) const TICKET_NAMES: &[&str] = &["ticket.kind", "ticket.priority", "ticket.team", "tier"];

impl Facts {
    /// `open.…` is answered by the policy, which has the calendars.
    pub(crate) fn find(&self, name: &str, now: Timestamp) -> Option<Known<'_>> {
        if let Some(key) = name.strip_prefix("attribute.") {
            return match self.attributes.get(key)? {
                Value::String(text) => Some(Known::Text(text)),
                Value::Bool(flag) => Some(Known::Flag(*flag)),
                Value::Number(number) => number.as_f64().map(Known::Number),
                _ => None,
            };
        }
        match name {
            "tier" => self.tier.as_deref().map(Known::Text),
            "intent" => self.intent.as_deref().map(Known::Text),
            "complexity" => self.complexity.map(|c| Known::Text(c.as_str())),
            "emotion" => self.emotion.as_deref().map(Known::Text),
            "intensity" => Some(Known::Number(self.intensity)),
            "trend" => self.trend.map(|t| Known::Text(t.as_str())),
            "channel" => Some(Known::Text(&self.channel)),
            "inbox" => Some(Known::Text(&self.inbox)),
            "language" => Some(Known::Text(self.language.code())),
            "label" => Some(Known::Texts(&self.labels)),
            "handoff" => self.handoff.as_deref().map(Known::Text),
            "misses" => Some(Known::Number(self.misses as f64)),
            "returning" => Some(Known::Flag(self.returning)),
            "owned" => Some(Known::Flag(self.owned)),
            "waited_seconds" => self.queued_at.map(|at| Known::Number((now - at).max(0) as f64 / 1_000.0)),
            "sla_left_seconds" => self.sla_due_at.map(|at| Known::Number((at - now) as f64 / 1_000.0)),
            "ticket.kind" => self.ticket.as_ref().map(|t| Known::Text(&t.kind)),
            "ticket.priority" => self.ticket.as_ref().map(|t| Known::Text(t.priority.as_str())),
            "ticket.team" => self.ticket.as_ref().and_then(|t| t.team.as_ref()).map(|team| Known::Text(team.as_str())),
            _ => None,
        }
    }
}
