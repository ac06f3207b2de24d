//! The answer: as a stream that ends at the size limit and the deadline, or collected whole.

use crate::{EgressError, client};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use http::HeaderMap;
use tokio::time::{Instant, timeout_at};

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Response {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Status and headers have arrived; the body has not.
#[derive(Debug)]
pub struct ResponseStream {
    pub status: u16,
    pub headers: HeaderMap,
    pub(crate) inner: reqwest::Response,
    pub(crate) host: String,
    pub(crate) limit_bytes: usize,
    pub(crate) read_bytes: usize,
    pub(crate) deadline: Instant,
    pub(crate) timeout_ms: u64,
}

impl ResponseStream {
    /// What the other side says it will send, if it says.
    pub fn content_length(&self) -> Option<u64> {
        self.inner.content_length()
    }

    /// The next piece; `None` at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, EgressError> {
        if self.content_length().is_some_and(|length| length > self.limit_bytes as u64) {
            return Err(self.too_large());
        }
        let next = timeout_at(self.deadline, self.inner.chunk()).await;
        let piece = next.map_err(|_| EgressError::Timeout { timeout_ms: self.timeout_ms })?;
        let Some(piece) = piece.map_err(|error| client::explain(&self.host, self.timeout_ms, &error))? else {
            return Ok(None);
        };
        self.read_bytes += piece.len();
        if self.read_bytes > self.limit_bytes {
            return Err(self.too_large());
        }
        Ok(Some(piece))
    }

    /// The rest of the body as a stream that stops at its first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, EgressError>> + Send {
        stream::try_unfold(self, |mut answer| async move { Ok(answer.chunk().await?.map(|piece| (piece, answer))) })
    }

    pub async fn collect(mut self) -> Result<Response, EgressError> {
        let mut body = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            body.extend_from_slice(&piece);
        }
        Ok(Response { status: self.status, headers: self.headers, body: body.freeze() })
    }

    fn too_large(&self) -> EgressError {
        EgressError::TooLarge { limit_bytes: self.limit_bytes, status: self.status }
    }
}
