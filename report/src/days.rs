//! Moments as days and hours of a company's own clock.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, ToSpan, Zoned};
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

/// A stretch of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Day,
    /// From Monday.
    Week,
    Month,
}

/// The day, week or month that holds the moment: when it begins, and when the next one does.
pub fn span_of(at: Timestamp, span: Span, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let date = zoned(at, zone).date();
    let first = match span {
        Span::Day => date,
        Span::Week => date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()),
        Span::Month => date.first_of_month(),
    };
    let next = match span {
        Span::Day => first.saturating_add(1.day()),
        Span::Week => first.saturating_add(7.days()),
        Span::Month => first.saturating_add(1.month()),
    };
    (midnight(first, zone), midnight(next, zone))
}

/// The first moment after `now` that is on the span's day (from 1; of a week or a month) at the minute of the day.
pub fn next_after(now: Timestamp, span: Span, (day, minute): (i64, i64), zone: &TimeZone) -> Timestamp {
    let at = |within: Timestamp| {
        let first = zoned(span_of(within, span, zone).0, zone).date();
        let date = if span == Span::Day { first } else { first.saturating_add((day - 1).days()) };
        let time = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        time.to_zoned(zone.clone()).map_or(now, |at| at.timestamp().as_millisecond())
    };
    let this = at(now);
    if this > now { this } else { at(span_of(now, span, zone).1) }
}

/// The first moment of a day, which is not 00:00 everywhere.
fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(0, |at| at.timestamp().as_millisecond())
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    Instant::from_millisecond(at).unwrap_or_default().to_zoned(zone.clone())
}
