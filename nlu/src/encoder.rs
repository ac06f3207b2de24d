//! What a text encoder is to the models here: texts in, vectors out. The implementations are heavy and live in leaves of their own;
//! every model works without one.

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
