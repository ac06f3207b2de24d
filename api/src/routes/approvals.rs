//! What flows wait for people to decide.

use crate::Result;
use crate::extract::{Json, ListParams, Query, Reader};
use crate::flows::deciders::{Decider, Verdict};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::flow_run::ApprovalView;
use qn_domain::{Role, TenantId};
use qn_store::flow_history::{self, OpenApproval};
use serde_json::Value;
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Pages read to fill one answer when most of what waits is addressed to others.
const PAGES_MAX: usize = 20;
const TEAMS_MAX: i64 = 1_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Open approvals, oldest first
///
/// Agents see those they may decide; supervisors and admins see all, each marked with whether they may.
#[utoipa::path(get, path = "/approvals", tag = "approvals", params(ListParams), responses((status = 200, body = List<ApprovalView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<ApprovalView>>> {
    let (db, tenant_id, limit) = (&state.engine.db, person.tenant_id(), query.limit());
    let teams = teams(&state, tenant_id).await?;
    let decider = Decider { user: &person.0.0.user, teams: &teams };
    let sees_all = person.require(Role::Supervisor).is_ok();
    let (mut items, mut cursor) = (Vec::new(), query.cursor().map(str::to_owned));
    for _ in 0..PAGES_MAX {
        let missing = limit - i64::try_from(items.len()).unwrap_or(limit);
        let page = flow_history::list_approvals(db, tenant_id, cursor.as_deref(), missing).await?;
        items.extend(page.items.into_iter().map(|task| view(&decider, task)).filter(|task| sees_all || task.may_decide));
        cursor = page.next_cursor;
        if cursor.is_none() || items.len() as i64 >= limit {
            break;
        }
    }
    Ok(Json(List { items, next_cursor: cursor }))
}

/// The tenant's teams by id.
async fn teams(state: &AppState, tenant_id: &TenantId) -> Result<HashMap<String, String>> {
    let page = qn_store::team::list(&state.engine.db, tenant_id, None, TEAMS_MAX).await?;
    Ok(page.items.into_iter().map(|team| (team.id.0, team.name)).collect())
}

fn view(decider: &Decider<'_>, task: OpenApproval) -> ApprovalView {
    let request: Value = serde_json::from_str(&task.request).unwrap_or_default();
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let who = text("who");
    ApprovalView {
        may_decide: decider.judge(&who, &task.trigger_key) == Verdict::May,
        attempt: u32::try_from(task.attempt).unwrap_or(0),
        flow_name: task.flow_name.unwrap_or_else(|| task.flow_id.clone()),
        title: text("title"),
        payload: request["payload"].clone(),
        run_id: task.run_id,
        step: task.step,
        flow_id: task.flow_id,
        who,
        asked_at: task.at,
        due_at: task.due_at,
    }
}
