//! Files up and down. Uploads need a person or a visitor; downloads need the address, which nobody can guess.

use crate::extract::{Path, Person, Visitor};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, created};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Multipart, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::TryStreamExt;
use http::{HeaderName, HeaderValue, header};
use qn_api_types::content::AttachmentView;
use qn_domain::{AttachmentId, TenantId};
use qn_engine::Uploader;
use qn_store::attachment::StoredAttachment;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The file and what multipart puts around it.
const UPLOAD_BYTES_MAX: usize = 21 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX))
        .routes(routes!(download))
        .route("/attachments/{id}", get(download_unnamed))
}

/// Who sends a file.
struct Sender {
    tenant_id: TenantId,
    kind: &'static str,
    id: String,
}

/// Upload a file
///
/// `multipart/form-data` with one part named `file`, at most 20 MiB. Programs, scripts and installers are refused; the type is sniffed from the bytes.
#[utoipa::path(post, path = "/attachments", tag = "attachments", security(("session" = []), ("token" = []), ("visitor" = [])),
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView), (status = 413, body = qn_api_types::Problem), (status = 415, body = qn_api_types::Problem)))]
async fn upload(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let sender = sender(&mut parts, &state).await?;
    let request = Request::from_parts(parts, body);
    let unreadable = |_| Problem::new(Code::BadRequest).with("reason", "multipart/form-data");
    let mut form = <Multipart as axum::extract::FromRequest<AppState>>::from_request(request, &state).await.map_err(|_| unreadable(()))?;
    while let Some(field) = form.next_field().await.map_err(|_| unreadable(()))? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let uploader = Uploader { kind: sender.kind, id: &sender.id };
        let stored = state.engine.store_attachment(&sender.tenant_id, uploader, &name, field.into_stream()).await?;
        return Ok(created(false, None, view(&stored)));
    }
    Err(Problem::invalid("file", "缺少名为 file 的文件", "has no part named file"))
}

async fn sender(parts: &mut http::request::Parts, state: &AppState) -> Result<Sender> {
    let is_visitor = crate::extract::bearer(&parts.headers).is_some_and(|t| t.starts_with(qn_auth::VISITOR_PREFIX));
    if is_visitor {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        return Ok(Sender { tenant_id: visitor.tenant_id.clone(), kind: "contact", id: visitor.contact_id.0.clone() });
    }
    let person = Person::from_request_parts(parts, state).await?;
    person.scope(qn_auth::Scope::Write)?;
    Ok(Sender { tenant_id: person.tenant_id().clone(), kind: "agent", id: person.user_id().0.clone() })
}

fn view(a: &StoredAttachment) -> AttachmentView {
    qn_engine::as_content(a).into()
}

/// Download a file
///
/// Plain raster images are shown in place; everything else is a download with a sandboxing policy. No sign-in: the address is the key.
#[utoipa::path(get, path = "/attachments/{id}/{name}", tag = "attachments", params(("id" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")), security(()))]
async fn download(State(state): State<AppState>, Path((id, _name)): Path<(AttachmentId, String)>) -> Result<Response> {
    send(&state, &id).await
}

async fn download_unnamed(State(state): State<AppState>, Path(id): Path<AttachmentId>) -> Result<Response> {
    send(&state, &id).await
}

async fn send(state: &AppState, id: &AttachmentId) -> Result<Response> {
    let stored = qn_store::attachment::find_any(&state.engine.db, id).await?.ok_or_else(|| Problem::not_found("attachment"))?;
    let key = qn_blob::Key::parse(&stored.blob_key)?;
    let object = state.engine.blobs.get(&key).await?;
    let disposition = qn_blob::content_disposition(&stored.name, stored.inline);
    let headers = [
        (header::CONTENT_TYPE, text(&stored.media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(object.size_bytes)),
        (header::CONTENT_DISPOSITION, text(&disposition)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    Ok((headers, Body::from_stream(object.body)).into_response())
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
