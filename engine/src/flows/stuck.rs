//! The alarm for runs that should move and do not. The administrators of their company are told, once for each standstill; after a
//! restart of the server what still stands is told again.

use super::notify::people;
use super::tell::LANGUAGES;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use qn_domain::{Language, TenantId, UserId};
use qn_runner::{STUCK_MS, Stuck};
use qn_store::notice::{self, Notice};
use qn_store::{flow, flow_run};
use qn_workflow::hash;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LOOK_EVERY: Duration = Duration::from_secs(60);
const TITLE_CHARS_MAX: usize = 200;

/// Standstills that people know of: a run, and since when it wrote nothing.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashSet<(String, Timestamp)>>);

impl Known {
    fn unknown<'s>(&self, stuck: &'s [Stuck]) -> Vec<&'s Stuck> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stuck.iter().filter(|run| !known.contains(&(run.run_id.clone(), run.silent_since))).collect()
    }

    fn keep(&self, stuck: &[Stuck]) {
        let now = stuck.iter().map(|run| (run.run_id.clone(), run.silent_since)).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Engine {
    pub(super) async fn watch_stuck(self: Arc<Self>, stop: CancellationToken) {
        loop {
            if let Err(error) = self.tell_stuck().await {
                tracing::warn!(%error, "people could not be told of runs that do not move");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Tells of runs that came to a stand since the last look; gives how many.
    pub async fn tell_stuck(&self) -> Result<usize> {
        let Ok(runner) = self.runner() else { return Ok(0) };
        let stuck = runner.stuck().await?;
        let fresh = self.flows.stuck.unknown(&stuck);
        let mut of_companies: BTreeMap<&TenantId, Vec<&Stuck>> = BTreeMap::new();
        for run in fresh.iter().copied() {
            of_companies.entry(&run.tenant_id).or_default().push(run);
        }
        for (tenant_id, runs) in of_companies {
            self.tell_administrators(tenant_id, &runs).await?;
        }
        let told = fresh.len();
        self.flows.stuck.keep(&stuck);
        Ok(told)
    }

    /// One notice however many runs, leading to the one that stands longest.
    async fn tell_administrators(&self, tenant_id: &TenantId, runs: &[&Stuck]) -> Result<()> {
        let Some(first) = runs.first() else { return Ok(()) };
        let settings = self.settings(tenant_id).await?;
        let Some(run) = flow_run::find(&self.db, tenant_id, &first.run_id).await? else { return Ok(()) };
        let name = flow::find(&self.db, tenant_id, &run.flow_id).await?.map_or(run.flow_id, |flow| flow.name);
        for language in LANGUAGES {
            let to: Vec<&UserId> =
                people(&settings, "admin").into_iter().filter(|user| user.language == language).map(|user| &user.id).collect();
            if to.is_empty() {
                continue;
            }
            let (title, body) = words(language, &name, runs.len());
            let told = Notice {
                id: format!("ntc_{}", hash::short(&format!("stuck:{}@{}:{}", first.run_id, first.silent_since, language.code()))),
                title: qn_base::text::line(&title, TITLE_CHARS_MAX),
                body,
                flow_name: name.clone(),
                run_id: first.run_id.clone(),
                conversation_id: run.conversation_id.as_ref().map(|id| id.0.clone()),
                at: self.now(),
                flow_id: None,
                ticket_id: None,
            };
            notice::insert(&self.db, tenant_id, &told, &to).await?;
            self.announce_notice(tenant_id, &told.id).await;
        }
        Ok(())
    }
}

fn words(language: Language, name: &str, count: usize) -> (String, String) {
    let minutes = STUCK_MS / MINUTE_MS;
    match (language, count) {
        (Language::Zh, 1) => {
            (format!("「{name}」有一次执行停住了"), format!("超过 {minutes} 分钟没有任何进展。请打开看看停在哪一步，需要时可以取消。"))
        }
        (Language::Zh, _) => (
            format!("有 {count} 次执行停住了，包括「{name}」"),
            format!("都超过 {minutes} 分钟没有任何进展。请打开看看停在哪一步，需要时可以取消。"),
        ),
        (Language::En, 1) => (
            format!("A run of {name} does not move"),
            format!("It has done nothing for {minutes} minutes. Open it to see where it stands; it can be cancelled."),
        ),
        (Language::En, _) => (
            format!("{count} runs do not move, one of {name} among them"),
            format!("They have done nothing for {minutes} minutes. Open it to see where it stands; runs can be cancelled."),
        ),
    }
}
