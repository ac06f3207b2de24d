//! Calls over HTTP, through the house's one outbound client: bounded, guarded, with the step's key as `Idempotency-Key`.
//! What belongs to conversations is left to another `Acts`.

use crate::acts::{Acting, Acts, Errand, News};
use qn_egress::{Egress, EgressError, Method, Request as Outgoing};
use qn_workflow::model::ErrorKind;
use qn_workflow::request::Call;
use qn_workflow::{Outcome, Request, StepError};
use serde_json::{Value, json};

/// Largest answer a step may get.
const ANSWER_BYTES_MAX: usize = 512 * 1024;

/// Carries out calls itself and hands everything else on.
pub struct HttpActs<A> {
    egress: Egress,
    others: A,
}

impl<A: Acts> HttpActs<A> {
    pub fn new(egress: Egress, others: A) -> Self {
        Self { egress, others }
    }
}

impl<A: Acts> Acts for HttpActs<A> {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a> {
        match &*errand.request {
            Request::Call(call) => Box::pin(async move { Some(send(&self.egress, &errand.key, call).await) }),
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

async fn send(egress: &Egress, key: &str, call: &Call) -> Outcome {
    let method = Method::from_bytes(call.method.as_bytes()).map_err(|_| StepError::new(ErrorKind::Invalid, "an unknown method"))?;
    let body = if call.body.is_null() { Vec::new() } else { serde_json::to_vec(&call.body).unwrap_or_default() };
    let mut request = Outgoing::post(call.url.as_str(), body);
    request.method = method;
    request.headers = call.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if !request.body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    request.timeout_ms = u64::try_from(call.timeout_ms).unwrap_or(qn_egress::TIMEOUT_MS);
    request.idempotency_key = Some(key.to_owned());
    request.response_bytes_max = ANSWER_BYTES_MAX;
    let answer = egress.send(request).await.map_err(|error| StepError::new(kind_of(&error), error.to_string()))?;
    Ok(json!({"status": answer.status, "body": read(&answer.body)}))
}

/// JSON if it is, else text.
fn read(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))
}

fn kind_of(error: &EgressError) -> ErrorKind {
    match error {
        EgressError::Timeout { .. } => ErrorKind::Timeout,
        EgressError::Dns { .. } | EgressError::Connect { .. } | EgressError::Tls { .. } | EgressError::Broken { .. } => {
            ErrorKind::Unavailable
        }
        EgressError::Blocked { .. } => ErrorKind::Refused,
        _ => ErrorKind::Invalid,
    }
}
