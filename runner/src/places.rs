//! What one tenant may have at a time, so that it leaves room for the others: unfinished runs, and errands under way. Counted in
//! memory; the counts of a stopped server are read from the store at the start.

use qn_domain::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Each for one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs that have not ended, those that wait included. One more is refused.
    pub unfinished_max: i64,
    /// Errands at the same time; one more waits its turn.
    pub acting_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unfinished_max: 200_000, acting_max: 256 }
    }
}

#[derive(Debug)]
pub(crate) struct Places {
    limits: Limits,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
}

#[derive(Debug)]
struct Tenant {
    unfinished: i64,
    acting: Arc<Semaphore>,
}

impl Places {
    pub fn new(limits: Limits) -> Self {
        Self { limits, tenants: Mutex::default() }
    }

    fn with<T>(&self, tenant_id: &TenantId, act: impl FnOnce(&mut Tenant) -> T) -> T {
        let mut tenants: MutexGuard<'_, _> = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Tenant { unfinished: 0, acting: Arc::new(Semaphore::new(self.limits.acting_max)) };
        act(tenants.entry(tenant_id.clone()).or_insert_with(fresh))
    }

    /// The limit, when it is reached.
    pub fn full(&self, tenant_id: &TenantId) -> Option<i64> {
        let max = self.limits.unfinished_max;
        self.with(tenant_id, |tenant| tenant.unfinished >= max).then_some(max)
    }

    /// Runs that began (1) or ended (-1), or that a stopped server left.
    pub fn count(&self, tenant_id: &TenantId, change: i64) {
        self.with(tenant_id, |tenant| tenant.unfinished = (tenant.unfinished + change).max(0));
    }

    /// Waits its turn. None never comes: the semaphore is not closed.
    pub async fn enter(&self, tenant_id: &TenantId) -> Option<OwnedSemaphorePermit> {
        let acting = self.with(tenant_id, |tenant| Arc::clone(&tenant.acting));
        acting.acquire_owned().await.ok()
    }

    pub fn unfinished(&self) -> i64 {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner).values().map(|tenant| tenant.unfinished).sum()
    }
}
