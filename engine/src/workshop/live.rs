//! The live version of every tenant that has one, in memory: read at its first question, swapped when another is published. A turn
//! takes the version there is by reference count, so a swap loses none. A version that cannot be read is an answer less, never a
//! failed turn.

use super::brain::Brain;
use super::encoder::TextEncoder;
use crate::{Engine, Result};
use qn_domain::{Change, Intent, IntentId, IntentReply, LogEntry, ModelId, TenantId, TrainedModel};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Intents a tenant can have; the API refuses more.
const INTENTS_MAX: i64 = 1_000;

/// A trained version with what its intents stand for today.
pub(crate) struct LiveModel {
    pub number: i64,
    pub threshold: f32,
    brain: Brain,
    intents: HashMap<IntentId, Intent>,
}

/// What a trained version makes of a text. Part of the stored explanation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// The version's number.
    pub model: i64,
    /// The likeliest intent is acted on: it is understood well enough.
    pub accepted: bool,
    /// Probability in [0, 1] that the text is about one of the intents at all.
    pub in_scope: f32,
    /// What the decision compares; comparable within one version only.
    pub score: f32,
    pub threshold: f32,
    /// The encoder took part.
    pub encoded: bool,
    /// Likeliest first; probabilities in [0, 1] among the intents.
    pub ranked: Vec<Ranked>,
    /// The parts of the text that spoke for the likeliest one, strongest first.
    pub words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    pub intent_id: IntentId,
    pub name: String,
    pub probability: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    pub text: String,
    pub weight: f32,
}

impl LiveModel {
    /// By words, and by the encoder too when the version was trained with the one there is.
    pub async fn read(&self, text: &str, encoder: &TextEncoder) -> Reading {
        let vector = match self.encoder().is_some() && self.encoder() == encoder.name() {
            true => encoder.vector(text).await,
            false => Vec::new(),
        };
        self.reading(text, &vector)
    }

    /// With the encoder's vector of the text, or by words alone when it is empty. Takes tens to hundreds of microseconds.
    pub fn reading(&self, text: &str, vector: &[f32]) -> Reading {
        let thought = self.brain.read(text, vector);
        let threshold = self.brain.threshold(self.threshold, thought.encoded);
        let known = |(id, probability): (IntentId, f32)| {
            let intent = self.intents.get(&id)?;
            Some(Ranked { intent_id: intent.id.clone(), name: intent.name.clone(), probability })
        };
        let first_is_known = thought.ranked.first().is_some_and(|(id, _)| self.intents.contains_key(id));
        Reading {
            model: self.number,
            accepted: first_is_known && thought.score >= threshold,
            in_scope: thought.in_scope,
            score: thought.score,
            threshold,
            encoded: thought.encoded,
            ranked: thought.ranked.into_iter().filter_map(known).collect(),
            words: thought.words.into_iter().map(|(text, weight)| Word { text, weight }).collect(),
        }
    }

    /// Name of the encoder it was trained with.
    pub fn encoder(&self) -> Option<&str> {
        self.brain.encoder()
    }

    /// What the company wants done with what was understood; none when nothing was.
    pub fn reply(&self, reading: &Reading) -> Option<&IntentReply> {
        let first = reading.ranked.first().filter(|_| reading.accepted)?;
        self.intents.get(&first.intent_id).map(|i| &i.reply)
    }
}

/// None: the tenant has no live version.
type Known = Option<Arc<LiveModel>>;

#[derive(Default)]
pub(crate) struct LiveModels {
    known: RwLock<HashMap<TenantId, Known>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
    /// One load at a time; those who wait find it done.
    loading: tokio::sync::Mutex<()>,
}

impl LiveModels {
    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        let concerns =
            |c: &Change| matches!(c, Change::ResourceChanged { resource, .. } if resource == "intent" || resource == "intent_model");
        if entry.changes.iter().any(concerns) {
            self.forget(&entry.tenant_id);
        }
    }

    pub fn forget(&self, tenant_id: &TenantId) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(tenant_id);
    }

    fn find(&self, tenant_id: &TenantId) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(tenant_id).cloned()
    }
}

impl Engine {
    /// The version that reads this tenant's turns now.
    pub(crate) async fn live_model(&self, tenant_id: &TenantId) -> Known {
        if let Some(known) = self.models.find(tenant_id) {
            return known;
        }
        let _loading = self.models.loading.lock().await;
        if let Some(known) = self.models.find(tenant_id) {
            return known;
        }
        let before = self.models.changes.load(Ordering::Acquire);
        let loaded = match self.load_live(tenant_id).await {
            Ok(loaded) => loaded,
            Err(error) => {
                tracing::error!(%error, tenant = %tenant_id, "the live intent model cannot be read; the bot answers without it");
                return None;
            }
        };
        let mut known = self.models.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.models.changes.load(Ordering::Acquire) == before {
            known.insert(tenant_id.clone(), loaded.clone());
        }
        loaded
    }

    /// Name of the encoder the live version was trained with, if any; none when there is no live version.
    pub async fn live_encoder(&self, tenant_id: &TenantId) -> Option<Option<String>> {
        self.live_model(tenant_id).await.map(|model| model.encoder().map(str::to_owned))
    }

    async fn load_live(&self, tenant_id: &TenantId) -> Result<Known> {
        match qn_store::intent_model::find_live(&self.db, tenant_id).await? {
            Some(live) => Ok(Some(Arc::new(self.load_model(&live).await?))),
            None => Ok(None),
        }
    }

    /// One version, live or not.
    pub(crate) async fn load_model(&self, model: &TrainedModel) -> Result<LiveModel> {
        let bytes = qn_store::intent_model::bytes(&self.db, &model.tenant_id, &model.id).await?;
        let intents = qn_store::intent::list(&self.db, &model.tenant_id, None, None, INTENTS_MAX).await?.items;
        let decoded = tokio::task::spawn_blocking(move || Brain::decode(&bytes)).await;
        let brain = match decoded {
            Ok(Ok(brain)) => brain,
            Ok(Err(error)) => return Err(unreadable(&error)),
            Err(error) => return Err(unreadable(&error)),
        };
        let intents = intents.into_iter().map(|i| (i.id.clone(), i)).collect();
        Ok(LiveModel { number: model.number, threshold: model.threshold, brain, intents })
    }

    /// Makes a version live at a threshold; publishing an earlier one is the way back. Whoever asks next is read by it.
    pub async fn publish_model(&self, tenant_id: &TenantId, id: &ModelId, threshold: f32) -> Result<TrainedModel> {
        let model = qn_store::intent_model::get(&self.db, tenant_id, id).await?;
        // A version that cannot be read must not take over.
        self.load_model(&model).await?;
        qn_store::intent_model::publish(&self.db, tenant_id, id, threshold, self.now()).await?;
        self.models.forget(tenant_id);
        self.live_model(tenant_id).await;
        Ok(qn_store::intent_model::get(&self.db, tenant_id, id).await?)
    }

    /// Takes the live version out of use. True when there was one.
    pub async fn retire_model(&self, tenant_id: &TenantId) -> Result<bool> {
        let retired = qn_store::intent_model::retire_live(&self.db, tenant_id).await?;
        self.models.forget(tenant_id);
        Ok(retired)
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> crate::EngineError {
    crate::EngineError::Store(qn_store::Error::Corrupt { column: "intent_model.body", reason: error.to_string() })
}
