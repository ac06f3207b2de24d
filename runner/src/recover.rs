//! Reading a run back from its journal, and going on with what a stopped server left unfinished. Nothing is evaluated or called
//! again that the journal knows; what was under way is asked for again under the same keys.

use crate::error::{Error, Result};
use crate::people;
use crate::run::{self, Birth, Driven};
use crate::runner::Inner;
use crate::task::Claim;
use qn_domain::TenantId;
use qn_store::{flow_run, flow_task};
use qn_workflow::run::version;
use qn_workflow::{Entry, Program, RunState, replay};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Runs of one tenant before it is another one's turn.
const PAGE: i64 = 50;
/// How often it is looked whether the runner is gone.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A run as the store knows it.
pub(crate) struct Read {
    pub program: Arc<Program>,
    pub state: RunState,
    pub birth: Birth,
    pub is_held: bool,
    /// Asked of people, and nobody knows of it yet.
    pub untold: HashSet<(String, u32)>,
}

pub(crate) async fn read(inner: &Inner, tenant_id: &TenantId, run_id: &str) -> Result<Read> {
    let run = flow_run::find(&inner.db, tenant_id, run_id).await?.ok_or_else(|| Error::NoRun(run_id.to_owned()))?;
    let entries = entries(inner, tenant_id, run_id).await?;
    let hash = version(&entries).ok_or_else(|| Error::NoRun(run_id.to_owned()))?;
    let program = inner.programs.get(&inner.db, tenant_id, hash).await?;
    let state = replay(&program, run_id, &entries).map_err(|e| Error::Journal(run_id.to_owned(), e.to_string()))?;
    let mut untold = HashSet::new();
    if people::asks_anybody(&state) {
        let rows = flow_task::list_untold(&inner.db, tenant_id, run_id).await?;
        untold.extend(rows.into_iter().map(|(step, attempt)| (step, u32::try_from(attempt).unwrap_or(1))));
    }
    let birth = Birth { trigger_key: run.trigger_key, conversation_id: run.conversation_id, contact_id: run.contact_id };
    Ok(Read { program, state, birth, is_held: run.paused_at.is_some(), untold })
}

pub(crate) async fn entries(inner: &Inner, tenant_id: &TenantId, run_id: &str) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    for page in flow_run::journal(&inner.db, tenant_id, run_id).await? {
        let page = serde_json::from_str::<Vec<Entry>>(&page).map_err(|e| Error::Journal(run_id.to_owned(), e.to_string()))?;
        entries.extend(page);
    }
    Ok(entries)
}

/// Goes on with unfinished runs at the start, and once more whenever somebody else wrote some, until the runner is gone.
pub(crate) async fn watch(inner: Weak<Inner>) {
    loop {
        all(&inner).await;
        let Some(written) = inner.upgrade().map(|inner| Arc::clone(&inner.written)) else { return };
        while tokio::time::timeout(LOOK_EVERY, written.notified()).await.is_err() {
            if inner.strong_count() == 0 {
                return;
            }
        }
    }
}

/// Wakes every run that owes or is owed an answer, and those whose questions nobody was told, a few at a time and tenant by tenant in
/// turn: however many one has left, the others wait for a few of them. A run that cannot be read is left for a person.
async fn all(inner: &Weak<Inner>) {
    let Some(mut round) = begin(inner).await else { return };
    while let Some(mut left) = round.pop_front() {
        let Some(inner) = inner.upgrade() else { return };
        let page = match left.list {
            List::Active => flow_run::list_active(&inner.db, &left.tenant_id, &left.cursor, PAGE).await,
            List::Untold => flow_task::list_runs_untold(&inner.db, &left.tenant_id, &left.cursor, PAGE).await,
        };
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(%error, "unfinished runs cannot be listed");
                return;
            }
        };
        let Some(last) = page.last() else { continue };
        left.cursor.clone_from(last);
        tracing::info!(runs = page.len(), tenant_id = %left.tenant_id, "going on with unfinished runs");
        for run_id in page {
            wake(&inner, left.tenant_id.clone(), run_id).await;
        }
        round.push_back(left);
    }
}

/// What every tenant has left. None when that cannot be known now.
async fn begin(inner: &Weak<Inner>) -> Option<VecDeque<Left>> {
    let inner = inner.upgrade()?;
    if let Err(error) = inner.count_left().await {
        tracing::error!(%error, "unfinished runs cannot be counted");
    }
    let (active, untold) = (flow_run::list_tenants_active(&inner.db).await, flow_task::list_tenants_untold(&inner.db).await);
    let (active, untold) = match (active, untold) {
        (Ok(active), Ok(untold)) => (active, untold),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "unfinished runs cannot be listed");
            return None;
        }
    };
    let left = |list: List| move |tenant_id: String| Left { tenant_id: tenant_id.into(), list, cursor: String::new() };
    Some(active.into_iter().map(left(List::Active)).chain(untold.into_iter().map(left(List::Untold))).collect())
}

/// The runs of one tenant that are still to be woken.
struct Left {
    tenant_id: TenantId,
    list: List,
    /// The last that was.
    cursor: String,
}

#[derive(Debug, Clone, Copy)]
enum List {
    Active,
    Untold,
}

/// So many at a time: the next waits until one before it was read and has gone on. What they owe the outside then has places of its own.
pub(crate) async fn wake(inner: &Arc<Inner>, tenant_id: TenantId, run_id: String) {
    let Ok(place) = Arc::clone(&inner.waking).acquire_owned().await else { return };
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        if let Some((claim, _)) = Claim::take(&inner, &tenant_id, &run_id, None) {
            match read(&inner, &tenant_id, &run_id).await {
                Ok(read) => drop(tokio::spawn(run::drive(Driven::woken(claim, read).in_place(place), None))),
                Err(error) => tracing::error!(%error, run_id, "an unfinished run cannot go on"),
            }
        }
    });
}
