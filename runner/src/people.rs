//! What a run asks of people, and how it stands, read from its state. Pure. Called by `run`.

use qn_base::Timestamp;
use qn_domain::{ConversationId, Effect, EffectKind};
use qn_store::flow_run::RunStanding;
use qn_store::flow_task::FlowTask;
use qn_workflow::run::Place;
use qn_workflow::{Request, RunState, Status, StepError, outstanding};
use serde_json::json;
use std::sync::Arc;

/// Of an error's message, what a conversation is told.
const ERROR_CHARS_MAX: usize = 300;

/// What the run's row says.
pub(crate) fn standing(state: &RunState) -> RunStanding {
    match state.status {
        Status::Done => RunStanding::Done,
        Status::Failed => RunStanding::Failed,
        Status::Cancelled => RunStanding::Cancelled,
        Status::New | Status::Running => {
            // What people are asked stands in a table of its own; everything else is asked for again after a restart.
            let owes = |effect: &qn_workflow::Effect| matches!(effect, qn_workflow::Effect::Act { request, .. } if !is_for_people(request));
            let ready = state.tokens.values().any(|t| matches!(t.place, Place::Ready | Place::Stranded));
            if ready || outstanding(state).iter().any(owes) { RunStanding::Active } else { RunStanding::Parked }
        }
    }
}

/// What people are asked now and were not, and the other way round.
pub(crate) fn tasks(before: &RunState, after: &RunState, at: Timestamp) -> (Vec<FlowTask>, Vec<String>) {
    let (old, new) = (asked(before), asked(after));
    let is_in = |list: &[(String, u32, Arc<Request>)], step: &str, attempt: u32| list.iter().any(|(s, a, _)| s == step && *a == attempt);
    let set = new.iter().filter(|(step, attempt, _)| !is_in(&old, step, *attempt)).map(|(step, attempt, request)| FlowTask {
        run_id: after.run_id.clone(),
        step: step.clone(),
        attempt: i64::from(*attempt),
        request: serde_json::to_string(request).unwrap_or_default(),
        at,
        kind: kind(request).to_owned(),
        listens: request.listens(),
        also_at: also_at(request, at),
    });
    let gone = old.iter().filter(|(step, ..)| !new.iter().any(|(s, ..)| s == step)).map(|(step, ..)| step.clone());
    (set.collect(), gone.collect())
}

fn asked(state: &RunState) -> Vec<(String, u32, Arc<Request>)> {
    let open = state.tokens.values().filter_map(|token| match &token.place {
        Place::Open(open) if is_for_people(&open.request) => Some((token.step.to_string(), open.attempt, Arc::clone(&open.request))),
        _ => None,
    });
    open.collect()
}

pub(crate) fn asks_anybody(state: &RunState) -> bool {
    state.tokens.values().any(|token| matches!(&token.place, Place::Open(open) if is_for_people(&open.request)))
}

fn also_at(request: &Request, at: Timestamp) -> Option<Timestamp> {
    match request {
        Request::Approve { also: Some(also), .. } => Some(at + also.after_ms),
        _ => None,
    }
}

fn kind(request: &Request) -> &'static str {
    match request {
        Request::Approve { .. } => "approve",
        Request::Listen { .. } => "listen",
        _ => "ask",
    }
}

/// People, and whoever sends a signal: they take their time, and what they are asked stands in a table of its own.
pub(crate) fn is_for_people(request: &Request) -> bool {
    matches!(request, Request::Approve { .. } | Request::Ask { .. } | Request::Listen { about: Some(_), .. })
}

/// What the run's conversation is owed: its end, and questions that nobody waits for any more.
pub(crate) fn owed(state: &RunState, name: &crate::FlowName, conversation_id: &ConversationId, at: Timestamp) -> Option<Effect> {
    state.status.is_final().then(|| Effect {
        kind: EffectKind::FlowEnded,
        key: format!("flow_ended:{}:{}", state.run_id, state.position),
        payload: json!({"run_id": state.run_id, "flow_id": name.id, "name": name.name, "conversation_id": conversation_id,
            "status": state.status.as_str(), "error": state.error.as_ref().map(short)}),
        due_at: at,
        trace: None,
    })
}

/// Without what the other side said at length.
fn short(error: &StepError) -> serde_json::Value {
    json!({"kind": error.kind, "message": qn_base::text::line(&error.message, ERROR_CHARS_MAX), 
        "zh": qn_base::text::line(&error.zh, ERROR_CHARS_MAX)})
}

/// A question that nobody waits for any more.
pub(crate) fn withdrawn(run_id: &str, step: &str, conversation_id: &ConversationId, at: Timestamp, position: u64) -> Effect {
    Effect {
        kind: EffectKind::FlowWithdraw,
        key: format!("flow_withdraw:{run_id}/{step}/{position}"),
        payload: json!({"run_id": run_id, "step": step, "conversation_id": conversation_id}),
        due_at: at,
        trace: None,
    }
}
