//! Puts an answer together from its pieces, tolerantly: gateways leave out fields, send them empty or make up values, and none of that
//! may lose a frame. What the model thinks aloud is kept out.

use crate::budget::{Usage, estimate_tokens};
use crate::{LlmError, Result};
use serde_json::{Map, Value};

/// The longest answer kept.
const TEXT_CHARS_MAX: usize = 32_000;
const TOOL_CALLS_MAX: usize = 16;
const ARGUMENT_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub text: String,
    pub tool_calls: Vec<ToolCall>,
    pub usage: Usage,
    /// It stopped because it had said as much as it may.
    pub is_cut: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    /// Always an object.
    pub arguments: Value,
}

#[derive(Debug, Default)]
struct Calling {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

#[derive(Debug, Default)]
pub(crate) struct Gathering {
    text: String,
    calls: Vec<Calling>,
    finish: Option<String>,
    usage: Option<Usage>,
    refused: bool,
    done: bool,
}

impl Gathering {
    /// One event of a stream; what it adds to the text.
    pub fn event(&mut self, data: &str) -> Result<String> {
        if data.trim() == "[DONE]" {
            self.done = true;
            return Ok(String::new());
        }
        let value: Value = serde_json::from_str(data).map_err(|_| broken("an event is no JSON"))?;
        self.take(&value)
    }

    /// A chunk of a stream, or a whole completion from a server that does not stream.
    pub fn take(&mut self, value: &Value) -> Result<String> {
        if value.get("error").is_some_and(|error| !error.is_null()) {
            let code = crate::wire::error_code(value.to_string().as_bytes());
            return Err(LlmError::Broken { reason: format!("the server reports an error amid its answer {code}") });
        }
        if let Some(usage) = value.get("usage").filter(|usage| usage.is_object()) {
            let count = |name: &str| usage[name].as_i64().unwrap_or(0).max(0);
            self.usage = Some(Usage { prompt_tokens: count("prompt_tokens"), answer_tokens: count("completion_tokens") });
        }
        let Some(choice) = value["choices"].as_array().and_then(|choices| choices.first()) else { return Ok(String::new()) };
        if let Some(reason) = choice["finish_reason"].as_str().filter(|reason| !reason.is_empty()) {
            self.finish = Some(reason.to_owned());
        }
        let said = choice.get("delta").filter(|d| d.is_object()).or_else(|| choice.get("message")).unwrap_or(&Value::Null);
        self.refused |= said["refusal"].as_str().is_some_and(|refusal| !refusal.is_empty());
        for call in said["tool_calls"].as_array().into_iter().flatten() {
            self.call(call)?;
        }
        let text = words(&said["content"]);
        self.text.push_str(&text);
        if self.text.len() > TEXT_CHARS_MAX && self.text.chars().count() > TEXT_CHARS_MAX {
            return Err(LlmError::TooLong { chars_max: TEXT_CHARS_MAX });
        }
        Ok(text)
    }

    /// A piece of a tool call belongs to the call of its index, else of its id, else to the last one.
    fn call(&mut self, piece: &Value) -> Result<()> {
        let index = piece["index"].as_u64();
        let (id, function) = (piece["id"].as_str().unwrap_or_default(), &piece["function"]);
        let name = function["name"].as_str().unwrap_or_default();
        let by_index = |c: &Calling| index.is_some() && c.index == index && (id.is_empty() || c.id.is_empty() || c.id == id);
        let by_id = |c: &Calling| index.is_none() && !id.is_empty() && c.id == id;
        let known = self.calls.iter().rposition(|c| by_index(c) || by_id(c));
        let last = (index.is_none() && id.is_empty() && name.is_empty()).then(|| self.calls.len().checked_sub(1)).flatten();
        let at = match known.or(last) {
            Some(at) => at,
            None if self.calls.len() == TOOL_CALLS_MAX => return Err(broken("too many tool calls")),
            None => {
                self.calls.push(Calling { index, ..Calling::default() });
                self.calls.len() - 1
            }
        };
        let call = &mut self.calls[at];
        if call.id.is_empty() {
            call.id = id.to_owned();
        }
        if call.name.is_empty() {
            call.name = name.to_owned();
        }
        match &function["arguments"] {
            Value::String(text) => call.arguments.push_str(text),
            Value::Object(map) => call.arguments = Value::Object(map.clone()).to_string(),
            _ => {}
        }
        if call.arguments.len() > ARGUMENT_BYTES_MAX { Err(broken("a tool call with too long arguments")) } else { Ok(()) }
    }

    pub fn ended(&self) -> bool {
        self.done
    }

    /// Tokens so far, counted by the server or estimated from both sides' texts.
    pub fn usage(&self, prompt: &str) -> Usage {
        self.usage.filter(|u| u.tokens() > 0).unwrap_or_else(|| Usage {
            prompt_tokens: estimate_tokens(prompt),
            answer_tokens: estimate_tokens(&self.text) + self.calls.iter().map(|c| estimate_tokens(&c.arguments)).sum::<i64>(),
        })
    }

    pub fn finish(self, prompt: &str) -> Result<Reply> {
        let usage = self.usage(prompt);
        if self.refused || self.finish.as_deref().is_some_and(|f| matches!(f, "content_filter" | "sensitive" | "refusal")) {
            return Err(LlmError::Refused);
        }
        if !self.done && self.finish.is_none() {
            return Err(broken("it ended before it was finished"));
        }
        let text = aloud(&self.text).to_owned();
        if text.trim().is_empty() && self.calls.is_empty() {
            return Err(broken("it is empty"));
        }
        let is_cut = matches!(self.finish.as_deref(), Some("length" | "max_tokens"));
        let tool_calls = self.calls.into_iter().enumerate().map(|(i, call)| call.finish(i)).collect::<Result<_>>()?;
        Ok(Reply { text, tool_calls, usage, is_cut })
    }
}

impl Calling {
    fn finish(self, position: usize) -> Result<ToolCall> {
        let arguments = match self.arguments.trim() {
            "" => Value::Object(Map::new()),
            text => serde_json::from_str(text).map_err(|_| broken("a tool call whose arguments are no JSON"))?,
        };
        if self.name.is_empty() || !arguments.is_object() {
            return Err(broken("a tool call without a name or an arguments object"));
        }
        let id = if self.id.is_empty() { format!("call_{position}") } else { self.id };
        Ok(ToolCall { id, name: self.name, arguments })
    }
}

fn broken(reason: &str) -> LlmError {
    LlmError::Broken { reason: reason.to_owned() }
}

/// Content is a text, or a list of parts of which the texts count.
fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// Without the thoughts that some local models put before their answer.
fn aloud(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix("<think>") {
        Some(thought) => thought.split_once("</think>").map_or("", |(_, answer)| answer.trim_start()),
        None => text,
    }
}
