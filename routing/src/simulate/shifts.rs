//! When a simulated person works: hours that repeat every day, such as `09:00-12:00;13:00-18:00`.

use crate::calendar::{Calendar, Shift};
use qn_domain::Timestamp;

/// None of them: always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Shifts {
    pub ranges: Vec<Shift>,
    pub time_zone: String,
}

impl Shifts {
    /// `HH:MM-HH:MM`, several joined by `;`; an end before its beginning is the next day's.
    pub fn parse(text: &str, time_zone: &str) -> Option<Self> {
        let ranges = text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(range).collect::<Option<Vec<Shift>>>()?;
        Some(Self { ranges, time_zone: time_zone.to_owned() })
    }

    /// As `parse` reads it.
    pub fn text(&self) -> String {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
        self.ranges.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to))).collect::<Vec<_>>().join(";")
    }

    /// Working spans in `[start, end)`.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        if self.ranges.is_empty() {
            return vec![(start, end)];
        }
        let days = std::array::from_fn(|_| self.ranges.clone());
        Calendar { name: String::new(), time_zone: self.time_zone.clone(), days, exceptions: vec![] }.spans_between(start, end)
    }
}

fn range(text: &str) -> Option<Shift> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    Some((from, if to <= from { to + 1_440 } else { to }))
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}
