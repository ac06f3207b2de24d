//! When a simulated person works: hours that repeat every day, such as `09:00-12:00;13:00-18:00`, or the very times somebody did.

use crate::calendar::{Calendar, Shift};
use qn_domain::Timestamp;

/// None of them: always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Shifts {
    pub ranges: Vec<Shift>,
    pub time_zone: String,
    /// Times that were worked, in order and disjoint; then nothing repeats.
    pub lived: Option<Vec<(Timestamp, Timestamp)>>,
}

impl Shifts {
    /// `HH:MM-HH:MM`, several joined by `;`; an end before its beginning is the next day's.
    pub fn parse(text: &str, time_zone: &str) -> Option<Self> {
        let ranges = text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(range).collect::<Option<Vec<Shift>>>()?;
        Some(Self { ranges, time_zone: time_zone.to_owned(), lived: None })
    }

    pub fn lived(spans: Vec<(Timestamp, Timestamp)>) -> Self {
        Self { lived: Some(spans), ..Self::default() }
    }

    /// As `parse` reads it; one word for all times that were lived, so that people are compared by the hour at work.
    pub fn text(&self) -> String {
        if self.lived.is_some() {
            return "lived".to_owned();
        }
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
        self.ranges.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to))).collect::<Vec<_>>().join(";")
    }

    /// Working spans in `[start, end)`.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        if let Some(lived) = &self.lived {
            let within = lived.iter().map(|(from, to)| ((*from).max(start), (*to).min(end)));
            return within.filter(|(from, to)| from < to).collect();
        }
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
