//! Carrying out a delivery over a channel: token, files, then one step after the other, each noted once the platform took it, so that a
//! later try goes on where this one ended. What an answer means is the adapter's word; when to try again is the outbox's.

use super::Side;
use super::handles::Handle;
use super::session::WRONG_STATE;
use crate::deliver::{Done, undone};
use crate::{Engine, EngineError, Result};
use qn_channel::{Carried, DeliveryContext, Meter, Outbound, Refused, RenderError, SessionState, Step, Uploaded, Way};
use qn_domain::{ChannelKind, Conversation, DeliveryState, EffectRow, Inbox, Message, MessageKind};
use qn_store::Brought;
use qn_store::channel_sent::{self, SentStep};
use std::sync::Arc;
use std::time::Duration;

/// Waiting for a place in a bucket costs a worker; longer waits go back to the outbox.
const PACE_MS_MAX: i64 = 3_000;
/// A delivery of many steps goes on in another try, before its lease ends.
const STEPS_MS_MAX: i64 = 15_000;
/// A message waits this long for the ones before it.
const ORDER_MS_MAX: i64 = 60_000;
const ORDER_AGAIN_MS_MIN: i64 = 150;
const ORDER_AGAIN_MS_MAX: i64 = 2_000;
/// The ones before it are looked for among so many.
const ORDER_AMONG: i64 = 12;

/// Everything a delivery needs, read once.
struct Delivery<'a> {
    effect: &'a EffectRow,
    message: &'a Message,
    /// With its credentials in the clear.
    inbox: Arc<Inbox>,
    conversation: Conversation,
    contact: String,
    handle: Option<Handle>,
    window: Meter,
    /// Steps that left in an earlier try.
    left: Vec<i64>,
}

impl Engine {
    /// `message` is queued. The note that it was sent is the caller's.
    pub(crate) async fn send_over_channel(&self, effect: &EffectRow, message: &Message) -> Result<Done> {
        let inbox_id = effect.payload["inbox_id"].as_str().unwrap_or_default().into();
        let inbox = self.inbox(&effect.tenant_id, &inbox_id).await?;
        let conversation = qn_store::conversation::get(&self.db, &effect.tenant_id, &message.conversation_id).await?;
        if inbox.channel != ChannelKind::Api && self.must_wait(message).await? {
            return Ok(Done::Wait { ms: ((self.now() - message.created_at) / 10).clamp(ORDER_AGAIN_MS_MIN, ORDER_AGAIN_MS_MAX) });
        }
        let contact = self.external_id(&inbox, &conversation).await?.unwrap_or_default();
        let delivery = Delivery {
            effect,
            message,
            inbox: self.opened(&inbox)?,
            handle: self.handle_for(&inbox, &contact).await?,
            window: self.meter(&inbox, &contact).await?,
            left: channel_sent::list_steps(&self.db, &effect.tenant_id, &message.id).await?,
            conversation,
            contact,
        };
        if delivery.left.is_empty() && self.leaves_in_call(&inbox, &delivery.contact, message, &delivery.conversation).await {
            self.note_left_in_call(&delivery).await?;
            return Ok(Done::Yes);
        }
        let key = crate::ingest::conversation_key(&delivery.conversation.thread_key);
        let sent = match qn_channel::find(inbox.channel).way(&inbox, &delivery.contact, key) {
            Way::InCall => Ok(undone(Refused::Window { reason: "only_in_call".into() })),
            Way::Open | Way::ByHandle => Box::pin(self.send_steps(&delivery)).await,
        };
        if let Ok(Done::Later { error, .. } | Done::Never { error }) = &sent {
            self.channels.health.failed(&inbox, Side::Out, error, self.now());
        }
        sent
    }

    /// It is sent once, and costs nothing of the reply quota: the step names no contact.
    async fn note_left_in_call(&self, delivery: &Delivery<'_>) -> Result<()> {
        let sent = SentStep {
            tenant_id: delivery.effect.tenant_id.clone(),
            inbox_id: delivery.inbox.id.clone(),
            message_id: delivery.message.id.clone(),
            step: 0,
            contact: String::new(),
            external_id: None,
            at: self.now(),
        };
        self.db.journal(Brought { sent: vec![sent], ..Brought::default() }).await?;
        self.channels.health.sent(&delivery.inbox, self.now());
        Ok(())
    }

