//! Dates and times, absolute and relative, in Chinese and English: 上周三下午 · 前天 · 双十一 · 月底 · 3天前 · last Friday · Nov 11.
//! Everything is reckoned from the `now` and UTC offset of the context; weeks begin on Monday. Lunar festivals: 2024–2030.

mod calendar;
mod clock;
mod en;
mod zh;

use super::{Context, Find, Recogniser, Text, Value};
use calendar::Period;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

pub struct Time;

/// How exactly a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Minute,
    Hour,
    PartOfDay,
    Day,
    Week,
    Month,
    Year,
}

/// A period read from the text, and where its words end.
#[derive(Debug, Clone, Copy)]
struct Reading {
    period: Period,
    end: usize,
    confidence: f32,
}

impl Recogniser for Time {
    fn find(&self, text: &Text, context: &Context<'_>, out: &mut Vec<Find>) {
        let Some((now, offset)) = local(context) else { return };
        let mut at = 0;
        while at < text.len() {
            let find = read(text, at, now).and_then(|reading| find(at, reading, offset));
            at = find.as_ref().map_or(at + 1, |f| f.end);
            out.extend(find);
        }
    }
}

fn local(context: &Context<'_>) -> Option<(DateTime, Offset)> {
    let offset = Offset::from_seconds(context.offset_minutes.checked_mul(60)?).ok()?;
    let now = jiff::Timestamp::from_millisecond(context.now).ok()?;
    Some((offset.to_datetime(now), offset))
}

fn find(start: usize, reading: Reading, offset: Offset) -> Option<Find> {
    let instant = |at: DateTime| offset.to_timestamp(at).ok().map(|t| t.as_millisecond());
    let Period { from, to, grain } = reading.period;
    let value = Value::Time { from: instant(from)?, to: instant(to)?, grain };
    Some(Find { start, end: reading.end, value, confidence: reading.confidence })
}

/// A day with a part of it or a time of day after it, or one of these alone.
fn read(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    if !text.is_border(at) {
        return None;
    }
    let latin = text.at(at).is_ascii_lowercase();
    let day = if latin { None } else { zh::day(text, at, now) };
    let day = day.or_else(|| (latin || text.at(at).is_ascii_digit()).then(|| en::day(text, at, now)).flatten());
    let day = day.or_else(|| calendar_date(text, at, now));
    match day {
        Some(day) if day.period.grain == Grain::Day => {
            let date = day.period.from.date();
            Some(time_of_day(text, day.end, date).map_or(day, |time| Reading { confidence: day.confidence, ..time }))
        }
        Some(reading) => Some(reading),
        None => {
            let (date, at_day) = (now.date(), at);
            let time = time_of_day_strict(text, at_day, date)?;
            // "5pm on Friday": the day follows.
            match en::following_day(text, time.end, now) {
                Some(day) => Some(Reading { period: time.period.moved_to(day.period.from.date())?, end: day.end, confidence: 0.9 }),
                None => Some(time),
            }
        }
    }
}

/// What may stand between a day and its time: 周三的下午, "Friday at", "Friday, ".
fn time_of_day(text: &Text, at: usize, date: Date) -> Option<Reading> {
    let mut from = text.skip_spaces(at);
    for word in ["的", ",", "in the ", "at ", "around "] {
        if text.has(from, word) {
            from = text.skip_spaces(from + word.chars().count());
        }
    }
    clock::read(text, from, date, true)
}

fn time_of_day_strict(text: &Text, at: usize, date: Date) -> Option<Reading> {
    clock::read(text, at, date, false)
}

/// 2026-11-11 · 2026/11/11 · 2026.11.11 · 11-11 (month and day) · 11/11.
fn calendar_date(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let field = |at: usize, most: usize| {
        let digits = (0..=most).take_while(|n| text.at(at + n).is_ascii_digit()).count();
        (1..=most).contains(&digits).then(|| (text.string(at, at + digits).parse::<i16>().unwrap_or(0), at + digits))
    };
    if matches!(text.before(at), '-' | '/' | '.' | ':' | '$' | '¥') {
        return None;
    }
    let (first, end) = field(at, 4)?;
    let separator = text.at(end);
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let (second, end_second) = field(end + 1, 2)?;
    if text.at(end_second) == separator && first >= 1_000 {
        let (third, end) = field(end_second + 1, 2)?;
        let date = Date::new(first, i8::try_from(second).ok()?, i8::try_from(third).ok()?).ok()?;
        return text.is_border(end).then(|| Reading { period: Period::day(date), end, confidence: 0.97 });
    }
    // "1/2" and "3-4" are more often parts and ranges than days; only a slash and a plausible date are taken.
    let closed = text.is_border(end_second) && !matches!(text.at(end_second), '-' | '/' | '.' | '%');
    let date = (separator == '/' && closed && end_second - at >= 4)
        .then(|| calendar::nearest(now.date(), i8::try_from(first).ok()?, i8::try_from(second).ok()?))??;
    Some(Reading { period: Period::day(date), end: end_second, confidence: 0.65 })
}
