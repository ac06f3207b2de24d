//! What differs between two versions or drafts of a flow, and what two people drew put together.

use crate::Result;
use crate::extract::{Json, Path, Person, Query, Reader, Supervisor};
use crate::flows;
use crate::problem::{Code, Problem};
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

/// Which document of a flow is meant.
pub(super) enum Which<'a> {
    Draft,
    Live,
    /// By number or hash.
    Version(&'a str),
}

impl Which<'_> {
    pub fn read(text: &str) -> Which<'_> {
        match text {
            "draft" => Which::Draft,
            "live" => Which::Live,
            version => Which::Version(version),
        }
    }
}

pub(super) async fn document_of(state: &AppState, person: &Person, id: &str, which: Which<'_>) -> Result<Flow> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let found = flow::get(db, tenant_id, id).await?;
    let version = match which {
        Which::Draft => {
            let mine = flow_draft::find(db, tenant_id, id, person.user_id()).await?;
            return flows::stored(&mine.ok_or_else(|| Problem::not_found("draft"))?.document);
        }
        Which::Live => found.live_hash().ok_or_else(|| Problem::not_found("flow version"))?,
        Which::Version(version) => version,
    };
    flows::stored(&super::flow_releases::find(state, tenant_id, id, version).await?.document)
}

/// The same to compare with: before anything is live, everything is new.
async fn side(state: &AppState, person: &Person, id: &str, which: &str) -> Result<Flow> {
    match document_of(state, person, id, Which::read(which)).await {
        Err(problem) if which == "live" && problem.code == Code::NotFound => {
            let found = flow::get(&state.engine.db, person.tenant_id(), id).await?;
            Ok(Flow { nodes: Vec::new(), edges: Vec::new(), ..flows::starter(id, &found.name) })
        }
        other => other,
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