    /// An earlier message to the customer has not left yet; two must not overtake each other.
    async fn must_wait(&self, message: &Message) -> Result<bool> {
        if self.now() - message.created_at > ORDER_MS_MAX {
            return Ok(false);
        }
        let (tenant, conversation) = (&message.tenant_id, &message.conversation_id);
        let before = qn_store::message::list_before(&self.db, tenant, conversation, Some(message.seq), ORDER_AMONG).await?;
        Ok(before.iter().any(|m| m.kind == MessageKind::Outgoing && m.state == DeliveryState::Queued && m.recalled_at.is_none()))
    }

    async fn send_steps(&self, delivery: &Delivery<'_>) -> Result<Done> {
        let mut token = match self.channel_token(&delivery.inbox).await {
            Ok(token) => token,
            Err(refused) => return Ok(undone(refused)),
        };
        for again in [true, false] {
            match self.try_steps(delivery, &token).await? {
                Err(Refused::Token { .. }) if again => match self.token_instead_of(&delivery.inbox, &token).await {
                    Ok(fresh) => token = fresh,
                    Err(refused) => return Ok(undone(refused)),
                },
                Err(refused) => return Ok(undone(refused)),
                Ok(done) => return Ok(done),
            }
        }
        Ok(Done::Later { error: "token_refused".into(), after_ms: 0 })
    }

