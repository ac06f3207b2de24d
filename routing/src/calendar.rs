//! Business calendars 工作日历: weekly hours with several shifts a day, holidays, make-up days 调休 and time zones, and the arithmetic
//! of open time on them. Instants are epoch milliseconds; days and hours are the calendar's own time zone's, so a day of a clock
//! change has the length it really has. Called by `sla`, the after-hours rules and the simulator. Not a source of the time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use qn_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Open time is looked for this many days ahead; a calendar that stays closed longer never opens.
const HORIZON_DAYS: i32 = 800;
/// A shift may end after midnight, at most here.
pub const MINUTE_MAX: u16 = 2 * 24 * 60;

/// `[from, to)` in minutes since midnight; `to` beyond 1,440 is the next day's morning (a night shift).
pub type Shift = (u16, u16);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub name: String,
    /// IANA name; an unknown one counts as UTC and is refused by `Policy::check`.
    pub time_zone: String,
    /// Monday first; no shifts = closed.
    pub days: [Vec<Shift>; 7],
    /// Days that are not as their weekday says; the last one that names a day holds.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub from: Date,
    /// Included.
    pub to: Date,
    #[serde(default)]
    pub name: String,
    pub kind: ExceptionKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// A holiday.
    Closed,
    /// A make-up day 调休上班: hours as on that weekday, 0 is Monday.
    AsWeekday(u8),
    /// Hours of its own.
    Shifts(Vec<Shift>),
}

impl Calendar {
    /// Never closed.
    pub fn always(name: &str) -> Self {
        Self { name: name.to_owned(), time_zone: "UTC".to_owned(), days: std::array::from_fn(|_| vec![(0, 1_440)]), exceptions: vec![] }
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        self.spans(now).next().is_some_and(|(from, _)| from <= now)
    }

    /// `now` itself when open. None: not within the horizon.
    pub fn next_open(&self, now: Timestamp) -> Option<Timestamp> {
        self.spans(now).next().map(|(from, _)| from.max(now))
    }

    /// When the present shift ends; None when closed.
    pub fn closes_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.spans(now).next().filter(|(from, _)| *from <= now).map(|(_, to)| to)
    }

    /// The instant at which `open_ms` of open time have passed since `start`. None: not within the horizon.
    /// With nothing left it is `start` itself, open or not.
    pub fn after(&self, start: Timestamp, open_ms: i64) -> Option<Timestamp> {
        let mut left = open_ms;
        if left <= 0 {
            return Some(start);
        }
        for (from, to) in self.spans(start) {
            let from = from.max(start);
            if to - from >= left {
                return Some(from + left);
            }
            left -= to - from;
        }
        None
    }

    /// Open time in `[start, end)`; 0 when `end` is not after `start`.
    pub fn open_ms(&self, start: Timestamp, end: Timestamp) -> i64 {
        let within = self.spans(start).take_while(|(from, _)| *from < end);
        within.map(|(from, to)| to.min(end) - from.max(start)).sum::<i64>().max(0)
    }

    /// Open spans in `[start, end)`, cut to it.
    pub fn spans_between(&self, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let within = self.spans(start).take_while(|(from, _)| *from < end);
        within.map(|(from, to)| (from.max(start), to.min(end))).filter(|(from, to)| from < to).collect()
    }

    /// Open spans that end after `start`, in order and disjoint; the first may have begun before.
    fn spans(&self, start: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let today = jiff::Timestamp::from_millisecond(start).unwrap_or_default().to_zoned(zone.clone()).date();
        // Yesterday's night shift may still run.
        let days = (-1..HORIZON_DAYS).filter_map(move |n| today.checked_add(i64::from(n).days()).ok());
        let raw = days.flat_map(move |date| self.of_day(date, &zone)).filter(move |(_, to)| *to > start);
        Merged { raw, next: None }
    }

    fn of_day(&self, date: Date, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
        let mut shifts: Vec<Shift> = self.shifts(date).to_vec();
        shifts.sort_unstable();
        let span = |(from, to): Shift| Some((instant(date, from, zone)?, instant(date, to, zone)?));
        shifts.into_iter().filter_map(span).filter(|(from, to)| from < to).collect()
    }

    /// What holds on one day, exceptions applied.
    pub fn shifts(&self, date: Date) -> &[Shift] {
        let weekday = |n: usize| self.days.get(n).map_or(&[][..], Vec::as_slice);
        match self.exceptions.iter().rev().find(|e| e.from <= date && date <= e.to).map(|e| &e.kind) {
            None => weekday(usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)),
            Some(ExceptionKind::Closed) => &[],
            Some(ExceptionKind::AsWeekday(n)) => weekday(usize::from(*n)),
            Some(ExceptionKind::Shifts(shifts)) => shifts,
        }
    }
}

fn instant(date: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let day = date.checked_add(i64::from(minute / 1_440).days()).ok()?;
    let (hour, minute) = (i8::try_from(minute / 60 % 24).ok()?, i8::try_from(minute % 60).ok()?);
    let zoned: Zoned = day.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// Joins spans that touch or overlap: a night shift and the early one after it are one span.
struct Merged<I> {
    raw: I,
    next: Option<(Timestamp, Timestamp)>,
}

impl<I: Iterator<Item = (Timestamp, Timestamp)>> Iterator for Merged<I> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let (from, mut to) = self.next.take().or_else(|| self.raw.next())?;
        // An unbroken calendar (24 hours, all days) would be joined for ever; a week is enough for every question asked here.
        for following in self.raw.by_ref() {
            if following.0 > to || to - from > 7 * 86_400_000 {
                self.next = Some((following.0.max(to), following.1.max(to)));
                break;
            }
            to = to.max(following.1);
        }
        Some((from, to))
    }
}

/// Public holidays and make-up days of mainland China in 2026, as the State Council announced them in November 2025.
pub fn china_2026() -> Vec<Exception> {
    let day = |month: i8, day: i8| jiff::civil::date(2026, month, day);
    let off = |name: &str, from: Date, to: Date| Exception { from, to, name: name.to_owned(), kind: ExceptionKind::Closed };
    let on = |name: &str, date: Date| Exception { from: date, to: date, name: format!("{name}调休"), kind: ExceptionKind::AsWeekday(0) };
    vec![
        off("元旦", day(1, 1), day(1, 3)),
        on("元旦", day(1, 4)),
        on("春节", day(2, 14)),
        off("春节", day(2, 15), day(2, 23)),
        on("春节", day(2, 28)),
        off("清明节", day(4, 4), day(4, 6)),
        off("劳动节", day(5, 1), day(5, 5)),
        on("劳动节", day(5, 9)),
        off("端午节", day(6, 19), day(6, 21)),
        on("国庆节", day(9, 20)),
        off("中秋节", day(9, 25), day(9, 27)),
        off("国庆节", day(10, 1), day(10, 7)),
        on("国庆节", day(10, 10)),
    ]
}
