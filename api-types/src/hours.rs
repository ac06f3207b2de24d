//! Opening hours as the wire carries them.

use crate::check::Invalid;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DAY_MINUTES: u16 = 24 * 60;
const RANGES_MAX: usize = 10;

/// In the tenant's time zone.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    pub always_open: bool,
    /// Seven days, Monday first. Kept while always open.
    #[serde(default)]
    pub days: Vec<DayHours>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// `[from, to)` in minutes since midnight, ascending, e.g. `[[540, 720], [810, 1080]]`; none = closed.
    pub ranges: Vec<(u16, u16)>,
}

impl BusinessHours {
    pub fn check(&self, field: &str, wrong: &mut Vec<Invalid>) {
        if self.days.len() != 7 && !(self.always_open && self.days.is_empty()) {
            wrong.push(Invalid::new(format!("{field}.days"), "应为 7 天，从周一开始", "has seven days, Monday first"));
        }
        for (i, day) in self.days.iter().enumerate().take(7) {
            let each = day.ranges.iter().all(|(from, to)| from < to && *to <= DAY_MINUTES);
            let ascending = day.ranges.windows(2).all(|w| w[0].1 <= w[1].0);
            if !each || !ascending || day.ranges.len() > RANGES_MAX {
                wrong.push(Invalid::new(
                    format!("{field}.days[{i}].ranges"),
                    "每段应开始早于结束，按时间先后且不重叠，以分钟计，最多到 1440",
                    "has ranges that begin before they end, in order and without overlap, in minutes up to 1440",
                ));
            }
        }
    }
}

impl From<domain::BusinessHours> for BusinessHours {
    fn from(h: domain::BusinessHours) -> Self {
        Self { always_open: h.always_open, days: h.days.into_iter().map(|d| DayHours { ranges: d.ranges }).collect() }
    }
}

impl From<BusinessHours> for domain::BusinessHours {
    fn from(h: BusinessHours) -> Self {
        let mut days: [domain::DayHours; 7] = Default::default();
        for (day, given) in days.iter_mut().zip(h.days) {
            day.ranges = given.ranges;
        }
        Self { always_open: h.always_open, days }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let hours: BusinessHours = serde_json::from_str(text).unwrap();
        let mut wrong = Vec::new();
        hours.check("hours", &mut wrong);
        wrong.into_iter().map(|w| w.field).collect()
    }

    #[test]
    fn ranges_are_in_order_and_inside_the_day() {
        let week = |monday: &str| format!(r#"{{"always_open":false,"days":[{monday}{}]}}"#, r#",{"ranges":[]}"#.repeat(6));
        assert!(faults(&week(r#"{"ranges":[[540,720],[720,1440]]}"#)).is_empty());
        for bad in ["[[720,540]]", "[[540,720],[700,900]]", "[[0,1441]]", "[[5,5]]"] {
            assert_eq!(faults(&week(&format!(r#"{{"ranges":{bad}}}"#))), ["hours.days[0].ranges"], "{bad}");
        }
        assert_eq!(faults(r#"{"always_open":false,"days":[]}"#), ["hours.days"]);
        assert!(faults(r#"{"always_open":true}"#).is_empty());
    }
}
