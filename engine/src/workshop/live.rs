//! The versions in use of every tenant that has any, in memory: the live one and the one on trial beside it. Read at the first question,
//! swapped together when a version is moved. A turn takes what there is by reference count, so a swap loses none. A version that cannot
//! be read is an answer less, never a failed turn.

use super::brain::Brain;
use super::encoder::TextEncoder;
use crate::{Engine, Result};
use qn_domain::{Change, ConversationId, CurvePoint, Intent, IntentId, IntentReply, LogEntry, Speaker, TenantId, TrainedModel};
use qn_store::Db;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Intents a tenant can have; the API refuses more.
const INTENTS_MAX: i64 = 1_000;
/// What a version is wrong about, and what it leaves of what it was never taught, where it is sure.
const SURE_WRONG_MAX: f32 = 0.01;
const SURE_LEFT_MIN: f32 = 0.97;
/// Two probabilities that differ less are nearly the same.
const NEARLY: f32 = 0.15;

/// A trained version with what its intents stand for today.
pub(crate) struct LiveModel {
    pub number: i64,
    pub threshold: f32,
    /// From here on it is as good as never wrong.
    sure: f32,
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
    /// So well that nothing else is asked.
    pub sure: bool,
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
    /// The group of intents it belongs to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub topic: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    pub text: String,
    pub weight: f32,
}

impl LiveModel {
    /// The version was trained with the encoder there is.
    pub fn reads_with(&self, encoder: &TextEncoder) -> bool {
        self.encoder().is_some() && self.encoder() == encoder.name()
    }

    /// What this version reads of a text's vector: all of it or, when it was trained without or with another encoder, nothing.
    pub fn share<'v>(&self, encoder: &TextEncoder, vector: &'v [f32]) -> &'v [f32] {
        if self.reads_with(encoder) { vector } else { &[] }
    }

    /// By words, and by the encoder too where it takes part.
    pub async fn read(&self, text: &str, encoder: &TextEncoder) -> Reading {
        let vector = if self.reads_with(encoder) { encoder.vector(text).await } else { Vec::new() };
        self.reading(text, &vector)
    }

    /// With the encoder's vector of the text, or by words alone when it is empty. Takes tens to hundreds of microseconds.
    pub fn reading(&self, text: &str, vector: &[f32]) -> Reading {
        let thought = self.brain.read(text, vector);
        let threshold = self.brain.threshold(self.threshold, thought.encoded);
        let known = |(id, probability): (IntentId, f32)| {
            let intent = self.intents.get(&id)?;
            Some(Ranked { intent_id: intent.id.clone(), name: intent.name.clone(), probability, topic: intent.topic.clone() })
        };
        let first_is_known = thought.ranked.first().is_some_and(|(id, _)| self.intents.contains_key(id));
        Reading {
            model: self.number,
            accepted: first_is_known && thought.score >= threshold,
            sure: first_is_known && thought.score >= self.brain.threshold(self.sure, thought.encoded).max(threshold),
            in_scope: thought.in_scope,
            score: thought.score,
            threshold,
            encoded: thought.encoded,
            ranked: thought.ranked.into_iter().filter_map(known).collect(),
            words: thought.words.into_iter().map(|(text, weight)| Word { text, weight }).collect(),
        }
    }

    /// The reading as the subject of the talk settles it.
    pub fn within(&self, reading: Reading, topic: &str) -> Reading {
        let elsewhere = |id: &IntentId| self.intents.get(id).is_some_and(|i| i.only_in_topic && i.topic != topic);
        settle(reading, topic, elsewhere)
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

/// What stands only in another subject is left out, and of two that are nearly as likely the one of this subject comes first. The words
/// that spoke for one intent do not speak for another.
fn settle(mut reading: Reading, topic: &str, elsewhere: impl Fn(&IntentId) -> bool) -> Reading {
    let before = reading.ranked.first().map(|first| first.intent_id.clone());
    if before.as_ref().is_some_and(&elsewhere) {
        // What was sure was sure of that one.
        reading.accepted = false;
        reading.sure = false;
    }
    reading.ranked.retain(|one| !elsewhere(&one.intent_id));
    if let [first, second, ..] = reading.ranked.as_slice()
        && !topic.is_empty()
        && first.topic != topic
        && second.topic == topic
        && first.probability - second.probability < NEARLY
    {
        reading.ranked.swap(0, 1);
    }
    if reading.ranked.first().map(|first| &first.intent_id) != before.as_ref() {
        reading.words.clear();
    }
    reading
}

/// What reads a tenant's turns at one moment.
#[derive(Default)]
pub(crate) struct Versions {
    pub live: Option<Arc<LiveModel>>,
    pub trial: Option<Trial>,
}

/// A version on trial.
pub(crate) struct Trial {
    pub model: Arc<LiveModel>,
    /// Percent of the conversations it answers; 0 for a shadow.
    pub share_percent: i64,
}

/// Who answers a conversation, and who only reads along while a trial is on.
pub(crate) struct Cast<'a> {
    pub speaks: Option<&'a LiveModel>,
    pub beside: Option<Beside<'a>>,
}

