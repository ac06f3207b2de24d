//! How fast we write to a platform: a bucket per inbox and one per contact, in memory. Pure but for its lock; the caller waits.

use qn_base::Timestamp;
use qn_channel::Rate;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const MINUTE_MS: i64 = 60_000;
/// So many to one contact leave at once: an answer and its menu should not wait for each other.
const CONTACT_BURST: i64 = 3;
/// Buckets that were full are forgotten when there are more.
const BUCKETS_MAX: usize = 20_000;

#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<HashMap<String, i64>>);

impl Paces {
    /// Takes a place in both buckets; how long to wait before the request leaves, in ms. A bucket is the time at which it is full
    /// again: each request moves that by its share, and may be ahead of the clock by the burst.
    pub fn take(&self, inbox: &str, contact: &str, rate: &Rate, now: Timestamp) -> i64 {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > BUCKETS_MAX {
            buckets.retain(|_, full_at| *full_at > now);
        }
        let mut wait_ms = 0;
        let mut draw = |key: String, each_ms: i64, burst: i64| {
            let full_at = buckets.entry(key).or_insert(now);
            *full_at = (*full_at).max(now) + each_ms;
            wait_ms = wait_ms.max(*full_at - now - each_ms * burst.max(1));
        };
        draw(inbox.to_owned(), (1000 / i64::from(rate.per_second.max(1))).max(1), i64::from(rate.burst));
        if let Some(per_minute) = rate.per_contact_per_minute.filter(|n| *n > 0) {
            draw(format!("{inbox}\u{1}{contact}"), MINUTE_MS / i64::from(per_minute), CONTACT_BURST);
        }
        wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_in_its_time() {
        let rate = Rate { per_second: 10, burst: 2, per_contact_per_minute: None };
        let paces = Paces::default();
        let waits: Vec<i64> = (0..4).map(|_| paces.take("inb_1", "u", &rate, 1_000)).collect();
        assert_eq!(waits, [0, 0, 100, 200]);
        assert_eq!(paces.take("inb_2", "u", &rate, 1_000), 0, "another inbox");
        assert_eq!(paces.take("inb_1", "u", &rate, 5_000), 0, "later");
    }

    #[test]
    fn each_contact_has_a_bucket() {
        let rate = Rate { per_second: 1_000, burst: 100, per_contact_per_minute: Some(60) };
        let paces = Paces::default();
        let waits: Vec<i64> = (0..5).map(|_| paces.take("i", "a", &rate, 0)).collect();
        assert_eq!(waits, [0, 0, 0, 1_000, 2_000]);
        assert_eq!(paces.take("i", "b", &rate, 0), 0);
    }
}
