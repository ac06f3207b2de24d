//! What each tenant's customers name of its own, ready for finding, in memory: read and learnt at the first turn that asks, again when it
//! changed. What cannot be read finds nothing, and never fails a turn.

use crate::flows::fact;
use crate::{Engine, Result, hours};
use qn_domain::{Change, LogEntry, TenantId};
use qn_nlu::entity::{Entity, Value};
pub use qn_nlu::own::Named;
use qn_nlu::own::OwnEntities;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The API refuses more.
pub const ENTITIES_MAX: i64 = 200;

#[derive(Default)]
pub(crate) struct Namings {
    known: RwLock<HashMap<TenantId, Arc<OwnEntities>>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
    /// One load at a time; those who wait find it done.
    loading: tokio::sync::Mutex<()>,
}

impl Namings {
    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        if entry.changes.iter().any(|c| matches!(c, Change::ResourceChanged { resource, .. } if resource == "entity")) {
            self.changes.fetch_add(1, Ordering::AcqRel);
            self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&entry.tenant_id);
        }
    }

    fn find(&self, tenant_id: &TenantId) -> Option<Arc<OwnEntities>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(tenant_id).cloned()
    }
}

/// Something that a text names, for people to see.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub name: String,
    /// One of the company's own.
    pub own: bool,
    pub text: String,
    pub value: serde_json::Value,
    pub confidence: f32,
}

impl Engine {
    /// What everybody names in a text, with dates by the company's clock and products of its catalogue, and what only this company's customers do.
    pub async fn find_named(&self, tenant_id: &TenantId, text: &str) -> Result<(Vec<Entity>, Vec<Named>)> {
        let time_zone = self.settings(tenant_id).await?.tenant.time_zone.clone();
        let now = self.now();
        let (mut general, own) = self.naming(tenant_id).await.find(text, now, hours::offset_minutes(&time_zone, now));
        let products = self.shelf(tenant_id).await.named(text);
        // 「20000mAh 充电宝」 is a product, and no quantity.
        general.retain(|one| products.iter().all(|product| one.end <= product.start || product.end <= one.start));
        general.extend(products);
        general.sort_by_key(|one| one.start);
        Ok((general, own))
    }

    /// The same in the order of the text, as flows get it.
    pub async fn told_named(&self, tenant_id: &TenantId, text: &str) -> Result<Vec<Told>> {
        let (general, own) = self.find_named(tenant_id, text).await?;
        let general = general.into_iter().filter_map(|found| {
            let (start, end, confidence) = (found.start, found.end, found.confidence);
            let (name, value) = fact(found.value)?;
            Some((start, Told { name: name.to_owned(), own: false, text: text.get(start..end)?.to_owned(), value, confidence }))
        });
        let own = own.into_iter().filter(|one| one.sure).filter_map(|one| {
            let words = text.get(one.start..one.end)?.to_owned();
            Some((one.start, Told { name: one.name, own: true, text: words, value: one.value.into(), confidence: one.confidence }))
        });
        let mut all: Vec<(usize, Told)> = general.chain(own).collect();
        all.sort_by_key(|(start, told)| (*start, !told.own));
        Ok(all.into_iter().map(|(_, told)| told).collect())
    }

    /// Where a text has numbers of the company's own forms, in bytes.
    pub(crate) async fn own_numbers(&self, tenant_id: &TenantId, text: &str) -> Vec<(usize, usize)> {
        let (general, _) = self.naming(tenant_id).await.find(text, self.now(), 0);
        let own = general.iter().filter(|one| matches!(one.value, Value::Order { .. }) && one.confidence >= 1.0);
        own.map(|one| (one.start, one.end)).collect()
    }

    async fn naming(&self, tenant_id: &TenantId) -> Arc<OwnEntities> {
        if let Some(known) = self.namings.find(tenant_id) {
            return known;
        }
        let _loading = self.namings.loading.lock().await;
        if let Some(known) = self.namings.find(tenant_id) {
            return known;
        }
        let before = self.namings.changes.load(Ordering::Acquire);
        match self.load_naming(tenant_id).await {
            Ok(own) => {
                let mut known = self.namings.known.write().unwrap_or_else(PoisonError::into_inner);
                if self.namings.changes.load(Ordering::Acquire) == before {
                    known.insert(tenant_id.clone(), own.clone());
                }
                own
            }
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant_id, "the company's own entities could not be read");
                Arc::default()
            }
        }
    }

    async fn load_naming(&self, tenant_id: &TenantId) -> Result<Arc<OwnEntities>> {
        let entities = qn_store::own_entity::list(&self.db, tenant_id, None, ENTITIES_MAX).await?.items;
        let own = tokio::task::spawn_blocking(move || OwnEntities::new(&entities)).await;
        Ok(Arc::new(own.unwrap_or_default()))
    }
}
