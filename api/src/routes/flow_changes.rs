//! What differs between two versions or drafts of a flow, and what two people drew put together.

use crate::Result;
use crate::extract::{Json, Path, Person, Query, Reader, Supervisor};
use crate::flows;
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::flow::{FlowDifference, FlowMerged, FlowSide, MergeFlows};
use qn_store::{flow, flow_draft};
use qn_workflow::Flow;
use qn_workflow::diff::diff;
use qn_workflow::merge::{Side, merge};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(compare)).routes(routes!(merge_documents))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// A version's number or hash, `live`, or `draft` for one's own draft; `live` when not given.
    from: Option<String>,
    /// The same; `draft` when not given.
    to: Option<String>,
}

/// What changed from one version or draft to another, told for people
#[utoipa::path(get, path = "/flows/{id}/diff", tag = "flows", params(("id" = String, Path), Between),
    responses((status = 200, body = FlowDifference)))]
async fn compare(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Query(between): Query<Between>,
) -> Result<Json<FlowDifference>> {
    let from = side(&state, &person, &id, between.from.as_deref().unwrap_or("live")).await?;
    let to = side(&state, &person, &id, between.to.as_deref().unwrap_or("draft")).await?;
    Ok(Json(FlowDifference { items: serde_json::to_value(diff(&from, &to)).unwrap_or_default() }))
}

async fn side(state: &AppState, person: &Person, id: &str, which: &str) -> Result<Flow> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = flow::get(db, tenant_id, id).await?;
    match (which, found.live_hash()) {
        ("draft", _) => {
            let mine = flow_draft::find(db, tenant_id, id, person.user_id()).await?;
            flows::stored(&mine.ok_or_else(|| Problem::not_found("draft"))?.document)
        }
        // Before anything is live, everything is new.
        ("live", None) => Ok(Flow { nodes: Vec::new(), edges: Vec::new(), ..flows::starter(id, &found.name) }),
        ("live", Some(hash)) => flows::stored(&super::flow_releases::find(state, tenant_id, id, hash).await?.document),
        (version, _) => flows::stored(&super::flow_releases::find(state, tenant_id, id, version).await?.document),
    }
}

/// Put together what two people drew
///
/// Nothing is kept. Where both changed the same thing differently, the answer lists a conflict; send its `path` with a side in `chosen`.
#[utoipa::path(post, path = "/flows/{id}/merge", tag = "flows", request_body = MergeFlows, params(("id" = String, Path)),
    responses((status = 200, body = FlowMerged)))]
async fn merge_documents(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<MergeFlows>,
) -> Result<Json<FlowMerged>> {
    flow::get(&state.engine.db, person.tenant_id(), &id).await?;
    let chosen = body.chosen.into_iter().map(|(path, side)| match side {
        FlowSide::Mine => (path, Side::Mine),
        FlowSide::Theirs => (path, Side::Theirs),
    });
    let (base, mine, theirs) = (flows::read(body.base)?, flows::read(body.mine)?, flows::read(body.theirs)?);
    let merged = merge(&base, &mine, &theirs, &chosen.collect());
    let json = |conflicts| serde_json::to_value(conflicts).unwrap_or_default();
    Ok(Json(FlowMerged { document: serde_json::to_value(&merged.flow).unwrap_or_default(), conflicts: json(merged.conflicts) }))
}
