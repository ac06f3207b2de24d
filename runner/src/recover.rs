//! Reading a run back from its journal, and going on with what a stopped server left unfinished. Nothing is evaluated or called
//! again that the journal knows; what was under way is asked for again under the same keys.

use crate::error::{Error, Result};
use crate::run::{self, Claim, Driven};
use crate::runner::Inner;
use qn_domain::TenantId;
use qn_store::flow_run;
use qn_workflow::{Entry, Program, RunState, replay};
use std::sync::{Arc, Weak};

const PAGE: i64 = 500;

pub(crate) async fn read(inner: &Inner, tenant_id: &TenantId, run_id: &str) -> Result<(Arc<Program>, RunState)> {
    let pages = flow_run::journal(&inner.db, tenant_id, run_id).await?;
    let unreadable = |reason: String| Error::Journal(run_id.to_owned(), reason);
    let mut entries: Vec<Entry> = Vec::new();
    for page in pages {
        entries.extend(serde_json::from_str::<Vec<Entry>>(&page).map_err(|e| unreadable(e.to_string()))?);
    }
    let Some(Entry::Started { flow, .. }) = entries.first() else { return Err(Error::NoRun(run_id.to_owned())) };
    let program = inner.programs.get(&inner.db, tenant_id, flow).await?;
    let state = replay(&program, run_id, &entries).map_err(|e| unreadable(e.to_string()))?;
    Ok((program, state))
}

/// Wakes every run that owes or is owed an answer, a few at a time. A run that cannot be read is left for a person.
pub(crate) async fn all(inner: Weak<Inner>) {
    let mut cursor = String::new();
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let page = match flow_run::list_active(&inner.db, &cursor, PAGE).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(%error, "unfinished runs cannot be listed");
                return;
            }
        };
        let Some((_, last)) = page.last() else { return };
        cursor.clone_from(last);
        tracing::info!(runs = page.len(), "going on with unfinished runs");
        for (tenant, run_id) in page {
            wake(&inner, tenant.into(), run_id).await;
        }
    }
}

async fn wake(inner: &Arc<Inner>, tenant_id: TenantId, run_id: String) {
    let Ok(place) = Arc::clone(&inner.waking).acquire_owned().await else { return };
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        if let Some((claim, _)) = Claim::take(&inner, &tenant_id, &run_id, None) {
            match read(&inner, &tenant_id, &run_id).await {
                Ok((program, state)) => drop(tokio::spawn(run::drive(Driven::woken(claim, program, state), None))),
                Err(error) => tracing::error!(%error, run_id, "an unfinished run cannot go on"),
            }
        }
        drop(place);
    });
}
