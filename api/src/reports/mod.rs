//! What a report asks for, read once: the stretches of the period that pass its filters, and who came back after them.
//! Used by `routes::reports` only.

pub(crate) mod table;
pub(crate) mod views;

use crate::Result;
use crate::problem::Problem;
use crate::routes::reports::ReportQuery;
use crate::state::AppState;
use jiff::tz::TimeZone;
use qn_api_types::report::{ReportBy, ReportGroup, ReportView};
use qn_base::clock::DAY_MS;
use qn_domain::{Episode, TenantId, Timestamp};
use qn_report::{Dimension, Group, Heat, Returns, Terms, group, hour_of, measure};
use std::collections::HashMap;

/// Stretches one report reads.
const EPISODES_MAX: i64 = 300_000;
/// The longest period, a leap year.
const DAYS_MAX: i64 = 366;
const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;

pub(crate) struct Asked {
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
    by: Dimension,
    key: Option<String>,
    terms: Terms,
    zone: TimeZone,
    zone_name: String,
    episodes: Vec<Episode>,
    back: Returns,
    names: HashMap<String, String>,
}

impl Asked {
    pub async fn read(state: &AppState, tenant_id: &TenantId, query: &ReportQuery) -> Result<Asked> {
        let (db, now) = (&state.engine.db, state.engine.now());
        let terms = terms(query)?;
        let (from, to) = period(query, now)?;
        let settings = state.engine.settings(tenant_id).await?;
        let zone_name = settings.tenant.time_zone.clone();
        let mut episodes = qn_store::episode::list(db, tenant_id, from, to, EPISODES_MAX + 1).await?;
        if episodes.len() as i64 > EPISODES_MAX {
            return Err(Problem::invalid("from", "时段内会话过多，请缩短时段", "covers too many conversations: choose a shorter period"));
        }
        let until = now.min(to.saturating_add(terms.follow_up_ms).saturating_add(DAYS_MAX * DAY_MS));
        let back = Returns::new(qn_store::episode::begun_since(db, tenant_id, from, until + 1).await?);
        let wanted =
            |asked: &Option<String>, found: Option<&str>| asked.as_deref().filter(|a| !a.is_empty()).is_none_or(|a| found == Some(a));
        episodes.retain(|e| {
            wanted(&query.inbox, Some(e.inbox_id.as_str()))
                && wanted(&query.team, e.team_id.as_ref().map(|t| t.as_str()))
                && wanted(&query.agent, e.agent_id.as_ref().map(|a| a.as_str()))
                && wanted(&query.intent, e.intent.as_deref())
        });
        let mut names: HashMap<String, String> = settings.users.values().map(|u| (u.id.0.clone(), u.name.clone())).collect();
        names.extend(settings.teams.values().map(|t| (t.id.0.clone(), t.name.clone())));
        names.extend(settings.inboxes.values().map(|i| (i.id.0.clone(), i.name.clone())));
        Ok(Asked {
            from,
            to,
            now,
            by: dimension(query.by.unwrap_or(ReportBy::Day)),
            key: query.key.clone().filter(|key| !key.is_empty()),
            terms,
            zone: TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC),
            zone_name,
            episodes,
            back,
            names,
        })
    }

    /// Those of the group that was asked for; all without one.
    pub fn episodes(&self) -> Vec<&Episode> {
        let all: Vec<&Episode> = self.episodes.iter().collect();
        let Some(key) = &self.key else { return all };
        let key = Some(key.clone()).filter(|key| key != "none");
        group(&all, self.by, &self.zone).into_iter().find(|g| g.key == key).map(|g| g.episodes).unwrap_or_default()
    }

    pub fn report(&self) -> ReportView {
        let episodes = self.episodes();
        let figures = |of: &[&Episode]| views::figures(measure(of, &self.back, &self.terms, self.now));
        let one = |g: Group<'_>| {
            let name = g.key.as_ref().map(|key| self.names.get(key).unwrap_or(key).clone()).unwrap_or_default();
            ReportGroup { key: g.key, name, figures: figures(&g.episodes) }
        };
        ReportView {
            from: self.from,
            to: self.to,
            time_zone: self.zone_name.clone(),
            service_target_ms: self.terms.service_target_ms,
            follow_up_ms: self.terms.follow_up_ms,
            total: figures(&episodes),
            groups: group(&episodes, self.by, &self.zone).into_iter().map(one).collect(),
            heat: heat(&episodes, &self.zone).iter().map(|hours| hours.to_vec()).collect(),
        }
    }
}

fn heat(episodes: &[&Episode], zone: &TimeZone) -> Heat {
    let mut heat = Heat::default();
    for episode in episodes {
        let (day, hour) = hour_of(episode.opened_at, zone);
        heat[day][hour] += 1;
    }
    heat
}

fn terms(query: &ReportQuery) -> Result<Terms> {
    let usual = Terms::default();
    let within = |asked: Option<i64>, unit: i64, max: i64, field: &'static str, usual: i64| match asked {
        None => Ok(usual),
        Some(n) if (1..=max).contains(&n) => Ok(n * unit),
        Some(_) => Err(Problem::invalid(field, format!("应在 1 到 {max} 之间"), format!("is 1 to {max}"))),
    };
    Ok(Terms {
        service_target_ms: within(query.service_target_s, SECOND_MS, 86_400, "service_target_s", usual.service_target_ms)?,
        follow_up_ms: within(query.follow_up_h, HOUR_MS, 720, "follow_up_h", usual.follow_up_ms)?,
    })
}

fn period(query: &ReportQuery, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let to = query.to.unwrap_or(now);
    let from = query.from.unwrap_or(to.saturating_sub(7 * DAY_MS));
    if from < 0 || from >= to {
        return Err(Problem::invalid("from", "应早于结束时间", "is before the end"));
    }
    if to - from > DAYS_MAX * DAY_MS {
        return Err(Problem::invalid("from", "时段最长一年", "covers more than a year"));
    }
    Ok((from, to))
}

fn dimension(by: ReportBy) -> Dimension {
    match by {
        ReportBy::Agent => Dimension::Agent,
        ReportBy::Team => Dimension::Team,
        ReportBy::Inbox => Dimension::Inbox,
        ReportBy::Intent => Dimension::Intent,
        ReportBy::Language => Dimension::Language,
        ReportBy::Handoff => Dimension::Handoff,
        ReportBy::Day => Dimension::Day,
        ReportBy::Hour => Dimension::Hour,
    }
}
