//! Shared variables between the store's rows and a run's decisions. Pure. Called by `run`.

use crate::run::Birth;
use qn_base::Timestamp;
use qn_domain::TenantId;
use qn_store::flow_value::FlowValue;
use qn_workflow::model::Scope;
use qn_workflow::run::{Shared, kept as kept_by};
use qn_workflow::{Decision, RunState};
use std::sync::Arc;

/// What is written in a way that cannot be read is not there.
pub(crate) fn read(rows: Vec<FlowValue>) -> Shared {
    let mut out = Shared::new();
    for row in rows {
        let value = row.value.as_deref().and_then(|value| serde_json::from_str(value).ok());
        if let (Some(scope), Some(value)) = (Scope::parse(&row.scope), value) {
            out.entry(scope).or_default().insert(row.name, Arc::new(value));
        }
    }
    out
}

/// What the decision sets for others; nothing where the run has nobody to keep it for. Null takes a value away.
pub(crate) fn kept(before: &RunState, decision: &Decision, tenant_id: &TenantId, birth: &Birth, now: Timestamp) -> Vec<FlowValue> {
    let owner = |scope: Scope| match scope {
        Scope::Run => None,
        Scope::Conversation => birth.conversation_id.as_ref().map(|id| id.to_string()),
        Scope::Contact => birth.contact_id.as_ref().map(|id| id.to_string()),
        Scope::Tenant => Some(tenant_id.to_string()),
    };
    let set = kept_by(before, decision).into_iter().filter_map(|(scope, name, value)| {
        Some(FlowValue {
            scope: scope.as_str().to_owned(),
            owner: owner(scope)?,
            name,
            value: (!value.is_null()).then(|| value.to_string()),
            run_id: before.run_id.clone(),
            updated_at: now,
        })
    });
    set.collect()
}
