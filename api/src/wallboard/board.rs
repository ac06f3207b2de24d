//! The view of the floor: queues, agents, promises at risk and who waits longest, with names. Reads names and states only; what
//! stands and how the day went is handed in by `floor.rs`.

use super::day::Told;
use crate::Result;
use crate::state::AppState;
use qn_api_types::conversation::ContactBrief;
use qn_api_types::wallboard::{AgentNow, QueueView, RiskView, TalkView, WallboardView};
use qn_base::Timestamp;
use qn_domain::presence::PresenceState;
use qn_domain::{ContactId, SlaDue, TenantId, User, UserId};
use qn_engine::TenantSettings;
use qn_store::floor::OpenNow;
use std::collections::HashMap;

const RISKS_MAX: usize = 50;
const TALKS_MAX: usize = 100;

/// A conversation and a promise to it that is broken or past its warning.
type Risk<'a> = (&'a OpenNow, &'a SlaDue);

pub async fn write(state: &AppState, tenant_id: &TenantId, open: impl Iterator<Item = &OpenNow>, told: &Told) -> Result<WallboardView> {
    let now = state.engine.now();
    let settings = state.engine.settings(tenant_id).await?;
    let (held, waiting): (Vec<&OpenNow>, Vec<&OpenNow>) = open.partition(|one| one.agent_id.is_some());
    let risks = risks(held.iter().chain(&waiting).copied(), now);
    let talks = talks(&held);
    let names = names(state, tenant_id, talks.iter().copied().chain(risks.iter().map(|(one, _)| *one))).await?;
    let name = |id: &ContactId| names.get(id).cloned().unwrap_or_default();
    Ok(WallboardView {
        now,
        today: told.today.clone(),
        queues: queues(&waiting, told, &settings),
        agents: agents(state, tenant_id, &settings, &held).await?,
        risks: risks.into_iter().map(|risk| risk_view(risk, name(&risk.0.contact_id))).collect(),
        talks: talks.into_iter().map(|one| talk_view(one, name(&one.contact_id))).collect(),
    })
}

fn queues(waiting: &[&OpenNow], told: &Told, settings: &TenantSettings) -> Vec<QueueView> {
    let mut standing: HashMap<Option<&str>, (i64, Option<Timestamp>)> = told.levels.keys().map(|id| (id.as_deref(), (0, None))).collect();
    for one in waiting {
        let queue = standing.entry(one.team_id.as_ref().map(|id| id.as_str())).or_default();
        queue.0 += 1;
        queue.1 = [queue.1, one.queued_at].into_iter().flatten().min();
    }
    let view = |(team_id, (waiting, oldest_at)): (Option<&str>, (i64, Option<Timestamp>))| QueueView {
        name: team_id.and_then(|id| settings.teams.get(&id.into())).map(|team| team.name.clone()).unwrap_or_default(),
        team_id: team_id.map(str::to_owned),
        waiting,
        oldest_at,
        service_level: told.levels.get(&team_id.map(str::to_owned)).copied().unwrap_or_default(),
    };
    let mut all: Vec<QueueView> = standing.into_iter().map(view).collect();
    all.sort_by(|a, b| {
        let by = |q: &QueueView| (q.oldest_at.unwrap_or(i64::MAX), q.name.clone(), q.team_id.clone());
        by(a).cmp(&by(b))
    });
    all
}

/// States as they were lived (`store::presence`); who is not connected is offline whatever they chose.
async fn agents(state: &AppState, tenant_id: &TenantId, settings: &TenantSettings, held: &[&OpenNow]) -> Result<Vec<AgentNow>> {
    let mut loads: HashMap<&UserId, i64> = HashMap::new();
    held.iter().filter_map(|one| one.agent_id.as_ref()).for_each(|id| *loads.entry(id).or_default() += 1);
    let lived = qn_store::presence::list_now(&state.engine.db, tenant_id).await?;
    let lived: HashMap<&UserId, _> = lived.iter().map(|change| (&change.user_id, change)).collect();
    let reasons = settings.routing.policy.reasons();
    let now = |user: &User| {
        let known = lived.get(&user.id);
        let connected = state.engine.presence.connected(tenant_id, &user.id);
        let stands = known.filter(|_| connected).map_or(PresenceState::Offline, |change| change.state);
        let change = known.filter(|change| change.state == stands);
        let since = change.map(|change| change.at);
        let reason = change.filter(|_| stands == PresenceState::Busy).and_then(|change| change.reason.clone());
        let minutes = reason.as_ref().and_then(|key| reasons.iter().find(|known| known.key == *key)?.minutes_max);
        AgentNow {
            user_id: user.id.0.clone(),
            name: user.name.clone(),
            state: stands.as_str().to_owned(),
            reason,
            since,
            late_at: since.zip(minutes).map(|(at, minutes)| at.saturating_add(minutes.saturating_mul(60_000))),
            conversations: loads.get(&user.id).copied().unwrap_or(0),
            capacity: user.capacity,
        }
    };
    let order = |agent: &AgentNow| ["online", "wrap_up", "busy"].iter().position(|s| *s == agent.state).unwrap_or(3);
    let mut all: Vec<AgentNow> = settings.users.values().filter(|u| !u.disabled && !u.is_service()).map(now).collect();
    all.sort_by(|a, b| (order(a), &a.name, &a.user_id).cmp(&(order(b), &b.name, &b.user_id)));
    Ok(all)
}

