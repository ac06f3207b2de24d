//! How long an account stays shut after failed sign-ins. Addresses that belong to nobody are counted in memory by the same
//! rule, so that the answers do not tell which addresses exist.

use qn_base::Timestamp;
use qn_base::clock::{MINUTE_MS, SECOND_MS};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

const FREE_FAILURES: i64 = 5;
const FIRST_LOCK_MS: i64 = 30 * SECOND_MS;
const LOCK_MS_MAX: i64 = 15 * MINUTE_MS;
const STRANGERS_MAX: usize = 10_000;

/// The wait after this many failures in a row: none before the fifth, then 30 s, doubling to 15 min.
pub(crate) fn lock_ms(failures: i64) -> i64 {
    let beyond = failures - FREE_FAILURES;
    if beyond < 0 { 0 } else { FIRST_LOCK_MS.saturating_mul(1 << beyond.min(20)).min(LOCK_MS_MAX) }
}

#[derive(Debug, Default, Clone, Copy)]
struct Attempts {
    failures: i64,
    locked_until: Timestamp,
}

/// Failed sign-ins with addresses nobody has, in bounded memory.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    seen: Mutex<HashMap<u64, Attempts>>,
    hasher: RandomState,
}

impl Strangers {
    pub fn locked_until(&self, email: &str) -> Timestamp {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&self.hasher.hash_one(email)).map_or(0, |a| a.locked_until)
    }

    pub fn count_failure(&self, email: &str, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= STRANGERS_MAX {
            seen.retain(|_, a| a.locked_until > now);
            if seen.len() >= STRANGERS_MAX {
                seen.clear();
            }
        }
        let attempts = seen.entry(self.hasher.hash_one(email)).or_default();
        attempts.failures += 1;
        let wait = lock_ms(attempts.failures);
        if wait > 0 {
            attempts.locked_until = now + wait;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (0..14).map(|n| lock_ms(n) / 1000).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(lock_ms(i64::MAX), LOCK_MS_MAX);
    }

    #[test]
    fn strangers_are_locked_like_everybody_and_forgotten_in_time() {
        let strangers = Strangers::default();
        for _ in 0..5 {
            assert_eq!(strangers.locked_until("a@b.c"), 0);
            strangers.count_failure("a@b.c", 1_000);
        }
        assert_eq!(strangers.locked_until("a@b.c"), 31_000);
        assert_eq!(strangers.locked_until("x@b.c"), 0);
        for n in 0..STRANGERS_MAX * 2 {
            strangers.count_failure(&n.to_string(), 1_000);
        }
        assert!(strangers.seen.lock().map(|s| s.len()).unwrap_or(0) <= STRANGERS_MAX);
        assert_eq!(strangers.locked_until("a@b.c"), 31_000, "who is locked stays remembered");
    }
}
