//! Flows that begin by the clock. The next time of each is a row; the run of a time has the time in its trigger key, so it begins once,
//! however often the row is read. Times that passed while the server was down begin one run, not one each.

use super::LiveFlow;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_base::clock::{HOUR_MS, MINUTE_MS};
use qn_domain::TenantId;
use qn_store::flow_schedule::{self, FlowSchedule};
use qn_workflow::trigger::Trigger;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long it sleeps when nothing is due: flows may be changed from outside this process.
const NAP_MS: i64 = MINUTE_MS;
const PAUSE: Duration = Duration::from_millis(20);

impl Engine {
    /// Looks after flows until cancelled: begins those of the clock, tells consoles what changed and administrators what does not move,
    /// forgets runs that ended more than `keep_days` ago (0: never). At first, signals that nobody heard of yet are passed on.
    pub async fn run_flows(self: Arc<Self>, keep_days: i64, stop: CancellationToken) {
        let kept = async {
            if let Err(error) = self.hear_all_kept().await {
                tracing::warn!(%error, "kept signals could not be passed on");
            }
        };
        let hours = self.clone().keep_hours(stop.clone());
        let news = self.clone().tell_news(stop.clone());
        let stuck = self.clone().watch_stuck(stop.clone());
        let old = self.clone().forget_old_runs(keep_days, stop);
        tokio::join!(kept, hours, news, stuck, old);
    }

    async fn keep_hours(self: Arc<Self>, stop: CancellationToken) {
        loop {
            // What goes live now begins its runs by its own hours.
            let due = async {
                let planned = self.publish_due().await?;
                let begun = self.begin_due().await?;
                let widened = self.tell_widened().await?;
                Result::Ok(planned.into_iter().chain(begun).chain(widened).min())
            };
            let wait_ms = match due.await {
                Ok(next) => next.map_or(NAP_MS, |at| (at - self.now()).clamp(10, NAP_MS)),
                Err(error) => {
                    tracing::error!(%error, "the hours of flows could not be looked at");
                    NAP_MS / 6
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.flows.hours.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())) => {}
            }
        }
    }

    /// Begins what is due and gives the next time.
    pub async fn begin_due(&self) -> Result<Option<Timestamp>> {
        let mut known: HashMap<(String, String), FlowSchedule> = HashMap::new();
        for row in flow_schedule::list(&self.db).await? {
            known.insert((row.tenant_id.clone(), row.flow_id.clone()), row);
        }
        let mut next = None;
        for tenant in qn_store::tenant::list(&self.db).await? {
            let book = self.read_book(&tenant.id).await?;
            for flow in book.flows.iter().filter(|flow| flow.begins.trigger == Trigger::Schedule) {
                let row = known.remove(&(tenant.id.0.clone(), flow.id.clone()));
                let at = self.keep_hour(&tenant.id, flow, row).await?;
                next = next.into_iter().chain(at).min();
            }
        }
        for row in known.into_values() {
            flow_schedule::delete(&self.db, &row.tenant_id.into(), &row.flow_id).await?;
        }
        Ok(next)
    }

    /// One flow: begins its run when its time has come. Gives its next time.
    async fn keep_hour(&self, tenant_id: &TenantId, flow: &LiveFlow, row: Option<FlowSchedule>) -> Result<Option<Timestamp>> {
        let now = self.now();
        let rule = format!("{}|{}", flow.begins.cron.as_deref().unwrap_or_default(), flow.begins.time_zone.as_deref().unwrap_or_default());
        let row = row.filter(|row| row.rule == rule);
        if let Some(row) = &row {
            if row.next_at > now {
                return Ok(Some(row.next_at));
            }
            let key = format!("cron:{}:{}", flow.id, row.next_at);
            match self.start_flow(tenant_id, &flow.id, Some(&key), Map::new(), Value::Null).await {
                Ok(_) => {}
                Err(error @ crate::EngineError::Store(_)) => return Err(error),
                // The next time may do better; this one is not worth waiting for.
                Err(error) => tracing::warn!(%error, flow = flow.id, "a flow could not begin at its time"),
            }
        }
        let Some(next_at) = flow.begins.next_at(now) else { return Ok(None) };
        let row = FlowSchedule { tenant_id: tenant_id.0.clone(), flow_id: flow.id.clone(), rule, next_at };
        flow_schedule::set(&self.db, &row).await?;
        Ok(Some(next_at))
    }

    async fn forget_old_runs(self: Arc<Self>, keep_days: i64, stop: CancellationToken) {
        if keep_days == 0 {
            return;
        }
        loop {
            let forgotten = match self.runner() {
                Ok(runner) => runner.forget_ended(keep_days).await,
                Err(_) => Ok(0),
            };
            let pause = match forgotten {
                Ok(0) => Duration::from_millis(HOUR_MS.unsigned_abs()),
                Ok(count) => {
                    metrics::counter!("qn_flow_runs_forgotten_total").increment(count);
                    PAUSE
                }
                Err(error) => {
                    tracing::warn!(%error, "old runs could not be forgotten");
                    Duration::from_millis(HOUR_MS.unsigned_abs())
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
