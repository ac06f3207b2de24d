//! A platform's call: proved, read, kept, answered, in this order. Nothing here waits for the bot; what a call costs is one durable
//! write that it shares with its neighbours. Only a platform that takes our words in the answer waits, after that, for a moment.

use crate::{Engine, EngineError, Result};
use qn_base::Timestamp;
use qn_channel::{Answer, Call, Event, ParseError, VerifyError, What};
use qn_domain::{ChannelKind, Inbox};
use qn_store::Brought;
use qn_store::channel_cursor::CursorMove;
use qn_store::channel_event::ChannelEvent;
use qn_store::channel_opening::WindowOpening;
use std::sync::Arc;
use tokio::time::Instant;

use super::Side;

/// Why a call was not taken. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    #[error(transparent)]
    Unproved(#[from] VerifyError),
    #[error(transparent)]
    Unread(#[from] ParseError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl NotAccepted {
    /// A stable word: what health cards show, and what the platform hears.
    pub fn word(&self) -> &'static str {
        match self {
            NotAccepted::Unproved(VerifyError::OutsideWindow { .. }) => "clock_skew",
            NotAccepted::Unproved(VerifyError::NoSecret(_) | VerifyError::BadSecret(_)) => "no_secret",
            NotAccepted::Unproved(VerifyError::WrongReceiver) => "wrong_receiver",
            NotAccepted::Unproved(VerifyError::NotDecryptable) => "not_decryptable",
            NotAccepted::Unproved(_) => "bad_signature",
            NotAccepted::Unread(_) => "unreadable_call",
            NotAccepted::Engine(_) => "storage_failed",
        }
    }
}

impl Engine {
    /// The inbox of this channel behind the public key in an address.
    pub async fn inbox_by_key(&self, channel: ChannelKind, key: &str) -> Result<Arc<Inbox>> {
        let missing = || EngineError::not_found("inbox", key);
        let (tenant_id, id) = match self.channels.names.get(key) {
            Some(known) => known,
            None => {
                let found = qn_store::inbox::find_by_key(&self.db, key).await?.ok_or_else(missing)?;
                self.channels.names.insert(key.to_owned(), (found.tenant_id.clone(), found.id.clone()));
                (found.tenant_id, found.id)
            }
        };
        let inbox = self.inbox(&tenant_id, &id).await?;
        if inbox.channel == channel { Ok(inbox) } else { Err(missing()) }
    }

    /// Takes a call; the answer is the platform's due once this returns.
    pub async fn accept(&self, inbox: &Arc<Inbox>, call: &Call<'_>) -> std::result::Result<Answer, NotAccepted> {
        let began = Instant::now();
        let opened = self.opened(inbox)?;
        let adapter = qn_channel::find(inbox.channel);
        let read = match adapter.verify(&opened, call, self.now()) {
            Ok(()) => adapter.parse(&opened, call).map_err(NotAccepted::from),
            Err(error) => Err(error.into()),
        };
        let received = read.inspect_err(|error| self.channels.health.refused(inbox, (Side::In, error.word()), self.now()))?;
        metrics::counter!("qn_channel_calls_total", "channel" => inbox.channel.as_str()).increment(1);
        if let Some(answer) = self.given(inbox, &received.events) {
            return Ok(answer);
        }
        let waiting = self.wait_in_call(&opened, &received.events);
        self.keep(inbox, &received.events, None).await?;
        self.channels.calls.answered(began, Instant::now());
        match waiting {
            Some(waiting) => Ok(self.answer_in_call(&opened, call, waiting).await.unwrap_or(received.answer)),
            None => Ok(received.answer),
        }
    }

    /// Keeps what a proved call brought, for a caller who does not wait until the bot has thought.
    pub async fn keep_for_later(&self, inbox: &Inbox, events: &[Event]) -> Result<()> {
        let began = Instant::now();
        self.keep(inbox, events, None).await?;
        self.channels.calls.answered(began, Instant::now());
        Ok(())
    }

    /// Makes events durable, with the move of the cursor that passed them, and wakes who takes them.
    pub(crate) async fn keep(&self, inbox: &Inbox, events: &[Event], cursor: Option<CursorMove>) -> Result<()> {
        if events.is_empty() && cursor.is_none() {
            return Ok(());
        }
        let now = self.now();
        let kept = events.iter().map(|event| ChannelEvent {
            tenant_id: inbox.tenant_id.clone(),
            inbox_id: inbox.id.clone(),
            lane: lane(event),
            key: event.key.clone(),
            kind: kind(event).to_owned(),
            event: serde_json::to_string(event).unwrap_or_default(),
            received_at: now,
        });
        let openings = events.iter().filter_map(|event| opening(inbox, event, now)).collect();
        self.db.journal(Brought { events: kept.collect(), cursor, openings, sent: vec![] }).await?;
        if !events.is_empty() {
            self.channels.health.received(inbox, events.len(), now);
            self.channels.fed.notify_one();
        }
        Ok(())
    }
}

/// The reply window that an event opens.
fn opening(inbox: &Inbox, event: &Event, now: Timestamp) -> Option<WindowOpening> {
    let (contact, by, at) = match &event.what {
        What::Message(inbound) => (&inbound.contact.external_id, inbound.opens?, inbound.sent_at.unwrap_or(now)),
        What::Opened(opened) => (&opened.contact, opened.by, opened.at),
        _ => return None,
    };
    // Platforms that stamp whole seconds would count what was sent in the second before. A clock that is ahead must not promise a
    // window that we would overstay.
    let at = if at % 1_000 == 0 { at + 999 } else { at }.min(now);
    let (tenant_id, inbox_id) = (inbox.tenant_id.clone(), inbox.id.clone());
    Some(WindowOpening { tenant_id, inbox_id, contact: contact.clone(), opened_by: by.as_str().to_owned(), at })
}

/// Events of one lane are taken in order: a contact's, the reports on one message, the pulls of one stream.
fn lane(event: &Event) -> String {
    match &event.what {
        What::Pull(pull) => format!("pull:{}", pull.stream),
        What::Report(report) => match &report.of {
            qn_channel::Reported::Ours(id) => format!("report:{id}"),
            qn_channel::Reported::External(id) => format!("report:{id}"),
        },
        _ => format!("contact:{}", event.contact().unwrap_or_default()),
    }
}

fn kind(event: &Event) -> &'static str {
    match event.what {
        What::Message(_) => "message",
        What::Report(_) => "report",
        What::Recall(_) => "recall",
        What::Opened(_) => "opened",
        What::Pull(_) => "pull",
        What::Session(_) => "session",
    }
}
