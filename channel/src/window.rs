//! Reply windows: many platforms let a company write only for a while, and only so often, after the customer did something.
//! Pure: the caller keeps what was opened and what was sent; the meter tells what is left before the wall.

use crate::event::Opening;
use qn_domain::Timestamp;

/// A right to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub opened_by: Opening,
    /// None: as many as one likes.
    pub messages: Option<u32>,
    pub ms: i64,
}

/// By which way a contact can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Only to the newest reply handle, while it is good.
    ByHandle,
    /// Only in the answer to the platform's own call.
    InCall,
}

/// Messages that a platform lets out, or that are paid for, in a calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub limit: u64,
    pub used: u64,
}

/// Where a contact's window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// Messages that may still be sent; none: as many as one likes. 0: closed.
    pub left: Option<u32>,
    /// None: it does not close, or it is closed.
    pub closes_at: Option<Timestamp>,
}

impl Meter {
    /// Of channels where one may always write.
    pub const OPEN: Self = Self { left: None, closes_at: None };
    pub const CLOSED: Self = Self { left: Some(0), closes_at: None };

    pub fn is_open(self) -> bool {
        self.left != Some(0)
    }
}

/// `openings`: what the contact did and when. `sent`: when we wrote, one entry per request that counts. Each kind of window counts
/// from its newest opening; what was sent counts against every window that was open then. The most generous one is told.
pub fn meter(windows: &[Window], openings: &[(Opening, Timestamp)], sent: &[Timestamp], now: Timestamp) -> Meter {
    if windows.is_empty() {
        return Meter::OPEN;
    }
    let mut best = Meter::CLOSED;
    for window in windows {
        let Some(opened_at) = openings.iter().filter(|(by, at)| *by == window.opened_by && *at <= now).map(|(_, at)| *at).max() else {
            continue;
        };
        let closes_at = opened_at.saturating_add(window.ms);
        if closes_at <= now {
            continue;
        }
        let used = sent.iter().filter(|at| (opened_at..=now).contains(*at)).count();
        let left = window.messages.map(|max| max.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX)));
        let rank = |left: Option<u32>| left.unwrap_or(u32::MAX);
        if left != Some(0) && (rank(left), Some(closes_at)) > (rank(best.left), best.closes_at) {
            best = Meter { left, closes_at: Some(closes_at) };
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: [Window; 3] = [
        Window { opened_by: Opening::Message, messages: Some(5), ms: 1000 },
        Window { opened_by: Opening::Follow, messages: Some(3), ms: 10 },
        Window { opened_by: Opening::Payment, messages: None, ms: 500 },
    ];

    fn at(openings: &[(Opening, i64)], sent: &[i64], now: i64) -> (Option<u32>, Option<i64>) {
        let meter = meter(&WINDOWS, openings, sent, now);
        (meter.left, meter.closes_at)
    }

    #[test]
    fn windows_count_from_their_newest_opening() {
        assert_eq!(meter(&[], &[], &[1], 2), Meter::OPEN);
        assert_eq!(at(&[], &[], 5), (Some(0), None));
        assert_eq!(at(&[(Opening::Message, 0)], &[], 5), (Some(5), Some(1000)));
        assert_eq!(at(&[(Opening::Message, 0)], &[1, 2, 3], 5), (Some(2), Some(1000)));
        assert_eq!(at(&[(Opening::Message, 0)], &[1, 2, 3, 4, 5, 6], 7), (Some(0), None));
        assert_eq!(at(&[(Opening::Message, 0), (Opening::Message, 6)], &[1, 2, 3, 4, 5], 7), (Some(5), Some(1006)));
        assert_eq!(at(&[(Opening::Message, 0)], &[], 1000), (Some(0), None));
        assert_eq!(at(&[(Opening::Message, 9)], &[], 5), (Some(0), None), "not opened yet");
    }

    #[test]
    fn the_most_generous_window_is_told() {
        assert_eq!(at(&[(Opening::Follow, 0), (Opening::Message, 0)], &[], 5), (Some(5), Some(1000)));
        assert_eq!(at(&[(Opening::Message, 0), (Opening::Follow, 8)], &[1, 2, 3, 4, 5], 9), (Some(3), Some(18)));
        assert_eq!(at(&[(Opening::Message, 0), (Opening::Payment, 1)], &[1, 2], 5), (None, Some(501)));
        assert_eq!(at(&[(Opening::Scan, 0)], &[], 5), (Some(0), None));
    }
}
