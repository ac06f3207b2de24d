//! What visitors of the widget and of apps say, for clients that do not wait until the bot has thought: kept in the journal first, like a
//! platform's call, and taken in the order of the contact's lane. Whoever said it hears of the end where it comes soon.

use super::feed::is_lasting;
use crate::inbound::dedupe_scope;
use crate::stages::identified;
use crate::{Engine, Result, Sent, Visitor, VisitorWords};
use qn_domain::{ContactId, Inbox, InboxId};
use qn_store::Brought;
use qn_store::channel_event::{self, ChannelEvent};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

/// The word for these events in the journal.
pub(super) const KIND: &str = "written";

/// As the journal keeps it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written {
    contact_id: ContactId,
    words: VisitorWords,
}

impl Written {
    /// The same words again have the same key.
    fn key(&self) -> String {
        format!("w:{}:{}", self.contact_id, self.words.client_msg_id)
    }
}

/// An event of an inbox.
type Name = (InboxId, String);
/// None: it was refused for good.
type Told = oneshot::Sender<Option<Sent>>;

/// Requests that wait until what they brought is taken.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<HashMap<Name, Vec<Told>>>);

impl Listeners {
    fn lock(&self) -> MutexGuard<'_, HashMap<Name, Vec<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self, name: Name) -> Listener<'_> {
        let (sender, told) = oneshot::channel();
        self.lock().entry(name.clone()).or_default().push(sender);
        Listener { listeners: self, name, told }
    }

    fn tell(&self, name: &Name, taken: Option<&Sent>) {
        let waiting = self.lock().remove(name);
        waiting.into_iter().flatten().for_each(|told| drop(told.send(taken.cloned())));
    }
}

struct Listener<'a> {
    listeners: &'a Listeners,
    name: Name,
    told: oneshot::Receiver<Option<Sent>>,
}

/// A request that ends, or that its client gave up, is forgotten.
impl Drop for Listener<'_> {
    fn drop(&mut self) {
        self.told.close();
        let mut waiting = self.listeners.lock();
        if let Some(same) = waiting.get_mut(&self.name) {
            same.retain(|told| !told.is_closed());
            if same.is_empty() {
                waiting.remove(&self.name);
            }
        }
    }
}

impl Engine {
    /// Keeps what a visitor says, and gives the bot so long to take its turn. None: it is on disk and will be taken.
    pub async fn visitor_writes(&self, visitor: &Visitor, words: VisitorWords, wait: Duration) -> Result<Option<Sent>> {
        let began = Instant::now();
        let (tenant_id, contact_id) = (&visitor.tenant_id, &visitor.contact_id);
        let inbox = self.inbox(tenant_id, &visitor.inbox_id).await?;
        let written = Written { contact_id: contact_id.clone(), words };
        let key = written.key();
        // Before anything is looked up, so that no end is missed.
        let mut listener = self.channels.listeners.listen((inbox.id.clone(), key.clone()));
        if let Some(first) = self.repeated(tenant_id, &dedupe_scope(&inbox.id, contact_id), &written.words.client_msg_id).await? {
            return Ok(Some(first));
        }
        identified::run(self, &written.words.clone().inbound(inbox.clone(), contact_id.clone())).await?;
        // Nobody takes again what was refused or given up before: tried at once, it goes well now or says why not.
        if channel_event::find_state(&self.db, tenant_id, &inbox.id, &key).await?.is_some_and(|state| state != channel_event::WAITING) {
            return self.visitor_says(visitor, written.words).await.map(Some);
        }
        self.keep_written(&inbox, &written, key).await?;
        self.channels.calls.answered(began, Instant::now());
        match timeout(wait, &mut listener.told).await {
            Ok(Ok(Some(sent))) => Ok(Some(sent)),
            Ok(Ok(None)) => self.visitor_says(visitor, written.words).await.map(Some),
            Ok(Err(_)) | Err(_) => Ok(None),
        }
    }

    async fn keep_written(&self, inbox: &Inbox, written: &Written, key: String) -> Result<()> {
        let event = ChannelEvent {
            tenant_id: inbox.tenant_id.clone(),
            inbox_id: inbox.id.clone(),
            lane: format!("contact:{}", written.contact_id),
            key,
            kind: KIND.to_owned(),
            event: serde_json::to_string(written).unwrap_or_default(),
            received_at: self.now(),
        };
        self.db.journal(Brought { events: vec![event], ..Brought::default() }).await?;
        self.channels.written.notify_one();
        Ok(())
    }

    pub(super) async fn take_written(&self, inbox: &Arc<Inbox>, written: Written) -> Result<()> {
        let name = (inbox.id.clone(), written.key());
        let taken = self.take_words(inbox, written).await;
        match &taken {
            Ok(sent) => self.channels.listeners.tell(&name, Some(sent)),
            Err(error) if is_lasting(error) => self.channels.listeners.tell(&name, None),
            Err(_) => {}
        }
        taken.map(drop)
    }

    /// The bot does not think again about what was taken before a crash.
    async fn take_words(&self, inbox: &Arc<Inbox>, Written { contact_id, words }: Written) -> Result<Sent> {
        let scope = dedupe_scope(&inbox.id, &contact_id);
        match self.repeated(&inbox.tenant_id, &scope, &words.client_msg_id).await? {
            Some(first) => Ok(first),
            None => self.receive(words.inbound(inbox.clone(), contact_id)).await,
        }
    }
}
