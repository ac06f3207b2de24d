//! Training a version from the tenant's examples, off the async threads, one at a time per tenant.

use super::brain::Brain;
use crate::{Engine, EngineError, Result};
use qn_domain::{IntentExample, IntentId, ModelId, ModelState, TenantId, TrainedModel, UserId};
use qn_nlu::intent::TrainError;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Examples a training reads.
pub(super) const EXAMPLES_MAX: i64 = 100_000;
pub(super) const INTENTS_MAX: i64 = 1_000;
/// Cross-validation needs this many examples of an intent; intents with fewer are left out.
const EXAMPLES_MIN: usize = 2;
/// One intent alone is no choice.
pub(super) const INTENTS_MIN: usize = 2;

/// Tenants whose training is under way.
#[derive(Default)]
pub(crate) struct Trainings(Mutex<HashSet<TenantId>>);

/// Ends with the work, even when nobody waits for it any more.
struct Turn {
    trainings: Arc<Trainings>,
    tenant_id: TenantId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.trainings.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.tenant_id);
    }
}

impl Trainings {
    fn enter(self: &Arc<Self>, tenant_id: &TenantId) -> Result<Turn> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant_id.clone()) {
            true => Ok(Turn { trainings: self.clone(), tenant_id: tenant_id.clone() }),
            false => Err(EngineError::AlreadyTraining),
        }
    }
}

impl Engine {
    /// Trains the tenant's next version and keeps it, not live yet.
    pub async fn train_intents(&self, tenant_id: &TenantId, id: ModelId, trained_by: &UserId) -> Result<TrainedModel> {
        let turn = self.trainings.enter(tenant_id)?;
        let lessons = self.taught(tenant_id).await?;
        let (used, counts) = usable(&lessons.examples);
        let used_count = used.len() as i64;
        let encoder = self.encoder.clone();
        let started = Instant::now();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let (examples, _) = usable(&lessons.examples);
            let trained = match Brain::train(&examples, &lessons.intents, &lessons.strangers, encoder.find().as_deref()) {
                Err(TrainError::Encoder(error)) => {
                    encoder.note(Some(&error));
                    Brain::train(&examples, &lessons.intents, &lessons.strangers, None)
                }
                trained => trained,
            };
            trained.map(|(brain, report)| (brain.encode(), report))
        });
        let (bytes, mut report) = match done.await {
            Ok(Ok(trained)) => trained,
            Ok(Err(error)) => return Err(broke_off(&error)),
            Err(error) => return Err(broke_off(&error)),
        };
        report.took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let model = TrainedModel {
            id,
            tenant_id: tenant_id.clone(),
            number: 0,
            state: ModelState::Ready,
            share_percent: 0,
            intents: counts as i64,
            examples: used_count,
            threshold: report.threshold,
            report,
            size_bytes: 0,
            trained_by: trained_by.clone(),
            trained_at: self.now(),
            published_at: None,
        };
        qn_store::intent_model::insert(&self.db, &model, &bytes).await?;
        Ok(qn_store::intent_model::get(&self.db, tenant_id, &model.id).await?)
    }
}

/// The examples of intents that have enough of them, and how many intents those are.
pub(super) fn usable(examples: &[IntentExample]) -> (Vec<&IntentExample>, usize) {
    let mut counts: HashMap<&IntentId, usize> = HashMap::new();
    for example in examples {
        *counts.entry(&example.intent_id).or_default() += 1;
    }
    counts.retain(|_, n| *n >= EXAMPLES_MIN);
    (examples.iter().filter(|e| counts.contains_key(&e.intent_id)).collect(), counts.len())
}

pub(super) fn broke_off(error: &dyn std::fmt::Display) -> EngineError {
    tracing::error!(%error, "a training broke off");
    EngineError::NothingToLearn
}
