//! Published articles that repeat or contradict each other, without those a person has looked at and left as they are.

use crate::{Engine, Result};
use qn_domain::{Article, ConflictKind, TenantId};
use qn_knowledge::conflict::{self, Clash};
use std::collections::HashSet;

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

impl Engine {
    /// What is open, contradictions first; compared anew each time.
    pub async fn article_conflicts(&self, tenant_id: &TenantId) -> Result<Vec<Conflicting>> {
        let articles = qn_store::article::list_published(&self.db, tenant_id).await?;
        let settled: HashSet<String> = qn_store::article_conflict::list_settled(&self.db, tenant_id).await?.into_iter().collect();
        let compared = tokio::task::spawn_blocking(move || {
            let found = conflict::find(&articles).into_iter().map(|one| Conflicting {
                key: one.key(),
                kind: one.kind,
                alike: one.alike,
                a: one.a.clone(),
                b: one.b.clone(),
                clashes: one.clashes,
            });
            found.filter(|one| !settled.contains(&one.key)).collect::<Vec<_>>()
        });
        Ok(compared.await.unwrap_or_default())
    }
}
