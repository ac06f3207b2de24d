//! The wall between a run and the world: how an errand is carried out. The server puts the conversation's side here; tests put
//! whatever they like.

use qn_domain::TenantId;
use qn_workflow::{Outcome, Request};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// One thing to do outside, after its step was committed. May be asked for again under the same key after a crash.
#[derive(Debug, Clone)]
pub struct Errand {
    pub tenant_id: TenantId,
    pub run_id: String,
    pub step: String,
    pub attempt: u32,
    /// The same for every attempt of a step.
    pub key: String,
    pub request: Arc<Request>,
}

/// None: the answer comes later, through `Runner::reply` (a person, a customer).
pub type Acting<'a> = Pin<Box<dyn Future<Output = Option<Outcome>> + Send + 'a>>;

pub trait Acts: Send + Sync + 'static {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a>;

    /// Nobody waits for this answer any more.
    fn withdraw(&self, _run_id: &str, _step: &str, _request: &Request) {}
}
