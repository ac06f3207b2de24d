//! The backlog against the people free now, oldest first. Called the moment somebody frees, connects or comes online.

use crate::decide::{Candidate, Decision, Waiting, decide};
use qn_domain::{ConversationId, Timestamp};

/// Gives out as much of `queue` as can be given, oldest first (equal times: by id), counting each assignment into the loads of
/// the next. Returns only what was given; what is missing keeps waiting. A conversation is passed over only when nobody is
/// eligible for it, so a younger one of another team may still be served.
pub fn drain(queue: &[Waiting], candidates: &[Candidate], now: Timestamp) -> Vec<(ConversationId, Decision)> {
    let mut people = candidates.to_vec();
    let mut backlog: Vec<&Waiting> = queue.iter().collect();
    backlog.sort_by(|a, b| a.queued_at.cmp(&b.queued_at).then_with(|| a.conversation_id.cmp(&b.conversation_id)));
    backlog.dedup_by(|a, b| a.conversation_id == b.conversation_id);
    let mut given = Vec::new();
    for waiting in backlog {
        if people.iter().all(|p| p.load.max(0) >= p.capacity) {
            break;
        }
        let decision = decide(waiting, &people, now);
        let Some(agent) = &decision.agent else { continue };
        for person in people.iter_mut().filter(|p| p.user_id == *agent) {
            person.load = person.load.max(0) + 1;
            person.last_assigned_at = Some(now);
        }
        given.push((waiting.conversation_id.clone(), decision));
    }
    given
}
