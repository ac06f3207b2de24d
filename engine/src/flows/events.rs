//! What flows say has happened: webhooks hear it, and flows that start on it begin, each once for each time it was said. A chain of flows
//! that start each other is cut: how many came before is in the trigger key of each run.

use super::context::Beginning;
use crate::{Engine, EngineError, Result};
use qn_runner::{Errand, Wish};
use qn_workflow::model::ErrorKind;
use qn_workflow::{Outcome, StepError, hash};
use serde_json::{Value, json};
use std::sync::Arc;

/// More flows do not start one another in a row.
pub(super) const CHAIN_MAX: u32 = 5;
pub(super) const MARK: &str = "event:";

/// To every webhook that wants all events, this one, or what flows emit; and to the flows that start on it.
pub(super) async fn emit(engine: &Arc<Engine>, errand: &Errand, event: &str, payload: &Value) -> Result<Outcome> {
    let data = json!({"event": event, "payload": payload, "run_id": errand.run_id, "flow_id": errand.flow.id,
        "conversation_id": errand.conversation_id, "contact_id": errand.contact_id});
    tell(engine, errand, event, &data).await?;
    let book = engine.read_book(&errand.tenant_id).await?;
    if book.hearing(event).next().is_none() {
        return Ok(Ok(json!({"started": 0})));
    }
    let depth = depth(engine, errand).await?;
    if depth >= CHAIN_MAX {
        let why = format!("flows have started one another {CHAIN_MAX} times in a row by events");
        return Ok(Err(StepError::new(ErrorKind::Limit, why).zh(format!("流程通过事件接连启动了 {CHAIN_MAX} 次"))));
    }
    let mut started = 0;
    for flow in book.hearing(event) {
        let key = format!("{MARK}{}:{}:{}", depth + 1, flow.id, hash::short(&errand.key));
        let from =
            Beginning { conversation_id: errand.conversation_id.as_ref(), contact_id: errand.contact_id.as_ref(), ..Beginning::default() };
        let context = engine.flow_context(&errand.tenant_id, from, data.clone()).await?;
        let input = engine.known_inputs(&errand.tenant_id, flow.version_for(&key), payload).await?;
        let wish = Wish {
            input,
            context,
            conversation_id: errand.conversation_id.clone(),
            contact_id: errand.contact_id.clone(),
            ..Wish::of(&errand.tenant_id, flow.version_for(&key), Some(&key))
        };
        match engine.runner()?.begin(wish).await {
            Ok(_) => started += 1,
            Err(error @ qn_runner::Error::Store(_)) => return Err(error.into()),
            // The flow that speaks has done its part; the one that cannot begin is looked at by itself.
            Err(error) => tracing::warn!(%error, flow = flow.id, event, "a flow could not begin on an event"),
        }
    }
    Ok(Ok(json!({"started": started})))
}

/// Webhooks name what they want: the event itself, or `flow.emitted` for all that flows say.
async fn tell(engine: &Engine, errand: &Errand, event: &str, data: &Value) -> Result<()> {
    let settings = engine.settings(&errand.tenant_id).await?;
    let wants = |events: &[String]| events.is_empty() || events.iter().any(|e| e == "flow.emitted" || e == event);
    for webhook in settings.webhooks.iter().filter(|w| w.enabled && wants(&w.events)) {
        let key = format!("{}:emit:{}", webhook.id, errand.key);
        engine.add_webhook_send(&errand.tenant_id, webhook, "flow.emitted", key, data).await?;
    }
    Ok(())
}

/// How many flows began one another by events before this run.
async fn depth(engine: &Engine, errand: &Errand) -> Result<u32> {
    let run = qn_store::flow_run::find(&engine.db, &errand.tenant_id, &errand.run_id).await?;
    let run = run.ok_or_else(|| EngineError::not_found("run", &errand.run_id))?;
    Ok(depth_of(&run.trigger_key))
}

/// As the trigger key of a run says it.
pub(super) fn depth_of(trigger_key: &str) -> u32 {
    trigger_key.strip_prefix(MARK).and_then(|rest| rest.split(':').next()?.parse().ok()).unwrap_or(0)
}
