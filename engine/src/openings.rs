//! Whether a customer may be promised a person now, and when people are back: an inbox's own hours and the calendars of the routing
//! rules together. "We're closed" would be untrue while somebody is there to take it, except where the rules leave it to the bot alone.

use crate::assign::can_serve;
use crate::hours;
use crate::settings::TenantSettings;
use crate::{Engine, QueuePlace, Result};
use jiff::tz::TimeZone;
use qn_domain::{Inbox, Language, TeamId, TenantId, Timestamp};
use qn_routing::Facts;
use qn_routing::policy::AfterHoursAction;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    pub is_open: bool,
    /// The rules give nothing to people before they are back.
    pub bot_only: bool,
    /// When people are back; none while they are there, or where no calendar tells.
    pub opens_at: Option<Timestamp>,
    back: Option<Back>,
    /// Where they would stand in the queue, on channels that do not show it.
    pub(crate) place: Option<QueuePlace>,
}

/// A moment as the company's clock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Back {
    days: i32,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
}

impl Opening {
    pub const OPEN: Opening = Opening { is_open: true, bot_only: false, opens_at: None, back: None, place: None };

    pub(crate) fn closed_until(opens_at: Option<Timestamp>, time_zone: &str, now: Timestamp) -> Self {
        Self { is_open: false, opens_at, back: opens_at.and_then(|at| Back::at(at, time_zone, now)), ..Self::OPEN }
    }

    /// 「明天 09:00」
    pub(crate) fn back(&self, language: Language) -> Option<String> {
        let Back { days, month, day, hour, minute } = self.back?;
        let when = match days {
            0 => language.pick("今天", "today at").to_owned(),
            1 => language.pick("明天", "tomorrow at").to_owned(),
            _ => match language {
                Language::Zh => format!("{month}月{day}日"),
                Language::En => format!("on {day}/{month} at"),
            },
        };
        Some(format!("{when} {hour:02}:{minute:02}"))
    }
}

impl Back {
    fn at(at: Timestamp, time_zone: &str, now: Timestamp) -> Option<Self> {
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let local = |ms| Some(jiff::Timestamp::from_millisecond(ms).ok()?.to_zoned(zone.clone()));
        let (then, today) = (local(at)?, local(now)?.date());
        let days = today.until(then.date()).ok()?.get_days();
        Some(Self { days, month: then.month(), day: then.day(), hour: then.hour(), minute: then.minute() })
    }
}

impl Engine {
    /// By the clock alone, for a customer of whom only the inbox is known.
    pub async fn opening(&self, tenant_id: &TenantId, inbox: &Inbox) -> Result<Opening> {
        let settings = self.settings(tenant_id).await?;
        let facts = Facts { channel: inbox.channel.as_str().to_owned(), inbox: inbox.id.0.clone(), ..Facts::default() };
        Ok(by_the_clock(&settings, inbox, &facts, self.now()))
    }

    /// Whether this customer may be promised a person now. `team_id`: who would get it.
    pub(crate) fn answers_now(&self, settings: &TenantSettings, inbox: &Inbox, team_id: Option<&TeamId>, facts: &Facts) -> Opening {
        let opening = by_the_clock(settings, inbox, facts, self.now());
        let is_served = || settings.users.values().any(|user| can_serve(&self.presence, user, team_id));
        if !opening.is_open && !opening.bot_only && is_served() { Opening::OPEN } else { opening }
    }
}

fn by_the_clock(settings: &TenantSettings, inbox: &Inbox, facts: &Facts, now: Timestamp) -> Opening {
    let plan = settings.routing.policy.plan(facts, inbox.team_id.clone(), now);
    let shut = plan.closed.filter(|action| *action != AfterHoursAction::OtherTeam);
    let zone = &settings.tenant.time_zone;
    let is_open = hours::is_open(&inbox.hours, zone, now);
    if is_open && shut.is_none() {
        return Opening::OPEN;
    }
    let inbox_opens = if is_open { None } else { hours::next_open(&inbox.hours, zone, now) };
    // Both have to be open.
    let opens_at = shut.and(plan.opens_at).max(inbox_opens);
    Opening { bot_only: shut == Some(AfterHoursAction::BotOnly), ..Opening::closed_until(opens_at, zone, now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHANGHAI: &str = "Asia/Shanghai";
    /// 2026-11-30 21:30 in Shanghai.
    const EVENING: Timestamp = 1_796_045_400_000;
    const HOUR: Timestamp = 3_600_000;

    #[test]
    fn the_moment_is_told_as_people_say_it() {
        let back = |hours: i64, language| Opening::closed_until(Some(EVENING + hours * HOUR), SHANGHAI, EVENING).back(language);
        assert_eq!(back(1, Language::Zh).as_deref(), Some("今天 22:30"));
        assert_eq!(back(12, Language::Zh).as_deref(), Some("明天 09:30"));
        assert_eq!(back(12, Language::En).as_deref(), Some("tomorrow at 09:30"));
        assert_eq!(back(60, Language::Zh).as_deref(), Some("12月3日 09:30"));
        assert_eq!(Opening::OPEN.back(Language::Zh), None);
        assert_eq!(Opening::closed_until(None, SHANGHAI, EVENING).back(Language::Zh), None);
    }
}
