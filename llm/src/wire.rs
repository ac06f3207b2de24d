//! The request as servers want it. How an answer's shape is asked for differs between them: the best form is tried first, and what a
//! server refuses is not asked of it again.

use crate::prompt::{Chat, Tool, Turn};
use crate::settings::Settings;
use serde_json::{Value, json};

/// How the shape of an answer is asked for, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// `response_format` with the schema.
    Schema = 0,
    /// `response_format` json_object, the schema in words.
    Object = 1,
    /// Words alone, and no `stream_options` either.
    Words = 2,
}

impl Form {
    pub fn of(level: u8) -> Self {
        match level {
            0 => Form::Schema,
            1 => Form::Object,
            _ => Form::Words,
        }
    }

    /// What to try when a server refuses this one.
    pub fn plainer(self) -> Option<Self> {
        match self {
            Form::Schema => Some(Form::Object),
            Form::Object => Some(Form::Words),
            Form::Words => None,
        }
    }
}

/// The same for the same chat, so that it can be a cache's key.
pub(crate) fn body(settings: &Settings, chat: &Chat, form: Form) -> Value {
    let mut messages: Vec<Value> = chat.turns.iter().map(message).collect();
    let mut body = json!({
        "model": settings.model,
        "stream": true,
        "temperature": 0,
        "max_tokens": chat.answer_tokens_max.min(settings.answer_tokens_max),
    });
    if form < Form::Words {
        body["stream_options"] = json!({"include_usage": true});
    }
    if let Some(shape) = &chat.shape {
        match form {
            Form::Schema => {
                let schema = json!({"name": shape.name, "strict": true, "schema": shape.schema});
                body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
            }
            Form::Object => body["response_format"] = json!({"type": "json_object"}),
            Form::Words => {}
        }
        if form > Form::Schema {
            let wish = format!("\nAnswer with one JSON object and nothing else. It must match this JSON Schema: {}", shape.schema);
            if let Some(Value::String(system)) = messages.first_mut().and_then(|m| m.get_mut("content")) {
                system.push_str(&wish);
            }
        }
    }
    if !chat.tools.is_empty() {
        body["tools"] = chat.tools.iter().map(tool).collect();
    }
    body["messages"] = Value::Array(messages);
    body
}

fn message(turn: &Turn) -> Value {
    match turn {
        Turn::System(words) => json!({"role": "system", "content": words.join("\n")}),
        Turn::Data(data) => json!({"role": "user", "content": data.as_str()}),
        Turn::Model(text) => json!({"role": "assistant", "content": text}),
        Turn::ToolResult { id, result } => json!({"role": "tool", "tool_call_id": id, "content": result.as_str()}),
        Turn::ToolCalls(calls) => {
            let call = |c: &crate::ToolCall| {
                let function = json!({"name": c.name, "arguments": c.arguments.to_string()});
                json!({"id": c.id, "type": "function", "function": function})
            };
            json!({"role": "assistant", "content": null, "tool_calls": calls.iter().map(call).collect::<Vec<_>>()})
        }
    }
}

fn tool(tool: &Tool) -> Value {
    let function = json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
    json!({"type": "function", "function": function})
}

/// The server's own word for an error: never its message, which may repeat the key or the prompt.
pub(crate) fn error_code(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = value.get("error").unwrap_or(&value);
    let word = [&error["code"], &error["type"]].into_iter().find_map(|v| match v {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    });
    word.unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_named_without_their_message() {
        let body = br#"{"error":{"message":"Incorrect API key provided: sk-abc","type":"invalid_request_error","code":"invalid_api_key"}}"#;
        assert_eq!(error_code(body), "invalid_api_key");
        assert_eq!(error_code(br#"{"error":{"type":"server_error","code":null}}"#), "server_error");
        assert_eq!(error_code(br#"{"object":"error","message":"sk-abc","code":40001}"#), "40001");
        assert_eq!(error_code(br#"{"error":"model not found"}"#), "");
        assert_eq!(error_code(b"<html>"), "");
    }
}
