//! What flows say in their own words off the straight way. A run is pinned to its version, and so are its words: a version that goes live
//! while a customer is in the middle of something changes nothing of how the bot speaks to them.

use crate::{Engine, Result};
use qn_domain::repairs::RepairWords;
use qn_domain::{BotState, Repairs, TenantId};
use qn_store::{flow_run, flow_version};
use qn_workflow::Flow;
use qn_workflow::trigger::Begins;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// Versions whose words are kept in memory.
const KEPT_MAX: usize = 2_000;

type Words = BTreeMap<String, RepairWords>;

/// By content hash; a version never changes, so nothing here is ever refreshed.
#[derive(Debug, Default)]
pub(crate) struct OwnWords(RwLock<HashMap<(TenantId, String), Arc<Words>>>);

impl OwnWords {
    fn find(&self, version: &(TenantId, String)) -> Option<Arc<Words>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(version).cloned()
    }

    fn keep(&self, version: (TenantId, String), words: Arc<Words>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(version, words);
    }
}

impl Engine {
    /// The company's words, and before them those of the runs on this stack and of `run_id`, which may stand beside it or be empty.
    pub(crate) async fn words_here(&self, tenant_id: &TenantId, bot: &BotState, run_id: &str) -> Result<Arc<Repairs>> {
        let settings = self.settings(tenant_id).await?;
        let stacked = bot.flows.iter().map(|flow| flow.run_id.as_str());
        let runs: BTreeSet<&str> = stacked.chain([run_id]).filter(|id| !id.is_empty()).collect();
        let mut of_runs = BTreeMap::new();
        for run_id in runs {
            match self.own_words(tenant_id, run_id).await {
                Ok(words) if words.is_empty() => {}
                Ok(words) => drop(of_runs.insert(run_id.to_owned(), Words::clone(&words))),
                // The company's words are as true, and no turn fails for want of others.
                Err(error) => tracing::warn!(%error, tenant = %tenant_id, run_id, "a flow's own words could not be read"),
            }
        }
        if of_runs.is_empty() {
            return Ok(settings.repairs.clone());
        }
        Ok(Arc::new(Repairs { of_runs, ..Repairs::clone(&settings.repairs) }))
    }

    async fn own_words(&self, tenant_id: &TenantId, run_id: &str) -> Result<Arc<Words>> {
        // None: it has only just been named.
        let Some(run) = flow_run::find(&self.db, tenant_id, run_id).await? else { return Ok(Arc::default()) };
        let version = (tenant_id.clone(), run.version_hash);
        if let Some(words) = self.flows.own_words.find(&version) {
            return Ok(words);
        }
        let stored = flow_version::find(&self.db, tenant_id, &version.1).await?;
        let flow = stored.and_then(|stored| serde_json::from_str::<Flow>(&stored.document).ok());
        let words = Arc::new(flow.as_ref().map(words_of).unwrap_or_default());
        self.flows.own_words.keep(version, words.clone());
        Ok(words)
    }
}

fn words_of(flow: &Flow) -> Words {
    let words = Begins::of(flow).words.into_iter();
    words.map(|own| (own.on.as_str().to_owned(), RepairWords { zh: own.zh, en: own.en })).collect()
}
