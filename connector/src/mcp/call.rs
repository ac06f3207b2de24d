//! Calling one tool: checked input, a session, the answer as flows read it. Everything goes through `egress`.

use super::definition::{Server, Tool};
use super::session::{Line, Session};
use crate::call::{Caller, shown};
use crate::exchange::{Done, Exchange};
use crate::redact::{self, redact};
use crate::{Failure, Kind, Secrets, prepare};
use serde_json::{Map, Value, json};

/// One call.
pub struct Work<'a> {
    /// Whose tokens: tenant and connector.
    pub owner: &'a str,
    pub server: &'a Server,
    pub tool: &'a Tool,
    pub input: &'a Value,
    /// Sent as `Idempotency-Key`, and in `_meta` beside the arguments.
    pub key: &'a str,
    pub timeout_ms: u64,
    pub secrets: &'a dyn Secrets,
}

impl Caller {
    /// The outcome is the structured answer where there is one, else `{"text": …}`.
    pub async fn call_tool(&self, work: &Work<'_>) -> Done {
        let mut exchange = Exchange {
            method: "MCP".to_owned(),
            url: format!("{} {}", shown(&work.server.base_url), work.tool.tool),
            sent: redact(work.input),
            ..Exchange::default()
        };
        let began = self.now();
        let outcome = self.asked(work, &mut exchange).await;
        exchange.took_ms = self.now() - began;
        if let Err(failure) = &outcome {
            exchange.failed(failure);
        }
        Done { outcome, exchange }
    }

    async fn asked(&self, work: &Work<'_>, exchange: &mut Exchange) -> Result<Value, Failure> {
        let arguments = prepare::fitted(&work.tool.input, work.input)?;
        exchange.sent_bytes = arguments.to_string().len();
        let line = Line { caller: self, server: work.server, owner: work.owner, secrets: work.secrets };
        let mut session = Session::open(line, work.timeout_ms).await?;
        session.key = Some(work.key);
        let params = json!({"name": work.tool.tool, "arguments": arguments, "_meta": {"qingniao/idempotency-key": work.key}});
        let result = session.ask("tools/call", params).await;
        (exchange.status, exchange.got_bytes) = (session.status, session.got_bytes);
        session.close().await;
        let result = result?;
        exchange.got = redact(&result);
        read(result)
    }
}

/// A result as flows use it. What is no text is named and left out: pictures and sounds are of no use to a flow.
fn read(mut result: Value) -> Result<Value, Failure> {
    let parts: Vec<Value> = result["content"].as_array().cloned().unwrap_or_default();
    let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str().or_else(|| part["resource"]["text"].as_str())).collect();
    let text = texts.join("\n");
    if result["isError"].as_bool() == Some(true) {
        let said = redact::text(&text);
        let failure = Failure::new(Kind::Refused, format!("the tool failed: {said}")).zh(format!("工具报告失败：{said}"));
        return Err(failure.detail(json!({"text": text})));
    }
    if result["structuredContent"].is_object() {
        return Ok(result["structuredContent"].take());
    }
    let others: Vec<Value> = parts.iter().filter(|part| part["type"] != "text").map(named).collect();
    Ok(if others.is_empty() { json!({"text": text}) } else { json!({"text": text, "others": others}) })
}

fn named(part: &Value) -> Value {
    let of = |name: &str| part.get(name).or_else(|| part["resource"].get(name)).filter(|value| value.is_string()).cloned();
    let kept = ["type", "mimeType", "uri", "name"].into_iter().filter_map(|name| Some((name.to_owned(), of(name)?)));
    Value::Object(kept.collect::<Map<_, _>>())
}
