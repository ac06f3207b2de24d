//! How long a place in the queue is likely to last. An estimate is shown to customers, so it says nothing rather than guess.

/// Fewer recent conversations than this say nothing about the next one.
pub const SAMPLES_MIN: usize = 5;

/// Expected wait in ms at `position` (1 is next), from how long recent conversations of the team were held (`recent_handle_ms`)
/// and how many can be held at once (`agents`: the people serving the queue now, times the conversations each takes).
/// With all places taken, one frees every mean/agents on average, so the n-th in line waits n times that.
/// None when nobody serves the queue or fewer than `SAMPLES_MIN` samples exist. The longest tenth is left out of the mean:
/// conversations forgotten open over night would otherwise rule it.
pub fn expected_wait_ms(position: usize, recent_handle_ms: &[i64], agents: usize) -> Option<i64> {
    if agents == 0 {
        return None;
    }
    let mut samples: Vec<i64> = recent_handle_ms.iter().copied().filter(|ms| *ms >= 0).collect();
    if samples.len() < SAMPLES_MIN {
        return None;
    }
    samples.sort_unstable();
    samples.truncate(samples.len() - samples.len() / 10);
    let sum: i128 = samples.iter().map(|ms| i128::from(*ms)).sum();
    let wait = sum.checked_mul(position as i128)? / (samples.len() as i128 * agents as i128);
    i64::try_from(wait).ok()
}
