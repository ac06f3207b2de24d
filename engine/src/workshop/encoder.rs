//! The text encoder the operator configured, as training and live reading use it, and how it does. It never stops the bot: one that is
//! missing, breaks or takes too long is a turn read by words alone, and is said on the health page. The encoders themselves are heavy and
//! wired by the server.

use qn_nlu::{Encoder, EncoderError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A turn waits this long for its vector. A small model takes 5 ms.
const VECTOR_MS_MAX: u64 = 1_000;

/// None is configured, one is ready, or one is configured and cannot be used.
#[derive(Default)]
pub struct TextEncoder {
    /// As the operator named it; empty when there is none.
    configured: String,
    encoder: Option<Arc<dyn Encoder>>,
    /// What is wrong with it now, in the encoder's words.
    problem: Mutex<Option<String>>,
    background: Mutex<()>,
}

/// How the configured encoder does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncoderHealth {
    /// As the operator named it.
    pub configured: String,
    /// Changes when its vectors would; none while it cannot be used.
    pub name: Option<String>,
    /// For operators: may name files.
    pub problem: Option<String>,
}

impl TextEncoder {
    pub fn ready(configured: &str, encoder: Arc<dyn Encoder>) -> Self {
        Self { configured: configured.to_owned(), encoder: Some(encoder), ..Self::default() }
    }

    pub fn unusable(configured: &str, reason: String) -> Self {
        Self { configured: configured.to_owned(), problem: Mutex::new(Some(reason)), ..Self::default() }
    }

    /// None when none is configured.
    pub fn health(&self) -> Option<EncoderHealth> {
        (!self.configured.is_empty()).then(|| EncoderHealth {
            configured: self.configured.clone(),
            name: self.name().map(str::to_owned),
            problem: self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.encoder.as_deref().map(Encoder::name)
    }

    pub(crate) fn find(&self) -> Option<Arc<dyn Encoder>> {
        self.encoder.clone()
    }

    /// Work that nobody waits for, one piece at a time.
    pub(crate) fn in_background<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = self.background.lock().unwrap_or_else(PoisonError::into_inner);
        work()
    }

    /// A text's vector, off the async threads; empty when there is none in time.
    pub(crate) async fn vector(&self, text: &str) -> Vec<f32> {
        let Some(encoder) = self.find() else { return Vec::new() };
        let text = text.to_owned();
        let work = tokio::task::spawn_blocking(move || encoder.encode(&[&text]));
        let done = match tokio::time::timeout(Duration::from_millis(VECTOR_MS_MAX), work).await {
            Ok(Ok(vectors)) => vectors,
            Ok(Err(broken)) => Err(self.failure(broken.to_string())),
            Err(_) => Err(self.failure(format!("it took longer than {VECTOR_MS_MAX} ms"))),
        };
        self.note(done.as_ref().err());
        done.ok().and_then(|mut vectors| vectors.pop()).unwrap_or_default()
    }

    /// Remembers how the last use went; says so in the log when that changes.
    pub(crate) fn note(&self, error: Option<&EncoderError>) {
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        match (error, problem.is_some()) {
            (Some(error), false) => tracing::error!(%error, "the encoder fails; intents are read by words alone"),
            (None, true) => tracing::info!(encoder = self.configured, "the encoder serves again"),
            _ => {}
        }
        if error.is_some() {
            metrics::counter!("qn_encoder_failures_total").increment(1);
        }
        *problem = error.map(|e| e.reason.clone());
    }

    fn failure(&self, reason: String) -> EncoderError {
        EncoderError { name: self.configured.clone(), reason }
    }
}
