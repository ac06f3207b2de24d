//! Flows as tools for other programs' machines: the live flows that whoever asks may begin, what they take, and a run that is waited
//! for as long as the caller does. Called by the API's MCP endpoint.

use super::LiveFlow;
use super::context::Beginning;
use crate::{Engine, Result};
use qn_base::ids;
use qn_crypto::Place;
use qn_domain::TenantId;
use qn_runner::{Ended, Wish};
use qn_workflow::model::{Type, Variable};
use qn_workflow::trigger::Trigger;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// A live flow that can be called.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowTool {
    pub flow_id: String,
    pub name: String,
    /// JSON Schema of an object.
    pub input: Value,
    /// Whoever calls it confirms first.
    pub acts: bool,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    Taken(Called),
    /// The key was used before, with another input; nothing was begun.
    KeyReused,
}

/// How far a called flow has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    pub run_id: String,
    /// None: it still goes on, or waits for somebody.
    pub ended: Option<Ended>,
}

impl Engine {
    /// Flows that a call can begin.
    pub async fn flow_tools(&self, tenant_id: &TenantId) -> Result<Vec<FlowTool>> {
        let book = self.read_book(tenant_id).await?;
        let called = book.flows.iter().filter(|flow| can_be_called(flow));
        let tool =
            |flow: &LiveFlow| FlowTool { flow_id: flow.id.clone(), name: flow.name.clone(), input: schema(&flow.inputs), acts: flow.acts };
        Ok(called.map(tool).collect())
    }

    /// Begins a run and waits for its end, at most so long; the run goes on when the wait is over. The same key is the same run.
    pub async fn call_flow(&self, tenant_id: &TenantId, flow_id: &str, key: &str, input: Map<String, Value>, wait_ms: u64) -> Result<Call> {
        let flow = self.live_flow(tenant_id, flow_id).await?;
        let runner = self.runner()?;
        let run_id = format!("run_{}", ids::fresh(self.now()));
        let context = self.flow_context(tenant_id, Beginning::default(), Value::Object(input.clone())).await?;
        let version = self.asks_the_same(tenant_id, &flow, flow.version_for(key)).await?;
        let wish = Wish { input: input.clone(), context, run_id: Some(run_id.clone()), ..Wish::of(tenant_id, version, Some(key)) };
        let called = match tokio::time::timeout(Duration::from_millis(wait_ms), runner.run(wish)).await {
            Ok(ended) => {
                let ended = ended?;
                Called { run_id: ended.run_id.clone(), ended: Some(ended).filter(|ended| ended.status.is_final()) }
            }
            // whoever used the key first began the run that goes on
            Err(_) => Called { run_id: runner.begun_by(tenant_id, key).await?.unwrap_or_else(|| run_id.clone()), ended: None },
        };
        let repeated = called.run_id != run_id;
        if repeated && runner.input_of(tenant_id, &called.run_id).await? != input {
            return Ok(Call::KeyReused);
        }
        Ok(Call::Taken(called))
    }

    /// A code that only this company's server makes of a text.
    pub fn mark(&self, tenant_id: &TenantId, text: &str) -> String {
        self.channels.keys.mark(Place { tenant: tenant_id.as_str(), name: "confirmation" }, text)
    }

    /// How a run ended; none while it goes on.
    pub async fn run_of(&self, tenant_id: &TenantId, run_id: &str) -> Result<Option<Ended>> {
        Ok(self.runner()?.ended(tenant_id, run_id).await?)
    }
}

/// What begins by a call, a form, whose questions are the arguments, and what a message begins without talking, where it says what it
/// takes. What talks needs a conversation, and what the clock or an event begins needs what only they bring.
fn can_be_called(flow: &LiveFlow) -> bool {
    match flow.begins.trigger {
        Trigger::Api | Trigger::Webhook | Trigger::Form => true,
        Trigger::Message => !flow.talks && !flow.inputs.is_empty(),
        _ => false,
    }
}

fn schema(inputs: &[Variable]) -> Value {
    let properties: Map<String, Value> = inputs.iter().map(|input| (input.name.clone(), typed(input))).collect();
    let required: Vec<&str> = inputs.iter().filter(|input| input.default.is_none()).map(|input| input.name.as_str()).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn typed(input: &Variable) -> Value {
    let mut schema = match input.kind {
        Type::Text => json!({"type": "string"}),
        Type::Integer => json!({"type": "integer"}),
        Type::Number => json!({"type": "number"}),
        Type::Boolean => json!({"type": "boolean"}),
        Type::Time => json!({"type": "string", "format": "date-time"}),
        Type::List => json!({"type": "array"}),
        Type::Object => json!({"type": "object"}),
        Type::Any => json!({}),
    };
    let Some(rules) = schema.as_object_mut() else { return schema };
    let called: Vec<&str> = [&input.zh, &input.en].into_iter().flatten().map(String::as_str).collect();
    if !called.is_empty() {
        rules.insert("description".to_owned(), called.join(" / ").into());
    }
    if let Some(default) = &input.default {
        rules.insert("default".to_owned(), default.clone());
    }
    if !input.choices.is_empty() {
        rules.insert("enum".to_owned(), input.choices.iter().map(|choice| choice.value.as_str()).collect());
    }
    schema
}