    async fn try_steps(&self, delivery: &Delivery<'_>, token: &str) -> Result<std::result::Result<Done, Refused>> {
        let uploads = match Box::pin(self.upload_files(&delivery.inbox, delivery.message, token)).await {
            Ok(uploads) => uploads,
            Err(refused) => return Ok(Err(refused)),
        };
        let files = match Box::pin(self.carried_files(&delivery.inbox, delivery.message)).await {
            Ok(files) => files,
            Err(refused) => return Ok(Err(refused)),
        };
        let steps = match self.render_steps(delivery, token, &uploads, &files) {
            Ok(Outbound::Nothing) => return Ok(Ok(Done::Yes)),
            Ok(Outbound::Steps(steps)) => steps,
            // A platform's account that is not set up may be set up in a minute.
            Err(error @ (RenderError::BadSettings(_) | RenderError::BadSecret(_))) => return Err(EngineError::Render(error)),
            Err(error) => return Ok(Err(unrendered(&error))),
        };
        // The rest of a message that was begun goes out: a window that closes in between is the platform's to judge. What is written for a
        // closed window is a template.
        let is_shut = !delivery.window.is_open() && qn_channel::find(delivery.inbox.channel).templates(&delivery.inbox).is_empty();
        if is_shut && delivery.left.is_empty() && delivery.handle.is_none() {
            return Ok(Err(Refused::Window { reason: "reply_window_closed".into() }));
        }
        let began = self.now();
        for (n, step) in (0i64..).zip(steps) {
            if self.has_left(delivery, n).await? {
                continue;
            }
            if self.now() - began > STEPS_MS_MAX {
                return Ok(Ok(Done::Wait { ms: 0 }));
            }
            let wait_ms = self.pace_ms(delivery);
            if wait_ms > PACE_MS_MAX {
                return Ok(Ok(Done::Wait { ms: wait_ms }));
            }
            tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())).await;
            let mut done = self.send_step(delivery, n, step.clone()).await?;
            if done.as_ref().is_err_and(|refused| refused.reason() == WRONG_STATE) {
                done = match self.mend_session(&delivery.inbox, &delivery.contact, token).await? {
                    Ok(()) => self.send_step(delivery, n, step).await?,
                    Err(refused) => Err(refused),
                };
            }
            if let Err(refused) = done {
                return Ok(Err(self.without_handle(delivery, refused).await?));
            }
        }
        if let Some(handle) = delivery.handle.as_ref().filter(|handle| handle.once) {
            self.forget_handle(&delivery.inbox, &delivery.contact, handle).await?;
        }
        Ok(Ok(Done::Yes))
    }

    /// A reply handle may have been used up or have ended early: the next try goes without it.
    async fn without_handle(&self, delivery: &Delivery<'_>, refused: Refused) -> Result<Refused> {
        let Some(handle) = &delivery.handle else { return Ok(refused) };
        let (forget, refused) = match refused {
            Refused::Failed { .. } | Refused::Window { .. } => {
                (true, Refused::Retry { after_ms: 0, reason: "reply_handle_refused".into() })
            }
            Refused::Retry { .. } => (handle.once, refused),
            Refused::Token { .. } => (false, refused),
        };
        if forget {
            self.forget_handle(&delivery.inbox, &delivery.contact, handle).await?;
        }
        Ok(refused)
    }

    /// A second round within one try has noted steps of the first.
    async fn has_left(&self, delivery: &Delivery<'_>, step: i64) -> Result<bool> {
        if delivery.left.contains(&step) {
            return Ok(true);
        }
        Ok(channel_sent::list_steps(&self.db, &delivery.effect.tenant_id, &delivery.message.id).await?.contains(&step))
    }

    fn pace_ms(&self, delivery: &Delivery<'_>) -> i64 {
        let Some(rate) = qn_channel::find(delivery.inbox.channel).rate(&delivery.inbox) else { return 0 };
        self.channels.paces.take(delivery.inbox.id.as_str(), &delivery.contact, &rate, self.now()).max(0)
    }

    fn render_steps(
        &self,
        delivery: &Delivery<'_>,
        token: &str,
        uploads: &[Uploaded],
        files: &[Carried],
    ) -> std::result::Result<Outbound, RenderError> {
        let context = DeliveryContext {
            conversation: &delivery.conversation,
            contact_external_id: &delivery.contact,
            conversation_key: crate::ingest::conversation_key(&delivery.conversation.thread_key),
            base_url: &self.public_url,
            now: self.now(),
            token,
            uploads,
            files,
            reply_handle: delivery.handle.as_ref().map(|handle| handle.value.as_str()),
            window: delivery.window,
        };
        qn_channel::find(delivery.inbox.channel).render(&delivery.inbox, delivery.message, &context)
    }

    async fn send_step(&self, delivery: &Delivery<'_>, n: i64, mut step: Step) -> Result<std::result::Result<(), Refused>> {
        let key = &delivery.effect.key;
        step.request.idempotency_key = Some(if n == 0 { key.clone() } else { format!("{key}.{n}") });
        // As it left: a window that opens while the answer is on its way is not charged.
        let now = self.now();
        let adapter = qn_channel::find(delivery.inbox.channel);
        let is_wire = adapter.wire(&delivery.inbox).is_some();
        let judged = match is_wire {
            true => self.ask_wire(&delivery.inbox, step.request.body.clone()).await,
            false => adapter.outcome(&step, &self.call(step.request.clone()).await),
        };
        let delivered = match judged {
            Ok(delivered) => delivered,
            Err(refused) => return Ok(Err(refused)),
        };
        let sent = SentStep {
            tenant_id: delivery.effect.tenant_id.clone(),
            inbox_id: delivery.inbox.id.clone(),
            message_id: delivery.message.id.clone(),
            step: n,
            contact: delivery.contact.clone(),
            external_id: delivered.external_id,
            at: now,
        };
        self.db.journal(Brought { sent: vec![sent], ..Brought::default() }).await?;
        self.channels.health.sent(&delivery.inbox, now);
        self.channels.sessions.set(&delivery.inbox.id, &delivery.contact, SessionState::Ours);
        Ok(Ok(()))
    }
}

/// In words that a message's author reads.
pub(super) fn unrendered(error: &RenderError) -> Refused {
    match error {
        RenderError::WindowClosed => Refused::Window { reason: "reply_window_closed".into() },
        RenderError::NoAddress => Refused::Failed { reason: "unknown_recipient".into() },
        RenderError::NotSupported => Refused::Failed { reason: "not_supported".into() },
        RenderError::NotOutgoing => Refused::Failed { reason: "not_outgoing".into() },
        RenderError::BadSettings(_) | RenderError::BadSecret(_) => Refused::Failed { reason: "bad_settings".into() },
    }
}
