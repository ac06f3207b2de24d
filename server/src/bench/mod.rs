//! `qingniao bench`: measures this binary on this machine, as a child process over loopback, next to the limit that the
//! machine itself sets in the same run. Bounded in time and count; writes only to a temporary folder.

pub mod child;
pub mod encoder;
pub mod flows;
pub mod history;
pub mod http;
pub mod identity;
pub mod ingest;
pub mod intents;
pub mod limit;
pub mod memory;
pub mod messages;
pub mod questions;
pub mod routing;
pub mod sockets;

/// Latencies in microseconds, sorted once for reading.
#[derive(Debug, Default)]
pub struct Samples(Vec<u64>);

impl Samples {
    pub fn push(&mut self, us: u64) {
        self.0.push(us);
    }

    pub fn extend(&mut self, other: Samples) {
        self.0.extend(other.0);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value below which `share` of the samples lie, in ms; 0 without samples.
    pub fn percentile_ms(&mut self, share: f64) -> f64 {
        if self.0.is_empty() {
            return 0.0;
        }
        self.0.sort_unstable();
        let at = ((self.0.len() - 1) as f64 * share).round() as usize;
        round(self.0[at] as f64 / 1000.0)
    }
}

/// Two decimals are all that a shared machine can promise.
pub fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
