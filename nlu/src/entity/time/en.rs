//! English words for days, weeks, months and years.

use super::calendar::{self, Festival, Period, add_days, add_months};
use super::zh::{Unit, moved};
use super::{Grain, Reading};
use crate::entity::Text;
use crate::entity::number;
use jiff::civil::{Date, DateTime};

const DAYS: &[(&str, i64)] =
    &[("the day before yesterday", -2), ("the day after tomorrow", 2), ("yesterday", -1), ("today", 0), ("tomorrow", 1), ("tmrw", 1)];

const WEEKDAYS: &[(&str, i64)] = &[
    ("monday", 0),
    ("tuesday", 1),
    ("wednesday", 2),
    ("thursday", 3),
    ("friday", 4),
    ("saturday", 5),
    ("sunday", 6),
    ("mon", 0),
    ("tues", 1),
    ("tue", 1),
    ("wed", 2),
    ("thurs", 3),
    ("thu", 3),
    ("fri", 4),
];

const MONTHS: &[(&str, i8)] = &[
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sept", 9),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];

const FESTIVALS: &[(&str, Festival)] = &[
    ("black friday", Festival::BlackFriday),
    ("thanksgiving", Festival::Thanksgiving),
    ("christmas eve", Festival::Fixed(12, 24)),
    ("christmas", Festival::Fixed(12, 25)),
    ("new year's day", Festival::Fixed(1, 1)),
    ("new year's eve", Festival::Fixed(12, 31)),
    ("valentine's day", Festival::Fixed(2, 14)),
    ("halloween", Festival::Fixed(10, 31)),
    ("singles' day", Festival::Fixed(11, 11)),
    ("singles day", Festival::Fixed(11, 11)),
    ("double 11", Festival::Fixed(11, 11)),
    ("chinese new year", Festival::Spring),
    ("spring festival", Festival::Spring),
    ("mid-autumn festival", Festival::MidAutumn),
];

pub fn day(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let today = now.date();
    if let Some((length, days)) = text.one_of(at, DAYS) {
        return certain(Period::day(add_days(today, *days)?), at + length);
    }
    if text.has(at, "last night") && text.is_border(at + 10) {
        return certain(Period::hours(add_days(today, -1)?, 18, 24), at + 10);
    }
    if let Some((length, festival)) = text.one_of(at, FESTIVALS) {
        return Some(Reading { period: Period::day(calendar::festival(today, *festival)?), end: at + length, confidence: 0.9 });
    }
    edge(text, at, today)
        .or_else(|| which(text, at, today))
        .or_else(|| on_weekday(text, at, today))
        .or_else(|| month(text, at, today))
        .or_else(|| counted(text, at, now))
}

/// " on Friday", " tomorrow" after a time of day.
pub fn following_day(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let from = text.skip_spaces(at);
    let from = if text.has(from, "on ") { from + 3 } else { from };
    (from > at).then(|| day(text, from, now)).flatten().filter(|r| r.period.grain == Grain::Day)
}

fn certain(period: Period, end: usize) -> Option<Reading> {
    Some(Reading { period, end, confidence: 0.95 })
}

/// last, this, next with a weekday, week, weekend, month or year. "this morning" is today's.
fn which(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let (length, which) = text.one_of(at, &[("the week after next", 9), ("last", -1i64), ("this", 0), ("next", 1), ("past", -1)])?;
    if *which == 9 {
        return certain(Period::week(calendar::monday(today, 2)?), at + length);
    }
    let next = text.skip_spaces(at + length);
    if let Some((length, day)) = text.one_of(next, WEEKDAYS) {
        let date = if *which < 0 { calendar::last_weekday(today, *day)? } else { calendar::weekday(today, *which, *day)? };
        return certain(Period::day(date), next + length);
    }
    if *which == 0 && text.one_of(next, &[("morning", ()), ("afternoon", ()), ("evening", ())]).is_some() {
        return certain(Period::day(today), next);
    }
    if let Some((length, month)) = text.one_of(next, MONTHS) {
        let year = today.year() + i16::from(*which > 0 && *month <= today.month()) - i16::from(*which < 0 && *month >= today.month());
        return certain(Period::month(Date::new(year, *month, 1).ok()?), next + length);
    }
    let (length, unit) = text.one_of(next, &[("weekend", 'e'), ("week", 'w'), ("month", 'm'), ("year", 'y')])?;
    let period = match unit {
        'e' => {
            let saturday = calendar::weekday(today, *which, 5)?;
            Period::days(saturday, add_days(saturday, 1)?, Grain::Day)
        }
        'w' => Period::week(calendar::monday(today, *which)?),
        'm' => Period::month(add_months(today.first_of_month(), *which)?),
        _ => Period::year(add_months(today.first_of_year(), which * 12)?),
    };
    certain(period, next + length)
}

/// "on Friday" and "Friday": the one of this week.
fn on_weekday(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let (length, day) = text.one_of(at, WEEKDAYS)?;
    let sure = length > 4 || text.cued(at, 3, &["on "]);
    sure.then_some(Reading { period: Period::day(calendar::weekday(today, 0, *day)?), end: at + length, confidence: 0.85 })
}

/// November 11 · Nov 11th, 2026 · November 2026. "May" alone is no month.
fn month(text: &Text, at: usize, today: Date) -> Option<Reading> {
    if text.at(at).is_ascii_digit() {
        return day_first(text, at, today);
    }
    let (length, month) = text.one_of(at, MONTHS)?;
    let next = text.skip_spaces(at + length + usize::from(text.at(at + length) == '.'));
    match ordinal(text, next) {
        Some((day, end)) => dated(text, *month, day, end, today),
        None => match year(text, next) {
            Some((year, end)) => certain(Period::month(Date::new(year, *month, 1).ok()?), end),
            None if length > 3 && *month != 3 && *month != 8 => {
                let date = calendar::nearest(today, *month, 15)?;
                Some(Reading { period: Period::month(date), end: at + length, confidence: 0.8 })
            }
            None => None,
        },
    }
}

/// 11 November 2026 · 11th of Nov
fn day_first(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let (day, end) = ordinal(text, at)?;
    let mut next = text.skip_spaces(end);
    if text.has(next, "of ") {
        next += 3;
    }
    let (length, month) = text.one_of(next, MONTHS)?;
    dated(text, *month, day, next + length, today)
}

fn dated(text: &Text, month: i8, day: i8, end: usize, today: Date) -> Option<Reading> {
    let after = text.skip_spaces(end + usize::from(text.at(end) == ','));
    match year(text, after) {
        Some((year, end)) => certain(Period::day(Date::new(year, month, day).ok()?), end),
        None => certain(Period::day(calendar::nearest(today, month, day)?), end),
    }
}

fn ordinal(text: &Text, at: usize) -> Option<(i8, usize)> {
    let digits = (0..3).take_while(|n| text.at(at + n).is_ascii_digit()).count();
    let day: i8 = (1..=2).contains(&digits).then(|| text.string(at, at + digits).parse().ok())??;
    let end = at + digits;
    let end = if ["st", "nd", "rd", "th"].iter().any(|s| text.has(end, s)) { end + 2 } else { end };
    ((1..=31).contains(&day) && text.is_border(end) && text.at(end) != ':').then_some((day, end))
}

fn year(text: &Text, at: usize) -> Option<(i16, usize)> {
    let digits = (0..5).take_while(|n| text.at(at + n).is_ascii_digit()).count();
    let year: i16 = (digits == 4).then(|| text.string(at, at + 4).parse().ok())??;
    ((1_900..=2_200).contains(&year) && text.is_border(at + 4)).then_some((year, at + 4))
}

/// end of the month · beginning of next month
fn edge(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let (length, first) = text
        .one_of(at, &[("the end of", false), ("end of", false), ("the beginning of", true), ("beginning of", true), ("start of", true)])?;
    let next = text.skip_spaces(at + length);
    let (length, months) = text.one_of(next, &[("this month", 0), ("the month", 0), ("next month", 1), ("last month", -1)])?;
    let month = add_months(today.first_of_month(), *months)?;
    let period = if *first {
        Period::days(month, add_days(month, 4)?, Grain::Week)
    } else {
        Period::days(add_days(month.last_of_month(), -4)?, month.last_of_month(), Grain::Week)
    };
    certain(period, next + length)
}

const UNITS: &[(&str, Unit)] = &[
    ("minutes", Unit::Minute),
    ("minute", Unit::Minute),
    ("mins", Unit::Minute),
    ("hours", Unit::Hour),
    ("hour", Unit::Hour),
    ("days", Unit::Day),
    ("day", Unit::Day),
    ("weeks", Unit::Week),
    ("week", Unit::Week),
    ("months", Unit::Month),
    ("month", Unit::Month),
    ("years", Unit::Year),
    ("year", Unit::Year),
];

/// 3 days ago · a week ago · in two hours
fn counted(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let ahead = text.has(at, "in ");
    let from = if ahead { at + 3 } else { at };
    let (amount, end) = match text.one_of(from, &[("an", ()), ("a", ())]) {
        Some((length, _)) => (number::ONE, from + length),
        None => number::read(text, from).map(|n| (n.value, n.end))?,
    };
    let (length, unit) = text.one_of(text.skip_spaces(end), UNITS)?;
    let end = text.skip_spaces(end) + length;
    let after = text.skip_spaces(end);
    if ahead {
        return certain(moved(now, amount, *unit, 1)?, end);
    }
    let (length, sign) = text.one_of(after, &[("ago", -1), ("from now", 1), ("later", 1)])?;
    certain(moved(now, amount, *unit, *sign)?, after + length)
}
