//! What flows and service levels of tickets tell the caller, until they have read it.

use crate::Result;
use crate::extract::{Json, Path, Reader, Writer};
use crate::problem::Problem;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::notice::NoticeView;
use qn_store::notice::{self, Notice};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// More than this nobody catches up with.
const SHOWN_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_notices)).routes(routes!(read_notice))
}

/// What flows and service levels of tickets tell the caller and they have not read, newest first, at most 100
#[utoipa::path(get, path = "/notices", tag = "flow runs", responses((status = 200, body = List<NoticeView>)))]
async fn list_notices(State(state): State<AppState>, person: Reader) -> Result<Json<List<NoticeView>>> {
    let found = notice::list(&state.engine.db, person.tenant_id(), person.user_id(), SHOWN_MAX).await?;
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

fn view(n: Notice) -> NoticeView {
    let Notice { id, title, body, flow_name, run_id, conversation_id, at, flow_id, ticket_id } = n;
    NoticeView {
        id,
        title,
        text: body,
        flow_name,
        run_id: Some(run_id).filter(|id| !id.is_empty()),
        flow_id,
        ticket_id,
        conversation_id,
        at,
    }
}

/// The caller has read it; it is gone for them then
#[utoipa::path(delete, path = "/notices/{id}", tag = "flow runs", params(("id" = String, Path)), responses((status = 204)))]
async fn read_notice(State(state): State<AppState>, person: Writer, Path(id): Path<String>) -> Result<StatusCode> {
    match notice::delete(&state.engine.db, person.tenant_id(), person.user_id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("notice")),
    }
}
