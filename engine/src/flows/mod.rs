//! Where flows meet conversations: what starts a run, how a run talks and asks, how a customer's words find the question they
//! answer, and what a run's end means for those who wait. Runs themselves are driven by `qn_runner`; a message never waits for one.

mod acts;
mod alarms;
mod begin;
mod book;
pub(crate) mod bound;
mod by_hand;
mod context;
mod dated;
mod desk;
mod earlier;
mod events;
mod follow;
mod forms;
mod give;
pub(crate) mod house;
mod model;
mod names;
mod news;
mod notices;
mod notify;
mod own_words;
mod past;
mod pictures;
mod plans;
mod receivers;
mod schedule;
mod signals;
pub(crate) mod stack;
mod stuck;
mod taking_back;
pub(crate) mod talk;
mod tell;
mod ticket_news;
mod tickets;
mod tools;
pub(crate) mod turn;
mod verify;
pub(crate) mod words;

pub use alarms::{AlarmRun, AlarmsTaken};
pub(crate) use book::{Beside, Book, Books, LiveFlow};
pub use bound::Unbindable;
pub(crate) use context::{entities, fact};
pub use follow::Decided;
pub use forms::{FilledIn, Form};
pub use house::{EVENTS as HOUSE_EVENTS, HouseEvent};
pub(crate) use news::News;
pub(crate) use notify::people;
pub use past::PastBeginning;
pub use receivers::is_meant;
pub use signals::{FlowSignal, KEPT_MS, KEPT_MS_MAX, Signalled};
pub(crate) use tell::LANGUAGES;
pub(crate) use ticket_news::Hearers;
pub use tools::{Call, Called, FlowTool};

use crate::{Engine, EngineError, Result};
use qn_domain::{LogEntry, TenantId};
use qn_runner::{HttpActs, Runner};
pub use qn_runner::{Limits, Outside};
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

/// What the engine keeps for flows.
#[derive(Default)]
pub(crate) struct FlowDesk {
    runner: OnceLock<Runner>,
    pub books: Books,
    pub news: News,
    pub own_words: own_words::OwnWords,
    pub stuck: stuck::Known,
    /// The hours at which flows begin may have changed.
    pub hours: Notify,
}

impl FlowDesk {
    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        if self.books.follow(entry) {
            self.hours.notify_one();
        }
    }
}

impl Engine {
    /// Goes on with the runs a stopped server left and takes new ones. Once.
    pub fn start_flows(self: &Arc<Self>, limits: Limits, outside: Outside) {
        let acts = HttpActs::new(outside, acts::ConversationActs::new(Arc::downgrade(self)));
        let runner = Runner::start_within(self.db.clone(), self.clock.clone(), Arc::new(acts), limits);
        let _ = self.flows.runner.set(runner);
    }

    /// Runs lay down what they are at; the next start goes on.
    pub async fn stop_flows(&self) {
        if let Some(runner) = self.flows.runner.get() {
            runner.stop().await;
        }
    }

    /// An error where flows were not started, as in some tests and tools.
    pub fn runner(&self) -> Result<&Runner> {
        self.flows.runner.get().ok_or(EngineError::NoFlows)
    }

    /// After a flow was published, enabled, disabled or deleted.
    pub fn flows_changed(&self, tenant_id: &TenantId) {
        self.flows.books.forget(tenant_id);
        self.flows.hours.notify_one();
    }
}
