//! Training a version from the tenant's examples, off the async threads, one at a time per tenant: awaited by a caller of the API, or as
//! a background run that a screen watches.

use super::brain::Brain;
use super::evaluate::Lessons;
use super::runs::{Ended, Watch};
use crate::{Engine, EngineError, Result};
use qn_domain::{IntentExample, IntentId, ModelId, ModelState, RunKind, RunReport, TenantId, Trained, TrainedModel, UserId, WorkshopRun};
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

/// What a finished training is kept as.
struct Order {
    id: ModelId,
    tenant_id: TenantId,
    trained_by: UserId,
}

/// Told how far the work is; says whether to go on.
type Step = Box<dyn Fn(usize, usize) -> bool + Send>;

impl Engine {
    /// Trains the tenant's next version and keeps it, not live yet. Returns when it is done.
    pub async fn train_intents(&self, tenant_id: &TenantId, id: ModelId, trained_by: &UserId) -> Result<TrainedModel> {
        let turn = self.trainings.enter(tenant_id)?;
        let lessons = self.taught(tenant_id).await?;
        let order = Order { id, tenant_id: tenant_id.clone(), trained_by: trained_by.clone() };
        self.learn_model(turn, lessons, order, Box::new(|_, _| true)).await?.ok_or(EngineError::NothingToLearn)
    }

    /// The same in the background, watched and cancelled like every run; one training at a time, of either way.
    pub async fn start_training(self: &Arc<Self>, tenant_id: &TenantId, by: &UserId) -> Result<WorkshopRun> {
        let turn = self.trainings.enter(tenant_id)?;
        let lessons = self.taught(tenant_id).await?;
        let order = Order { id: ModelId::fresh(self.now()), tenant_id: tenant_id.clone(), trained_by: by.clone() };
        self.start_run(tenant_id, RunKind::Training, by, move |engine, watch| train(engine, watch, turn, lessons, order))
    }

    /// Nothing when it was told to stop: then no version is kept.
    async fn learn_model(&self, turn: Turn, lessons: Lessons, order: Order, step: Step) -> Result<Option<TrainedModel>> {
        let (used, counts) = usable(&lessons.examples);
        let used_count = used.len() as i64;
        let encoder = self.encoder.clone();
        let started = Instant::now();
        let done = tokio::task::spawn_blocking(move || {
            let (examples, _) = usable(&lessons.examples);
            let trained = match Brain::train(&examples, &lessons.intents, &lessons.strangers, encoder.find().as_deref(), &step) {
                Err(TrainError::Encoder(error)) => {
                    encoder.note(Some(&error));
                    Brain::train(&examples, &lessons.intents, &lessons.strangers, None, &step)
                }
                trained => trained,
            };
            // The turn is handed back, so that the next training begins after this version is kept.
            (turn, trained.map(|(brain, report)| (brain.encode(), report)))
        });
        let (_turn, trained) = done.await.map_err(|error| broke_off(&error))?;
        let (bytes, mut report) = match trained {
            Ok(trained) => trained,
            Err(TrainError::Stopped) => return Ok(None),
            Err(error) => return Err(broke_off(&error)),
        };
        report.took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let model = TrainedModel {
            id: order.id,
            tenant_id: order.tenant_id,
            number: 0,
            state: ModelState::Ready,
            share_percent: 0,
            intents: counts as i64,
            examples: used_count,
            threshold: report.threshold,
            report,
            size_bytes: 0,
            trained_by: order.trained_by,
            trained_at: self.now(),
            published_at: None,
        };
        qn_store::intent_model::insert(&self.db, &model, &bytes).await?;
        Ok(Some(qn_store::intent_model::get(&self.db, &model.tenant_id, &model.id).await?))
    }
}

async fn train(engine: Arc<Engine>, watch: Arc<Watch>, turn: Turn, lessons: Lessons, order: Order) -> Ended {
    let step: Step = Box::new(move |done, of| watch.step(done, of));
    let Some(model) = engine.learn_model(turn, lessons, order, step).await? else { return Ok(None) };
    // Screens and other servers hear of the version; it is kept whether they do or not.
    if let Err(error) = engine.db.announce(&model.tenant_id, "intent_model", model.id.as_str(), engine.now()).await {
        tracing::error!(%error, "a new version could not be announced");
    }
    Ok(Some(RunReport::Training(Trained {
        model_id: model.id,
        number: model.number,
        examples: model.examples,
        took_ms: model.report.took_ms,
    })))
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
