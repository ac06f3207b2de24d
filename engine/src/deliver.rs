//! Carrying out the effects that call the outside: channel deliveries and webhooks. What an attempt came to is said in `Done`;
//! the outbox decides when to try again.

use crate::{Engine, EngineError, Result};
use qn_channel::{Delivered, Refused, Signer, judge};
use qn_domain::{DeliveryState, EffectKind, EffectRow, Message, MessageId, WebhookId};
use qn_egress::{EgressError, Request, Response};
use serde_json::json;
use std::time::Duration;

/// A receiver that takes longer is tried again later.
const WEBHOOK_MS_MAX: u64 = 15_000;
/// A whole delivery, files and all; shorter than the outbox's lease.
const DELIVERY_MS_MAX: u64 = 40_000;
/// Each of these decides up to three times.
const RECORD_ATTEMPTS: u32 = 10;
/// A reason of ours, not of the receiver.
pub(crate) const DISABLED: &str = "webhook_disabled";

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Done {
    Yes,
    Later {
        error: String,
        after_ms: i64,
    },
    Never {
        error: String,
    },
    /// It is not its turn yet; this was no try.
    Wait {
        ms: i64,
    },
    /// The receiver is paused; nothing is tried until a person says so.
    Held,
}

impl Done {
    /// What becomes of a letter that the house writes itself.
    pub(crate) fn of_letter(tried: Result<Done>) -> Done {
        match tried {
            Ok(done) => done,
            Err(EngineError::Mailbox(error)) if !error.is_transient() => Done::Never { error: error.code().to_owned() },
            Err(EngineError::Mailbox(error)) => Done::Later { error: error.code().to_owned(), after_ms: 0 },
            Err(error @ (EngineError::Field(_) | EngineError::Invalid { .. } | EngineError::Sealed)) => {
                Done::Never { error: error.code().to_owned() }
            }
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }
}

impl Engine {
    /// Every call that leaves says which chain of calls it belongs to.
    pub(crate) async fn call(&self, request: Request) -> std::result::Result<Response, EgressError> {
        self.egress.send(request.header("traceparent", crate::trace::next().to_string())).await
    }

    pub(crate) async fn deliver_message(&self, effect: &EffectRow) -> Done {
        match self.try_deliver(effect).await {
            Ok(done) => done,
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    async fn try_deliver(&self, effect: &EffectRow) -> Result<Done> {
        let message_id = MessageId::from(text(effect, "message_id"));
        let message = qn_store::message::get(&self.db, &effect.tenant_id, &message_id).await?;
        if message.state != DeliveryState::Queued || message.recalled_at.is_some() {
            return Ok(Done::Yes);
        }
        let sending = async {
            // Letters leave another way.
            match self.send_as_mail(effect, &message).await? {
                Some(done) => Ok(done),
                None => self.send_over_channel(effect, &message).await,
            }
        };
        let sending = Box::pin(sending);
        let done = tokio::time::timeout(Duration::from_millis(DELIVERY_MS_MAX), sending).await;
        let done = done.unwrap_or_else(|_| Ok(Done::Later { error: "timeout".into(), after_ms: 0 }))?;
        if done == Done::Yes {
            self.record_sent(effect, &message).await?;
        }
        Ok(done)
    }

    /// It has left: a busy conversation must not make it leave again, so the note of it is written until it fits in between.
    async fn record_sent(&self, effect: &EffectRow, message: &Message) -> Result<()> {
        for _ in 0..RECORD_ATTEMPTS {
            match self.delivery_report(&effect.tenant_id, &message.id, DeliveryState::Sent, None).await {
                Err(EngineError::Conflict) => {}
                recorded => return recorded,
            }
        }
        Err(EngineError::Conflict)
    }

    /// A Standard Webhooks call; the effect's key is the webhook-id, so that receivers can recognise repetitions.
    pub(crate) async fn send_webhook(&self, effect: &EffectRow) -> Done {
        let webhook_id = WebhookId::from(text(effect, "webhook_id"));
        let webhook = match qn_store::webhook::find(&self.db, &effect.tenant_id, &webhook_id).await {
            Ok(Some(webhook)) if webhook.paused.is_some() && !is_test(effect) => return Done::Held,
            Ok(Some(webhook)) if webhook.enabled => webhook,
            Ok(Some(_)) => return Done::Never { error: DISABLED.into() },
            // It was deleted: nobody is left to tell.
            Ok(None) => return Done::Yes,
            Err(error) => return Done::Later { error: error.to_string(), after_ms: 0 },
        };
        let body = json!({
            "type": effect.payload["type"],
            "timestamp": timestamp(effect.payload["timestamp"].as_i64().unwrap_or(effect.created_at)),
            "data": effect.payload["data"],
        })
        .to_string();
        let signer = match Signer::new(&webhook.secret) {
            Ok(signer) => signer,
            Err(error) => return Done::Never { error: error.to_string() },
        };
        let mut request = Request::post(&webhook.url, body.clone()).header("content-type", "application/json");
        for (name, value) in signer.headers(effect.id.as_str(), self.now(), body.as_bytes()) {
            request = request.header(name, value);
        }
        request.timeout_ms = WEBHOOK_MS_MAX;
        match judge(&self.call(request).await) {
            Ok(Delivered { .. }) => Done::Yes,
            Err(refused) => undone(refused),
        }
    }

    /// The last try failed: a message says so to its author, a webhook's address gets no more. `hopeless` when trying again would not help.
    pub(crate) async fn on_given_up(&self, effect: &EffectRow, error: &str, hopeless: bool) -> Result<()> {
        match effect.kind {
            EffectKind::ChannelDeliver => {}
            EffectKind::WebhookSend => return self.pause_webhook(effect, error, hopeless).await,
            EffectKind::ReportMail => return self.on_report_given_up(effect, error).await,
            EffectKind::FlowStart => return Box::pin(self.on_flow_start_given_up(effect, error)).await,
            EffectKind::ConversationWake
            | EffectKind::TransferExpire
            | EffectKind::OfferExpire
            | EffectKind::SlaDue
            | EffectKind::TicketDue
            | EffectKind::NoticeMail
            | EffectKind::CodeSend
            | EffectKind::HandoffSummary
            | EffectKind::FlowReply
            | EffectKind::FlowCancel
            | EffectKind::FlowCorrect
            | EffectKind::FlowWithdraw
            | EffectKind::FlowSilence
            | EffectKind::FlowEnded => return Ok(()),
        }
        let message_id = MessageId::from(text(effect, "message_id"));
        match self.delivery_report(&effect.tenant_id, &message_id, DeliveryState::Failed, Some(error.to_owned())).await {
            Ok(()) | Err(EngineError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn undone(refused: Refused) -> Done {
    match refused {
        Refused::Retry { after_ms, reason } => Done::Later { error: reason, after_ms },
        Refused::Token { reason } => Done::Later { error: reason, after_ms: 0 },
        Refused::Window { reason } | Refused::Failed { reason } => Done::Never { error: reason },
    }
}

fn is_test(effect: &EffectRow) -> bool {
    effect.payload["type"] == "webhook.test"
}

fn text(effect: &EffectRow, field: &str) -> String {
    effect.payload[field].as_str().unwrap_or_default().to_owned()
}

/// ISO 8601, as Standard Webhooks asks for.
fn timestamp(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}
