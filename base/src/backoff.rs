//! Exponential back-off with full jitter. Pure: the caller supplies the random number.

/// The delay before retry number `attempt` (0-based), between half and all of `base_ms * 2^attempt`, capped at `cap_ms`.
pub fn delay_ms(attempt: u32, base_ms: i64, cap_ms: i64, random: u32) -> i64 {
    let full = base_ms.saturating_mul(1i64 << attempt.min(30)).min(cap_ms);
    let half = full / 2;
    half + (i64::from(random) % (half + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_is_capped() {
        assert!((250..=500).contains(&delay_ms(0, 500, 30_000, 7)));
        assert!((1_000..=2_000).contains(&delay_ms(2, 500, 30_000, 99)));
        assert!(delay_ms(40, 500, 30_000, u32::MAX) <= 30_000);
    }
}
