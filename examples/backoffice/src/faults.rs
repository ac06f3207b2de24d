//! Faults to order: every so many writes unavailable, or done but not answered, and customers whose notes always fail.
//! Set over HTTP while the service runs.

use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    /// Every n-th write is answered with 503 and not done.
    pub unavailable_every: u64,
    /// Every n-th write is done and then answered only after `silent_ms`.
    pub silent_every: u64,
    pub silent_ms: u64,
    /// Notes about orders whose id ends so are refused for good.
    pub notes_refused_for: String,
    /// Payments for orders whose id ends so are declined for good.
    pub declined_for: String,
}

#[derive(Debug, Default)]
pub struct Faults {
    wanted: Mutex<Wanted>,
    writes: AtomicU64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    Unavailable,
    Silent { ms: u64 },
    Refused,
}

impl Faults {
    pub fn set(&self, wanted: Wanted) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
    }

    /// What befalls the next write about an order.
    pub fn next(&self, is_note: bool, order: &str) -> Fault {
        let n = self.writes.fetch_add(1, Ordering::Relaxed) + 1;
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = if is_note { &wanted.notes_refused_for } else { &wanted.declined_for };
        if !refused.is_empty() && order.ends_with(refused.as_str()) {
            return Fault::Refused;
        }
        if wanted.unavailable_every > 0 && n.is_multiple_of(wanted.unavailable_every) {
            return Fault::Unavailable;
        }
        if wanted.silent_every > 0 && n.is_multiple_of(wanted.silent_every) {
            return Fault::Silent { ms: wanted.silent_ms };
        }
        Fault::None
    }
}
