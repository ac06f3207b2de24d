//! Documents as text: a flow goes out as JSON or YAML, and comes in as either or as a Serverless Workflow. Ids stay.

use super::flow_changes::{Which, document_of};
use crate::Result;
use crate::extract::{Json, Path, Person, Query, Reader, Supervisor};
use crate::flows;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use qn_api_types::flow::{FlowRead, ReadFlow};
use qn_store::flow;
use qn_workflow::serverless;
use qn_workflow::text::{self, Format};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How a Serverless Workflow names a flow of ours that it calls.
const NAMESPACE: &str = "qingniao";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(read))
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FlowFormat {
    #[default]
    Json,
    Yaml,
    /// A Serverless Workflow 1.0 in YAML; what has no counterpart there is 422 `flow_unsound` with `problems`.
    Serverless,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// A version's number or hash, `live`, or `draft` for one's own draft; `live` when not given.
    version: Option<String>,
    #[serde(default)]
    format: FlowFormat,
}

/// A flow's document as a file
#[utoipa::path(get, path = "/flows/{id}/export", tag = "flows", params(("id" = String, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "application/json")))]
async fn export(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response> {
    let which = Which::read(query.version.as_deref().unwrap_or("live"));
    let document = document_of(&state, &person, &id, which).await?;
    let (text, kind, ending) = match query.format {
        FlowFormat::Json => (text::write(&document, Format::Json), "application/json", "json"),
        FlowFormat::Yaml => (text::write(&document, Format::Yaml), "application/yaml", "yaml"),
        FlowFormat::Serverless => {
            let called = live_flows(&state, &person).await?.into_iter().map(|(name, hash)| (hash, name)).collect();
            let workflow = serverless::export(&document, &called).map_err(|problems| unsound(&problems))?;
            (text::write_value(&workflow), "application/yaml", "workflow.yaml")
        }
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Ids of flows are letters, digits, `-` and `_`: they need no quoting.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{id}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Read a document that is text
///
/// JSON, YAML, or a Serverless Workflow 1.0 in either; told apart by itself. Nothing is kept: create a flow or save a draft with the document.
/// A Serverless Workflow may call the flows that are live as `qingniao/<id>`. What cannot be read is 422 `flow_unsound` with `problems`.
#[utoipa::path(post, path = "/flow-documents/read", tag = "flows", request_body = ReadFlow,
    responses((status = 200, body = FlowRead), (status = 422, body = qn_api_types::Problem)))]
async fn read(State(state): State<AppState>, person: Supervisor, Json(body): Json<ReadFlow>) -> Result<Json<FlowRead>> {
    let versions = live_flows(&state, &person).await?;
    let document = text::read(&body.text, &versions).map_err(|problems| unsound(&problems))?;
    Ok(Json(FlowRead { document: serde_json::to_value(&document).unwrap_or_default() }))
}

/// Hashes of the flows that are live, as workflows name them.
async fn live_flows(state: &AppState, person: &Person) -> Result<BTreeMap<String, String>> {
    let live = flow::list_live(&state.engine.db, person.tenant_id()).await?;
    let named = |of: flow::StoredFlow| Some((format!("{NAMESPACE}/{}", of.id), of.live?.hash));
    Ok(live.into_iter().filter_map(named).collect())
}

fn unsound(problems: &[qn_workflow::Problem]) -> Problem {
    let shown = flows::shown_problems(problems);
    Problem::new(Code::FlowUnsound).with("count", shown.len().to_string()).member("problems", &shown)
}
