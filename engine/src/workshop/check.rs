//! Looking the examples over without training, and setting some of them aside as test questions.

use super::brain::Brain;
use crate::{Engine, Result};
use qn_domain::{ExampleId, Finding, IntentExample, IntentId, TenantId};
use std::collections::HashMap;

/// An intent keeps at least this many examples to learn from.
const LEARNT_MIN: usize = 5;

impl Engine {
    /// What is wrong with the examples as they are now.
    pub async fn check_examples(&self, tenant_id: &TenantId) -> Result<Vec<Finding>> {
        let lessons = self.lessons(tenant_id).await?;
        let checked = tokio::task::spawn_blocking(move || Brain::lint(&lessons)).await;
        Ok(checked.unwrap_or_default())
    }

    /// Sets a share of every intent's examples aside for testing, and returns how many. Which ones is decided by their ids, so asking
    /// twice sets aside no more.
    pub async fn hold_out_examples(&self, tenant_id: &TenantId, share_percent: i64) -> Result<u64> {
        let all = qn_store::intent_example::list_all(&self.db, tenant_id, super::train::EXAMPLES_MAX).await?;
        let ids = picked(&all, usize::try_from(share_percent).unwrap_or(0));
        if ids.is_empty() {
            return Ok(0);
        }
        Ok(qn_store::intent_example::set_aside(&self.db, tenant_id, &ids, Some(self.now())).await?)
    }
}

/// Those to set aside, so that each intent reaches its share.
fn picked(all: &[IntentExample], share_percent: usize) -> Vec<ExampleId> {
    let mut by_intent: HashMap<&IntentId, Vec<&IntentExample>> = HashMap::new();
    for example in all {
        by_intent.entry(&example.intent_id).or_default().push(example);
    }
    let mut ids = Vec::new();
    for examples in by_intent.into_values() {
        let aside = examples.iter().filter(|e| e.test_since.is_some()).count();
        let wanted = (examples.len() * share_percent / 100).min(examples.len().saturating_sub(LEARNT_MIN));
        let mut rest: Vec<&IntentExample> = examples.into_iter().filter(|e| e.test_since.is_none()).collect();
        // Newer and older ones alike: the end of an id is random.
        rest.sort_by_key(|e| e.id.as_str().bytes().rev().collect::<Vec<u8>>());
        ids.extend(rest.into_iter().take(wanted.saturating_sub(aside)).map(|e| e.id.clone()));
    }
    ids
}
