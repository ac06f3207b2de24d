//! Presence as it was lived: the state a person was in, why, and how long. Written by the engine whenever it changes; read by
//! screens, the wallboard and reports. Not what a person chose (`Presence`): that is one of the inputs.

use crate::people::text_enum;
use crate::{TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Exactly one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Takes new work.
    Online,
    /// Chose busy, with or without a reason.
    Busy,
    /// Writes up a conversation that is done (话后整理); gets no new work.
    WrapUp,
    /// Chose offline, or lost the connection for longer than the grace.
    Offline,
}

text_enum!(PresenceState { Online = "online", Busy = "busy", WrapUp = "wrap_up", Offline = "offline" });

/// From `at` on the person is in this state, until the next change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub state: PresenceState,
    /// The key of a busy reason; `missed_offers` when offers were not answered; none otherwise.
    pub reason: Option<String>,
    /// Who made it so; none: time or the connection did.
    pub caused_by: Option<UserId>,
    pub at: Timestamp,
}

/// How long one person was in one state for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeInState {
    pub user_id: UserId,
    pub state: PresenceState,
    pub reason: Option<String>,
    pub spent_ms: i64,
    /// How often it began within the span.
    pub times: i64,
}

/// Within `[from, to)`, by person, state and reason. `changes`: oldest first; of each person also the last one before `from`, without
/// which the time up to their first change is not counted.
pub fn time_in_state(changes: &[PresenceChange], from: Timestamp, to: Timestamp) -> Vec<TimeInState> {
    let mut spent: Vec<TimeInState> = Vec::new();
    for (n, change) in changes.iter().enumerate() {
        let next = changes[n + 1..].iter().find(|later| later.user_id == change.user_id);
        let (begins, ends) = (change.at.max(from), next.map_or(to, |later| later.at).min(to));
        if ends <= begins {
            continue;
        }
        let same = |t: &&mut TimeInState| t.user_id == change.user_id && t.state == change.state && t.reason == change.reason;
        let (ms, began) = (ends - begins, i64::from(change.at >= from));
        match spent.iter_mut().find(same) {
            Some(known) => (known.spent_ms, known.times) = (known.spent_ms + ms, known.times + began),
            None => {
                let (user_id, reason) = (change.user_id.clone(), change.reason.clone());
                spent.push(TimeInState { user_id, state: change.state, reason, spent_ms: ms, times: began });
            }
        }
    }
    spent.sort_by(|a, b| (&a.user_id.0, a.state, &a.reason).cmp(&(&b.user_id.0, b.state, &b.reason)));
    spent
}

/// When each person was at work: took new work, or wrote up what was done. `changes` as for `time_in_state`; whoever has not gone yet stays.
pub fn at_work(changes: &[PresenceChange]) -> HashMap<UserId, Vec<(Timestamp, Timestamp)>> {
    let mut spans: HashMap<UserId, Vec<(Timestamp, Timestamp)>> = HashMap::new();
    for change in changes {
        let is_there = matches!(change.state, PresenceState::Online | PresenceState::WrapUp);
        let known = spans.entry(change.user_id.clone()).or_default();
        let open = known.last_mut().filter(|(_, until)| *until == Timestamp::MAX);
        match (open, is_there) {
            (Some((_, until)), false) => *until = change.at,
            (None, true) => known.push((change.at, Timestamp::MAX)),
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(user: &str, state: PresenceState, reason: Option<&str>, at: i64) -> PresenceChange {
        let reason = reason.map(str::to_owned);
        PresenceChange { tenant_id: "tnt_1".into(), user_id: user.into(), state, reason, caused_by: None, at }
    }

    #[test]
    fn time_is_counted_within_the_span_and_by_reason() {
        use PresenceState::{Busy, Online};
        let changes = [
            change("a", Online, None, 0),
            change("b", Online, None, 50),
            change("a", Busy, Some("lunch"), 150),
            change("a", Online, None, 170),
            change("a", Busy, Some("lunch"), 180),
            change("a", Busy, Some("meeting"), 400),
        ];
        let told: Vec<_> =
            time_in_state(&changes, 100, 200).into_iter().map(|t| (t.user_id.0, t.state, t.reason, t.spent_ms, t.times)).collect();
        let lunch = Some("lunch".to_owned());
        assert_eq!(
            told,
            [("a".to_owned(), Online, None, 60, 1), ("a".to_owned(), Busy, lunch, 40, 2), ("b".to_owned(), Online, None, 100, 0)]
        );
    }

    #[test]
    fn writing_up_is_work_and_who_has_not_gone_stays() {
        use PresenceState::{Busy, Offline, Online, WrapUp};
        let changes = [
            change("a", Online, None, 0),
            change("b", Offline, None, 10),
            change("a", WrapUp, None, 20),
            change("a", Online, None, 30),
            change("a", Busy, Some("lunch"), 40),
            change("a", Offline, None, 45),
            change("a", Online, None, 50),
        ];
        let spans = at_work(&changes);
        assert_eq!(spans[&UserId::from("a")], [(0, 40), (50, Timestamp::MAX)]);
        assert!(spans[&UserId::from("b")].is_empty());
    }
}
