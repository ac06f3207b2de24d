//! Moments as days and hours of a company's own clock.

use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, Zoned};
use qn_domain::Timestamp;

/// Conversations begun by weekday (Monday first) and hour of the day.
pub type Heat = [[i64; 24]; 7];

/// As `2026-11-29`.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).date().to_string()
}

/// Weekday from 0 (Monday) and hour of the day.
pub fn hour_of(at: Timestamp, zone: &TimeZone) -> (usize, usize) {
    let at = zoned(at, zone);
    (at.weekday().to_monday_zero_offset() as usize, at.hour() as usize)
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    Instant::from_millisecond(at).unwrap_or_default().to_zoned(zone.clone())
}
