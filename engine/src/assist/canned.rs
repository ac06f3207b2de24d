//! Canned responses made searchable, in memory: indexed at the first suggestion, again when one changed. What another process changes is
//! seen within `KEPT_MS_MAX`. The suggestions themselves are `suggest`.

use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::{Article, ArticleScope, ArticleState, CannedResponse, Change, LogEntry, TenantId};
use qn_knowledge::KnowledgeBase;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Canned responses that are compared.
const CANNED_MAX: i64 = 200;
const KEPT_MS_MAX: i64 = 60_000;

/// One tenant's responses and the index of them.
pub(super) struct Pages {
    pub responses: Vec<CannedResponse>,
    /// The same from load to load, so that a text is encoded once.
    pub base: Arc<KnowledgeBase>,
}

#[derive(Default)]
pub(crate) struct CannedPages {
    known: RwLock<HashMap<TenantId, (Timestamp, Arc<Pages>)>>,
    bases: RwLock<HashMap<TenantId, Arc<KnowledgeBase>>>,
    /// Grows with every change, so that a load that raced with one is not kept.
    changes: AtomicU64,
}

impl CannedPages {
    /// Follows the commit stream.
    pub fn follow(&self, entry: &LogEntry) {
        if entry.changes.iter().any(|c| matches!(c, Change::ResourceChanged { resource, .. } if resource == "canned_response")) {
            self.changes.fetch_add(1, Ordering::AcqRel);
            self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&entry.tenant_id);
        }
    }

    fn find(&self, tenant_id: &TenantId, now: Timestamp) -> Option<Arc<Pages>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant_id).filter(|(read_at, _)| now - read_at < KEPT_MS_MAX).map(|(_, pages)| pages.clone())
    }

    /// The tenant's index; an empty one, beside that of the articles, at first.
    fn base(&self, tenant_id: &TenantId, articles: &KnowledgeBase) -> Arc<KnowledgeBase> {
        let mut bases = self.bases.write().unwrap_or_else(PoisonError::into_inner);
        bases.entry(tenant_id.clone()).or_insert_with(|| Arc::new(articles.beside())).clone()
    }
}

impl Engine {
    pub(super) async fn canned_pages(&self, tenant_id: &TenantId) -> Result<Arc<Pages>> {
        if let Some(known) = self.canned.find(tenant_id, self.now()) {
            return Ok(known);
        }
        let before = self.canned.changes.load(Ordering::Acquire);
        let responses = qn_store::canned::list(&self.db, tenant_id, None, None, CANNED_MAX).await?.items;
        let (base, tenant) = (self.canned.base(tenant_id, &self.knowledge), tenant_id.clone());
        let build = tokio::task::spawn_blocking(move || {
            // Canned responses are read like articles: the shortcut is the title.
            let pages: Vec<Article> = responses.iter().map(as_article).collect();
            base.replace(&tenant, &pages);
            Arc::new(Pages { responses, base })
        });
        let pages = build.await.map_err(|error| crate::engine::unusable_index(&error))?;
        self.encode_texts(&pages.base, tenant_id);
        let mut known = self.canned.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.canned.changes.load(Ordering::Acquire) == before {
            known.insert(tenant_id.clone(), (self.now(), pages.clone()));
        }
        Ok(pages)
    }
}

fn as_article(c: &CannedResponse) -> Article {
    Article {
        id: c.id.as_str().into(),
        tenant_id: c.tenant_id.clone(),
        language: qn_nlu::identify(&c.text, None).0,
        title: c.shortcut.clone(),
        questions: vec![],
        body: c.text.clone(),
        category: String::new(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: c.version,
        updated_by: None,
        created_at: c.created_at,
        updated_at: c.created_at,
    }
}
