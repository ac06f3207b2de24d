//! Published articles that repeat or contradict each other, without those a person has looked at and left as they are. Compared once for
//! each state of the articles, told by their stamp; what a person settles is left out when it is asked for.

use crate::{Engine, Result};
use qn_domain::{Article, ConflictKind, TenantId};
use qn_knowledge::conflict::{self, Clash};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Two articles an editor should look at side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflicting {
    pub key: String,
    pub kind: ConflictKind,
    pub alike: f32,
    pub a: Article,
    pub b: Article,
    pub clashes: Vec<Clash>,
}

type Found = Arc<Vec<Arc<Conflicting>>>;

/// What was found in each tenant's articles, and the stamp they had.
#[derive(Default)]
pub(crate) struct Compared(Mutex<HashMap<TenantId, (i64, Found)>>);

impl Compared {
    fn find(&self, tenant_id: &TenantId, stamp: i64) -> Option<Found> {
        let compared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        compared.get(tenant_id).filter(|(of, _)| *of == stamp).map(|(_, found)| found.clone())
    }

    fn set(&self, tenant_id: &TenantId, stamp: i64, found: Found) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant_id.clone(), (stamp, found));
    }
}

impl Engine {
    /// What is open, contradictions first.
    pub async fn article_conflicts(&self, tenant_id: &TenantId) -> Result<Vec<Arc<Conflicting>>> {
        let found = self.compared(tenant_id).await?;
        let settled: HashSet<String> = qn_store::article_conflict::list_settled(&self.db, tenant_id).await?.into_iter().collect();
        Ok(found.iter().filter(|one| !settled.contains(&one.key)).cloned().collect())
    }

    async fn compared(&self, tenant_id: &TenantId) -> Result<Found> {
        // One after the other: who waits finds what the first one found.
        let _turn = self.turns.enter(&format!("conflicts:{tenant_id}")).await;
        // First: a change that comes between is compared the next time.
        let stamp = qn_store::article_stamp::find(&self.db, tenant_id).await?;
        if let Some(found) = self.compared.find(tenant_id, stamp) {
            return Ok(found);
        }
        let articles = qn_store::article::list_published(&self.db, tenant_id).await?;
        let compare = move || conflict::find(&articles).into_iter().map(|one| Arc::new(owned(one))).collect::<Vec<_>>();
        let Ok(found) = tokio::task::spawn_blocking(compare).await else { return Ok(Found::default()) };
        let found = Arc::new(found);
        self.compared.set(tenant_id, stamp, found.clone());
        Ok(found)
    }
}

fn owned(one: conflict::Conflict<'_>) -> Conflicting {
    Conflicting { key: one.key(), kind: one.kind, alike: one.alike, a: one.a.clone(), b: one.b.clone(), clashes: one.clashes }
}
