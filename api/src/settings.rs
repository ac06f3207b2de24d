//! What the settings routes share: ids that follow from an Idempotency-Key, the check of If-Match, and telling everybody afterwards.

use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, extract::Person};
use qn_domain::{TeamId, TenantId};
use std::time::Duration;

/// The id of a new object: derived from the creation's name when it has one, so that a repetition meets the first.
macro_rules! new_id {
    ($type:ident, $digest:expr, $now:expr) => {
        $digest.map_or_else(|| $type::fresh($now), |d| $type::derived(&d))
    };
}
pub(crate) use new_id;

/// False when it was made now, true when the same creation had made it before.
pub fn replayed(inserted: std::result::Result<(), qn_store::Error>, digest: Option<[u8; 16]>) -> Result<bool> {
    match inserted {
        Ok(()) => Ok(false),
        Err(qn_store::Error::Exists(what)) if what == "id" && digest.is_some() => Ok(true),
        Err(error) => Err(error.into()),
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
