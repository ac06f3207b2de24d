//! Business time: on which weekdays and between which hours somebody is there. Counts forward in the days of one time zone, over
//! weekends, holidays and changes of the clock. Called by the `wait` node.

use crate::form::form;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use schemars::JsonSchema;
use serde::Deserialize;

/// Days looked ahead for an open one.
const DAYS_MAX: u32 = 400;
const HOLIDAYS_MAX: usize = 400;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursSettings {
    /// 1 is Monday, 7 is Sunday.
    #[serde(default = "weekdays")]
    #[schemars(extend("x-qn" = form("工作日|1 为周一,7 为周日", "Weekdays|1 is Monday, 7 is Sunday", "list")))]
    weekdays: Vec<i8>,
    /// `09:00`
    #[schemars(extend("x-qn" = form("上班时间|例如 09:00", "From|For example 09:00", "text")))]
    from: String,
    /// `18:00`
    #[schemars(extend("x-qn" = form("下班时间|例如 18:00", "To|For example 18:00", "text")))]
    to: String,
    #[serde(default = "time_zone")]
    #[schemars(extend("x-qn" = form("时区|不填则为 Asia/Shanghai", "Time zone|Asia/Shanghai if none is given", "time_zone")))]
    time_zone: String,
    /// `2026-10-01`
    #[serde(default)]
    #[schemars(extend("x-qn" = form("节假日|这些日期休息，例如 2026-10-01", "Holidays|Closed on these days, for example 2026-10-01", "list")))]
    holidays: Vec<String>,
}

fn weekdays() -> Vec<i8> {
    vec![1, 2, 3, 4, 5]
}

fn time_zone() -> String {
    "Asia/Shanghai".to_owned()
}

#[derive(Debug)]
pub(crate) struct Hours {
    weekdays: Vec<i8>,
    from: Time,
    to: Time,
    zone: TimeZone,
    holidays: Vec<Date>,
}

impl HoursSettings {
    /// Ready to count, or what is wrong.
    pub fn read(&self) -> Result<Hours, String> {
        let time = |text: &str| text.parse::<Time>().map_err(|_| format!("{text} is not a time of day"));
        let (from, to) = (time(&self.from)?, time(&self.to)?);
        if from >= to {
            return Err(format!("{} is not before {}", self.from, self.to));
        }
        if self.weekdays.is_empty() || !self.weekdays.iter().all(|day| (1..=7).contains(day)) {
            return Err("weekdays are 1 to 7".to_owned());
        }
        if self.holidays.len() > HOLIDAYS_MAX {
            return Err(format!("more than {HOLIDAYS_MAX} holidays"));
        }
        let zone = TimeZone::get(&self.time_zone).map_err(|_| format!("{} is not a time zone", self.time_zone))?;
        let day = |text: &String| text.parse::<Date>().map_err(|_| format!("{text} is not a date"));
        let holidays = self.holidays.iter().map(day).collect::<Result<_, _>>()?;
        Ok(Hours { weekdays: self.weekdays.clone(), from, to, zone, holidays })
    }
}

impl Hours {
    /// The moment after `at` when `ms` of business time have passed; with 0, `at` itself or the next opening. None when there is no open
    /// day for more than a year. Epoch milliseconds.
    pub fn after(&self, at: i64, ms: i64) -> Option<i64> {
        let (mut left, mut day) = (ms, Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()).date());
        for _ in 0..DAYS_MAX {
            if let Some((opens, closes)) = self.open_on(day) {
                let from = opens.max(at);
                if from < closes {
                    if left <= closes - from {
                        return Some(from + left);
                    }
                    left -= closes - from;
                }
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn open_on(&self, day: Date) -> Option<(i64, i64)> {
        if !self.weekdays.contains(&day.weekday().to_monday_one_offset()) || self.holidays.contains(&day) {
            return None;
        }
        let moment = |time: Time| -> Option<i64> {
            let moment: Zoned = day.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
            Some(moment.timestamp().as_millisecond())
        };
        Some((moment(self.from)?, moment(self.to)?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hours() -> HoursSettings {
        HoursSettings {
            weekdays: weekdays(),
            from: "09:00".into(),
            to: "18:00".into(),
            time_zone: time_zone(),
            holidays: vec!["2026-11-30".into()],
        }
    }

    fn after(at: &str, hours_of_work: i64) -> String {
        let at: Timestamp = at.parse().unwrap();
        let then = hours().read().unwrap().after(at.as_millisecond(), hours_of_work * 3_600_000).unwrap();
        Timestamp::from_millisecond(then).unwrap().to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).strftime("%m-%d %H:%M").to_string()
    }

    #[test]
    fn business_time_passes_only_while_somebody_is_there() {
        assert_eq!(after("2026-11-26T10:00:00+08:00", 0), "11-26 10:00", "open now");
        assert_eq!(after("2026-11-26T20:00:00+08:00", 0), "11-27 09:00", "tomorrow");
        assert_eq!(after("2026-11-27T18:00:00+08:00", 0), "12-01 09:00", "over the weekend and a holiday");
        assert_eq!(after("2026-11-26T16:00:00+08:00", 4), "11-27 11:00", "two hours today, two tomorrow");
        assert_eq!(after("2026-11-27T17:00:00+08:00", 10), "12-01 18:00", "one on Friday, nine on Tuesday");
    }

    #[test]
    fn nonsense_is_refused() {
        for wrong in [
            HoursSettings { from: "19:00".into(), ..hours() },
            HoursSettings { to: "later".into(), ..hours() },
            HoursSettings { weekdays: vec![], ..hours() },
            HoursSettings { weekdays: vec![8], ..hours() },
            HoursSettings { time_zone: "Mars".into(), ..hours() },
            HoursSettings { holidays: vec!["soon".into()], ..hours() },
        ] {
            assert!(wrong.read().is_err(), "{wrong:?}");
        }
    }
}
