//! The language of scenarios. One step is one actor doing or seeing one thing; every field not needed is left out.
//! Texts may hold `${name}`: what an earlier step saved, or what the stage knows (`${lin.id}`, `${web_key}`, `${now+1500}`).

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// What a reader should know about the step.
    pub note: String,
    /// A new visitor of this name boots and follows the stream; `body` is added to the boot request.
    pub visitor: Option<String>,
    /// The web inbox the visitor comes in by; ours when not given.
    pub key: Option<String>,
    /// Who does or sees the rest of the step: a visitor, or a person of the company.
    #[serde(rename = "as")]
    pub who: Option<String>,
    /// The person follows the stream and chooses this presence.
    pub presence: Option<String>,
    /// The visitor sends a text under a fresh client_msg_id.
    pub says: Option<String>,
    /// The person writes a text into the conversation `to`.
    pub writes: Option<String>,
    pub to: Option<String>,
    pub get: Option<String>,
    pub post: Option<String>,
    pub put: Option<String>,
    pub patch: Option<String>,
    pub delete: Option<String>,
    pub body: Option<Value>,
    pub headers: BTreeMap<String, String>,
    /// The request is sent this many times, byte for byte the same; the answers must name the same object.
    pub times: Option<usize>,
    /// A signed call of the API channel: `messages` or `status`.
    pub channel: Option<String>,
    /// A call signed with `secret` to this path, under the id `call`: how another system starts a flow.
    pub hook: Option<String>,
    pub secret: Option<String>,
    pub call: Option<String>,
    /// The answer's status; any 2xx when not given.
    pub status: Option<u16>,
    /// A read is repeated until it answers as expected: for what follows the log a moment later.
    pub eventually: bool,
    /// Path in the answer → what is there.
    pub expect: Map<String, Value>,
    /// Name → path in the answer (or in what was seen).
    pub save: BTreeMap<String, String>,
    /// The actor's stream brings a frame or change like this, now or before; each counts once.
    pub sees: Option<Map<String, Value>>,
    /// Nothing like this was on the actor's stream so far.
    pub never_saw: Option<Map<String, Value>>,
    /// A frame said on the actor's socket.
    pub frame: Option<Value>,
    /// The actor's connection: `down` or `up`.
    pub line: Option<String>,
    /// Our receiver gets a call in this mailbox whose body is like `expect`.
    pub receives: Option<String>,
    /// The server: `kill` (and start again) or `stop` (and start again).
    pub server: Option<String>,
}
