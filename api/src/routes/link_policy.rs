//! From which likelihood on contacts are shown as perhaps one person, or linked.

use crate::Result;
use crate::extract::{Admin, Json, Reader};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::person::{LinkPolicyView, WriteLinkPolicy};
use qn_store::link_policy;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_link_policy, write_link_policy))
}

/// When contacts are suggested as one person, or linked by likeness
#[utoipa::path(get, path = "/link-policy", tag = "contacts", responses((status = 200, body = LinkPolicyView)))]
async fn read_link_policy(State(state): State<AppState>, person: Reader) -> Result<Json<LinkPolicyView>> {
    let (found, version) = link_policy::get(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(LinkPolicyView::of(&found, version)))
}

/// Change it
///
/// What is linked by likeness is graded inferred and can be taken back; it helps colleagues and never shows a customer anything. It holds for
/// what becomes known from now on.
#[utoipa::path(put, path = "/link-policy", tag = "contacts", request_body = WriteLinkPolicy,
    responses((status = 200, body = LinkPolicyView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn write_link_policy(
    State(state): State<AppState>,
    person: Admin,
    Json(body): Json<WriteLinkPolicy>,
) -> Result<Json<LinkPolicyView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let wanted = body.policy();
    let version = link_policy::put(db, tenant_id, &wanted, body.version, person.user_id(), state.engine.now()).await?;
    settings::changed(&state, tenant_id, "link_policy", &version.to_string()).await;
    Ok(Json(LinkPolicyView::of(&wanted, version)))
}
