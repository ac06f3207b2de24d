//! What a waiting customer may be told: how many come before them, and how long that is likely to last. Reads the floor, changes nothing.

use crate::floor::Floor;
use crate::order::Need;
use crate::people::Candidate;
use crate::wait::{WaitEstimate, estimate};
use qn_domain::ConversationId;

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// 1 is next, among all who wait for people of the same team.
    pub position: usize,
    /// None when nobody who could take it is there, or too little is known.
    pub wait: Option<WaitEstimate>,
}

impl Floor {
    /// `recent_handle_ms`: how long conversations were held lately. `overtaking_per_ms`: conversations with a head start over this one
    /// that came lately, per millisecond. None when it does not wait.
    /// Those ahead count as far as they fall on the people this one waits for: a line that ten can serve takes a tenth of each.
    pub fn outlook(&self, id: &ConversationId, recent_handle_ms: &[i64], overtaking_per_ms: f64) -> Option<Outlook> {
        let (own, seat) = self.seat(id)?;
        let mine = self.places(own, own);
        let (mut ahead, mut before) = (0.0, 0);
        for (need, seats) in self.lines() {
            let count = seats.range(..&seat).count();
            if count == 0 {
                continue;
            }
            let (all, shared) = (self.places(need, need), self.places(need, own));
            ahead += count as f64 * shared as f64 / all.max(1) as f64;
            let same_team = need.team.is_none() || own.team.is_none() || need.team == own.team;
            before += if same_team { count } else { 0 };
        }
        let there: i64 = self.people().filter(|p| p.is_there()).map(|p| p.capacity.max(0)).sum();
        let mean = recent_handle_ms.iter().map(|ms| *ms as f64).sum::<f64>() / recent_handle_ms.len().max(1) as f64;
        let overtaking = overtaking_per_ms * mean / there.max(1) as f64;
        let wait = estimate(ahead + 1.0, recent_handle_ms, usize::try_from(mine).unwrap_or(0), overtaking);
        Some(Outlook { position: before + 1, wait })
    }

    /// Somebody who could take it is there, free or not; false when it does not wait.
    pub fn is_served(&self, id: &ConversationId) -> bool {
        self.seat(id).is_some_and(|(own, _)| self.places(own, own) > 0)
    }

    /// Conversations that people who are there can hold at once of what both needs ask, free or not.
    fn places(&self, one: &Need, other: &Need) -> i64 {
        let could = |person: &&Candidate| person.is_there() && one.could(person) && other.could(person);
        self.people().filter(could).map(|p| p.capacity.max(0)).sum()
    }
}
