//! Kinds of tickets: those that everybody has, and the tenant's own.

use crate::Result;
use crate::extract::{IfMatch, Json, Path, Reader, Supervisor};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::ticket::{PutTicketKind, TicketKindView};
use qn_store::ticket_kind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "ticket_kind";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(kinds)).routes(routes!(put_kind, delete_kind))
}

/// Kinds of tickets
#[utoipa::path(get, path = "/ticket-kinds", tag = "tickets", responses((status = 200, body = List<TicketKindView>)))]
async fn kinds(State(state): State<AppState>, person: Reader) -> Result<Json<List<TicketKindView>>> {
    let kinds = ticket_kind::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List { items: kinds.into_iter().map(Into::into).collect(), next_cursor: None }))
}

/// Set what a kind of ticket asks for
///
/// Takes the place of one that everybody has. Tickets that exist keep their values.
#[utoipa::path(put, path = "/ticket-kinds/{id}", tag = "tickets", request_body = PutTicketKind, params(("id" = String, Path)),
    responses((status = 200, body = TicketKindView), (status = 412, body = qn_api_types::Problem)))]
async fn put_kind(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    Json(body): Json<PutTicketKind>,
) -> Result<Json<TicketKindView>> {
    if !qn_base::ids::is_well_formed(&id) || id.len() > 40 {
        return Err(Problem::invalid("id", "应为 1 到 40 个字母、数字、- 或 _", "has 1 to 40 letters, digits, - or _"));
    }
    let mut kind = body.kind(id);
    kind.version = ticket_kind::put(&state.engine.db, person.tenant_id(), &kind, state.engine.now()).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, &kind.id).await;
    Ok(Json(kind.into()))
}

/// Remove a kind of ticket
///
/// One that everybody has comes back as it was.
#[utoipa::path(delete, path = "/ticket-kinds/{id}", tag = "tickets", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 404, body = qn_api_types::Problem)))]
async fn delete_kind(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    ticket_kind::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, &id).await;
    Ok(StatusCode::NO_CONTENT)
}
