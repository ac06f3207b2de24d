//! How evenly the work of a period fell on the people of each team.

use super::{EPISODES_MAX, period, refused};
use crate::{Engine, Result};
use qn_base::clock::DAY_MS;
use qn_domain::presence::{PresenceState, time_in_state};
use qn_domain::{Team, TeamId, TenantId, Timestamp, User, UserId};
use qn_report::{Fairness, fairness};
use std::collections::HashMap;

/// As for times in state.
const SPAN_MS_MAX: i64 = 93 * DAY_MS;

/// `team` is None for everybody.
#[derive(Debug)]
pub struct TeamFairness {
    pub team: Option<(TeamId, String)>,
    pub fairness: Fairness,
    /// What the people are called.
    pub names: HashMap<UserId, String>,
}

impl Engine {
    /// Everybody first, then teams by name. Seven days before the end, and to now, where nothing is said.
    pub async fn fairness(&self, tenant_id: &TenantId, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Vec<TeamFairness>> {
        let now = self.now();
        let (from, to) = period(from, to, now)?;
        if to - from > SPAN_MS_MAX {
            return Err(refused("时段最长 93 天", "covers more than 93 days"));
        }
        let settings = self.settings(tenant_id).await?;
        let episodes = qn_store::episode::list(&self.db, tenant_id, from, to, EPISODES_MAX + 1).await?;
        if episodes.len() as i64 > EPISODES_MAX {
            return Err(refused("时段内会话过多，请缩短时段", "covers too many conversations: choose a shorter period"));
        }
        let until = to.min(now);
        let changes = qn_store::presence::list_between(&self.db, tenant_id, from, until).await?;
        let mut online: HashMap<UserId, i64> = HashMap::new();
        for spent in time_in_state(&changes, from, until).into_iter().filter(|t| t.state == PresenceState::Online) {
            *online.entry(spent.user_id).or_default() += spent.spent_ms;
        }
        let people: Vec<&User> = settings.users.values().filter(|user| !user.is_service()).collect();
        let told = |team: Option<&Team>| {
            let is_in = |user: &&&User| team.is_none_or(|team| user.team_ids.contains(&team.id));
            let members: Vec<&UserId> = people.iter().filter(is_in).map(|user| &user.id).collect();
            let of_team = episodes.iter().filter(|e| team.is_none_or(|team| e.team_id.as_ref() == Some(&team.id)));
            let fairness = fairness(&members, of_team, &online);
            let name = |id: &UserId| (id.clone(), settings.users.get(id).map(|user| user.name.clone()).unwrap_or_default());
            let names = fairness.people.iter().map(|person| name(&person.user_id)).collect();
            TeamFairness { team: team.map(|team| (team.id.clone(), team.name.clone())), fairness, names }
        };
        let mut teams: Vec<&Team> = settings.teams.values().collect();
        teams.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(std::iter::once(None).chain(teams.into_iter().map(Some)).map(told).collect())
    }
}
