//! The kinds of nodes flows are drawn with.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use qn_api_types::flow::{FlowNodeView, FlowNodesView};
use qn_workflow::nodes;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(nodes))
}

/// Kinds of nodes, their ports, and the schemas of their settings and of documents
#[utoipa::path(get, path = "/flow-nodes", tag = "flows", responses((status = 200, body = FlowNodesView)))]
async fn nodes(_person: Reader) -> Result<Json<FlowNodesView>> {
    let items = nodes::ALL.iter().map(|kind| kind.spec()).map(|spec| FlowNodeView {
        kind: spec.name.to_owned(),
        zh: spec.zh.to_owned(),
        en: spec.en.to_owned(),
        family: serde_json::to_value(spec.family).ok().and_then(|f| f.as_str().map(str::to_owned)).unwrap_or_default(),
        ports: spec.ports.iter().map(|port| (*port).to_owned()).collect(),
        fallible: spec.fallible,
        waits: spec.waits,
        needs_timeout: spec.needs_timeout,
        settings: (spec.settings)(),
    });
    Ok(Json(FlowNodesView { document_schema: qn_workflow::schema(), items: items.collect() }))
}
