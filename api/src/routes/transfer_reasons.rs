//! Why people pass conversations on: everybody chooses from the list, supervisors write it.

use crate::Result;
use crate::extract::{Json, Reader, Supervisor};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::transfer_reason::TransferReasonsView;
use qn_store::transfer_reasons;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_transfer_reasons, write_transfer_reasons))
}

/// The reasons that people may give when they pass a conversation on
#[utoipa::path(get, path = "/transfer-reasons", tag = "conversations", responses((status = 200, body = TransferReasonsView)))]
async fn read_transfer_reasons(State(state): State<AppState>, person: Reader) -> Result<Json<TransferReasonsView>> {
    let (reasons, version) = transfer_reasons::get(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(TransferReasonsView::of(reasons, version)))
}

/// Change the list
///
/// What was given before stays counted under its key; a reason that is taken out can be given no more.
#[utoipa::path(put, path = "/transfer-reasons", tag = "conversations", request_body = TransferReasonsView,
    responses((status = 200, body = TransferReasonsView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn write_transfer_reasons(
    State(state): State<AppState>,
    person: Supervisor,
    Json(body): Json<TransferReasonsView>,
) -> Result<Json<TransferReasonsView>> {
    let (read, reasons) = (body.version, body.reasons());
    let version = transfer_reasons::put(&state.engine.db, person.tenant_id(), &reasons, read).await?;
    settings::changed(&state, person.tenant_id(), "transfer_reasons", &version.to_string()).await;
    Ok(Json(TransferReasonsView::of(reasons, version)))
}
