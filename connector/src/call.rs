//! Carrying out one operation: prepare, record, prove, send, read, map. Everything goes through `egress`.

use crate::definition::{Operation, Service};
use crate::exchange::{Done, Exchange};
use crate::oauth::{Fetch, Tokens};
use crate::redact::{self, redact};
use crate::{Auth, Failure, Secrets, answer, auth, prepare};
use qn_base::Clock;
use qn_crypto::Plain;
use qn_egress::{Egress, Request, Response, ResponseStream};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Largest answer an operation may get.
pub(crate) const ANSWER_BYTES_MAX: usize = 512 * 1024;

/// Shared by all connectors; keeps their tokens.
pub struct Caller {
    egress: Egress,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
}

/// One call.
pub struct Work<'a> {
    /// Whose tokens: tenant and connector.
    pub owner: &'a str,
    pub service: &'a Service,
    pub operation: &'a Operation,
    pub input: &'a Value,
    /// Sent as `Idempotency-Key`.
    pub key: &'a str,
    pub timeout_ms: u64,
    pub secrets: &'a dyn Secrets,
}

impl Caller {
    pub fn new(egress: Egress, clock: Arc<dyn Clock>) -> Self {
        Self { egress, clock, tokens: Tokens::default() }
    }

    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The outcome is the mapped answer.
    pub async fn carry_out(&self, work: &Work<'_>) -> Done {
        let (mut request, input) = match prepare::prepare(work.service, work.operation, work.input) {
            Ok(prepared) => prepared,
            Err(failure) => return unsent(work, failure),
        };
        request.idempotency_key = Some(work.key.to_owned());
        request.timeout_ms = work.timeout_ms;
        request.response_bytes_max = ANSWER_BYTES_MAX;
        let mut exchange = Exchange {
            method: work.operation.method.as_str().to_owned(),
            url: shown(&request.url),
            sent_bytes: request.body.len(),
            sent: redact(&input),
            ..Exchange::default()
        };
        let judge = |status, body: &Value| {
            let success = work.operation.success.as_ref().or(work.service.success.as_ref());
            if !is_success(status) {
                return Err(answer::refused(status, body));
            }
            success.map_or(Ok(()), |success| success.check(body)).map(|()| work.operation.output.apply(body))
        };
        let began = self.clock.now();
        let prover = Prover { owner: work.owner, auth: work.service.auth.as_ref(), secrets: work.secrets };
        let outcome = match self.deliver(request, prover).await {
            Ok((status, bytes, body)) => {
                (exchange.status, exchange.got_bytes, exchange.got) = (Some(status), bytes, redact(&body));
                judge(status, &body)
            }
            Err(failure) => Err(failure),
        };
        exchange.took_ms = self.clock.now() - began;
        if let Err(failure) = &outcome {
            exchange.failed(failure);
        }
        Done { outcome, exchange }
    }

    /// A request of the caller's own making, proven and sent: any status is an answer. Gives status, size and body.
    pub async fn send(&self, request: Request, owner: &str, auth: Option<&Auth>, secrets: &dyn Secrets) -> Result<(u16, Value), Failure> {
        let (status, _, body) = self.deliver(request, Prover { owner, auth, secrets }).await?;
        Ok((status, body))
    }

