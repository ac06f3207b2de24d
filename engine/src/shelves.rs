//! Every tenant's product catalogue made ready for talk, in memory: read at the first question, read again when a product changed.
//! What changes it from outside this process (`qingniao catalogue import`) is seen within `KEPT_MS_MAX`.
//! A catalogue that cannot be read answers nothing, and never fails a turn.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::{Change, LogEntry, TenantId};
pub(crate) use qn_knowledge::catalogue::Shelf;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How old a known catalogue may become before it is read again.
const KEPT_MS_MAX: i64 = 60_000;

#[derive(Default)]
pub(crate) struct Shelves {
    known: RwLock<HashMap<TenantId, (Timestamp, Arc<Shelf>)>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
    /// One load at a time; those who wait find it done.
    loading: tokio::sync::Mutex<()>,
}

impl Shelves {
    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        if entry.changes.iter().any(|c| matches!(c, Change::ResourceChanged { resource, .. } if resource == "product")) {
            self.forget(&entry.tenant_id);
        }
    }

    pub fn forget(&self, tenant_id: &TenantId) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(tenant_id);
    }

    fn find(&self, tenant_id: &TenantId, now: Timestamp) -> Option<Arc<Shelf>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant_id).filter(|(read_at, _)| now - read_at < KEPT_MS_MAX).map(|(_, shelf)| shelf.clone())
    }
}

impl Engine {
    /// The tenant's products; none of them while they cannot be read.
    pub(crate) async fn shelf(&self, tenant_id: &TenantId) -> Arc<Shelf> {
        if let Some(known) = self.shelves.find(tenant_id, self.now()) {
            return known;
        }
        let _loading = self.shelves.loading.lock().await;
        if let Some(known) = self.shelves.find(tenant_id, self.now()) {
            return known;
        }
        let before = self.shelves.changes.load(Ordering::Acquire);
        match self.load_shelf(tenant_id).await {
            Ok(shelf) => {
                let mut known = self.shelves.known.write().unwrap_or_else(PoisonError::into_inner);
                if self.shelves.changes.load(Ordering::Acquire) == before {
                    known.insert(tenant_id.clone(), (self.now(), shelf.clone()));
                }
                shelf
            }
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant_id, "the product catalogue could not be read");
                Arc::new(Shelf::new(Vec::new()))
            }
        }
    }

    async fn load_shelf(&self, tenant_id: &TenantId) -> Result<Arc<Shelf>> {
        let products = qn_store::product::list_all(&self.db, tenant_id).await?;
        let titles = qn_store::product_category::list(&self.db, tenant_id).await?;
        // Names are indexed for finding them with errors and by sound: work for a thread that may be busy.
        let shelf = tokio::task::spawn_blocking(move || Shelf::titled(products, &titles)).await;
        Ok(Arc::new(shelf.unwrap_or_else(|_| Shelf::new(Vec::new()))))
    }
}
