//! A circuit breaker: after several outages in a row the model is left alone for a while, then one call tries it. Pure: time is an argument.

use qn_base::Timestamp;

const FAILURES_MAX: u32 = 5;
const REST_MS: i64 = 15_000;
const REST_MS_MAX: i64 = 5 * 60_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    /// Nobody calls before.
    rests_until: Option<Timestamp>,
    rest_ms: i64,
    /// The one call that tries whether the model is back, and when it began.
    probing_since: Option<Timestamp>,
}

impl Breaker {
    /// May a call go out now; otherwise in how many milliseconds one may.
    pub fn admit(&mut self, now: Timestamp) -> Result<(), u64> {
        let Some(until) = self.rests_until else { return Ok(()) };
        if now < until {
            return Err(u64::try_from(until - now).unwrap_or(0));
        }
        // A probe that never came back (its caller gave up) must not keep the circuit open for ever.
        match self.probing_since {
            Some(since) if now - since < REST_MS => Err(u64::try_from(since + REST_MS - now).unwrap_or(0)),
            _ => {
                self.probing_since = Some(now);
                Ok(())
            }
        }
    }

    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub fn failed(&mut self, now: Timestamp) {
        self.failures += 1;
        if self.probing_since.take().is_some() || self.failures >= FAILURES_MAX {
            self.rest_ms = (self.rest_ms * 2).clamp(REST_MS, REST_MS_MAX);
            self.rests_until = Some(now + self.rest_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_after_failures_in_a_row_and_lets_one_try() {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_MAX {
            breaker.failed(0);
        }
        assert_eq!(breaker.admit(0), Ok(()));
        breaker.failed(0);
        assert_eq!(breaker.admit(1), Err(14_999));
        assert_eq!(breaker.admit(15_000), Ok(()));
        assert_eq!(breaker.admit(15_001), Err(14_999), "one probe at a time");
        breaker.failed(15_002);
        assert_eq!(breaker.admit(40_000), Err(5_002), "twice as long");
        assert_eq!(breaker.admit(45_002), Ok(()));
        assert_eq!(breaker.admit(60_002), Ok(()), "a probe that never came back is replaced");
        breaker.succeeded();
        assert_eq!(breaker, Breaker::default());
    }
}
