//! Texts to token numbers, by the folder's own `tokenizer.json`. Keeps the library's panics and hostile lengths away from callers.

use crate::ModelError;
use crate::config::Shape;
use crate::files::{self, TOKENIZER};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};

/// A token rarely stands for more text than this; what lies behind cannot reach the model and is not even split.
const BYTES_PER_TOKEN: usize = 64;

pub struct Tokens {
    inner: Tokenizer,
    bytes_max: usize,
    vocabulary: usize,
    tokens_max: usize,
}

impl Tokens {
    pub fn read(folder: &Path, shape: &Shape) -> Result<Self, ModelError> {
        let malformed = |reason: String| ModelError::malformed(TOKENIZER, reason);
        let absent = || ModelError::Missing { folder: folder.to_owned(), file: TOKENIZER, hint: "" };
        let content = files::read(folder, TOKENIZER)?.ok_or_else(absent)?;
        let read = shielded(|| Tokenizer::from_bytes(&content)).ok_or_else(|| malformed("cannot be made sense of".to_owned()))?;
        let mut inner = read.map_err(|error| malformed(error.to_string()))?;
        inner.with_padding(None);
        let truncation = TruncationParams { max_length: shape.tokens_max, ..TruncationParams::default() };
        inner.with_truncation(Some(truncation)).map_err(|error| malformed(error.to_string()))?;
        let highest = inner.get_vocab(true).into_values().max().unwrap_or(0) as usize;
        if highest >= shape.vocabulary {
            let reason = format!("has tokens up to number {highest}, the model knows {}", shape.vocabulary);
            return Err(malformed(reason));
        }
        let (vocabulary, tokens_max) = (shape.vocabulary, shape.tokens_max);
        Ok(Self { inner, bytes_max: tokens_max * BYTES_PER_TOKEN, vocabulary, tokens_max })
    }

    /// Token numbers with the special ones, at most `tokens_max` and at least one.
    pub fn split(&self, text: &str) -> Result<Vec<u32>, String> {
        let mut end = text.len().min(self.bytes_max);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = &text[..end];
        let split = shielded(|| self.inner.encode_fast(cut, true)).ok_or("the tokenizer failed on a text")?;
        let mut ids = split.map_err(|error| format!("the tokenizer refused a text: {error}"))?.get_ids().to_vec();
        ids.truncate(self.tokens_max);
        if ids.is_empty() {
            ids.push(0);
        }
        match ids.iter().all(|id| (*id as usize) < self.vocabulary) {
            true => Ok(ids),
            false => Err("the tokenizer gave a token that the model does not know".to_owned()),
        }
    }
}

/// The library may panic on a tokenizer file that no one made with care.
fn shielded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
