//! What people do with runs, and what looks after them: hold and let go, the alarm for runs that are stuck, the forgetting of old
//! ones.

use crate::error::{Error, Result};
use crate::recover;
use crate::runner::{Inner, Runner};
use crate::task::Letter;
use qn_base::Timestamp;
use qn_base::clock::{DAY_MS, MINUTE_MS};
use qn_domain::TenantId;
use qn_store::flow_run::{self, RunStanding};
use qn_workflow::Entry;
use qn_workflow::run::Refusal;
use std::sync::{PoisonError, Weak};
use std::time::Duration;

/// A run that owes the outside something and wrote nothing for so long is stuck.
pub const STUCK_MS: i64 = 10 * MINUTE_MS;
const STUCK_MAX: i64 = 500;
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Old runs forgotten in one go, so that nobody waits for the writer.
const FORGET_MAX: i64 = 200;

/// A run that should move and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub tenant_id: TenantId,
    pub run_id: String,
    pub silent_since: Timestamp,
}

impl Runner {
    /// Nothing new is asked of the outside until `resume`; what is under way is heard. False when it was held already; refused when it has ended.
    pub async fn pause(&self, tenant_id: &TenantId, run_id: &str) -> Result<bool> {
        self.hold(tenant_id, run_id, true).await
    }

    pub async fn resume(&self, tenant_id: &TenantId, run_id: &str) -> Result<bool> {
        self.hold(tenant_id, run_id, false).await
    }

    async fn hold(&self, tenant_id: &TenantId, run_id: &str, held: bool) -> Result<bool> {
        let Some(run) = flow_run::find(&self.0.db, tenant_id, run_id).await? else { return Err(Error::NoRun(run_id.to_owned())) };
        if !matches!(run.standing, RunStanding::Active | RunStanding::Parked) {
            return Err(Error::Refused(Refusal::NotRunning));
        }
        let now = self.0.clock.now();
        let changed = flow_run::set_paused(&self.0.db, tenant_id, run_id, held.then_some(now)).await?;
        self.follow_hold(tenant_id, run_id, held).await;
        Ok(changed)
    }

    /// Another session held the run, or let it go on.
    pub async fn look_at_hold(&self, tenant_id: &TenantId, run_id: &str) -> Result<()> {
        let run = flow_run::find(&self.0.db, tenant_id, run_id).await?;
        if let Some(run) = run.filter(|run| matches!(run.standing, RunStanding::Active | RunStanding::Parked)) {
            self.follow_hold(tenant_id, run_id, run.paused_at.is_some()).await;
        }
        Ok(())
    }

    async fn follow_hold(&self, tenant_id: &TenantId, run_id: &str, held: bool) {
        let moving = self.0.moving.lock().unwrap_or_else(PoisonError::into_inner).get(run_id).cloned();
        // A task that is just resting hears nothing any more; whoever moves the run next reads the row.
        let heard = moving.is_some_and(|task| task.send(Letter::Hold(held)).is_ok());
        if !heard && !held {
            recover::wake(&self.0, tenant_id.clone(), run_id.to_owned()).await;
        }
    }

    /// Whether the run ever asked people at this step.
    pub async fn has_asked(&self, tenant_id: &TenantId, run_id: &str, step: &str) -> Result<bool> {
        let entries = recover::entries(&self.0, tenant_id, run_id).await?;
        let asked =
            |entry: &Entry| matches!(entry, Entry::Opened { step: at, request, .. } if at == step && crate::people::is_for_people(request));
        Ok(entries.iter().any(asked))
    }

    /// Runs that should move and did not for `STUCK_MS`, longest silent first.
    pub async fn stuck(&self) -> Result<Vec<Stuck>> {
        self.0.stuck().await
    }

    /// Forgets runs that ended more than `days` ago, with their journals; gives how many. A few at a time: call it again while it
    /// gives more than none.
    pub async fn forget_ended(&self, days: i64) -> Result<u64> {
        let before = self.0.clock.now() - days.max(1) * DAY_MS;
        // Ids begin with the time: what began later cannot have ended before.
        let upto = format!("run_{}", qn_base::ids::floor(before));
        Ok(flow_run::delete_ended(&self.0.db, before, &upto, FORGET_MAX).await?)
    }
}

impl Inner {
    async fn stuck(&self) -> Result<Vec<Stuck>> {
        let rows = flow_run::list_stuck(&self.db, self.clock.now() - STUCK_MS, STUCK_MAX).await?;
        let stuck = rows.into_iter().map(|(tenant, run_id, at)| Stuck { tenant_id: tenant.into(), run_id, silent_since: at });
        Ok(stuck.collect())
    }
}

/// Sets the gauges and warns of runs that are stuck, until the runner is gone.
pub(crate) async fn watch(inner: Weak<Inner>) {
    let mut known = 0;
    loop {
        let Some(inner) = inner.upgrade() else { return };
        match inner.stuck().await {
            Ok(stuck) => {
                if stuck.len() > known {
                    tracing::warn!(count = stuck.len(), first = stuck[0].run_id, "runs of flows are stuck");
                }
                known = stuck.len();
                metrics::gauge!("qn_flow_runs_stuck").set(known as f64);
            }
            Err(error) => tracing::debug!(%error, "stuck runs cannot be listed"),
        }
        metrics::gauge!("qn_flow_runs_unfinished").set(inner.places.unfinished() as f64);
        let moving = inner.moving.lock().unwrap_or_else(PoisonError::into_inner).len();
        metrics::gauge!("qn_flow_runs_moving").set(moving as f64);
        let stop = inner.stop.clone();
        drop(inner);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
