//! Episodes by what they have in common.

use crate::beside::Beside;
use crate::days::{Span, day_of, hour_of, span_of};
use jiff::tz::TimeZone;
use qn_domain::Episode;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// The person who held it last.
    Agent,
    Team,
    Inbox,
    /// The kind of channel: all mailboxes together are one.
    Channel,
    Intent,
    Language,
    /// Why it went to people.
    Handoff,
    /// What its person said it was about when it was done.
    WrapUp,
    /// `2026-11-29`
    Day,
    /// The Monday it begins with.
    Week,
    /// `2026-11`
    Month,
    /// Hour of the day, `00` to `23`.
    Hour,
}

impl Dimension {
    /// As the API spells it.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "agent" => Self::Agent,
            "team" => Self::Team,
            "inbox" => Self::Inbox,
            "channel" => Self::Channel,
            "intent" => Self::Intent,
            "language" => Self::Language,
            "handoff" => Self::Handoff,
            "wrap_up" => Self::WrapUp,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "hour" => Self::Hour,
            _ => return None,
        })
    }
}

/// `key` is None for those that have none, e.g. no agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    pub key: Option<String>,
    pub episodes: Vec<&'a Episode>,
}

/// By key; those without one first.
pub fn group<'a>(episodes: &[&'a Episode], by: Dimension, zone: &TimeZone, beside: &Beside) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<Option<String>, Vec<&'a Episode>> = BTreeMap::new();
    for episode in episodes {
        groups.entry(key(episode, by, zone, beside)).or_default().push(*episode);
    }
    groups.into_iter().map(|(key, episodes)| Group { key, episodes }).collect()
}

fn key(e: &Episode, by: Dimension, zone: &TimeZone, beside: &Beside) -> Option<String> {
    match by {
        Dimension::Agent => e.agent_id.as_ref().map(|id| id.0.clone()),
        Dimension::Team => e.team_id.as_ref().map(|id| id.0.clone()),
        Dimension::Inbox => Some(e.inbox_id.0.clone()),
        Dimension::Channel => beside.channels.of(e).map(|kind| kind.as_str().to_owned()),
        Dimension::Intent => e.intent.clone(),
        Dimension::Language => Some(e.language.code().to_owned()),
        Dimension::Handoff => e.handoff.clone(),
        Dimension::WrapUp => beside.wraps.of(e).and_then(|w| w.category.clone()),
        Dimension::Day => Some(day_of(e.opened_at, zone)),
        Dimension::Week => Some(day_of(span_of(e.opened_at, Span::Week, zone).0, zone)),
        Dimension::Month => Some(day_of(e.opened_at, zone).chars().take(7).collect()),
        Dimension::Hour => Some(format!("{:02}", hour_of(e.opened_at, zone).1)),
    }
}