pub(crate) struct Beside<'a> {
    pub spoke: Speaker,
    pub trial: &'a LiveModel,
    pub live: Option<&'a LiveModel>,
}

impl Versions {
    /// The same conversation has the same speaker for as long as the share does not shrink below it.
    pub fn cast(&self, conversation_id: &ConversationId) -> Cast<'_> {
        let live = self.live.as_deref();
        let Some(trial) = &self.trial else { return Cast { speaks: live, beside: None } };
        let spoke = if bucket(conversation_id.as_str()) < trial.share_percent { Speaker::Trial } else { Speaker::Live };
        let speaks = if spoke == Speaker::Trial { Some(&*trial.model) } else { live };
        Cast { speaks, beside: Some(Beside { spoke, trial: &trial.model, live }) }
    }
}

/// 0 to 99, spread evenly: FNV-1a over the id, with its bits mixed (the finaliser of MurmurHash3).
pub(crate) fn bucket(id: &str) -> i64 {
    let fnv = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    ((mixed ^ (mixed >> 33)) % 100) as i64
}

type Known = Arc<Versions>;

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
    /// The versions that read this tenant's turns now.
    pub(crate) async fn versions(&self, tenant_id: &TenantId) -> Known {
        if let Some(known) = self.models.find(tenant_id) {
            return known;
        }
        let _loading = self.models.loading.lock().await;
        if let Some(known) = self.models.find(tenant_id) {
            return known;
        }
        let before = self.models.changes.load(Ordering::Acquire);
        let Some(loaded) = self.load_versions(tenant_id).await else { return Known::default() };
        let mut known = self.models.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.models.changes.load(Ordering::Acquire) == before {
            known.insert(tenant_id.clone(), loaded.clone());
        }
        loaded
    }

    pub(crate) async fn live_model(&self, tenant_id: &TenantId) -> Option<Arc<LiveModel>> {
        self.versions(tenant_id).await.live.clone()
    }

    /// Name of the encoder the live version was trained with, if any; none when there is no live version.
    pub async fn live_encoder(&self, tenant_id: &TenantId) -> Option<Option<String>> {
        self.live_model(tenant_id).await.map(|model| model.encoder().map(str::to_owned))
    }

    /// None when the live version cannot be read, so that the next turn tries again. A trial that cannot be read is no trial.
    async fn load_versions(&self, tenant_id: &TenantId) -> Option<Known> {
        let live = match self.load_found(qn_store::intent_model::find_live(&self.db, tenant_id).await).await {
            Ok(live) => live.map(|(_, model)| Arc::new(model)),
            Err(error) => {
                tracing::error!(%error, tenant = %tenant_id, "the live intent model cannot be read; the bot answers without it");
                return None;
            }
        };
        let trial = match self.load_found(qn_store::intent_model::find_trial(&self.db, tenant_id).await).await {
            Ok(found) => found.map(|(share_percent, model)| Trial { model: Arc::new(model), share_percent }),
            Err(error) => {
                tracing::error!(%error, tenant = %tenant_id, "the version on trial cannot be read; the live one answers alone");
                None
            }
        };
        Some(Arc::new(Versions { live, trial }))
    }

    async fn load_found(&self, found: qn_store::Result<Option<TrainedModel>>) -> Result<Option<(i64, LiveModel)>> {
        match found? {
            Some(model) => Ok(Some((model.share_percent, self.load_model(&model).await?))),
            None => Ok(None),
        }
    }

    /// One version, live or not.
    pub(crate) async fn load_model(&self, model: &TrainedModel) -> Result<LiveModel> {
        load(&self.db, model).await
    }
}

