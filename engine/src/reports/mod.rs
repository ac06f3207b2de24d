//! What a report asks for, read once: the stretches of the period that pass its filters, who came back after them, and what reviewers said.
//! The API shows it, the desk of letters (`letters`) sends it; the figures are `qn_report`'s.

mod fairness;
mod letters;
mod table;

pub use fairness::TeamFairness;
pub use table::{csv, fairness_csv, times_csv};

use crate::{Engine, EngineError, Result};
use jiff::tz::TimeZone;
use qn_base::clock::DAY_MS;
use qn_domain::{BadField, ChannelKind, Episode, Language, TenantId, Timestamp, TransferReason};
use qn_report::{Begun, Beside, Channels, Dimension, Figures, Group, Heat, Returns, Scores, Terms, Wraps, group, hour_of, measure};
use std::collections::HashMap;

/// Stretches one report reads.
const EPISODES_MAX: i64 = 300_000;
/// The longest period, a leap year.
const DAYS_MAX: i64 = 366;

#[derive(Debug, Clone)]
pub struct ReportWish {
    /// Seven days before the end where absent.
    pub from: Option<Timestamp>,
    /// Now where absent.
    pub to: Option<Timestamp>,
    pub by: Dimension,
    /// Only this group; `none` is those without one.
    pub key: Option<String>,
    pub inbox: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub intent: Option<String>,
    /// Names that have one in each language.
    pub language: Language,
    pub terms: Terms,
}

/// What was read; figures are made of it.
pub struct Read {
    pub from: Timestamp,
    pub to: Timestamp,
    now: Timestamp,
    by: Dimension,
    key: Option<String>,
    terms: Terms,
    zone: TimeZone,
    zone_name: String,
    episodes: Vec<Episode>,
    back: Returns,
    pub beside: Beside,
    names: HashMap<String, String>,
    reasons: HashMap<String, String>,
}

#[derive(Debug)]
pub struct Report {
    pub from: Timestamp,
    pub to: Timestamp,
    pub time_zone: String,
    pub terms: Terms,
    pub total: Figures,
    pub groups: Vec<Row>,
    pub heat: Heat,
    /// Reasons of transfers that were given, by key, with their names.
    pub reasons: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Row {
    /// None for those that have none, e.g. no agent.
    pub key: Option<String>,
    /// As people call it; empty where there is no key.
    pub name: String,
    pub figures: Figures,
}

impl Engine {
    pub async fn report(&self, tenant_id: &TenantId, wish: ReportWish) -> Result<Read> {
        let (db, now) = (&self.db, self.now());
        let (from, to) = period(wish.from, wish.to, now)?;
        let settings = self.settings(tenant_id).await?;
        let zone_name = settings.tenant.time_zone.clone();
        let mut episodes = qn_store::episode::list(db, tenant_id, from, to, EPISODES_MAX + 1).await?;
        if episodes.len() as i64 > EPISODES_MAX {
            return Err(refused("时段内会话过多，请缩短时段", "covers too many conversations: choose a shorter period"));
        }
        let until = now.min(to.saturating_add(wish.terms.follow_up_ms).saturating_add(DAYS_MAX * DAY_MS));
        let begun = qn_store::episode::begun_since(db, tenant_id, from, until + 1).await?;
        let back = Returns::new(begun.into_iter().map(|(contact_id, person_id, at)| Begun { contact_id, person_id, at }));
        let scores = Scores::new(qn_store::review::list_scored(db, tenant_id, from, to).await?);
        let wraps = Wraps::new(qn_store::wrap_up::list_between(db, tenant_id, from, now + 1).await?, &episodes);
        let channels = Channels::new(settings.inboxes.values().map(|inbox| (inbox.id.clone(), inbox.channel)));
        let beside = Beside { scores, wraps, channels };
        let wanted =
            |asked: &Option<String>, found: Option<&str>| asked.as_deref().filter(|a| !a.is_empty()).is_none_or(|a| found == Some(a));
        episodes.retain(|e| {
            wanted(&wish.inbox, Some(e.inbox_id.as_str()))
                && wanted(&wish.team, e.team_id.as_ref().map(|t| t.as_str()))
                && wanted(&wish.agent, e.agent_id.as_ref().map(|a| a.as_str()))
                && wanted(&wish.intent, e.intent.as_deref())
        });
        let mut names: HashMap<String, String> = settings.users.values().map(|u| (u.id.0.clone(), u.name.clone())).collect();
        names.extend(settings.teams.values().map(|t| (t.id.0.clone(), t.name.clone())));
        names.extend(settings.inboxes.values().map(|i| (i.id.0.clone(), i.name.clone())));
        // Categories are spelt by the company, channels by us: one may be spelt like the other.
        if wish.by == Dimension::Channel {
            names.extend(settings.inboxes.values().map(|inbox| channel_name(inbox.channel, wish.language)));
        } else {
            names.extend(settings.wrap_up.paths(wish.language));
        }
        let named = |r: &TransferReason| (r.key.clone(), wish.language.pick(&r.zh, &r.en).to_owned());
        let reasons = settings.transfer_reasons.iter().map(named).collect();
        let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
        let key = wish.key.filter(|key| !key.is_empty());
        Ok(Read { from, to, now, by: wish.by, key, terms: wish.terms, zone, zone_name, episodes, back, beside, names, reasons })
    }
}

impl Read {
    /// Those of the group that was asked for; all without one.
    pub fn episodes(&self) -> Vec<&Episode> {
        let all: Vec<&Episode> = self.episodes.iter().collect();
        let Some(key) = &self.key else { return all };
        let key = Some(key.clone()).filter(|key| key != "none");
        group(&all, self.by, &self.zone, &self.beside).into_iter().find(|g| g.key == key).map(|g| g.episodes).unwrap_or_default()
    }