/// Promises past their warning or broken, and not kept yet; the nearest first.
fn risks<'a>(open: impl Iterator<Item = &'a OpenNow>, now: Timestamp) -> Vec<Risk<'a>> {
    let at_risk = |due: &SlaDue| due.done_at.is_none() && !due.paused && (due.breached || due.warn_at.is_some_and(|at| at <= now));
    let mut found: Vec<Risk<'a>> = open.flat_map(|one| one.due.iter().filter(|due| at_risk(due)).map(move |due| (one, due))).collect();
    found.sort_by_key(|(one, due)| (due.due_at.unwrap_or(i64::MAX), &one.id));
    found.truncate(RISKS_MAX);
    found
}

/// Whose customer waits longest first.
fn talks<'a>(held: &[&'a OpenNow]) -> Vec<&'a OpenNow> {
    let mut talks = held.to_vec();
    talks.sort_by_key(|one| (one.waiting_since.unwrap_or(i64::MAX), &one.id));
    talks.truncate(TALKS_MAX);
    talks
}

fn risk_view((one, due): Risk<'_>, contact_name: String) -> RiskView {
    RiskView {
        conversation_id: one.id.0.clone(),
        contact_id: one.contact_id.0.clone(),
        contact_name,
        agent_id: one.agent_id.as_ref().map(|id| id.0.clone()),
        metric: due.metric.clone(),
        due_at: due.due_at,
        breached: due.breached,
    }
}

fn talk_view(one: &OpenNow, contact_name: String) -> TalkView {
    TalkView {
        conversation_id: one.id.0.clone(),
        contact_id: one.contact_id.0.clone(),
        contact_name,
        agent_id: one.agent_id.as_ref().map(|id| id.0.clone()),
        waiting_since: one.waiting_since,
        last_text: one.last_text.clone(),
    }
}

async fn names<'a>(state: &AppState, tenant_id: &TenantId, open: impl Iterator<Item = &'a OpenNow>) -> Result<HashMap<ContactId, String>> {
    let ids: Vec<&ContactId> = open.map(|one| &one.contact_id).collect();
    let known = qn_store::contact::list_by_ids(&state.engine.db, tenant_id, &ids).await?;
    Ok(known.iter().map(|contact| (contact.id.clone(), ContactBrief::from(contact).name)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn one(id: &str, waiting_since: Option<Timestamp>, due: Vec<SlaDue>) -> OpenNow {
        OpenNow {
            id: id.into(),
            version: 1,
            contact_id: "con_1".into(),
            agent_id: Some("usr_1".into()),
            team_id: None,
            queued_at: None,
            waiting_since,
            last_text: String::new(),
            due,
        }
    }

    fn due(metric: &str, due_at: Option<Timestamp>, warn_at: Option<Timestamp>) -> SlaDue {
        SlaDue { metric: metric.into(), due_at, warn_at, breached: false, paused: false, done_at: None }
    }

    #[test]
    fn a_promise_is_at_risk_from_its_warning_until_it_is_kept() {
        let kept = SlaDue { done_at: Some(50), ..due("first_response", None, Some(80)) };
        let broken = SlaDue { breached: true, ..due("next_response", Some(90), None) };
        let paused = SlaDue { paused: true, ..due("resolution", None, Some(10)) };
        let open = [
            one("cnv_1", None, vec![kept, paused, due("resolution", Some(500), Some(300))]),
            one("cnv_2", None, vec![due("first_response", Some(200), Some(100))]),
            one("cnv_3", None, vec![broken]),
        ];
        let seen = |now| risks(open.iter(), now).into_iter().map(|(one, due)| (one.id.as_str(), due.breached)).collect::<Vec<_>>();
        assert_eq!(seen(99), [("cnv_3", true)]);
        assert_eq!(seen(100), [("cnv_3", true), ("cnv_2", false)]);
        assert_eq!(seen(300), [("cnv_3", true), ("cnv_2", false), ("cnv_1", false)]);
    }

    #[test]
    fn who_waits_longest_is_shown_first_and_who_does_not_wait_last() {
        let open = [one("cnv_1", None, vec![]), one("cnv_2", Some(20), vec![]), one("cnv_3", Some(10), vec![])];
        let held: Vec<&OpenNow> = open.iter().collect();
        assert_eq!(talks(&held).iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["cnv_3", "cnv_2", "cnv_1"]);
    }
}
