//! Whether an inbox is open, in its tenant's time zone.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use qn_domain::{BusinessHours, Timestamp};

/// An unknown time zone counts as UTC; settings refuse unknown zones, so this is only for old data.
pub fn is_open(hours: &BusinessHours, time_zone: &str, now: Timestamp) -> bool {
    if hours.always_open {
        return true;
    }
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_millisecond(now) else { return false };
    let local = instant.to_zoned(zone);
    let weekday = local.weekday().to_monday_zero_offset();
    let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
    hours.is_open(usize::try_from(weekday).unwrap_or(0), minute)
}

/// When the inbox opens next, within a week and a day; none where it never does.
pub fn next_open(hours: &BusinessHours, time_zone: &str, now: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let today = jiff::Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone()).date();
    (0..=8).filter_map(|days| today.checked_add(days.days()).ok()).find_map(|date| {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        let mut starts: Vec<u16> = hours.days[weekday].ranges.iter().map(|(from, _)| *from).collect();
        starts.sort_unstable();
        let at = |minute: u16| {
            let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
            Some(date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
        };
        starts.into_iter().filter_map(at).find(|at| *at > now)
    })
}

/// Midnight before `now` in the time zone.
pub fn day_start(time_zone: &str, now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_millisecond(now) else { return now };
    instant.to_zoned(zone).start_of_day().map_or(now, |z| z.timestamp().as_millisecond())
}

/// Minutes the time zone is ahead of UTC.
pub fn offset_minutes(time_zone: &str, now: Timestamp) -> i32 {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(now).map_or(0, |instant| zone.to_offset(instant).seconds() / 60)
}

/// The date in the time zone, as `2026-11-28`.
pub fn date(time_zone: &str, now: Timestamp) -> String {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let instant = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
    instant.to_zoned(zone).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::DayHours;

    #[test]
    fn split_shifts_follow_the_tenants_clock() {
        let mut hours = BusinessHours { always_open: false, ..BusinessHours::default() };
        hours.days[0] = DayHours { ranges: vec![(540, 720), (810, 1080)] };
        let monday_0930_shanghai = 1_800_840_600_000 - 1_800_840_600_000 % 604_800_000 + 4 * 86_400_000 + (9 * 60 + 30 - 480) * 60_000;
        assert!(is_open(&hours, "Asia/Shanghai", monday_0930_shanghai));
        assert!(!is_open(&hours, "Asia/Shanghai", monday_0930_shanghai + 3 * 3_600_000));
        assert!(!is_open(&hours, "UTC", monday_0930_shanghai));
        let next = |now| next_open(&hours, "Asia/Shanghai", now).map(|at| (at - monday_0930_shanghai) / 60_000);
        assert_eq!(next(monday_0930_shanghai), Some(240), "the afternoon, at 13:30");
        assert_eq!(next(monday_0930_shanghai + 5 * 3_600_000), Some(7 * 1_440 - 30), "Monday next week");
        assert_eq!(next_open(&BusinessHours { always_open: false, ..BusinessHours::default() }, "UTC", 0), None);
        assert_eq!(date("Asia/Shanghai", 1_790_000_000_000), "2026-09-21");
        assert_eq!(date("America/Los_Angeles", 1_790_000_000_000), "2026-09-21");
    }
}
