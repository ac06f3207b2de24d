//! The workers that act: they claim committed effects under a lease, carry them out, and record what came of it.
//! A worker may die anywhere; its lease runs out and the effect is carried out again with the same key.

use crate::deliver::Done;
use crate::lanes::{LANE_MAX, Lanes};
use crate::{Engine, Result};
use qn_base::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use qn_base::{Timestamp, Trace, backoff, ids};
use qn_domain::{Effect, EffectId, EffectKind, EffectRow, TenantId};
use qn_store::effect::{Claim, HELD_UNTIL};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Effects carried out at the same time; several times what one lane may have.
const WORKERS: usize = 32;
/// Longer than any single attempt may take (a channel's timeout is 30 s at most), and as short as that allows: this is how long
/// a delivery waits whose server died.
const LEASE_MS: i64 = 45 * SECOND_MS;
/// How long the outbox sleeps when nothing is due and nobody wakes it.
const IDLE_MS: i64 = 30 * SECOND_MS;
/// Finished effects and remembered events are kept this long.
const KEEP_MS: i64 = 30 * DAY_MS;
// WhatsApp repeats a call for up to seven days, longer than any other platform: what is forgotten sooner would come twice.
const _: () = assert!(KEEP_MS > 7 * DAY_MS);

/// How an effect is retried: first after `base_ms`, doubling up to `cap_ms`, at most `attempts` times.
struct Patience {
    base_ms: i64,
    cap_ms: i64,
    attempts: i64,
}

fn patience(kind: EffectKind) -> Patience {
    match kind {
        // About three days, as Standard Webhooks advises.
        EffectKind::WebhookSend => Patience { base_ms: 5 * SECOND_MS, cap_ms: 12 * HOUR_MS, attempts: 17 },
        EffectKind::ChannelDeliver => Patience { base_ms: 2 * SECOND_MS, cap_ms: 10 * MINUTE_MS, attempts: 12 },
        // Over a day: a mail server that is away comes back.
        EffectKind::ReportMail | EffectKind::NoticeMail => Patience { base_ms: 10 * SECOND_MS, cap_ms: 4 * HOUR_MS, attempts: 16 },
        // It is good for ten minutes, and a customer waits for it.
        EffectKind::CodeSend => Patience { base_ms: SECOND_MS, cap_ms: MINUTE_MS, attempts: 12 },
        EffectKind::ConversationWake
        | EffectKind::TransferExpire
        | EffectKind::OfferExpire
        | EffectKind::SlaDue
        | EffectKind::TicketDue
        | EffectKind::HandoffSummary => Patience { base_ms: SECOND_MS, cap_ms: MINUTE_MS, attempts: 50 },
        // A customer waits for the beginning; everything else must arrive, however long it takes.
        EffectKind::FlowStart => Patience { base_ms: 200, cap_ms: 5 * SECOND_MS, attempts: 10 },
        EffectKind::FlowReply
        | EffectKind::FlowCancel
        | EffectKind::FlowCorrect
        | EffectKind::FlowWithdraw
        | EffectKind::FlowSilence
        | EffectKind::FlowEnded => Patience { base_ms: 200, cap_ms: MINUTE_MS, attempts: 500 },
    }
}

