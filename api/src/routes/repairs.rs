//! What the bot says when a talk leaves its straight way.

use crate::Result;
use crate::extract::{Json, Reader, Supervisor};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::repairs::{RepairsView, WriteRepairs};
use qn_store::repairs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_repairs, write_repairs))
}

/// What the bot says when a talk leaves its straight way
///
/// It comes back to a question, stops, asks which was meant, finds nothing, hands over: the built-in words and the company's own.
#[utoipa::path(get, path = "/repairs", tag = "flows", responses((status = 200, body = RepairsView)))]
async fn read_repairs(State(state): State<AppState>, person: Reader) -> Result<Json<RepairsView>> {
    let (found, version) = repairs::get(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(RepairsView::of(&found, version)))
}

/// Change them
#[utoipa::path(put, path = "/repairs", tag = "flows", request_body = WriteRepairs,
    responses((status = 200, body = RepairsView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn write_repairs(State(state): State<AppState>, person: Supervisor, Json(body): Json<WriteRepairs>) -> Result<Json<RepairsView>> {
    let (read, wanted) = (body.version, body.repairs());
    let version = repairs::put(&state.engine.db, person.tenant_id(), &wanted, read).await?;
    settings::changed(&state, person.tenant_id(), "repairs", &version.to_string()).await;
    Ok(Json(RepairsView::of(&wanted, version)))
}
