//! A secret in the clear, for as long as it takes to use it. Prints as nothing, is overwritten when dropped (best effort: copies the
//! compiler or an HTTP library makes are out of reach).

use std::fmt;

#[derive(Clone, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself. The name is meant to stand out in a review.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // keeps the writes from being removed as dead
        std::hint::black_box(&bytes);
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(…)")
    }
}
