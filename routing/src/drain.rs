//! A backlog against the people free now, in one call, for callers that keep no `Floor`.

use crate::decide::Decision;
use crate::floor::Floor;
use crate::people::{Candidate, Waiting};
use crate::policy::Policy;
use qn_domain::{ConversationId, Timestamp};
use std::sync::Arc;

/// Gives out as much of `queue` as can be given, by rank (equal ranks: by id), counting each assignment into the loads of the next.
/// Returns only what was given; what is missing keeps waiting. A conversation is passed over only when nobody is eligible for it, so
/// a younger one of another team may still be served.
pub fn drain(policy: &Policy, queue: &[Waiting], candidates: &[Candidate], now: Timestamp) -> Vec<(ConversationId, Decision)> {
    let mut floor = Floor::new(Arc::new(policy.clone()));
    candidates.iter().for_each(|person| floor.set_person(person.clone()));
    queue.iter().for_each(|waiting| floor.set_waiting(waiting.clone(), now));
    floor.drain(now, usize::MAX).into_iter().map(|(waiting, decision)| (waiting.conversation_id, decision)).collect()
}
