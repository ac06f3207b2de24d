//! The knowledge of every tenant in memory. Searching takes the current index by reference count and holds no lock meanwhile;
//! a rebuild works beside it and swaps it in whole.

use crate::analysis::Analyzer;
use crate::index::{Known, TenantIndex, unit};
use crate::retriever::{Hit, Query, Retriever};
use qn_domain::{Article, ArticleId, TenantId};
use qn_nlu::{Encoder, EncoderError};
use rustc_hash::FxHashSet;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Cheap to share behind an `Arc`.
#[derive(Default)]
pub struct KnowledgeBase {
    analyzer: Arc<Analyzer>,
    tenants: RwLock<HashMap<TenantId, Arc<TenantIndex>>>,
    encoded: Mutex<HashMap<TenantId, Encoded>>,
}

/// The vectors a tenant's texts have, kept between indexes so that a changed article is encoded alone.
#[derive(Default)]
struct Encoded {
    encoder: String,
    known: Known,
}

/// Texts encoded in one step.
const STEP_TEXTS: usize = 16;

impl KnowledgeBase {
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty base that shares the dictionary, which takes 0.15 s and 32 MiB to load.
    pub fn beside(&self) -> Self {
        Self { analyzer: self.analyzer.clone(), tenants: RwLock::default(), encoded: Mutex::default() }
    }

    /// Builds the index of a tenant's published articles and puts it in place of the old one. Takes about a millisecond per ten
    /// articles of CPU: call it off the async threads.
    pub fn replace(&self, tenant: &TenantId, articles: &[Article]) {
        let index = Arc::new(TenantIndex::build(self.analyzer.clone(), articles));
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).insert(tenant.clone(), index);
    }

    pub fn remove(&self, tenant: &TenantId) {
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).remove(tenant);
        self.encoded.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
    }

    /// Encodes a few of the texts that still lack a vector; true while there are more. The vectors serve once the last is there. Slow by
    /// nature: call it off the async threads, again and again. Another encoder begins anew; after an error what was done is kept.
    pub fn encode_some(&self, tenant: &TenantId, encoder: &dyn Encoder) -> Result<bool, EncoderError> {
        let Some(index) = self.index(tenant) else { return Ok(false) };
        let missing: Vec<&str> = {
            let mut all = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
            let encoded = all.entry(tenant.clone()).or_default();
            if encoded.encoder != encoder.name() {
                *encoded = Encoded { encoder: encoder.name().to_owned(), known: Known::default() };
            }
            index.texts().filter(|text| !encoded.known.contains_key(*text)).take(STEP_TEXTS).collect()
        };
        let vectors = if missing.is_empty() { Vec::new() } else { encoder.encode(&missing)? };
        let mut all = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
        let encoded = all.entry(tenant.clone()).or_default();
        for (text, vector) in missing.iter().zip(&vectors) {
            let unit = unit(vector).unwrap_or_else(|| vec![0.0; vector.len()].into());
            encoded.known.insert((*text).into(), unit);
        }
        if index.texts().any(|text| !encoded.known.contains_key(text)) {
            // Fewer vectors than texts would go on for ever.
            return Ok(vectors.len() == missing.len());
        }
        let texts: FxHashSet<&str> = index.texts().collect();
        encoded.known.retain(|text, _| texts.contains(&**text));
        index.take_vectors(&encoded.known);
        Ok(false)
    }

    /// The articles in use now have vectors.
    pub fn has_vectors(&self, tenant: &TenantId) -> bool {
        self.index(tenant).is_some_and(|index| index.has_vectors())
    }

    /// Hits among the tenant's published articles, by words and by the question's vector from the same encoder; an empty vector is none.
    pub fn search_near(&self, tenant: &TenantId, query: &Query<'_>, vector: &[f32]) -> Vec<Hit> {
        let unit = unit(vector);
        self.index(tenant).map(|index| index.search_near(query, unit.as_deref().unwrap_or_default())).unwrap_or_default()
    }

    /// The index in use now; None before the first `replace`.
    pub fn index(&self, tenant: &TenantId) -> Option<Arc<TenantIndex>> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }

    /// The part of a published article that fits the question best, however little it does; None when there is no such article. Its
    /// other language serves when it lacks the query's.
    pub fn quote(&self, tenant: &TenantId, article_id: &ArticleId, query: &Query<'_>) -> Option<Hit> {
        self.index(tenant)?.quote(article_id, query)
    }

    /// Hits among the tenant's published articles; none for an unknown tenant.
    pub fn search(&self, tenant: &TenantId, query: &Query<'_>) -> Vec<Hit> {
        self.index(tenant).map(|index| index.search(query)).unwrap_or_default()
    }
}
