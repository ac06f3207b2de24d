//! The knowledge of every tenant in memory. Searching takes the current index by reference count and holds no lock meanwhile;
//! a rebuild works beside it and swaps it in whole.

use crate::analysis::Analyzer;
use crate::index::{IndexError, TenantIndex};
use crate::retriever::{Hit, Query, Retriever};
use qn_domain::{Article, ArticleId, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Cheap to share behind an `Arc`.
#[derive(Default)]
pub struct KnowledgeBase {
    analyzer: Arc<Analyzer>,
    tenants: RwLock<HashMap<TenantId, Arc<TenantIndex>>>,
}

impl KnowledgeBase {
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the index of a tenant's published articles and puts it in place of the old one. Takes about a millisecond per ten
    /// articles of CPU: call it off the async threads. On an error the old index stays.
    pub fn replace(&self, tenant: &TenantId, articles: &[Article]) -> Result<(), IndexError> {
        let index = Arc::new(TenantIndex::build(self.analyzer.clone(), articles)?);
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).insert(tenant.clone(), index);
        Ok(())
    }

    pub fn remove(&self, tenant: &TenantId) {
        self.tenants.write().unwrap_or_else(PoisonError::into_inner).remove(tenant);
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
