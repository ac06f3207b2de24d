//! Chinese words for days, weeks, months and years.

use super::calendar::{self, Festival, Period, add_days, add_months};
use super::{Grain, Reading};
use crate::entity::Text;
use crate::entity::number;
use jiff::civil::{Date, DateTime};

const DAYS: &[(&str, i64)] = &[
    ("大前天", -3),
    ("大后天", 3),
    ("前天", -2),
    ("前日", -2),
    ("昨天", -1),
    ("昨日", -1),
    ("今天", 0),
    ("今日", 0),
    ("明天", 1),
    ("明日", 1),
    ("后天", 2),
];

/// 今晚, 昨晚, 明早: the rest is read as a part of the day.
const SHORT_DAYS: &[(&str, i64)] = &[("昨晚", -1), ("今晚", 0), ("明晚", 1), ("今早", 0), ("明早", 1)];

const WHICH: &[(&str, i64)] = &[
    ("上上个", -2),
    ("上上", -2),
    ("下下个", 2),
    ("下下", 2),
    ("上个", -1),
    ("上", -1),
    ("下个", 1),
    ("下", 1),
    ("这个", 0),
    ("这", 0),
    ("本", 0),
];

const WEEKS: &[(&str, ())] = &[("星期", ()), ("礼拜", ()), ("周", ())];

const FESTIVALS: &[(&str, Festival)] = &[
    ("双十一", Festival::Fixed(11, 11)),
    ("双11", Festival::Fixed(11, 11)),
    ("双十二", Festival::Fixed(12, 12)),
    ("双12", Festival::Fixed(12, 12)),
    ("618", Festival::Fixed(6, 18)),
    ("六一八", Festival::Fixed(6, 18)),
    ("元旦", Festival::Fixed(1, 1)),
    ("情人节", Festival::Fixed(2, 14)),
    ("妇女节", Festival::Fixed(3, 8)),
    ("五一", Festival::Fixed(5, 1)),
    ("劳动节", Festival::Fixed(5, 1)),
    ("儿童节", Festival::Fixed(6, 1)),
    ("教师节", Festival::Fixed(9, 10)),
    ("十一假期", Festival::Fixed(10, 1)),
    ("国庆节", Festival::Fixed(10, 1)),
    ("国庆", Festival::Fixed(10, 1)),
    ("平安夜", Festival::Fixed(12, 24)),
    ("圣诞节", Festival::Fixed(12, 25)),
    ("圣诞", Festival::Fixed(12, 25)),
    ("大年初一", Festival::Spring),
    ("春节", Festival::Spring),
    ("端午节", Festival::DragonBoat),
    ("端午", Festival::DragonBoat),
    ("中秋节", Festival::MidAutumn),
    ("中秋", Festival::MidAutumn),
    ("黑五", Festival::BlackFriday),
];

pub fn day(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let today = now.date();
    if let Some((length, days)) = text.one_of(at, DAYS) {
        return certain(Period::day(add_days(today, *days)?), at + length);
    }
    if let Some((_, days)) = text.one_of(at, SHORT_DAYS) {
        return certain(Period::day(add_days(today, *days)?), at + 1);
    }
    if let Some((length, festival)) = text.one_of(at, FESTIVALS) {
        let date = calendar::festival(today, *festival)?;
        let lone_digits = text.at(at).is_ascii_digit();
        let end = at + length + usize::from(text.at(at + length) == '当' && text.at(at + length + 1) == '天') * 2;
        return Some(Reading { period: Period::day(date), end, confidence: if lone_digits { 0.6 } else { 0.9 } });
    }
    which(text, at, today)
        .or_else(|| week(text, at, today, 0, 0.75))
        .or_else(|| month_edge(text, at, today, "月"))
        .or_else(|| year(text, at, today))
        .or_else(|| counted(text, at, now))
        .or_else(|| dated(text, at, today))
        .or_else(|| recent(text, at, now))
}

fn certain(period: Period, end: usize) -> Option<Reading> {
    Some(Reading { period, end, confidence: 0.97 })
}

/// 上周三 · 下个月 · 这周 · 上上个星期天 · 上个月底 · 下个月5号
fn which(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let (length, which) = text.one_of(at, WHICH)?;
    let next = at + length;
    if let Some(week) = week(text, next, today, *which, 0.97) {
        return Some(week);
    }
    if text.at(next) != '月' {
        return None;
    }
    let month = add_months(today.first_of_month(), *which)?;
    if let Some(edge) = month_edge(text, next, month, "月") {
        return Some(edge);
    }
    if let Some((day, end)) = day_number(text, next + 1) {
        return certain(Period::day(Date::new(month.year(), month.month(), day).ok()?), end);
    }
    certain(Period::month(month), next + 1)
}

