//! Alarms of monitoring systems in the one form in which flows read them, whoever sends them; pure.

mod read;

pub use read::{ALARMS_MAX, Unreadable, read};

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a run hears when the alarm that began it is over.
pub const RESOLVED: &str = "alarm.resolved";

/// What an alarm tells, read as `context.event.<field>`.
pub const FIELDS: [&str; 12] =
    ["name", "severity", "status", "key", "labels", "annotations", "summary", "description", "values", "starts_at", "link", "source"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmStatus {
    #[default]
    Firing,
    Resolved,
}

/// One alarm. What nobody said is an empty text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Alarm {
    pub name: String,
    /// `info`, `warning`, `critical`, or as its sender calls it.
    pub severity: String,
    pub status: AlarmStatus,
    /// Names one firing: the same when it is told again and when it is over, another when it fires later.
    pub key: String,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub summary: String,
    pub description: String,
    /// What was measured.
    pub values: Map<String, Value>,
    /// RFC 3339 in UTC.
    pub starts_at: Option<String>,
    /// Where to look at it.
    pub link: String,
    /// `alertmanager`, `grafana`, or what the sender says of itself.
    pub source: String,
}

/// A severity in our words where it is one of ours; anything else as it came.
pub(crate) fn severity(said: &str) -> String {
    let said = said.trim();
    match said.to_lowercase().as_str() {
        "info" | "information" | "informational" => "info".to_owned(),
        "warning" | "warn" => "warning".to_owned(),
        "critical" | "crit" => "critical".to_owned(),
        _ => said.to_owned(),
    }
}

/// Whether a text is of this pattern; `*` stands for anything, or nothing.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in
            [("*", ""), ("*", "x"), ("Order*", "OrdersFail"), ("*Fail", "OrdersFail"), ("O*s*l", "OrdersFail"), ("磁盘*", "磁盘已满")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "x"), ("Order", "OrdersFail"), ("*Order", "OrdersFail"), ("a*a", "a"), ("O*x*l", "OrdersFail")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn what_an_alarm_tells_is_what_is_offered() {
        let told = serde_json::to_value(Alarm::default()).unwrap_or_default();
        let told: std::collections::BTreeSet<&str> = told.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(told, FIELDS.into_iter().collect());
    }
}
