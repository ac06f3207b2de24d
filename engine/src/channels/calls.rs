//! How fast platforms' calls are answered just now, and how the worker behind the journal gives way to them: a platform's deadline is in
//! seconds, a backlog has time. The worker waits between two starts, the longer the later calls are answered, and never so long that
//! nothing is taken. Where the processors are full a call is late before anybody sees it: the worker's own waking tells of that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// A call that takes longer, or a waking that comes later, is late: a quarter of what we promise at the 99th percentile.
const LATE: Duration = Duration::from_millis(5);
/// Between two starts while calls come: a thousand events a second where the machine can, ten where it cannot.
const GAP_US_MIN: u64 = 1_000;
const GAP_US_MAX: u64 = 100_000;
/// Of the gap, added by what is late and taken off by what is in time: even when about one in a hundred is late.
const GROWS_BY: u64 = 4;
const SHRINKS_BY: u64 = 400;
/// Without a call for this long, the processor is the backlog's.
const QUIET: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(crate) struct Calls {
    made: Instant,
    gap_us: AtomicU64,
    /// Since `made`; 0 before the first.
    last_us: AtomicU64,
}

impl Default for Calls {
    fn default() -> Self {
        Self { made: Instant::now(), gap_us: AtomicU64::new(GAP_US_MIN), last_us: AtomicU64::new(0) }
    }
}

impl Calls {
    /// A call that came at `began` is answered. Two at once may miss each other's step, which is no matter.
    pub fn answered(&self, began: Instant, now: Instant) {
        self.learn(now - began);
        self.last_us.store(micros(now - self.made).max(1), Ordering::Relaxed);
    }

    /// The worker, that wanted to go on at `planned`, does.
    pub fn woke(&self, planned: Instant, now: Instant) {
        self.learn(now - planned);
    }

    fn learn(&self, took: Duration) {
        let gap = self.gap_us.load(Ordering::Relaxed);
        let next = if took > LATE { gap + gap / GROWS_BY } else { gap - gap.div_ceil(SHRINKS_BY) };
        self.gap_us.store(next.clamp(GAP_US_MIN, GAP_US_MAX), Ordering::Relaxed);
    }

    /// When the next event may be started if the last was at `last`; none means now.
    pub fn next_start(&self, last: Instant, now: Instant) -> Option<Instant> {
        let called = self.last_us.load(Ordering::Relaxed);
        let is_quiet = called == 0 || micros(now - self.made) > called + micros(QUIET);
        let next = last + Duration::from_micros(self.gap_us.load(Ordering::Relaxed));
        (!is_quiet && next > now).then_some(next)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// The gap to the next start right after a start.
    fn gap(calls: &Calls, now: Instant) -> Option<Duration> {
        calls.next_start(now, now).map(|next| next - now)
    }

    #[test]
    fn the_worker_waits_longer_the_more_calls_are_late_and_never_for_ever() {
        let (calls, now) = (Calls::default(), Instant::now() + MS);
        assert_eq!(gap(&calls, now), None, "nobody calls");
        calls.answered(now, now + MS);
        assert_eq!(gap(&calls, now + MS), Some(MS));
        assert_eq!(calls.next_start(now, now + MS), None, "the gap is over");
        (0..100).for_each(|_| calls.answered(now, now + 11 * MS));
        assert_eq!(gap(&calls, now + 11 * MS), Some(100 * MS), "ten a second are taken whatever comes");
        (0..3_000).for_each(|_| calls.answered(now + 10 * MS, now + 11 * MS));
        assert_eq!(gap(&calls, now + 11 * MS), Some(MS));
        assert_eq!(gap(&calls, now + 600 * MS), None, "it is quiet");
    }

    #[test]
    fn full_processors_are_told_by_the_workers_own_waking() {
        let (calls, now) = (Calls::default(), Instant::now() + MS);
        calls.answered(now, now + MS);
        (0..4).for_each(|_| calls.woke(now, now + 6 * MS));
        assert_eq!(gap(&calls, now + MS), Some(Duration::from_micros(2_440)));
        calls.woke(now, now + 5 * MS);
        assert!(gap(&calls, now + MS) < Some(Duration::from_micros(2_440)), "in time");
    }
}
