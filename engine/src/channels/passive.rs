//! Answers that leave in the answer to a platform's call. The call is kept first; then it waits a little for the first message to its
//! sender that is about to leave. What comes too late, or does not fit, leaves as any message. A repeated call gets the same answer again.

use crate::Engine;
use qn_base::ids;
use qn_channel::{Answer, Call, DeliveryContext, Event, What};
use qn_domain::{Conversation, Inbox, InboxId, Message};
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// The platform gives up after five seconds.
const WAIT: Duration = Duration::from_secs(4);
/// Platforms repeat a call for about a quarter of a minute; so many of the last are remembered.
const GIVEN_MAX: usize = 10_000;

type Asker = (InboxId, String);

/// A message that is about to leave.
struct Offer {
    message: Message,
    conversation: Conversation,
    /// True: it left with the answer.
    taken: oneshot::Sender<bool>,
}

pub(crate) struct Passives {
    /// Calls that wait, by who asked; the oldest first.
    waiting: Mutex<HashMap<Asker, Vec<oneshot::Sender<Offer>>>>,
    /// What calls were answered, by inbox and event.
    given: Cache<(InboxId, String), Answer>,
}

impl Default for Passives {
    fn default() -> Self {
        Self { waiting: Mutex::default(), given: Cache::new(GIVEN_MAX) }
    }
}

impl Passives {
    fn wait(&self, asker: Asker) -> oneshot::Receiver<Offer> {
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(asker).or_default().push(sender);
        receiver
    }

    /// The oldest call of the asker that still waits.
    fn next(&self, asker: &Asker) -> Option<oneshot::Sender<Offer>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = waiting.get_mut(asker)?;
        calls.retain(|call| !call.is_closed());
        let next = (!calls.is_empty()).then(|| calls.remove(0));
        if calls.is_empty() {
            waiting.remove(asker);
        }
        next
    }

    /// Nobody will answer now: the calls of the asker go home.
    pub fn release(&self, inbox_id: &InboxId, contact: &str) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(inbox_id.clone(), contact.to_owned()));
    }

    /// Forgets calls that were given up.
    fn sweep(&self, asker: &Asker) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(calls) = waiting.get_mut(asker) {
            calls.retain(|call| !call.is_closed());
            if calls.is_empty() {
                waiting.remove(asker);
            }
        }
    }
}

/// A call that waits for its answer.
pub(super) struct Waiting {
    asker: Asker,
    key: String,
    offered: oneshot::Receiver<Offer>,
    until: Instant,
}

impl Engine {
    /// The answer that the same call had before.
    pub(super) fn given(&self, inbox: &Inbox, events: &[Event]) -> Option<Answer> {
        events.iter().find_map(|event| self.channels.passives.given.get(&(inbox.id.clone(), event.key.clone())))
    }

    /// Before the events are kept, so that no answer is missed. None: nothing was asked, or this inbox answers otherwise.
    pub(super) fn wait_in_call(&self, opened: &Inbox, events: &[Event]) -> Option<Waiting> {
        if !qn_channel::find(opened.channel).answers_in_call(opened) {
            return None;
        }
        let asked = events.iter().find(|event| matches!(event.what, What::Message(_)))?;
        let asker = (opened.id.clone(), asked.contact()?.to_owned());
        let offered = self.channels.passives.wait(asker.clone());
        Some(Waiting { asker, key: asked.key.clone(), offered, until: Instant::now() + WAIT })
    }

    /// The first message that leaves for the asker, as the answer to the call; none when there is none in time or it does not fit.
    pub(super) async fn answer_in_call(&self, opened: &Inbox, call: &Call<'_>, mut waiting: Waiting) -> Option<Answer> {
        let offer = timeout_at(waiting.until, &mut waiting.offered).await.ok().and_then(Result::ok);
        drop(waiting.offered);
        self.channels.passives.sweep(&waiting.asker);
        let Offer { message, conversation, taken } = offer?;
        let mut random = [0u8; 16];
        ids::fill_random(&mut random);
        let context = DeliveryContext {
            conversation_key: crate::ingest::conversation_key(&conversation.thread_key),
            ..DeliveryContext::plain(&conversation, &waiting.asker.1, &self.public_url, self.now())
        };
        let answer = qn_channel::find(opened.channel).answer(opened, call, &message, &context, random);
        if let Some(answer) = &answer {
            self.channels.passives.given.insert((opened.id.clone(), waiting.key), answer.clone());
        }
        // Whoever offered it may have gone; then it leaves twice at worst, and never not at all.
        let _ = taken.send(answer.is_some());
        answer
    }

    /// Offers a message to a call that waits. True: it left.
    pub(super) async fn leaves_in_call(&self, inbox: &Inbox, contact: &str, message: &Message, conversation: &Conversation) -> bool {
        let asker = (inbox.id.clone(), contact.to_owned());
        let Some(call) = self.channels.passives.next(&asker) else { return false };
        let (taken, answer) = oneshot::channel();
        let offer = Offer { message: message.clone(), conversation: conversation.clone(), taken };
        call.send(offer).is_ok() && answer.await.unwrap_or(false)
    }
}
