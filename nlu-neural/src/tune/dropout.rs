//! Dropout without memory: whether a number is dropped follows from a key and its place, so that the way back drops the same ones.

use qn_nlu::learn::rng::Rng;

#[derive(Debug, Clone, Copy)]
pub struct Dropout {
    /// In [0, 1).
    pub rate: f32,
    /// Another for each step and group of texts.
    pub key: u64,
}

impl Dropout {
    /// Nothing is dropped.
    pub const NONE: Self = Self { rate: 0.0, key: 0 };

    /// Drops its share of `values` and scales the others up. `site` is the place in the network.
    pub fn apply(self, site: usize, values: &mut [f32]) {
        if self.rate == 0.0 {
            return;
        }
        let mut random = Rng::new(self.key ^ (site as u64 + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let (limit, factor) = ((f64::from(self.rate) * 65_536.0) as u64, 1.0 / (1.0 - self.rate));
        for four in values.chunks_mut(4) {
            let bits = random.next_u64();
            for (place, x) in four.iter_mut().enumerate() {
                let kept = (bits >> (16 * place)) & 0xffff >= limit;
                *x *= if kept { factor } else { 0.0 };
            }
        }
    }
}
