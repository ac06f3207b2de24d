//! How many platforms' calls are being answered just now, and how the worker behind the journal gives way to them: a platform's deadline
//! is in seconds, a backlog has time. It only waits between two starts, so that under whatever load something is always taken.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// More calls than this at once, and the processor is theirs first.
const CALLS_MANY: usize = 4;
/// Between two starts while there are many: still 500 events a second.
const START_EVERY: Duration = Duration::from_millis(2);

#[derive(Debug, Default)]
pub(crate) struct Calls(AtomicUsize);

/// Counts as long as it lives.
pub(crate) struct Answering<'a>(&'a AtomicUsize);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Calls {
    pub fn begin(&self) -> Answering<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Answering(&self.0)
    }

    /// When the next event may be started if the last was at `last`; none means now.
    pub fn next_start(&self, last: Instant, now: Instant) -> Option<Instant> {
        let next = last + START_EVERY;
        (self.0.load(Ordering::Relaxed) > CALLS_MANY && next > now).then_some(next)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_gives_way_to_many_calls_and_is_never_held_for_longer_than_one_step() {
        let (calls, last) = (Calls::default(), Instant::now());
        let few: Vec<_> = (0..CALLS_MANY).map(|_| calls.begin()).collect();
        assert_eq!(calls.next_start(last, last), None);
        let one_more = calls.begin();
        assert_eq!(calls.next_start(last, last), Some(last + START_EVERY));
        assert_eq!(calls.next_start(last, last + START_EVERY), None, "however many there are");
        drop((few, one_more));
        assert_eq!(calls.next_start(last, last), None);
    }
}
