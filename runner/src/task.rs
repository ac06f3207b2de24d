//! Who may move a run: one task at a time, and letters for the run come to that task.

use crate::error::Result;
use crate::runner::Inner;
use qn_domain::TenantId;
use qn_workflow::Event;
use std::sync::{Arc, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// What comes for a run. `done` hears true once an event is on disk, false if it was a repetition.
pub(crate) enum Letter {
    Event {
        event: Event,
        done: Option<oneshot::Sender<Result<bool>>>,
    },
    /// A person holds the run, or lets it go on.
    Hold(bool),
}

impl Letter {
    pub fn of(event: Event, done: Option<oneshot::Sender<Result<bool>>>) -> Self {
        Letter::Event { event, done }
    }
}

/// The right to move a run. Given up when dropped.
pub(crate) struct Claim {
    pub inner: Arc<Inner>,
    pub tenant_id: TenantId,
    pub run_id: String,
    pub inbox: mpsc::UnboundedReceiver<Letter>,
}

impl Claim {
    /// None when another task has the run; the letter, if any, went there.
    pub fn take(inner: &Arc<Inner>, tenant_id: &TenantId, run_id: &str, letter: Option<Letter>) -> Option<(Self, Option<Letter>)> {
        let mut moving = inner.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let letter = match (moving.get(run_id), letter) {
            (Some(task), Some(letter)) => Some(task.send(letter).err()?.0),
            (Some(_), None) => return None,
            (None, letter) => letter,
        };
        let (task, inbox) = mpsc::unbounded_channel();
        moving.insert(run_id.to_owned(), task);
        drop(moving);
        Some((Self { inner: Arc::clone(inner), tenant_id: tenant_id.clone(), run_id: run_id.to_owned(), inbox }, letter))
    }

    /// Gives the run up unless a letter came in the meantime.
    pub fn rest(&mut self) -> bool {
        let mut moving = self.inner.moving.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.inbox.is_empty() {
            return false;
        }
        moving.remove(&self.run_id);
        self.inbox.close();
        true
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.inbox.is_closed() {
            self.inner.moving.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.run_id);
        }
    }
}