/// 周三 · 星期天 · 礼拜五 · 周末; the whole week when no day follows and it is said which.
fn week(text: &Text, at: usize, today: Date, weeks: i64, confidence: f32) -> Option<Reading> {
    let (length, _) = text.one_of(at, WEEKS)?;
    let end = at + length;
    let day = match text.at(end) {
        '一' | '1' => 0,
        '二' | '2' => 1,
        '三' | '3' => 2,
        '四' | '4' => 3,
        '五' | '5' => 4,
        '六' | '6' => 5,
        '日' | '天' | '7' => 6,
        '末' => {
            let saturday = calendar::weekday(today, weeks, 5)?;
            return Some(Reading { period: Period::days(saturday, add_days(saturday, 1)?, Grain::Day), end: end + 1, confidence });
        }
        _ if confidence > 0.9 => return certain(Period::week(calendar::monday(today, weeks)?), end),
        _ => return None,
    };
    // 周一鸣 is a name, 一周一次 a rate.
    if confidence < 0.9 && (text.before(at) == '一' || matches!(text.at(end + 1), '次' | '年')) {
        return None;
    }
    Some(Reading { period: Period::day(calendar::weekday(today, weeks, day)?), end: end + 1, confidence: confidence.max(0.85) })
}

/// 月底 · 月初 · 月中, also 本月底 and 11月底. `month` is any day of the month meant; `at` stands on 月.
fn month_edge(text: &Text, at: usize, month: Date, sign: &str) -> Option<Reading> {
    if !text.has(at, sign) {
        return None;
    }
    let first = month.first_of_month();
    let (from, last) = match text.at(at + 1) {
        '底' | '末' => (add_days(month.last_of_month(), -4)?, month.last_of_month()),
        '初' => (first, add_days(first, 4)?),
        '中' => (add_days(first, 10)?, add_days(first, 19)?),
        _ => return None,
    };
    certain(Period::days(from, last, Grain::Week), at + 2)
}

/// 今年 · 去年3月 · 明年 · 年底 · 2026年 · 2026年11月11日
fn year(text: &Text, at: usize, today: Date) -> Option<Reading> {
    let relative = text.one_of(at, &[("大前年", -3i16), ("前年", -2), ("去年", -1), ("今年", 0), ("明年", 1), ("后年", 2)]);
    let (year, end) = match relative {
        Some((length, years)) => (today.year().checked_add(*years)?, at + length),
        None if text.has(at, "年底") || text.has(at, "年末") => {
            return certain(Period::days(Date::new(today.year(), 12, 1).ok()?, today.last_of_year(), Grain::Month), at + 2);
        }
        None => {
            let number = number::read(text, at).filter(|n| text.at(n.end) == '年')?;
            let written = number.end - at;
            let year = i16::try_from(number.whole()?).ok()?;
            // 26年 is a year only when a month follows.
            let year = if written == 2 && year < 100 && number::read(text, number.end + 1).is_some_and(|n| text.at(n.end) == '月') {
                2_000 + year
            } else {
                year
            };
            ((1_900..=2_200).contains(&year).then_some(year)?, number.end + 1)
        }
    };
    match month_of(text, end, year) {
        Some(reading) => Some(reading),
        None if matches!(text.at(end), '底' | '末') => {
            certain(Period::days(Date::new(year, 12, 1).ok()?, Date::new(year, 12, 31).ok()?, Grain::Month), end + 1)
        }
        None => certain(Period::year(Date::new(year, 1, 1).ok()?), end),
    }
}

/// 11月 · 11月11日 · 11月底, in a known year.
fn month_of(text: &Text, at: usize, year: i16) -> Option<Reading> {
    let at = text.skip_spaces(at);
    let (month, end) = month_number(text, at)?;
    let first = Date::new(year, month, 1).ok()?;
    if let Some(edge) = month_edge(text, end - 1, first, "月") {
        return Some(edge);
    }
    match day_number(text, text.skip_spaces(end)) {
        Some((day, end)) => certain(Period::day(Date::new(year, month, day).ok()?), end),
        None => certain(Period::month(first), end + usize::from(text.at(end) == '份')),
    }
}

