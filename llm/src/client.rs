//! One call: sending, waiting with three deadlines (connection, first piece, whole), and trying again where nothing can have been paid or
//! heard yet. Everything goes out through `egress`, with a list of private addresses of its own.

use crate::budget::Usage;
use crate::gather::{Gathering, Reply};
use crate::prompt::Chat;
use crate::settings::Settings;
use crate::sse::Events;
use crate::wire::{self, Form};
use crate::{LlmError, Result};
use qn_egress::{Egress, EgressError, Request, ResponseStream};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

const ATTEMPTS: u32 = 3;
const WAIT_MS: u64 = 250;
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
const ERROR_BYTES_MAX: usize = 64 * 1024;

/// What a call came to, and what it cost either way.
pub(crate) struct Outcome {
    pub result: Result<Reply>,
    pub usage: Usage,
    /// The form the server took.
    pub form: Form,
}

pub(crate) struct Call<'a> {
    pub egress: &'a Egress,
    pub settings: &'a Settings,
    pub chat: &'a Chat,
    pub deadline: Instant,
    pub total_ms: u64,
}

impl Call<'_> {
    pub async fn run(&self, mut form: Form, on_text: &mut (dyn FnMut(&str) + Send)) -> Outcome {
        let mut attempt = 1;
        loop {
            let body = wire::body(self.settings, self.chat, form).to_string();
            let failure = match self.open(&body).await {
                Ok(stream) if stream.status == 200 => return self.listen(stream, &body, form, on_text).await,
                Ok(stream) => self.refused(stream).await,
                Err(error) => (error, None),
            };
            let (error, retry_after_ms) = failure;
            let next = form.plainer().filter(|_| matches!(error, LlmError::Status { status: 400 | 415 | 422 | 501, .. }));
            if let Some(plainer) = next {
                form = plainer;
                continue;
            }
            let wait_ms = retry_after_ms.unwrap_or(WAIT_MS << attempt);
            let until = Instant::now() + Duration::from_millis(wait_ms);
            if attempt == ATTEMPTS || !is_worth_a_try(&error) || until >= self.deadline {
                return Outcome { result: Err(error), usage: Usage::default(), form };
            }
            tracing::debug!(%error, attempt, wait_ms, "the model is asked again");
            tokio::time::sleep_until(until).await;
            attempt += 1;
        }
    }

    async fn open(&self, body: &str) -> Result<ResponseStream> {
        let mut request = Request::post(format!("{}/chat/completions", self.settings.base_url), body.to_owned())
            .header("content-type", "application/json")
            .header("accept", "text/event-stream, application/json");
        if !self.settings.key.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.settings.key));
        }
        request.timeout_ms = self.left_ms();
        request.response_bytes_max = ANSWER_BYTES_MAX;
        let first = self.first_deadline();
        match timeout_at(first, self.egress.open(request)).await {
            Ok(answer) => answer.map_err(|error| self.explain(error)),
            Err(_) => Err(self.late(first)),
        }
    }

    fn left_ms(&self) -> u64 {
        u64::try_from(self.deadline.saturating_duration_since(Instant::now()).as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn first_deadline(&self) -> Instant {
        (Instant::now() + Duration::from_millis(self.settings.first_token_ms)).min(self.deadline)
    }

    fn late(&self, missed: Instant) -> LlmError {
        if missed >= self.deadline {
            LlmError::Deadline { ms: self.total_ms }
        } else {
            LlmError::FirstToken { ms: self.settings.first_token_ms }
        }
    }

    fn explain(&self, error: EgressError) -> LlmError {
        match error {
            EgressError::Timeout { .. } => LlmError::Deadline { ms: self.total_ms },
            other => LlmError::Outbound(other),
        }
    }

    /// The error a status stands for, and how long the server wants to be left alone.
    async fn refused(&self, mut stream: ResponseStream) -> (LlmError, Option<u64>) {
        let (status, wait_ms) = (stream.status, retry_after_ms(&stream.headers));
        let mut body = Vec::new();
        let reading = async {
            while let Ok(Some(piece)) = stream.chunk().await {
                if body.len() + piece.len() > ERROR_BYTES_MAX {
                    break;
                }
                body.extend_from_slice(&piece);
            }
        };
        let _ = timeout_at(self.first_deadline(), reading).await;
        (LlmError::Status { status, code: wire::error_code(&body) }, wait_ms)
    }

    async fn listen(&self, mut stream: ResponseStream, body: &str, form: Form, on_text: &mut (dyn FnMut(&str) + Send)) -> Outcome {
        let mut gathered = Gathering::default();
        let result = self.read(&mut stream, &mut gathered, on_text).await;
        let usage = gathered.usage(body);
        Outcome { result: result.and_then(|()| gathered.finish(body)), usage, form }
    }

    async fn read(&self, stream: &mut ResponseStream, gathered: &mut Gathering, on_text: &mut (dyn FnMut(&str) + Send)) -> Result<()> {
        let kind = stream.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        let is_whole = kind.contains("application/json");
        let (mut events, mut whole) = (Events::default(), Vec::new());
        // A server may send its head, and comments, long before its first word.
        let (mut heard, first) = (false, self.first_deadline());
        while !gathered.ended() {
            let until = if heard || is_whole { self.deadline } else { first };
            let piece = timeout_at(until, stream.chunk()).await.map_err(|_| self.late(until))?.map_err(|error| self.explain(error))?;
            let Some(piece) = piece else { break };
            if is_whole {
                whole.extend_from_slice(&piece);
                continue;
            }
            for event in events.push(&piece)? {
                heard = true;
                tell(gathered.event(&event)?, on_text);
            }
        }
        for event in events.finish() {
            tell(gathered.event(&event)?, on_text);
        }
        if is_whole {
            let value = serde_json::from_slice(&whole).map_err(|_| LlmError::Broken { reason: "it is no JSON".into() })?;
            tell(gathered.take(&value)?, on_text);
            gathered.event("[DONE]")?;
        }
        Ok(())
    }
}

fn tell(text: String, on_text: &mut (dyn FnMut(&str) + Send)) {
    if !text.is_empty() {
        on_text(&text);
    }
}

/// Only before anything was answered, and only what time can heal.
fn is_worth_a_try(error: &LlmError) -> bool {
    match error {
        LlmError::Status { status, .. } => matches!(status, 408 | 409 | 429 | 500..),
        LlmError::Outbound(error) => matches!(error, EgressError::Dns { .. } | EgressError::Connect { .. } | EgressError::Broken { .. }),
        _ => false,
    }
}

/// In seconds, or a server's own `retry-after-ms`. Dates are not read.
fn retry_after_ms(headers: &qn_egress::HeaderMap) -> Option<u64> {
    let read = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
    let ms = read("retry-after-ms").or_else(|| read("retry-after").map(|s| s * 1_000.0))?;
    Some(ms.min(3_600_000.0) as u64)
}
