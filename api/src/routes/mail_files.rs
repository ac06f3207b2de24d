//! Mails of an inbox that became no message: what they are, and each as it came.

use crate::Result;
use crate::extract::{Json, ListParams, Path, Query, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header;
use qn_api_types::List;
use qn_api_types::channel_care::SetAsideMailView;
use qn_domain::InboxId;
use qn_store::mail::{self, UnreadMail};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(set_aside)).routes(routes!(set_aside_original))
}

/// Mails that became no message
///
/// Bounces, answers of machines, our own mail come back, and what could not be read, the newest first. Nothing that a mailbox brought is thrown away.
#[utoipa::path(
    get, path = "/inboxes/{id}/mails-set-aside", tag = "inboxes", params(("id" = String, Path), ListParams),
    responses((status = 200, body = List<SetAsideMailView>))
)]
async fn set_aside(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<InboxId>,
    Query(query): Query<ListParams>,
) -> Result<Json<List<SetAsideMailView>>> {
    let inbox = state.engine.inbox(person.tenant_id(), &id).await?;
    let page = mail::list_unread(&state.engine.db, person.tenant_id(), &inbox.id, query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor }))
}

/// One of them, as it came
#[utoipa::path(
    get, path = "/inboxes/{id}/mails-set-aside/{mail_id}/original", tag = "inboxes",
    params(("id" = String, Path), ("mail_id" = String, Path)),
    responses((status = 200, description = "message/rfc822", content_type = "message/rfc822", body = String), (status = 404, body = qn_api_types::Problem))
)]
async fn set_aside_original(
    State(state): State<AppState>,
    person: Supervisor,
    Path((id, mail_id)): Path<(InboxId, String)>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    if !mail::is_unread(db, tenant_id, &id, &mail_id).await? {
        return Err(Problem::not_found("mail"));
    }
    file(&mail_id, mail::get_raw(db, tenant_id, &mail_id).await?)
}

fn view(mail: UnreadMail) -> SetAsideMailView {
    SetAsideMailView {
        id: mail.id,
        nature: mail.nature,
        subject: mail.subject,
        people: mail.people,
        error: mail.last_error,
        received_at: mail.received_at,
    }
}

/// A file that mail programs open and browsers only save.
pub fn file(name: &str, raw: Vec<u8>) -> Result<Response> {
    let built = Response::builder()
        .header(header::CONTENT_TYPE, "message/rfc822")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.eml\""))
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CACHE_CONTROL, "private, no-store")
        .body(Body::from(raw));
    built.map_err(|_| Problem::new(Code::Internal))
}