fn month_number(text: &Text, at: usize) -> Option<(i8, usize)> {
    let number = number::read(text, at)?;
    let month = i8::try_from(number.whole()?).ok().filter(|m| (1..=12).contains(m))?;
    (text.at(number.end) == '月').then_some((month, number.end + 1))
}

/// 11日 · 11号; a bare number after a month too.
fn day_number(text: &Text, at: usize) -> Option<(i8, usize)> {
    let number = number::read(text, at)?;
    let day = i8::try_from(number.whole()?).ok().filter(|d| (1..=31).contains(d))?;
    match text.at(number.end) {
        '日' | '号' => Some((day, number.end + 1)),
        c if !c.is_alphanumeric() && !matches!(c, '.' | '-' | ':') && number.digits => Some((day, number.end)),
        _ => None,
    }
}

/// 11月11日 without a year, 15号.
fn dated(text: &Text, at: usize, today: Date) -> Option<Reading> {
    if let Some((month, end)) = month_number(text, at) {
        return match day_number(text, text.skip_spaces(end)) {
            Some((day, end)) => certain(Period::day(calendar::nearest(today, month, day)?), end),
            None => month_of(text, at, calendar::nearest(today, month, 15)?.year()).map(|r| Reading { confidence: 0.9, ..r }),
        };
    }
    let (day, end) = day_number(text, at).filter(|(_, end)| text.before(*end) == '号')?;
    // 3号楼, 2号线 and 5号电池 are no days.
    let thing = ["楼", "线", "店", "机", "电", "门", "柜", "房", "仓", "码", "链"].iter().any(|w| text.has(end, w));
    (!thing).then_some(Reading { period: Period::day(calendar::day_of_month(today, day)?), end, confidence: 0.8 })
}

const AGO: &[(&str, i64)] = &[("以前", -1), ("之前", -1), ("前", -1), ("以后", 1), ("之后", 1), ("后", 1)];

/// 3天前 · 两个小时后 · 一周前 · 半个月前 · 一个月之后
fn counted(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let number = number::read(text, at)?;
    let (length, unit) = text.one_of(number.end, UNITS)?;
    let (ago, sign) = text.one_of(number.end + length, AGO)?;
    let end = number.end + length + ago;
    certain(moved(now, number.value, *unit, *sign)?, end)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

const UNITS: &[(&str, Unit)] = &[
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("个钟头", Unit::Hour),
    ("分钟", Unit::Minute),
    ("个星期", Unit::Week),
    ("个礼拜", Unit::Week),
    ("星期", Unit::Week),
    ("周", Unit::Week),
    ("个月", Unit::Month),
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("年", Unit::Year),
];

/// `amount` in ten-thousandths of `unit`, from now on (`sign` 1) or back (-1).
pub fn moved(now: DateTime, amount: i64, unit: Unit, sign: i64) -> Option<Period> {
    let whole = amount / number::ONE * sign;
    let minutes = |per: i64| jiff::Span::new().try_minutes(amount.checked_mul(per)? / number::ONE * sign).ok();
    let moment = |per: i64, grain| {
        let at = now.checked_add(minutes(per)?).ok()?;
        Period::moment(at.date(), at.hour(), at.minute(), grain)
    };
    match unit {
        Unit::Minute => moment(1, Grain::Minute),
        Unit::Hour => moment(60, Grain::Minute),
        Unit::Day => Some(Period::day(add_days(now.date(), whole)?)),
        Unit::Week => Some(Period::day(add_days(now.date(), whole.checked_mul(7)?)?)),
        Unit::Month if amount == number::ONE / 2 => Some(Period::day(add_days(now.date(), 15 * sign)?)),
        Unit::Month => Some(Period::day(add_months(now.date(), whole)?)),
        Unit::Year => Some(Period::day(add_months(now.date(), if amount == number::ONE / 2 { 6 * sign } else { whole.checked_mul(12)? })?)),
    }
}

/// 最近三天 · 近一个月 · 过去两周: up to and with today.
fn recent(text: &Text, at: usize, now: DateTime) -> Option<Reading> {
    let (length, _) = text.one_of(at, &[("最近", ()), ("过去", ()), ("近", ())])?;
    let number = number::read(text, at + length)?;
    let (unit_length, unit) = text.one_of(number.end, UNITS)?;
    let start = moved(now, number.value, *unit, -1)?.from.date();
    certain(Period::days(start, now.date(), Grain::Day), number.end + unit_length)
}
