//! What happens to conversations by itself or by people begins the flows that start on it: effects of the commit in which it happened,
//! so that none is forgotten and none begins twice. What a flow does begins no other; flows call one another by events they emit.

use super::Book;
use qn_domain::{Activity, ActivityKey, Commit, Effect, EffectKind};
use serde_json::{Value, json};

pub(crate) fn begin_flows(commit: &mut Commit, events: &[&'static str], book: &Book) {
    for event in events {
        for flow in book.hearing(event) {
            let c = &commit.conversation;
            let payload = json!({"flow_id": flow.id, "name": flow.name, "conversation_id": c.id, "contact_id": c.contact_id,
                "event": facts(commit, event), "beside": true});
            let key = format!("flow_hear:{}:{}:{event}:{}", c.id, c.version, flow.id);
            commit.effects.push(Effect { kind: EffectKind::FlowStart, key, payload, due_at: commit.at, trace: None });
        }
    }
}

pub(crate) fn events(commit: &Commit) -> Vec<&'static str> {
    let created = (commit.conversation.version == 1).then_some("conversation.created");
    let told = commit.messages.iter().filter_map(|message| message.content.activity.as_ref()).filter_map(event_of);
    let mut events: Vec<&'static str> = created.into_iter().chain(told).collect();
    events.dedup();
    events
}

fn event_of(activity: &Activity) -> Option<&'static str> {
    Some(match activity.key {
        ActivityKey::Queued | ActivityKey::TransferredToTeam => "conversation.queued",
        ActivityKey::Assigned | ActivityKey::Claimed | ActivityKey::TakenOver | ActivityKey::TransferAccepted => "conversation.assigned",
        ActivityKey::Resolved => "conversation.resolved",
        ActivityKey::Reopened => "conversation.reopened",
        ActivityKey::CsatGiven => "conversation.rated",
        ActivityKey::SlaWarned => "service_level.warned",
        ActivityKey::SlaBreached => "service_level.breached",
        ActivityKey::CompensationOffered => "conversation.compensation_offered",
        _ => return None,
    })
}

/// What a flow reads as `context.event`.
fn facts(commit: &Commit, event: &str) -> Value {
    let c = &commit.conversation;
    json!({"event": event, "status": c.status, "owner": c.owner.kind(), "agent_id": c.owner.agent_id(), "labels": c.labels,
        "score": c.csat.as_ref().map(|csat| csat.score), "inbox_id": c.inbox_id, "language": c.language,
        "compensation": c.routing.compensation.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>()})
}