    pub fn report(&self) -> Report {
        let episodes = self.episodes();
        let figures = |of: &[&Episode]| measure(of, &self.back, &self.beside, &self.terms, self.now);
        let row = |g: Group<'_>| {
            let name = g.key.as_ref().map(|key| self.names.get(key).unwrap_or(key).clone()).unwrap_or_default();
            Row { key: g.key, name, figures: figures(&g.episodes) }
        };
        let total = figures(&episodes);
        let reason = |key: &String| (key.clone(), self.reasons.get(key).unwrap_or(key).clone());
        Report {
            from: self.from,
            to: self.to,
            time_zone: self.zone_name.clone(),
            terms: self.terms,
            reasons: total.transfer_reasons.keys().map(reason).collect(),
            total,
            groups: group(&episodes, self.by, &self.zone, &self.beside).into_iter().map(row).collect(),
            heat: heat(&episodes, &self.zone),
        }
    }
}

fn channel_name(kind: ChannelKind, language: Language) -> (String, String) {
    let (zh, en) = kind.names();
    (kind.as_str().to_owned(), language.pick(zh, en).to_owned())
}

fn heat(episodes: &[&Episode], zone: &TimeZone) -> Heat {
    let mut heat = Heat::default();
    for episode in episodes {
        let (day, hour) = hour_of(episode.opened_at, zone);
        heat[day][hour] += 1;
    }
    heat
}

fn period(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let to = to.unwrap_or(now);
    let from = from.unwrap_or(to.saturating_sub(7 * DAY_MS));
    if from < 0 || from >= to {
        return Err(refused("应早于结束时间", "is before the end"));
    }
    if to - from > DAYS_MAX * DAY_MS {
        return Err(refused("时段最长一年", "covers more than a year"));
    }
    Ok((from, to))
}

fn refused(zh: &'static str, en: &'static str) -> EngineError {
    EngineError::Field(BadField { field: "from".into(), zh, en })
}
