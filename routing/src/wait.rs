//! How long a place in the queue is likely to last. An estimate is shown to customers, so it says nothing rather than guess.

use serde::{Deserialize, Serialize};

/// Fewer recent conversations than this say nothing about the next one.
pub const SAMPLES_MIN: usize = 5;
/// The 90th percentile of a standard normal.
const Z90: f64 = 1.2816;

/// A wait in words two numbers allow: "about 3, at most 6 minutes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitEstimate {
    pub expected_ms: i64,
    /// Nine of ten wait no longer.
    pub likely_max_ms: i64,
}

/// `position` (1 is next; a fraction where only a part of the line counts), how long recent conversations were held (`recent_handle_ms`), and how many can be held at once (`places`:
/// the people serving the queue now, times the conversations each takes). `overtaking`: the share of the places that conversations
/// with a head start over this one take up, 0 to 1; the line moves that much slower.
/// With all places taken, one frees every mean/places on average, and the sum of `position` such gaps is gamma distributed.
/// None when nobody serves the queue or fewer than `SAMPLES_MIN` samples exist. The longest tenth counts as long as the longest of the
/// rest: conversations forgotten open over night would otherwise rule the mean.
pub fn estimate(position: f64, recent_handle_ms: &[i64], places: usize, overtaking: f64) -> Option<WaitEstimate> {
    let gap = expected_wait_ms(1, recent_handle_ms, places)? as f64;
    let position = position.max(0.0);
    let slowed = gap * position / (1.0 - overtaking.clamp(0.0, 0.9));
    // Wilson and Hilferty's cube for the 90th percentile of a gamma distribution of that shape.
    let shape = position.max(0.5);
    let stretch = (1.0 - 1.0 / (9.0 * shape) + Z90 / (3.0 * shape.sqrt())).powi(3);
    // Casts saturate; both are far below the limit for any queue people stand in.
    Some(WaitEstimate { expected_ms: slowed as i64, likely_max_ms: (slowed * stretch) as i64 })
}

/// The mean alone, without anybody overtaking.
pub fn expected_wait_ms(position: usize, recent_handle_ms: &[i64], places: usize) -> Option<i64> {
    if places == 0 {
        return None;
    }
    let mut samples: Vec<i64> = recent_handle_ms.iter().copied().filter(|ms| *ms >= 0).collect();
    if samples.len() < SAMPLES_MIN {
        return None;
    }
    samples.sort_unstable();
    let usual = samples[samples.len() - 1 - samples.len() / 10];
    samples.iter_mut().for_each(|ms| *ms = (*ms).min(usual));
    let sum: i128 = samples.iter().map(|ms| i128::from(*ms)).sum();
    let wait = sum.checked_mul(position as i128)? / (samples.len() as i128 * places as i128);
    i64::try_from(wait).ok()
}
