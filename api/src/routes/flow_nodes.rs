//! The kinds of nodes flows are drawn with.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use qn_api_types::flow::{FlowEventView, FlowNodesView};
use qn_workflow::nodes::catalogue;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(nodes))
}

/// Kinds of nodes in the order of the palette, with their ports and the schemas of their settings and of documents, and what flows may begin on
#[utoipa::path(get, path = "/flow-nodes", tag = "flows", responses((status = 200, body = FlowNodesView)))]
async fn nodes(_person: Reader) -> Result<Json<FlowNodesView>> {
    let items = serde_json::to_value(catalogue()).unwrap_or_default();
    let events = qn_engine::HOUSE_EVENTS.iter().map(|event| FlowEventView {
        name: event.name.to_owned(),
        zh: event.zh.to_owned(),
        en: event.en.to_owned(),
        fields: event.fields.iter().map(|field| (*field).to_owned()).collect(),
    });
    Ok(Json(FlowNodesView { document_schema: qn_workflow::schema(), items, events: events.collect() }))
}