    /// The same, with what may be shown of it where it did not go well, or where `always` is asked for. Of the rest nothing is made ready:
    /// it stands in the journal whole, and a record of it would cost a copy, a redaction and a row of every call.
    pub async fn send_seen(
        &self,
        request: Request,
        owner: &str,
        auth: Option<&Auth>,
        secrets: &dyn Secrets,
        always: bool,
    ) -> (Result<(u16, Value), Failure>, Option<Exchange>) {
        let (method, url, body) = (request.method.clone(), request.url.clone(), request.body.clone());
        let began = self.clock.now();
        let outcome = self.deliver(request, Prover { owner, auth, secrets }).await;
        if !always && outcome.as_ref().is_ok_and(|(status, ..)| is_success(*status)) {
            return (outcome.map(|(status, _, got)| (status, got)), None);
        }
        let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
        let mut exchange = Exchange {
            method: method.as_str().to_owned(),
            url: shown(&url),
            took_ms: self.clock.now() - began,
            sent_bytes: body.len(),
            sent: redact(&sent),
            ..Exchange::default()
        };
        match &outcome {
            Ok((status, bytes, got)) => (exchange.status, exchange.got_bytes, exchange.got) = (Some(*status), *bytes, redact(got)),
            Err(failure) => exchange.failed(failure),
        }
        (outcome.map(|(status, _, got)| (status, got)), Some(exchange))
    }

    async fn deliver(&self, request: Request, prover: Prover<'_>) -> Result<(u16, usize, Value), Failure> {
        let (response, used) = self.prove_and_send(request, prover).await?;
        let mut body = answer::read(&response).map_err(Failure::in_doubt)?;
        answer::scrub(&mut body, &used);
        Ok((response.status, response.body.len(), body))
    }

    async fn prove_and_send(&self, request: Request, prover: Prover<'_>) -> Result<(Response, Vec<Plain>), Failure> {
        let (stream, used) = self.open(request, prover).await?;
        Ok((stream.collect().await?, used))
    }

    /// The answer's head has come; its body is read by the caller. Gives every text that must not be seen again as well.
    pub(crate) async fn open(&self, mut request: Request, prover: Prover<'_>) -> Result<(ResponseStream, Vec<Plain>), Failure> {
        let Prover { owner, auth, secrets } = prover;
        // a redirect would carry the proof to where it was not meant for
        request.redirects_max = 0;
        let Some(auth) = auth else { return Ok((self.egress.open(request).await?, Vec::new())) };
        let Auth::Oauth2(grant) = auth else {
            let used = auth.prove(&mut request, secrets, self.clock.now()).await?;
            return Ok((self.egress.open(request).await?, used));
        };
        secrets.check(&grant.secret, &auth::parsed(&request.url)?).await?;
        let clock = &*self.clock;
        let fetch = Fetch { owner, grant, egress: &self.egress, clock, secrets, timeout_ms: request.timeout_ms };
        let token = self.tokens.get(&fetch, None).await?;
        let first = self.egress.open(bearing(&request, &token)).await?;
        if first.status != 401 {
            return Ok((first, vec![token]));
        }
        // refused before anything was done: once more with a new token
        let renewed = self.tokens.get(&fetch, Some(&token)).await?;
        let second = self.egress.open(bearing(&request, &renewed)).await?;
        Ok((second, vec![token, renewed]))
    }
}

/// What an operation and a call of a flow take for a yes.
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

pub(crate) struct Prover<'a> {
    pub owner: &'a str,
    pub auth: Option<&'a Auth>,
    pub secrets: &'a dyn Secrets,
}

fn bearing(request: &Request, token: &Plain) -> Request {
    let mut request = request.clone();
    auth::set(&mut request, "authorization", format!("Bearer {}", token.reveal()));
    request
}

fn unsent(work: &Work<'_>, failure: Failure) -> Done {
    let mut exchange = Exchange {
        method: work.operation.method.as_str().to_owned(),
        url: redact::text(&work.operation.path),
        sent: redact(work.input),
        ..Exchange::default()
    };
    exchange.failed(&failure);
    Done { outcome: Err(failure), exchange }
}

/// The address as it may be kept.
pub(crate) fn shown(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return String::new() };
    let pairs: Vec<(String, String)> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    url.set_query(None);
    let mut text = redact::text(url.as_str());
    for (i, (name, value)) in pairs.iter().take(20).enumerate() {
        let value = if redact::is_secret(name) { "…".to_owned() } else { redact::text(value) };
        text.push_str(&format!("{}{name}={value}", if i == 0 { '?' } else { '&' }));
    }
    text
}
