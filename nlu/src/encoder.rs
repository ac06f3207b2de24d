//! What a text encoder is to the models here: texts in, vectors out. The implementations are heavy and live in leaves of their own;
//! every model works without one.

use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// A sentence encoder. Deterministic; bounded in time by its own limits on text length.
pub trait Encoder: Send + Sync {
    /// One vector of `dims()` finite numbers for each text, in order. Vectors need not have length 1.
    ///
    /// # Errors
    /// When the encoder cannot serve (its files are gone or broken); the caller then goes on without vectors.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError>;

    /// Numbers in a vector.
    fn dims(&self) -> usize;

    /// A name that changes when the vectors would: models remember it and refuse another encoder's vectors.
    fn name(&self) -> &str;
}

/// Why an encoder gave no vectors, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the encoder {name} cannot serve: {reason}")]
pub struct EncoderError {
    pub name: String,
    pub reason: String,
}

/// An encoder that does each text once: for training and measuring on the same examples. Holds every text it was given.
pub struct Remembering<'e> {
    encoder: &'e dyn Encoder,
    known: Mutex<FxHashMap<String, Vec<f32>>>,
}

impl<'e> Remembering<'e> {
    pub fn new(encoder: &'e dyn Encoder) -> Self {
        Self { encoder, known: Mutex::default() }
    }
}

impl Encoder for Remembering<'_> {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh: Vec<&str> = texts.iter().copied().filter(|t| !known.contains_key(*t)).collect();
        if !fresh.is_empty() {
            let vectors = self.encoder.encode(&fresh)?;
            known.extend(fresh.into_iter().map(str::to_owned).zip(vectors));
        }
        Ok(texts.iter().filter_map(|t| known.get(*t).cloned()).collect())
    }

    fn dims(&self) -> usize {
        self.encoder.dims()
    }

    fn name(&self) -> &str {
        self.encoder.name()
    }
}
