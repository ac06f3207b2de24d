//! What a run knows of how it began: the customer, the conversation, the message or event that started it. Every flow reads it as
//! the built-in object `context`. What is not known is null, never absent, so that an expression may always look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The name flows read it by.
pub(crate) const CONTEXT: &str = "context";
/// Beside the words of an answer: what they name.
pub const NAMED: &str = "named";

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    pub contact: ContactFacts,
    pub conversation: ConversationFacts,
    pub message: MessageFacts,
    /// What was recognised in the message, by name.
    pub entities: Map<String, Value>,
    /// What is only likely to be named in it, by name; a question for it offers it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub likely: Map<String, Value>,
    /// Names among `entities` that were said before the message: what the customer names from now on takes their place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
    /// The body of the webhook or the event.
    pub event: Value,
    /// When it began, RFC 3339; filled in at the start if it is not given.
    pub at: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContactFacts {
    pub id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub attributes: Map<String, Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConversationFacts {
    pub id: Option<String>,
    /// `zh` or `en`.
    pub language: Option<String>,
    pub inbox: Option<String>,
    /// As inboxes name it, for example `web` or `wechat_official`.
    pub channel: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MessageFacts {
    pub id: Option<String>,
    pub text: Option<String>,
}

/// What words name, by kind: what is sure, and what is only likely.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Named {
    pub entities: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub likely: Map<String, Value>,
}

impl Named {
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty() && self.likely.is_empty()
    }

    /// What came with the customer's words.
    pub(crate) fn in_reply(reply: &Value) -> Named {
        serde_json::from_value(reply[NAMED].clone()).unwrap_or_default()
    }
}

impl Context {
    /// A run that nobody's message or event began.
    pub fn is_empty(&self) -> bool {
        *self == Context::default()
    }

    /// What expressions see.
    pub(crate) fn to_value(&self, began_at: i64) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if self.at.is_none() {
            value["at"] = jiff::Timestamp::from_millisecond(began_at).map_or(Value::Null, |t| Value::from(t.to_string()));
        }
        value
    }
}
