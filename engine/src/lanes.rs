//! Fairness between the neighbours that the outbox calls: each has a few places, and one that fails again and again rests, so that a
//! dead or slow receiver costs the others nothing. What stays in the house never rests: there one run that cannot be read says nothing
//! of the others. Pure state of one outbox; no IO, no clock.

use qn_base::clock::{MINUTE_MS, SECOND_MS};
use qn_base::{Timestamp, backoff};
use qn_domain::effect::is_in_house;
use std::collections::HashMap;

/// A lane with so many calls in flight gets no more.
pub(crate) const LANE_MAX: usize = 6;
/// Failures in a row after which a lane rests.
const FAILURES_MAX: u32 = 3;
const REST_MS_MIN: i64 = 2 * SECOND_MS;
const REST_MS_MAX: i64 = 5 * MINUTE_MS;

#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: HashMap<String, Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    in_flight: usize,
    failures: u32,
    rests_until: Timestamp,
}

impl Lane {
    fn is_busy(&self, now: Timestamp) -> bool {
        // After a rest one call at a time finds out whether the neighbour is back.
        let places = if self.failures >= FAILURES_MAX { 1 } else { LANE_MAX };
        self.in_flight >= places || now < self.rests_until
    }
}

impl Lanes {
    pub fn enter(&mut self, lane: &str) {
        self.lanes.entry(lane.to_owned()).or_default().in_flight += 1;
    }

    /// `random` spreads the ends of rests.
    pub fn leave(&mut self, lane: &str, failed: bool, now: Timestamp, random: u32) {
        let Some(known) = self.lanes.get_mut(lane) else { return };
        known.in_flight = known.in_flight.saturating_sub(1);
        if !failed {
            (known.failures, known.rests_until) = (0, 0);
        } else if !is_in_house(lane) {
            known.failures = known.failures.saturating_add(1);
            if known.failures >= FAILURES_MAX {
                let rest_ms = backoff::delay_ms(known.failures - FAILURES_MAX, REST_MS_MIN, REST_MS_MAX, random);
                known.rests_until = now + rest_ms;
            }
        }
        if known.in_flight == 0 && known.failures == 0 {
            self.lanes.remove(lane);
        }
    }

    /// Lanes that may not get more now.
    pub fn busy(&self, now: Timestamp) -> Vec<String> {
        self.lanes.iter().filter(|(_, lane)| lane.is_busy(now)).map(|(name, _)| name.clone()).collect()
    }

    /// When the next rest ends.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.lanes.values().filter(|lane| lane.in_flight == 0).map(|lane| lane.rests_until).filter(|end| *end > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_has_its_places_and_no_more() {
        let mut lanes = Lanes::default();
        for _ in 0..LANE_MAX {
            assert!(lanes.busy(0).is_empty());
            lanes.enter("whk_1");
        }
        lanes.enter("whk_2");
        assert_eq!(lanes.busy(0), ["whk_1"]);
        lanes.leave("whk_1", false, 0, 0);
        assert!(lanes.busy(0).is_empty());
    }

    #[test]
    fn a_lane_that_fails_rests_longer_and_longer_and_is_tried_by_one() {
        let mut lanes = Lanes::default();
        for _ in 0..FAILURES_MAX {
            lanes.enter("whk_1");
            lanes.leave("whk_1", true, 1_000, u32::MAX);
        }
        let first = lanes.next_end(1_000).expect("it rests");
        assert_eq!(lanes.busy(first - 1), ["whk_1"]);
        assert!(lanes.busy(first).is_empty());
        lanes.enter("whk_1");
        assert_eq!(lanes.busy(first), ["whk_1"], "one finds out");
        lanes.leave("whk_1", true, first, u32::MAX);
        let second = lanes.next_end(first).expect("it rests again");
        assert!(second - first > first - 1_000);
        lanes.enter("whk_1");
        lanes.leave("whk_1", false, second, 0);
        assert!(lanes.busy(second).is_empty() && lanes.next_end(second).is_none());
    }

    #[test]
    fn what_stays_in_the_house_never_rests() {
        for lane in ["timers", "timers:tnt_1", "flows:tnt_1"] {
            let mut lanes = Lanes::default();
            for _ in 0..10 {
                lanes.enter(lane);
                lanes.leave(lane, true, 0, 0);
            }
            assert!(lanes.busy(0).is_empty(), "{lane}");
        }
    }
}
