//! Days, weeks and months of a company's own clock, and when something is due by it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use qn_report::{Span, next_after, span_of};

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

#[test]
fn a_span_is_the_companys_own() {
    let shanghai = zone("Asia/Shanghai");
    // Sunday 23:30 in Shanghai.
    let sunday = at("2026-11-29T15:30:00Z");
    assert_eq!(span_of(sunday, Span::Day, &shanghai), (at("2026-11-28T16:00:00Z"), at("2026-11-29T16:00:00Z")));
    assert_eq!(span_of(sunday, Span::Week, &shanghai), (at("2026-11-22T16:00:00Z"), at("2026-11-29T16:00:00Z")));
    assert_eq!(span_of(sunday, Span::Month, &shanghai), (at("2026-10-31T16:00:00Z"), at("2026-11-30T16:00:00Z")));
    let berlin = zone("Europe/Berlin");
    let (from, to) = span_of(at("2026-03-29T10:00:00Z"), Span::Day, &berlin);
    assert_eq!(to - from, 23 * 3_600_000, "the clock went forward");
}

#[test]
fn what_is_due_comes_at_its_own_time() {
    let shanghai = zone("Asia/Shanghai");
    let nine = 9 * 60;
    let sunday = at("2026-11-29T15:30:00Z");
    assert_eq!(next_after(sunday, Span::Day, (1, nine), &shanghai), at("2026-11-30T01:00:00Z"));
    assert_eq!(next_after(at("2026-11-30T01:00:00Z"), Span::Day, (1, nine), &shanghai), at("2026-12-01T01:00:00Z"), "after it, not at it");
    assert_eq!(next_after(sunday, Span::Week, (3, nine), &shanghai), at("2026-12-02T01:00:00Z"));
    assert_eq!(next_after(sunday, Span::Month, (1, nine), &shanghai), at("2026-12-01T01:00:00Z"));
    assert_eq!(next_after(sunday, Span::Month, (28, nine), &shanghai), at("2026-12-28T01:00:00Z"));
}

proptest! {
    #[test]
    fn the_next_time_is_ahead_and_within_two_spans(
        now in 1_000_000_000_000..2_000_000_000_000_i64, day in 1..8_i64, minute in 0..1_440_i64,
        name in prop::sample::select(vec!["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]),
    ) {
        let zone = zone(name);
        for (span, days) in [(Span::Day, 2), (Span::Week, 8), (Span::Month, 39)] {
            let (from, to) = span_of(now, span, &zone);
            prop_assert!(from <= now && now < to);
            prop_assert_eq!(span_of(from, span, &zone), (from, to));
            prop_assert_eq!(span_of(to, span, &zone).0, to, "spans follow each other without a gap");
            let next = next_after(now, span, (day, minute), &zone);
            prop_assert!(next > now && next <= now + days * 86_400_000 + 3_600_000, "{} after {}", next, now);
        }
    }
}
