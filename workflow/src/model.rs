//! The flow document: what the builder draws, what is stored and what is published. Versioned JSON with stable ids.
//! Holds no behaviour; `check` judges a document, `program` makes it runnable.

use crate::context::Context;
use crate::run::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The document format this program writes. A document of a newer format is refused.
pub const FORMAT: u32 = 1;

/// A flow as people draw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Version of the document format: 1.
    pub format: u32,
    /// Stable name inside the tenant; letters, digits, `-` and `_`.
    pub id: String,
    pub name: String,
    /// What customers and colleagues who read English see; without it `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Variable>,
    pub nodes: Vec<Node>,
    #[serde(default)]
    pub edges: Vec<Edge>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<FlowTest>,
    /// Steps of all its runs that may ask the outside at the same time; one more waits its turn. None: as many as the company may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_max: Option<u32>,
    /// Where the builder draws each node; means nothing to a run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layout: BTreeMap<String, Spot>,
}

/// A value with a name that nodes read and set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Letters, digits and `_`, not beginning with a digit.
    pub name: String,
    /// What people call it, in Chinese and in English; shown instead of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(rename = "type")]
    pub kind: Type,
    #[serde(default)]
    pub scope: Scope,
    /// Given when the run starts. An input without a default must be given.
    #[serde(default)]
    pub input: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The only texts it may be given when the run starts; any where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

impl Variable {
    /// Whether a run may be started with this value.
    pub fn takes(&self, value: &Value) -> bool {
        self.kind.holds(value) && self.offers(value)
    }

    /// Whether it is one of the choices, where there are any.
    pub fn offers(&self, value: &Value) -> bool {
        self.choices.is_empty() || self.choices.iter().any(|choice| value.as_str() == Some(choice.value.as_str()))
    }
}

/// A text that an input may be given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: String,
    /// What people read in its place, in Chinese and in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Text,
    Integer,
    Number,
    Boolean,
    /// RFC 3339 text.
    Time,
    List,
    Object,
    Any,
}

impl Type {
    /// Whether a JSON value is of this type.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Type::Text => value.is_string(),
            Type::Integer => value.is_i64() || value.is_u64(),
            Type::Number => value.is_number(),
            Type::Boolean => value.is_boolean(),
            Type::Time => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            Type::List => value.is_array(),
            Type::Object => value.is_object(),
            Type::Any => true,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Integer => "integer",
            Type::Number => "number",
            Type::Boolean => "boolean",
            Type::Time => "time",
            Type::List => "list",
            Type::Object => "object",
            Type::Any => "any",
        }
    }
}

/// Who shares a variable. A run reads what is there when it begins and each time it goes on; what it sets is there for others at once,
/// and the last who sets it wins. A run that has no conversation or no contact keeps such a variable for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    #[default]
    Run,
    Conversation,
    Contact,
    Tenant,
}

impl Scope {
    /// Outlives the run.
    pub fn is_shared(self) -> bool {
        self != Scope::Run
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Run => "run",
            Scope::Conversation => "conversation",
            Scope::Contact => "contact",
            Scope::Tenant => "tenant",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Scope::Run, Scope::Conversation, Scope::Contact, Scope::Tenant].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// One box of the drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Never changes while the node lives: journals, layouts and moves of runs name it.
    pub id: String,
    /// A kind of the registry, for example `call`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What the kind asks for; its schema is in the kind's spec.
    #[serde(default)]
    pub settings: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// How long the outside may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i64>,
    /// A remark for people; means nothing to a run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// When and how often a failed step is tried again: exponential, with jitter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// All attempts together, the first included; 1 to 20.
    pub attempts: u32,
    /// Before the second attempt; doubled for each further one.
    #[serde(default = "Retry::first_ms")]
    pub first_ms: i64,
    #[serde(default = "Retry::cap_ms")]
    pub cap_ms: i64,
    /// Which errors are worth another attempt.
    #[serde(default = "Retry::on")]
    pub on: Vec<ErrorKind>,
}

impl Retry {
    fn first_ms() -> i64 {
        500
    }

    fn cap_ms() -> i64 {
        60_000
    }

    fn on() -> Vec<ErrorKind> {
        vec![ErrorKind::Timeout, ErrorKind::Unavailable]
    }
}

/// Why a step failed, as far as retry policies and error edges care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// No answer in time. It may have happened.
    Timeout,
    /// The other side could not (no connection, 408, 425, 429, 5xx). It may have happened.
    Unavailable,
    /// The other side said no (other 4xx), or a person did.
    Refused,
    /// An expression, a template or a mapping did not work out.
    Invalid,
    /// A limit of the engine was reached.
    Limit,
    /// The flow itself said so (`end` with a failure).
    Failed,
    /// A person cancelled the run.
    Cancelled,
}

impl ErrorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Timeout => "timeout",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Refused => "refused",
            ErrorKind::Invalid => "invalid",
            ErrorKind::Limit => "limit",
            ErrorKind::Failed => "failed",
            ErrorKind::Cancelled => "cancelled",
        }
    }

    /// The outside may have acted although we have no answer.
    pub fn leaves_doubt(self) -> bool {
        matches!(self, ErrorKind::Timeout | ErrorKind::Unavailable)
    }
}

/// A line from a port of one node to another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: String,
    #[serde(default = "Edge::next")]
    pub port: String,
    pub to: String,
}

impl Edge {
    fn next() -> String {
        NEXT.to_owned()
    }
}

/// Ports that mean the same on every kind of node.
pub const NEXT: &str = "next";
pub const ERROR: &str = "error";
pub const TIMEOUT: &str = "timeout";
/// Leads to what takes the step back when the run fails later.
pub const UNDO: &str = "undo";

/// A saved test: what goes in, what the outside answers, what must come out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowTest {
    pub name: String,
    #[serde(default)]
    pub input: Map<String, Value>,
    /// What the run knows of how it began.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    /// What its shared variables hold when it begins, by scope and name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shared: BTreeMap<Scope, Map<String, Value>>,
    /// Answers of the outside by node id, in order: a text for a question, true or false for an approval, a body for a call,
    /// `{"status": 404}`, `{"error": "unavailable"}`, `{"silent": true}` for none.
    #[serde(default)]
    pub answers: BTreeMap<String, Vec<Value>>,
    /// What happens besides, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub happens: Vec<Happening>,
    #[serde(default)]
    pub output: Option<Value>,
    /// How it must end; `done` if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The node it must be waiting at in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
    /// Nodes that must be passed, in this order.
    #[serde(default)]
    pub passes: Vec<String>,
    /// What the bot must say, in this order; parts of its words are enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<String>,
    /// What shared variables must hold in the end, by scope and name; others do not matter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keeps: BTreeMap<Scope, Map<String, Value>>,
}

/// Something that happens to a simulated run once it has come to rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "what", deny_unknown_fields)]
pub enum Happening {
    /// The customer answers the open question.
    Says {
        text: String,
    },
    /// The outside answers the node that asked.
    Answers {
        node: String,
        answer: Value,
    },
    Signal {
        name: String,
        #[serde(default)]
        payload: Value,
    },
    /// Time goes by; timers and deadlines come due on the way.
    Passes {
        ms: i64,
    },
    /// Time goes by until the next timer or deadline.
    Deadline,
    Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    pub x: f64,
    pub y: f64,
}

/// The published JSON Schema of the document.
pub fn schema() -> Value {
    schemars::schema_for!(Flow).to_value()
}
