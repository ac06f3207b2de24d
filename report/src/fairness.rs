//! How evenly work falls on people who were there for it: the Gini coefficient of what each handled in an hour online. The words of the
//! definition stand in `docs/how-to/read-the-reports.md`.

use qn_domain::fairness::gini;
use qn_domain::{Episode, UserId};
use std::collections::HashMap;

/// Who was online for less in the period tells nothing: one conversation in five minutes is no pace.
pub const ONLINE_MS_MIN: i64 = 30 * 60 * 1_000;

/// One person's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    pub user_id: UserId,
    /// Stretches that they held last.
    pub handled: i64,
    pub online_ms: i64,
}

impl Handled {
    pub fn per_hour(&self) -> f64 {
        self.handled as f64 * 3.6e6 / self.online_ms as f64
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fairness {
    /// 0: everybody the same. None where fewer than two were there, or nothing was handled.
    pub gini: Option<f64>,
    /// The busiest first.
    pub people: Vec<Handled>,
}

/// Of the people in `members` who were online long enough.
pub fn fairness<'a>(members: &[&UserId], episodes: impl Iterator<Item = &'a Episode>, online_ms: &HashMap<UserId, i64>) -> Fairness {
    let mut handled: HashMap<&UserId, i64> = HashMap::new();
    for agent in episodes.filter_map(|e| e.agent_id.as_ref()) {
        *handled.entry(agent).or_default() += 1;
    }
    let part = |id: &&UserId| {
        let online_ms = online_ms.get(*id).copied().unwrap_or(0);
        let handled = handled.get(*id).copied().unwrap_or(0);
        (online_ms >= ONLINE_MS_MIN).then(|| Handled { user_id: (*id).clone(), handled, online_ms })
    };
    let mut people: Vec<Handled> = members.iter().filter_map(part).collect();
    people.sort_by(|a, b| b.per_hour().total_cmp(&a.per_hour()).then_with(|| a.user_id.cmp(&b.user_id)));
    let rates: Vec<f64> = people.iter().map(Handled::per_hour).collect();
    let tells = people.len() >= 2 && people.iter().any(|p| p.handled > 0);
    Fairness { gini: tells.then(|| gini(&rates)), people }
}
