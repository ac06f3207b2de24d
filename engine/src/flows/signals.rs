//! Signals by what they are about: whoever sends one knows an order, not a run. It goes to every step that listens for it now; where
//! none does it is kept for a while, and the first that begins to listen hears it. Kept before anybody is looked for, and looked for by
//! a step after it is known to listen, so one of both always finds the other.

use crate::{Engine, EngineError, Result};
use qn_base::clock::HOUR_MS;
use qn_domain::TenantId;
use qn_runner::Errand;
use qn_store::kept_signal::{self, KeptSignal};
use qn_workflow::request::{SIGNAL_CHARS_MAX, listens_for};
use serde_json::Value;

/// How long a signal that nobody listens for is kept.
pub const KEPT_MS: i64 = 24 * HOUR_MS;
pub const KEPT_MS_MAX: i64 = 7 * 24 * HOUR_MS;
/// Signals of one tenant that are kept at a time.
const KEPT_MAX: i64 = 10_000;
/// Steps that hear one signal.
const LISTENERS_MAX: i64 = 100;

/// A signal as it comes.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowSignal {
    /// Names it: the same once more changes nothing.
    pub id: String,
    /// Only runs of this flow hear it; empty: any.
    pub flow_id: String,
    pub name: String,
    pub payload: Value,
    pub keep_ms: i64,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signalled {
    pub repeated: bool,
    /// Runs that went on.
    pub runs: Vec<String>,
    /// Until when it is kept; none when it was heard.
    pub kept_until: Option<i64>,
}

impl Engine {
    pub async fn signal_flows(&self, tenant_id: &TenantId, signal: FlowSignal) -> Result<Signalled> {
        let listens = listens_for(&signal.name, &signal.payload);
        if signal.name.trim().is_empty() || signal.name.chars().count() > SIGNAL_CHARS_MAX {
            return Err(EngineError::Invalid { field: "name" });
        }
        if listens.is_empty() {
            return Err(EngineError::Invalid { field: "payload" });
        }
        let now = self.now();
        let expires_at = now + signal.keep_ms.clamp(1, KEPT_MS_MAX);
        let kept = KeptSignal {
            id: signal.id,
            flow_id: signal.flow_id,
            name: signal.name,
            payload: signal.payload.to_string(),
            at: now,
            heard_at: None,
            expires_at,
        };
        let fresh = kept_signal::insert(&self.db, tenant_id, &kept, &listens, KEPT_MAX).await?;
        let heard_before = !fresh && kept_signal::find(&self.db, tenant_id, &kept.id).await?.is_some_and(|s| s.heard_at.is_some());
        if heard_before {
            return Ok(Signalled { repeated: true, ..Signalled::default() });
        }
        let runs = self.spread(tenant_id, &kept, &listens, &signal.payload).await?;
        if !runs.is_empty() {
            kept_signal::note_heard(&self.db, tenant_id, &kept.id, now).await?;
        }
        let kept_until = runs.is_empty().then_some(expires_at);
        Ok(Signalled { repeated: !fresh, runs, kept_until })
    }

    /// What another session kept, or a server that was gone before anybody heard of it, is heard by whoever listens for it now.
    pub(crate) async fn hear_all_kept(&self) -> Result<()> {
        for tenant in qn_store::tenant::list(&self.db).await? {
            self.hear_kept(&tenant.id).await?;
        }
        Ok(())
    }

    async fn hear_kept(&self, tenant_id: &TenantId) -> Result<()> {
        let now = self.now();
        for kept in kept_signal::list_awaited(&self.db, tenant_id, now, KEPT_MAX).await? {
            let payload: Value = serde_json::from_str(&kept.payload).unwrap_or_default();
            let listens = listens_for(&kept.name, &payload);
            match self.spread(tenant_id, &kept, &listens, &payload).await {
                Ok(runs) if runs.is_empty() => {}
                Ok(_) => kept_signal::note_heard(&self.db, tenant_id, &kept.id, now).await?,
                // One run that cannot be reached keeps nothing from the others.
                Err(error) => tracing::warn!(%error, signal = kept.id, "a kept signal could not be passed on"),
            }
        }
        Ok(())
    }

    async fn spread(&self, tenant_id: &TenantId, kept: &KeptSignal, listens: &[String], payload: &Value) -> Result<Vec<String>> {
        let mut runs = Vec::new();
        for text in listens {
            for listener in kept_signal::listeners(&self.db, tenant_id, &kept.flow_id, text, LISTENERS_MAX).await? {
                let signal = (kept.id.as_str(), kept.name.as_str());
                let heard = self.runner()?.signal_for(tenant_id, &listener.run_id, &listener.step, signal, payload.clone()).await?;
                if heard && !runs.contains(&listener.run_id) {
                    runs.push(listener.run_id);
                }
            }
        }
        Ok(runs)
    }

    /// A step listens: what came before it did is heard now.
    pub(super) async fn flow_listens(&self, errand: &Errand) -> Result<()> {
        let Some(listens) = errand.request.listens() else { return Ok(()) };
        let (tenant_id, now) = (&errand.tenant_id, self.now());
        let Some(kept) = kept_signal::find_for(&self.db, tenant_id, &errand.flow.id, &listens, now).await? else { return Ok(()) };
        let payload = serde_json::from_str(&kept.payload).unwrap_or_default();
        let signal = (kept.id.as_str(), kept.name.as_str());
        if self.runner()?.signal_for(tenant_id, &errand.run_id, &errand.step, signal, payload).await? {
            kept_signal::note_heard(&self.db, tenant_id, &kept.id, now).await?;
        }
        Ok(())
    }
}
