//! Work of the workshop that takes longer than a request: started, watched, cancelled, and kept when it has ended. One of a kind and
//! tenant at a time. A run that a stopping server cuts off leaves nothing behind.

use crate::{Engine, EngineError, Result};
use qn_domain::{RunId, RunKind, RunReport, RunState, TenantId, Timestamp, UserId, WorkshopRun};
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
pub(crate) struct Runs(Mutex<HashMap<(TenantId, RunKind), Running>>);

struct Running {
    id: RunId,
    started_by: UserId,
    started_at: Timestamp,
    watch: Arc<Watch>,
}

/// What the work and those who watch it share.
#[derive(Default)]
pub(crate) struct Watch {
    done: AtomicI64,
    of: AtomicI64,
    cancelled: AtomicBool,
}

impl Watch {
    /// Says how far the work is. False when it should stop.
    pub fn step(&self, done: usize, of: usize) -> bool {
        self.done.store(i64::try_from(done).unwrap_or(i64::MAX), Ordering::Relaxed);
        self.of.store(i64::try_from(of).unwrap_or(i64::MAX), Ordering::Relaxed);
        !self.cancelled.load(Ordering::Relaxed)
    }
}

impl Running {
    fn view(&self, tenant_id: &TenantId, kind: RunKind) -> WorkshopRun {
        WorkshopRun {
            id: self.id.clone(),
            tenant_id: tenant_id.clone(),
            kind,
            state: RunState::Running,
            done: self.watch.done.load(Ordering::Relaxed),
            of: self.watch.of.load(Ordering::Relaxed),
            report: None,
            started_by: self.started_by.clone(),
            started_at: self.started_at,
            ended_at: None,
        }
    }
}

impl Runs {
    fn enter(&self, tenant_id: &TenantId, kind: RunKind, running: Running) -> Result<()> {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.contains_key(&(tenant_id.clone(), kind)) {
            return Err(EngineError::AlreadyRunning);
        }
        runs.insert((tenant_id.clone(), kind), running);
        Ok(())
    }

    fn leave(&self, tenant_id: &TenantId, kind: RunKind) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(tenant_id.clone(), kind));
    }

    fn find(&self, tenant_id: &TenantId, wanted: impl Fn(RunKind, &Running) -> bool) -> Option<WorkshopRun> {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = runs.iter().filter(|((tenant, _), _)| tenant == tenant_id);
        own.find(|((_, kind), running)| wanted(*kind, running)).map(|((_, kind), running)| running.view(tenant_id, *kind))
    }
}

/// How the work ended: with a report, told to stop, or broken.
pub(crate) type Ended = Result<Option<RunReport>>;

impl Engine {
    /// Starts the work and returns at once.
    pub(crate) fn start_run<F>(
        self: &Arc<Self>,
        tenant_id: &TenantId,
        kind: RunKind,
        by: &UserId,
        work: impl FnOnce(Arc<Self>, Arc<Watch>) -> F,
    ) -> Result<WorkshopRun>
    where
        F: Future<Output = Ended> + Send + 'static,
    {
        let watch = Arc::new(Watch::default());
        let running = Running { id: RunId::fresh(self.now()), started_by: by.clone(), started_at: self.now(), watch: watch.clone() };
        let first = running.view(tenant_id, kind);
        self.runs.enter(tenant_id, kind, running)?;
        let (engine, tenant_id, run) = (self.clone(), tenant_id.clone(), first.clone());
        let work = tokio::spawn(work(self.clone(), watch));
        tokio::spawn(async move {
            // A run that panics has failed like any other.
            let (state, report) = match work.await {
                Ok(Ok(Some(report))) => (RunState::Done, Some(report)),
                Ok(Ok(None)) => (RunState::Cancelled, None),
                Ok(Err(error)) => (failed(kind, &error), None),
                Err(error) => (failed(kind, &error), None),
            };
            let ended = WorkshopRun { state, report, ended_at: Some(engine.now()), ..run };
            if let Err(error) = qn_store::workshop_run::insert(&engine.db, &ended).await {
                tracing::error!(%error, "the result of a background run could not be kept");
            }
            engine.runs.leave(&tenant_id, kind);
        });
        Ok(first)
    }

    pub async fn workshop_run(&self, tenant_id: &TenantId, id: &RunId) -> Result<WorkshopRun> {
        match self.runs.find(tenant_id, |_, running| running.id == *id) {
            Some(running) => Ok(running),
            None => Ok(qn_store::workshop_run::get(&self.db, tenant_id, id).await?),
        }
    }

    /// The newest of a kind, a running one first, without their reports.
    pub async fn workshop_runs(&self, tenant_id: &TenantId, kind: RunKind) -> Result<Vec<WorkshopRun>> {
        let running = self.runs.find(tenant_id, |of, _| of == kind);
        let mut runs: Vec<WorkshopRun> = running.into_iter().collect();
        let ended = qn_store::workshop_run::list(&self.db, tenant_id, kind).await?.items;
        runs.extend(ended.into_iter().filter(|run| runs.first().is_none_or(|first| first.id != run.id)).collect::<Vec<_>>());
        Ok(runs)
    }

    /// Asks a run to stop; it does so at its next step. One that has ended is left as it is.
    pub async fn cancel_run(&self, tenant_id: &TenantId, id: &RunId) -> Result<WorkshopRun> {
        {
            let runs = self.runs.0.lock().unwrap_or_else(PoisonError::into_inner);
            let own = runs.iter().find(|((tenant, _), running)| tenant == tenant_id && running.id == *id);
            if let Some((_, running)) = own {
                running.watch.cancelled.store(true, Ordering::Relaxed);
            }
        }
        self.workshop_run(tenant_id, id).await
    }
}

fn failed(kind: RunKind, error: &dyn std::fmt::Display) -> RunState {
    tracing::error!(%error, kind = kind.as_str(), "a background run broke off");
    RunState::Failed
}
