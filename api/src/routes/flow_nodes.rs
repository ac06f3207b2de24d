//! The kinds of nodes flows are drawn with.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use qn_api_types::flow::FlowNodesView;
use qn_workflow::nodes::catalogue;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(nodes))
}

/// Kinds of nodes in the order of the palette, with their ports and the schemas of their settings and of documents
#[utoipa::path(get, path = "/flow-nodes", tag = "flows", responses((status = 200, body = FlowNodesView)))]
async fn nodes(_person: Reader) -> Result<Json<FlowNodesView>> {
    let items = serde_json::to_value(catalogue()).unwrap_or_default();
    Ok(Json(FlowNodesView { document_schema: qn_workflow::schema(), items }))
}