async fn load(db: &Db, model: &TrainedModel) -> Result<LiveModel> {
    let bytes = qn_store::intent_model::bytes(db, &model.tenant_id, &model.id).await?;
    let intents = qn_store::intent::list(db, &model.tenant_id, None, None, INTENTS_MAX).await?.items;
    let decoded = tokio::task::spawn_blocking(move || Brain::decode(&bytes)).await;
    let brain = match decoded {
        Ok(Ok(brain)) => brain,
        Ok(Err(error)) => return Err(unreadable(&error)),
        Err(error) => return Err(unreadable(&error)),
    };
    let intents = intents.into_iter().map(|i| (i.id.clone(), i)).collect();
    Ok(LiveModel { number: model.number, threshold: model.threshold, sure: sure(&model.report.curve), brain, intents })
}

/// The live version of a company, read as turns read it, without a server: for commands.
pub struct LiveVersion(LiveModel);

impl LiveVersion {
    /// None where nothing was published.
    pub async fn find(db: &Db, tenant_id: &TenantId) -> Result<Option<Self>> {
        match qn_store::intent_model::find_live(db, tenant_id).await? {
            Some(model) => Ok(Some(Self(load(db, &model).await?))),
            None => Ok(None),
        }
    }

    pub fn number(&self) -> i64 {
        self.0.number
    }

    /// Names of the company's intents, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.intents.values().map(|intent| intent.name.clone()).collect();
        names.sort_unstable();
        names
    }

    pub async fn read(&self, text: &str, encoder: &TextEncoder) -> Reading {
        self.0.read(text, encoder).await
    }
}

/// The threshold at which next to nothing that was never taught is answered, and next to no answer is wrong.
fn sure(curve: &[CurvePoint]) -> f32 {
    let enough = |p: &&CurvePoint| p.wrong <= SURE_WRONG_MAX && p.strangers_left.is_none_or(|left| left >= SURE_LEFT_MIN);
    curve.iter().filter(enough).map(|p| p.threshold).fold(f32::INFINITY, f32::min)
}

fn unreadable(error: &dyn std::fmt::Display) -> crate::EngineError {
    crate::EngineError::Store(qn_store::Error::Corrupt { column: "intent_model.body", reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(ranked: &[(&str, &str, f32)]) -> Reading {
        let one = |(id, topic, probability): &(&str, &str, f32)| Ranked {
            intent_id: (*id).into(),
            name: (*id).into(),
            probability: *probability,
            topic: (*topic).into(),
        };
        let words = vec![Word { text: "x".into(), weight: 1.0 }];
        Reading {
            model: 1,
            accepted: true,
            sure: false,
            in_scope: 0.9,
            score: 1.0,
            threshold: 0.5,
            encoded: false,
            ranked: ranked.iter().map(one).collect(),
            words,
        }
    }

    #[test]
    fn the_subject_of_the_talk_settles_what_is_meant() {
        let told = |read: &Reading| (read.ranked[0].intent_id.0.clone(), read.accepted, read.words.len());
        let none = |_: &IntentId| false;
        let near = reading(&[("ship_time", "物流", 0.45), ("refund_time", "退款", 0.40), ("other", "", 0.1)]);
        assert_eq!(told(&settle(near.clone(), "退款", none)), ("refund_time".into(), true, 0));
        assert_eq!(told(&settle(near.clone(), "", none)), ("ship_time".into(), true, 1));
        assert_eq!(told(&settle(near.clone(), "物流", none)), ("ship_time".into(), true, 1));
        let far = reading(&[("ship_time", "物流", 0.7), ("refund_time", "退款", 0.2)]);
        assert_eq!(told(&settle(far, "退款", none)), ("ship_time".into(), true, 1), "what is clearly said counts more");
        let elsewhere = |id: &IntentId| id.as_str() == "ship_time";
        assert_eq!(told(&settle(near, "", elsewhere)), ("refund_time".into(), false, 0), "sure of what cannot be meant is not sure");
    }

    #[test]
    fn shares_are_met_and_a_growing_share_keeps_whom_it_had() {
        let ids: Vec<ConversationId> = (0..20_000).map(|n| ConversationId::fresh(1_790_000_000_000 + n)).collect();
        for share in [1, 10, 50, 99] {
            let inside = ids.iter().filter(|id| bucket(id.as_str()) < share).count() as f64 / 200.0;
            assert!((inside - share as f64).abs() < 1.5, "{share}: {inside}");
        }
        assert!(ids.iter().all(|id| (0..100).contains(&bucket(id.as_str())) && bucket(id.as_str()) == bucket(id.as_str())));
    }
}
