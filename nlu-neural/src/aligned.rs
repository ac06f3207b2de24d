//! A buffer of numbers that starts on a cache line, so that no wide load straddles two. Not a general container: it grows, never
//! shrinks, and keeps nothing when it grows.

const LINE_BYTES: usize = 64;
const LINE: usize = LINE_BYTES / size_of::<f32>();

#[derive(Debug, Default)]
pub struct Aligned {
    storage: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    /// Makes the buffer `len` long. What it holds afterwards is unspecified but initialised.
    pub fn reset(&mut self, len: usize) {
        if self.storage.len() < len + LINE {
            self.storage = vec![0.0; len + LINE];
            // `align_offset` may decline (it never does in practice); then the loads are merely slower
            self.start = self.storage.as_ptr().align_offset(LINE_BYTES).min(LINE);
        }
        self.len = len;
    }

    pub fn values(&self) -> &[f32] {
        &self.storage[self.start..self.start + self.len]
    }

    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.storage[self.start..self.start + self.len]
    }
}
