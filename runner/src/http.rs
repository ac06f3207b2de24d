//! What steps ask of other companies' systems: calls and connectors' operations, bounded, guarded, with the step's key as
//! `Idempotency-Key`. What belongs to conversations is left to another `Acts`.

use crate::acts::{Acting, Acts, Errand, News};
use crate::outside::{Asker, Outside};
use qn_connector::{Failure, Kind};
use qn_egress::{Method, Request as Outgoing};
use qn_workflow::model::ErrorKind;
use qn_workflow::request::Call;
use qn_workflow::{Outcome, Request, StepError};
use serde_json::json;

/// Largest answer a step may get.
const ANSWER_BYTES_MAX: usize = 512 * 1024;

/// Carries out what goes outside itself and hands everything else on.
pub struct HttpActs<A> {
    outside: Outside,
    others: A,
}

impl<A: Acts> HttpActs<A> {
    pub fn new(outside: Outside, others: A) -> Self {
        Self { outside, others }
    }
}

impl<A: Acts> Acts for HttpActs<A> {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        let step = Some((errand.run_id.as_str(), errand.step.as_str(), errand.attempt));
        let asker = Asker { tenant_id: &errand.tenant_id, step, key: &errand.key };
        match &*errand.request {
            Request::Call(call) => Box::pin(async move { Some(send(&self.outside, asker, call).await) }),
            Request::Connect(connect) => {
                Box::pin(async move { Some(self.outside.connect(asker, connect).await.outcome.map_err(step_error)) })
            }
            _ => self.others.act(errand),
        }
    }

    fn withdraw(&self, run_id: &str, step: &str, request: &Request) {
        self.others.withdraw(run_id, step, request);
    }

    fn hear(&self, news: &News<'_>) {
        self.others.hear(news);
    }
}

async fn send(outside: &Outside, asker: Asker<'_>, call: &Call) -> Outcome {
    let method = Method::from_bytes(call.method.as_bytes())
        .map_err(|_| StepError::new(ErrorKind::Invalid, "an unknown method").zh("未知的请求方法"))?;
    let body = if call.body.is_null() { Vec::new() } else { serde_json::to_vec(&call.body).unwrap_or_default() };
    let mut request = Outgoing::post(call.url.as_str(), body);
    request.method = method;
    request.headers = call.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if !request.body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    request.timeout_ms = u64::try_from(call.timeout_ms).unwrap_or(qn_egress::TIMEOUT_MS);
    request.idempotency_key = Some(asker.key.to_owned());
    request.response_bytes_max = ANSWER_BYTES_MAX;
    let (status, body) = outside.call(asker, request, call.auth.as_ref(), call.record).await.map_err(step_error)?;
    Ok(json!({"status": status, "body": body}))
}

fn step_error(failure: Failure) -> StepError {
    let kind = match failure.kind {
        Kind::Timeout => ErrorKind::Timeout,
        Kind::Unavailable => ErrorKind::Unavailable,
        Kind::Refused => ErrorKind::Refused,
        Kind::Invalid => ErrorKind::Invalid,
        Kind::Limit => ErrorKind::Limit,
    };
    StepError::new(kind, failure.message).zh(failure.zh).detail(failure.detail)
}
