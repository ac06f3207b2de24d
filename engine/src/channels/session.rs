//! Platforms that keep a session of their own with each contact (WeCom) refuse what we send while somebody else has it. Who has it is
//! learnt from the platform's events and from refusals, and remembered for the composer; what is forgotten is learnt again.

use crate::{Engine, Result};
use qn_channel::{Refused, SessionState};
use qn_domain::{Inbox, InboxId};
use quick_cache::sync::Cache;

/// The word with which adapters refuse a message for the session's sake.
pub(super) const WRONG_STATE: &str = "wrong_session_state";
const KEPT_MAX: usize = 50_000;

pub(crate) struct Sessions(Cache<(InboxId, String), SessionState>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Cache::new(KEPT_MAX))
    }
}

impl Sessions {
    pub fn set(&self, inbox_id: &InboxId, contact: &str, state: SessionState) {
        let key = (inbox_id.clone(), contact.to_owned());
        match state {
            SessionState::Ours => drop(self.0.remove(&key)),
            state => self.0.insert(key, state),
        }
    }

    /// The customer wrote: what was over begins anew; a person who has it keeps it.
    pub fn written(&self, inbox_id: &InboxId, contact: &str) {
        if self.of(inbox_id, contact).is_some_and(|state| state != SessionState::Held) {
            self.set(inbox_id, contact, SessionState::Ours);
        }
    }

    /// None: ours, as far as is known.
    pub fn of(&self, inbox_id: &InboxId, contact: &str) -> Option<SessionState> {
        self.0.get(&(inbox_id.clone(), contact.to_owned()))
    }
}

impl Engine {
    /// After a refusal: whether the message may be tried once more. The inner error says who has the session.
    pub(super) async fn mend_session(&self, inbox: &Inbox, contact: &str, token: &str) -> Result<std::result::Result<(), Refused>> {
        let adapter = qn_channel::find(inbox.channel);
        let wrong = |reason: &str| Err(Refused::Window { reason: reason.to_owned() });
        let Some(ask) = adapter.session(inbox, contact, token) else { return Ok(wrong(WRONG_STATE)) };
        let mut state = match adapter.read_session(&self.call(ask).await) {
            Ok(state) => state,
            Err(_) => return Ok(wrong(WRONG_STATE)),
        };
        if let Some(take) = adapter.take_session(inbox, contact, state, token)
            && adapter.took_session(&self.call(take).await)
        {
            state = SessionState::Ours;
        }
        self.channels.sessions.set(&inbox.id, contact, state);
        Ok(if state == SessionState::Ours { Ok(()) } else { wrong(state.reason()) })
    }
}
