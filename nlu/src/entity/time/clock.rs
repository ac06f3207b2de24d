//! Parts of the day and times of day: 下午 · 晚上八点半 · 15:30 · 5pm · in the evening.

use super::calendar::Period;
use super::{Grain, Reading};
use crate::entity::Text;
use crate::entity::number;
use jiff::civil::Date;

/// (word, first hour, hour after the last, hours of a time with it are in the second half of the day)
const PARTS: &[(&str, (i8, i8, bool))] = &[
    ("凌晨", (0, 6, false)),
    ("清晨", (5, 8, false)),
    ("早上", (6, 10, false)),
    ("早晨", (6, 10, false)),
    ("上午", (6, 12, false)),
    ("中午", (11, 14, true)),
    ("下午", (12, 18, true)),
    ("傍晚", (17, 20, true)),
    ("晚上", (18, 24, true)),
    ("夜里", (20, 24, true)),
    ("半夜", (0, 5, false)),
    ("morning", (6, 12, false)),
    ("afternoon", (12, 18, true)),
    ("evening", (18, 24, true)),
    ("tonight", (18, 24, true)),
    ("night", (18, 24, true)),
    ("noon", (12, 13, true)),
];

/// 早 and 晚 alone are parts of the day only after a day: 明早, 昨晚.
const SHORT: &[(&str, (i8, i8, bool))] = &[("早", (6, 10, false)), ("晚", (18, 24, true))];

/// `after_day`: a day stands just before, so that short forms are clear.
pub fn read(text: &Text, at: usize, date: Date, after_day: bool) -> Option<Reading> {
    let part = text.one_of(at, PARTS).or_else(|| if after_day { text.one_of(at, SHORT) } else { None });
    if let Some((length, (from, to, second_half))) = part {
        let end = at + length;
        let clock = hour(text, text.skip_spaces(end)).filter(|(h, _, _, _)| *h <= 24);
        return Some(match clock {
            Some((hour, minute, grain, end)) => {
                let hour = if *second_half && hour < 12 && !(*from == 11 && hour == 11) { hour + 12 } else { hour };
                Reading { period: Period::moment(date, hour, minute, grain)?, end, confidence: 0.95 }
            }
            None => Reading { period: Period::hours(date, *from, *to), end, confidence: if after_day { 0.95 } else { 0.7 } },
        });
    }
    let (mut hour, minute, mut grain, mut end) = hour(text, at)?;
    let suffix = text.skip_spaces(end);
    let mut confidence = if grain == Grain::Minute || after_day { 0.9 } else { 0.65 };
    if let Some((length, late)) = text.one_of(suffix, &[("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)]) {
        hour = match (late, hour) {
            (true, 1..=11) => hour + 12,
            (false, 12) => 0,
            _ => hour,
        };
        (end, confidence) = (suffix + length, 0.95);
    } else if text.at(at).is_ascii_digit() && grain == Grain::Hour && text.at(end.saturating_sub(1)).is_ascii_digit() {
        // A bare number is no time.
        return None;
    } else if !after_day && end == at + 2 && matches!(text.at(at), '一' | '两' | '半') {
        // 一点 is mostly "a bit".
        return None;
    }
    if hour == 24 {
        (hour, grain) = (23, Grain::Hour);
    }
    Some(Reading { period: Period::moment(date, hour, minute, grain)?, end, confidence })
}

/// Hour, minute, grain, end. 八点 · 八点半 · 8点15分 · 三点一刻 · 8:15 · 8 (alone only for a following am or pm)
fn hour(text: &Text, at: usize) -> Option<(i8, i8, Grain, usize)> {
    let number = number::read(text, at)?;
    let hour = i8::try_from(number.whole()?).ok().filter(|h| (0..=24).contains(h))?;
    let end = number.end;
    match text.at(end) {
        ':' if number.digits => {
            let minute = two_digits(text, end + 1)?;
            text.is_border(end + 3).then_some((hour, minute, Grain::Minute, end + 3))
        }
        // 三点 may be "three points"; 点 before 五 may be a decimal read aloud.
        '点' | '时' if text.at(end) == '点' || text.at(end + 1) != '间' && text.at(end + 1) != '候' => {
            Some(minutes(text, hour, end + 1))
        }
        _ if number.digits => Some((hour, 0, Grain::Hour, end)),
        _ => None,
    }
}

fn minutes(text: &Text, hour: i8, at: usize) -> (i8, i8, Grain, usize) {
    match text.at(at) {
        '半' => return (hour, 30, Grain::Minute, at + 1),
        '钟' | '整' => return (hour, 0, Grain::Hour, at + 1),
        _ => {}
    }
    if text.has(at, "一刻") || text.has(at, "三刻") {
        return (hour, if text.at(at) == '一' { 15 } else { 45 }, Grain::Minute, at + 2);
    }
    let minute = number::read(text, at).and_then(|n| Some((i8::try_from(n.whole()?).ok().filter(|m| (0..60).contains(m))?, n.end)));
    match minute {
        Some((minute, end)) => (hour, minute, Grain::Minute, end + usize::from(text.at(end) == '分')),
        None => (hour, 0, Grain::Hour, at),
    }
}

fn two_digits(text: &Text, at: usize) -> Option<i8> {
    let digit = |at: usize| text.at(at).to_digit(10).and_then(|d| i8::try_from(d).ok());
    Some(digit(at)? * 10 + digit(at + 1)?).filter(|m| *m < 60)
}
