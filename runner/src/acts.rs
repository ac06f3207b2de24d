//! The wall between a run and the world: how an errand is carried out, and who hears of what runs do. The engine puts the
//! conversation's side here; tests put whatever they like.

use crate::runner::Ended;
use qn_domain::{ContactId, ConversationId, TenantId};
use qn_workflow::{Outcome, Request};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// One thing to do outside, after its step was committed. May be asked for again under the same key after a crash.
#[derive(Debug, Clone)]
pub struct Errand {
    pub tenant_id: TenantId,
    pub run_id: String,
    pub flow: Arc<FlowName>,
    /// Where the run talks; none for a run that talks to nobody.
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    pub step: String,
    pub attempt: u32,
    /// The same for every attempt of a step.
    pub key: String,
    pub request: Arc<Request>,
}

/// What people call the flow of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowName {
    pub id: String,
    pub name: String,
    /// For those who read English, where the flow says so.
    pub name_en: Option<String>,
}

/// Something that was committed about a run.
#[derive(Debug)]
pub struct News<'a> {
    pub tenant_id: &'a TenantId,
    pub run_id: &'a str,
    /// What people are asked by it changed.
    pub asks_people: bool,
    /// It has ended.
    pub ended: Option<&'a Ended>,
}

/// None: the answer comes later, through `Runner::reply` (a person, a customer).
pub type Acting<'a> = Pin<Box<dyn Future<Output = Option<Outcome>> + Send + 'a>>;

pub trait Acts: Send + Sync + 'static {
    fn act<'a>(&'a self, errand: &'a Errand) -> Acting<'a>;

    /// Nobody waits for this answer any more.
    fn withdraw(&self, _run_id: &str, _step: &str, _request: &Request) {}

    /// Hears of every commit; must return at once.
    fn hear(&self, _news: &News<'_>) {}
}