impl Engine {
    /// Runs until cancelled, then finishes what is in flight.
    pub async fn run_outbox(self: Arc<Self>, stop: CancellationToken) {
        let worker = format!("wrk_{}", ids::secret(16));
        self.take_back().await;
        let (mut running, mut lane_of, mut lanes) = (JoinSet::new(), HashMap::new(), Lanes::default());
        let mut swept_at = 0;
        while !stop.is_cancelled() {
            let claimed = self.claim(&worker, WORKERS.saturating_sub(running.len()), &lanes).await;
            let idle = claimed.is_empty();
            for effect in claimed {
                lanes.enter(&effect.lane);
                let (engine, worker, lane) = (self.clone(), worker.clone(), effect.lane.clone());
                let task = running.spawn(async move { engine.carry_out(&worker, effect).await });
                lane_of.insert(task.id(), lane);
            }
            swept_at = self.forget_old(swept_at).await;
            let sleep = if idle { self.until_next(&lanes).await } else { Duration::ZERO };
            let full = running.len() >= WORKERS;
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wakes.outbox.notified(), if !full => {}
                Some(done) = running.join_next_with_id() => {
                    let (task, failed) = done.unwrap_or_else(|error| (error.id(), true));
                    if let Some(lane) = lane_of.remove(&task) {
                        lanes.leave(&lane, failed, self.now(), random());
                    }
                }
                () = tokio::time::sleep(sleep), if !full => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// A person asks for another try of a dead or finished effect; false when there is none.
    pub async fn retry_effect(&self, tenant_id: &TenantId, id: &EffectId) -> Result<bool> {
        let revived = qn_store::effect::revive(&self.db, tenant_id, id, self.now()).await?;
        self.wakes.outbox.notify_one();
        Ok(revived)
    }

    /// Owes the outside something that belongs to no conversation, such as a webhook's test event.
    pub async fn add_effect(&self, tenant_id: &TenantId, effect: Effect) -> Result<()> {
        let effect = Effect { trace: crate::trace::current(), ..effect };
        qn_store::effect::insert(&self.db, tenant_id, &effect, self.now()).await?;
        self.wakes.outbox.notify_one();
        Ok(())
    }

    /// A database has one server: whatever is leased when it starts was left by one that died, and customers wait for it.
    async fn take_back(&self) {
        if let Err(error) = qn_store::effect::release_all(&self.db).await {
            tracing::warn!(%error, "leases of an earlier start could not be taken back; they run out by themselves");
        }
    }

    /// At most as many as one lane has places, so that a lane gets at most twice its share.
    async fn claim(&self, worker: &str, free: usize, lanes: &Lanes) -> Vec<EffectRow> {
        if free == 0 {
            return vec![];
        }
        let now = self.now();
        let limit = i64::try_from(free.min(LANE_MAX)).unwrap_or(1);
        let wish = Claim { worker, now, lease_until: now + LEASE_MS, limit, busy: &lanes.busy(now) };
        match qn_store::effect::claim(&self.db, wish).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "effects could not be claimed");
                vec![]
            }
        }
    }

    async fn until_next(&self, lanes: &Lanes) -> Duration {
        let now = self.now();
        let due = qn_store::effect::next_due(&self.db, &lanes.busy(now)).await.ok().flatten();
        let next: Option<Timestamp> = due.into_iter().chain(lanes.next_end(now)).min();
        let wait = next.map_or(IDLE_MS, |at| (at - now).clamp(10, IDLE_MS));
        Duration::from_millis(wait.unsigned_abs())
    }

    /// True when the neighbour could not be reached or would not take it now.
    async fn carry_out(&self, worker: &str, effect: EffectRow) -> bool {
        let trace = effect.trace.as_deref().and_then(Trace::read).unwrap_or_else(Trace::fresh);
        let span = tracing::info_span!("effect", effect = %effect.id, kind = effect.kind.as_str(), trace_id = trace.id());
        crate::trace::within(trace, Box::pin(self.try_carry_out(worker, effect))).instrument(span).await
    }

    async fn try_carry_out(&self, worker: &str, effect: EffectRow) -> bool {
        let done = match effect.kind {
            EffectKind::ChannelDeliver => self.deliver_message(&effect).await,
            EffectKind::WebhookSend => self.send_webhook(&effect).await,
            EffectKind::ReportMail => Box::pin(self.on_report_mail(&effect)).await,
            EffectKind::NoticeMail => Box::pin(self.on_notice_mail(&effect)).await,
            EffectKind::CodeSend => Box::pin(self.on_code_send(&effect)).await,
            EffectKind::TicketDue => Box::pin(self.on_ticket_due(&effect)).await,
            EffectKind::SlaDue if effect.payload["ticket_id"].is_string() => Box::pin(self.on_ticket_mark(&effect)).await,
            EffectKind::ConversationWake => self.on_timer(&effect).await,
            EffectKind::TransferExpire | EffectKind::OfferExpire | EffectKind::SlaDue => self.on_timer(&effect).await,
            EffectKind::HandoffSummary => Box::pin(self.on_summary_due(&effect)).await,
            EffectKind::FlowStart => Box::pin(self.on_flow_start(&effect)).await,
            EffectKind::FlowReply
            | EffectKind::FlowCancel
            | EffectKind::FlowCorrect
            | EffectKind::FlowWithdraw
            | EffectKind::FlowSilence
            | EffectKind::FlowEnded => Box::pin(self.on_flow_effect(&effect)).await,
        };
        let failed = matches!(done, Done::Later { .. });
        if let Err(error) = self.record(worker, &effect, done).await {
            tracing::error!(%error, effect = %effect.id, "the outcome of an effect could not be recorded; its lease will run out");
        }
        failed
    }

    async fn record(&self, worker: &str, effect: &EffectRow, done: Done) -> Result<()> {
        let kind = effect.kind.as_str();
        match done {
            Done::Yes => {
                metrics::counter!("qn_effects_total", "kind" => kind, "outcome" => "done").increment(1);
                qn_store::effect::finish(&self.db, &effect.id, worker).await?;
            }
            Done::Later { error, after_ms } if effect.attempts < patience(effect.kind).attempts => {
                metrics::counter!("qn_effects_total", "kind" => kind, "outcome" => "retry").increment(1);
                let p = patience(effect.kind);
                let attempt = u32::try_from(effect.attempts - 1).unwrap_or(0);
                let delay = backoff::delay_ms(attempt, p.base_ms, p.cap_ms, random()).max(after_ms);
                qn_store::effect::retry_later(&self.db, &effect.id, worker, self.now() + delay, &error).await?;
            }
            Done::Wait { ms } => {
                qn_store::effect::postpone(&self.db, &effect.id, worker, self.now() + ms).await?;
            }
            Done::Held => {
                metrics::counter!("qn_effects_total", "kind" => kind, "outcome" => "held").increment(1);
                qn_store::effect::retry_later(&self.db, &effect.id, worker, HELD_UNTIL, "webhook_paused").await?;
            }
            Done::Later { ref error, .. } | Done::Never { ref error } => {
                metrics::counter!("qn_effects_total", "kind" => kind, "outcome" => "dead").increment(1);
                tracing::warn!(effect = %effect.id, kind, error, attempts = effect.attempts, "an effect was given up");
                self.on_given_up(effect, error, matches!(done, Done::Never { .. })).await?;
                qn_store::effect::bury(&self.db, &effect.id, worker, error).await?;
            }
        }
        Ok(())
    }

    async fn on_timer(&self, effect: &EffectRow) -> Done {
        let id = effect.payload["conversation_id"].as_str().unwrap_or_default().into();
        let done = match effect.kind {
            EffectKind::ConversationWake => {
                self.wake_conversation(&effect.tenant_id, &id, effect.payload["until"].as_i64().unwrap_or_default()).await
            }
            EffectKind::OfferExpire => {
                self.expire_offer(&effect.tenant_id, &id, effect.payload["until"].as_i64().unwrap_or_default()).await
            }
            EffectKind::SlaDue => self.tell_promises(&effect.tenant_id, &id).await,
            _ => self.expire_transfer(&effect.tenant_id, &id, effect.payload["at"].as_i64().unwrap_or_default()).await,
        };
        match done {
            Ok(_) => Done::Yes,
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    /// Once an hour, forgets what is finished and old.
    async fn forget_old(&self, swept_at: Timestamp) -> Timestamp {
        let now = self.now();
        if now - swept_at < HOUR_MS {
            return swept_at;
        }
        let effects = qn_store::effect::delete_done_before(&self.db, now - KEEP_MS).await;
        let events = qn_store::dedupe::delete_before(&self.db, now - KEEP_MS).await;
        let brought = qn_store::channel_event::delete_done_before(&self.db, now - KEEP_MS).await;
        let keys = qn_store::idempotency::delete_before(&self.db, now - KEEP_MS).await;
        if let Err(error) = effects.and(events).and(brought).and(keys) {
            tracing::warn!(%error, "old effects could not be cleared");
        }
        if let Err(error) = self.blobs.remove_partials(now - DAY_MS).await {
            tracing::warn!(%error, "unfinished uploads could not be cleared");
        }
        now
    }
}

fn random() -> u32 {
    let mut bytes = [0u8; 4];
    ids::fill_random(&mut bytes);
    u32::from_le_bytes(bytes)
}
