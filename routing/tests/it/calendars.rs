//! Business calendars: split shifts, holidays, make-up days, night shifts, time zones and clock changes.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use qn_routing::calendar::{Calendar, Exception, ExceptionKind, china_2026};

const HOUR: i64 = 3_600_000;

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// 09:00–12:00 and 13:30–18:00 on weekdays, in Shanghai.
fn office() -> Calendar {
    let mut days: [Vec<(u16, u16)>; 7] = Default::default();
    days[..5].iter_mut().for_each(|d| *d = vec![(540, 720), (810, 1_080)]);
    Calendar { name: "office".into(), time_zone: "Asia/Shanghai".into(), days, exceptions: china_2026() }
}

#[test]
fn split_shifts_open_and_close_around_lunch() {
    let office = office();
    for (time, open) in
        [("08:59", false), ("09:00", true), ("11:59", true), ("12:00", false), ("13:29", false), ("13:30", true), ("18:00", false)]
    {
        assert_eq!(office.is_open(at(&format!("2026-03-03T{time}:00+08:00"))), open, "{time}");
    }
    assert_eq!(office.next_open(at("2026-03-03T12:10:00+08:00")), Some(at("2026-03-03T13:30:00+08:00")));
    assert_eq!(office.closes_at(at("2026-03-03T10:00:00+08:00")), Some(at("2026-03-03T12:00:00+08:00")));
    assert_eq!(office.closes_at(at("2026-03-03T12:10:00+08:00")), None);
}

#[test]
fn holidays_close_weekdays_and_make_up_days_open_weekends() {
    let office = office();
    assert!(!office.is_open(at("2026-10-01T10:00:00+08:00")), "National Day, a Thursday");
    assert!(office.is_open(at("2026-10-10T10:00:00+08:00")), "调休, a Saturday");
    assert!(!office.is_open(at("2026-10-17T10:00:00+08:00")), "an ordinary Saturday");
    assert!(office.is_open(at("2026-02-14T10:00:00+08:00")), "调休 before the Spring Festival");
    // From Saturday the 14th, 17:00: one hour that day, then nine days of holiday, then Tuesday the 24th.
    assert_eq!(office.after(at("2026-02-14T17:00:00+08:00"), 2 * HOUR), Some(at("2026-02-24T10:00:00+08:00")));
    assert_eq!(office.open_ms(at("2026-02-15T00:00:00+08:00"), at("2026-02-24T00:00:00+08:00")), 0);
}

#[test]
fn the_last_exception_that_names_a_day_holds() {
    let mut office = office();
    let day = "2026-10-03".parse().unwrap();
    let kind = ExceptionKind::Shifts(vec![(600, 660)]);
    office.exceptions.push(Exception { from: day, to: day, name: "值班".into(), kind });
    assert!(office.is_open(at("2026-10-03T10:30:00+08:00")));
    assert!(!office.is_open(at("2026-10-03T11:00:00+08:00")));
}

#[test]
fn night_shifts_run_into_the_next_morning() {
    let mut days: [Vec<(u16, u16)>; 7] = Default::default();
    days[4] = vec![(1_320, 1_800)];
    let night = Calendar { name: "n".into(), time_zone: "Asia/Shanghai".into(), days, exceptions: vec![] };
    assert!(night.is_open(at("2026-03-06T23:00:00+08:00")), "Friday");
    assert!(night.is_open(at("2026-03-07T05:59:00+08:00")), "Saturday morning");
    assert!(!night.is_open(at("2026-03-07T06:00:00+08:00")));
    assert_eq!(night.open_ms(at("2026-03-01T00:00:00+08:00"), at("2026-03-15T00:00:00+08:00")), 16 * HOUR);
}

#[test]
fn days_of_a_clock_change_have_their_real_length() {
    let days = std::array::from_fn(|_| vec![(0, 1_440)]);
    let berlin = Calendar { name: "b".into(), time_zone: "Europe/Berlin".into(), days, exceptions: vec![] };
    let day = |from: &str, to: &str| berlin.open_ms(at(from), at(to));
    assert_eq!(day("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23 * HOUR);
    assert_eq!(day("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25 * HOUR);
    let mut office = office();
    office.time_zone = "America/New_York".into();
    // 09:00 in New York is 14:00 UTC in winter and 13:00 in summer.
    assert_eq!(office.next_open(at("2026-03-06T00:00:00-05:00")), Some(at("2026-03-06T14:00:00Z")));
    assert_eq!(office.next_open(at("2026-03-09T00:00:00-04:00")), Some(at("2026-03-09T13:00:00Z")));
}

#[test]
fn a_calendar_that_never_opens_says_so() {
    let never = Calendar { name: "x".into(), time_zone: "UTC".into(), days: Default::default(), exceptions: vec![] };
    assert_eq!((never.is_open(0), never.next_open(0), never.after(0, 1)), (false, None, None));
    assert_eq!(never.after(77, 0), Some(77), "nothing to wait for");
    let always = Calendar::always("a");
    let year = 365 * 24 * HOUR;
    assert_eq!((always.after(5, year), always.open_ms(5, 5 + year)), (Some(5 + year), year));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// `after` and `open_ms` are each other's inverse, and time adds up.
    #[test]
    fn open_time_adds_up(start in 1_772_000_000_000i64..1_800_000_000_000, open_ms in 1i64..400 * HOUR, part in 0.0f64..1.0) {
        let office = office();
        let end = office.after(start, open_ms).unwrap();
        prop_assert_eq!(office.open_ms(start, end), open_ms);
        prop_assert!(office.open_ms(start, end - 1) < open_ms, "the first such instant");
        let middle = start + ((end - start) as f64 * part) as i64;
        prop_assert_eq!(office.open_ms(start, middle) + office.open_ms(middle, end), open_ms);
        let next = office.next_open(start).unwrap();
        prop_assert!(next >= start && office.is_open(next));
        prop_assert_eq!(office.open_ms(start, next), 0);
    }
}
