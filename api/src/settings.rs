//! What the settings routes share: ids that follow from an Idempotency-Key, the check of If-Match, and telling everybody afterwards.

use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{
    Result,
    extract::{Named, Person},
};
use qn_domain::{TeamId, TenantId};
use std::time::Duration;

/// The id of a new object: derived from the creation's name when it has one, so that a repetition meets the first.
macro_rules! new_id {
    ($type:ident, $named:expr, $now:expr) => {
        $named.map_or_else(|| $type::fresh($now), |named| $type::derived(&named.id))
    };
}
pub(crate) use new_id;

/// False when it was made now, true when the same creation had made it before.
pub async fn replayed(
    state: &AppState,
    tenant_id: &TenantId,
    inserted: std::result::Result<(), qn_store::Error>,
    named: Option<Named>,
) -> Result<bool> {
    match inserted {
        Ok(()) => note(state, tenant_id, named).await,
        Err(qn_store::Error::Exists(what)) if what == "id" && named.is_some() => {
            same_request(state, tenant_id, named).await?;
            return Ok(true);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(false)
}

/// Remembers what was sent under the key of a creation that is done. One that is not remembered counts as the same later.
pub async fn note(state: &AppState, tenant_id: &TenantId, named: Option<Named>) {
    let Some(named) = named else { return };
    let (key, sent) = (qn_base::ids::derived(&named.id), qn_base::ids::derived(&named.sent));
    if let Err(error) = qn_store::idempotency::insert(&state.engine.db, tenant_id, &key, &sent, state.engine.now()).await {
        tracing::warn!(%error, "what an idempotency key stood for could not be noted");
    }
}

/// Refuses a key that was first used for something else: the caller would take the first result for its own.
pub async fn same_request(state: &AppState, tenant_id: &TenantId, named: Option<Named>) -> Result<()> {
    let Some(named) = named else { return Ok(()) };
    let first = qn_store::idempotency::find(&state.engine.db, tenant_id, &qn_base::ids::derived(&named.id)).await?;
    match first.is_none_or(|first| first == qn_base::ids::derived(&named.sent)) {
        true => Ok(()),
        false => Err(Problem::new(Code::IdempotencyKeyReused)),
    }
}

/// The caller's change starts from what is stored now.
pub fn same_version(stored: i64, read: i64) -> Result<()> {
    if stored == read { Ok(()) } else { Err(Problem::new(Code::PreconditionFailed)) }
}

/// The caller may not have more than `max` of these.
pub fn room(have: usize, max: usize) -> Result<()> {
    if have < max { Ok(()) } else { Err(Problem::new(Code::LimitReached).with("max", max.to_string())) }
}

/// Every team must be one of the tenant's.
pub async fn known_teams(state: &AppState, person: &Person, ids: &[TeamId], field: &str) -> Result<()> {
    for (i, id) in ids.iter().enumerate() {
        if qn_store::team::find(&state.engine.db, person.tenant_id(), id).await?.is_none() {
            let path = if field == "team_id" { field.to_owned() } else { format!("{field}[{i}]") };
            return Err(Problem::invalid(path, "没有这个团队", "is not a team of yours"));
        }
    }
    Ok(())
}

/// Screens, caches and other servers hear of a change that is already stored; a busy moment does not undo it.
pub async fn changed(state: &AppState, tenant_id: &TenantId, resource: &str, id: &str) {
    let now = state.engine.now();
    for pause_ms in [0, 50, 200, 1_000] {
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        match state.engine.db.announce(tenant_id, resource, id, now).await {
            Ok(()) => return,
            Err(qn_store::Error::Busy) => {}
            Err(error) => {
                tracing::error!(%error, resource, id, "a change of settings could not be announced");
                break;
            }
        }
    }
    state.engine.reload_settings(tenant_id);
}
