//! Reckoning with days, weeks, months and festivals. Pure arithmetic; knows no words.

use super::Grain;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// From (inclusive) to (exclusive), in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: DateTime,
    pub to: DateTime,
    pub grain: Grain,
}

impl Period {
    pub fn day(date: Date) -> Self {
        Self { from: midnight(date), to: next_midnight(date), grain: Grain::Day }
    }

    /// Whole days, the last one included.
    pub fn days(from: Date, last: Date, grain: Grain) -> Self {
        Self { from: midnight(from), to: next_midnight(last), grain }
    }

    pub fn week(monday: Date) -> Self {
        Self::days(monday, add_days(monday, 6).unwrap_or(monday), Grain::Week)
    }

    pub fn month(day: Date) -> Self {
        Self::days(day.first_of_month(), day.last_of_month(), Grain::Month)
    }

    pub fn year(day: Date) -> Self {
        Self::days(day.first_of_year(), day.last_of_year(), Grain::Year)
    }

    pub fn hours(date: Date, from: i8, to: i8) -> Self {
        let at = |hour: i8| if hour >= 24 { next_midnight(date) } else { date.at(hour.max(0), 0, 0, 0) };
        Self { from: at(from), to: at(to), grain: Grain::PartOfDay }
    }

    pub fn moment(date: Date, hour: i8, minute: i8, grain: Grain) -> Option<Self> {
        let from = date.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
        let length = if grain == Grain::Hour { 60 } else { 1 };
        Some(Self { from, to: from.checked_add(length.minutes()).ok()?, grain })
    }

    /// The same time of another day.
    pub fn moved_to(self, date: Date) -> Option<Self> {
        let length = self.from.until(self.to).ok()?;
        let from = date.to_datetime(self.from.time());
        Some(Self { from, to: from.checked_add(length).ok()?, grain: self.grain })
    }
}

fn midnight(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

fn next_midnight(date: Date) -> DateTime {
    midnight(date).checked_add(1.day()).unwrap_or(DateTime::MAX)
}

pub fn add_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(days_span(days)?).ok()
}

fn days_span(days: i64) -> Option<jiff::Span> {
    jiff::Span::new().try_days(days).ok()
}

pub fn add_months(date: Date, months: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}

/// The Monday of the week that is `weeks` from the one `date` is in.
pub fn monday(date: Date, weeks: i64) -> Option<Date> {
    add_days(date, weeks.checked_mul(7)? - i64::from(date.weekday().to_monday_zero_offset()))
}

/// A weekday (0 Monday to 6 Sunday) of the week that is `weeks` from the one `date` is in.
pub fn weekday(date: Date, weeks: i64, day: i64) -> Option<Date> {
    add_days(monday(date, weeks)?, day)
}

/// The last such weekday strictly before `date`.
pub fn last_weekday(date: Date, day: i64) -> Option<Date> {
    let back = (i64::from(date.weekday().to_monday_zero_offset()) - day).rem_euclid(7);
    add_days(date, -(if back == 0 { 7 } else { back }))
}

/// The month and day of the year that brings it nearest to `today`.
pub fn nearest(today: Date, month: i8, day: i8) -> Option<Date> {
    let distance = |d: &Date| today.until(*d).map_or(i32::MAX, |s| s.get_days().abs());
    (-1..=1).filter_map(|n| Date::new(today.year().checked_add(n)?, month, day).ok()).min_by_key(distance)
}

/// The nearest day `day` of a month to come or gone: 「15号」 is the one of this month.
pub fn day_of_month(today: Date, day: i8) -> Option<Date> {
    Date::new(today.year(), today.month(), day).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Festival {
    /// The same month and day each year.
    Fixed(i8, i8),
    Spring,
    DragonBoat,
    MidAutumn,
    /// The fourth Friday of November.
    BlackFriday,
    Thanksgiving,
}

/// Month and day of Spring Festival, Dragon Boat and Mid-Autumn, from 2024 on.
const LUNAR: [[(i8, i8); 3]; 7] = [
    [(2, 10), (6, 10), (9, 17)],
    [(1, 29), (5, 31), (10, 6)],
    [(2, 17), (6, 19), (9, 25)],
    [(2, 6), (6, 9), (9, 15)],
    [(1, 26), (5, 28), (10, 3)],
    [(2, 13), (6, 16), (9, 22)],
    [(2, 3), (6, 5), (9, 12)],
];
const LUNAR_FIRST_YEAR: i16 = 2024;

/// The occurrence nearest to `today`; none for lunar festivals outside the table.
pub fn festival(today: Date, festival: Festival) -> Option<Date> {
    let of = |year: i16| match festival {
        Festival::Fixed(month, day) => Date::new(year, month, day).ok(),
        Festival::Spring => lunar(year, 0),
        Festival::DragonBoat => lunar(year, 1),
        Festival::MidAutumn => lunar(year, 2),
        Festival::Thanksgiving => Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok(),
        Festival::BlackFriday => Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok()?.tomorrow().ok(),
    };
    let distance = |d: &Date| today.until(*d).map_or(i32::MAX, |s| s.get_days().abs());
    (-1..=1).filter_map(|n| of(today.year().checked_add(n)?)).min_by_key(distance)
}

fn lunar(year: i16, which: usize) -> Option<Date> {
    let (month, day) = LUNAR.get(usize::try_from(year - LUNAR_FIRST_YEAR).ok()?)?[which];
    Date::new(year, month, day).ok()
}
