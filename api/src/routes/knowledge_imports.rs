//! Documents uploaded to become articles: read at once, looked through, then taken over or thrown away.

use crate::extract::{Json, Path, Query, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use crate::{Result, created};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::library::{ApplyImport, ImportPreview, ImportSectionView, KnowledgeImportView};
use qn_domain::{ArticleId, ImportId, ImportState, KnowledgeImport, Language, TenantId};
use qn_engine::{Previewed, Upload};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "knowledge_import";
const FILE_MIB_MAX: usize = 32;
/// The file and what multipart puts around it.
const UPLOAD_BYTES_MAX: usize = (FILE_MIB_MAX + 1) << 20;
const NAME_CHARS_MAX: usize = 200;
const CATEGORY_CHARS_MAX: usize = 60;

pub fn routes() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new().routes(routes!(list, upload)).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    uploads.routes(routes!(preview, discard)).routes(routes!(apply))
}

/// Uploaded documents, newest first
///
/// The newest 200 are kept.
#[utoipa::path(get, path = "/knowledge-imports", tag = "knowledge imports", responses((status = 200, body = List<KnowledgeImportView>)))]
async fn list(State(state): State<AppState>, person: Reader) -> Result<Json<List<KnowledgeImportView>>> {
    let known = Known::read(&state, person.tenant_id()).await?;
    let found = qn_store::knowledge_import::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(found.into_iter().map(|import| known.view(import)).collect())))
}

/// The hash each uploaded file had when it was last taken over.
struct Known(HashMap<String, String>);

impl Known {
    async fn read(state: &AppState, tenant_id: &TenantId) -> Result<Self> {
        let documents = state.engine.taken_over(tenant_id).await?;
        Ok(Self(documents.into_iter().map(|document| (document.name, document.hash)).collect()))
    }

    fn view(&self, import: KnowledgeImport) -> KnowledgeImportView {
        let same = import.state == ImportState::Ready && self.0.get(&import.name) == Some(&import.hash);
        KnowledgeImportView::of(import, same)
    }
}

/// Upload a document
///
/// `multipart/form-data` with one part named `file` (md, txt, html, csv, xlsx, docx or pdf, at most 32 MiB), and where wanted `language`
/// (zh-CN or en; the document's own words decide otherwise) and `category`. It is read at once in a process of its own; nothing becomes an
/// article before the import is taken over. A file that cannot be read is answered as a failed import that says why.
#[utoipa::path(post, path = "/knowledge-imports", tag = "knowledge imports",
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses((status = 201, body = KnowledgeImportView), (status = 413, body = qn_api_types::Problem)))]
async fn upload(State(state): State<AppState>, person: Supervisor, request: Request) -> Result<Response> {
    let form = read(request, &state).await?;
    let upload = Upload {
        id: ImportId::fresh(state.engine.now()),
        by: person.user_id().clone(),
        name: form.name,
        bytes: form.file,
        language: form.language,
        category: form.category,
    };
    let kept = state.engine.import_document(person.tenant_id(), upload).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, kept.id.as_str()).await;
    let known = Known::read(&state, person.tenant_id()).await?;
    Ok(created(false, None, known.view(kept)))
}

#[derive(Default)]
struct Form {
    name: String,
    file: Bytes,
    language: Option<Language>,
    category: String,
}

async fn read(request: Request, state: &AppState) -> Result<Form> {
    let unreadable = || Problem::new(Code::BadRequest).with("reason", "multipart/form-data");
    let too_large = |status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge).with("max", format!("{FILE_MIB_MAX} MiB")),
        _ => unreadable(),
    };
    let mut multipart = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(|error| too_large(error.status()))? {
        match field.name().unwrap_or_default() {
            "file" => {
                let sent = field.file_name().unwrap_or_default();
                let own = sent.rsplit(['/', '\\']).next().unwrap_or(sent);
                form.name = qn_base::text::line(own, NAME_CHARS_MAX);
                form.file = field.bytes().await.map_err(|error| too_large(error.status()))?;
            }
            "language" => {
                let tag = field.text().await.map_err(|_| unreadable())?;
                form.language = match tag.as_str() {
                    "" => None,
                    "zh-CN" | "en" => Some(Language::from_tag(&tag)),
                    _ => return Err(Problem::invalid("language", "应为 zh-CN 或 en", "is zh-CN or en")),
                };
            }
            "category" => form.category = qn_base::text::line(&field.text().await.map_err(|_| unreadable())?, CATEGORY_CHARS_MAX),
            _ => {}
        }
    }
    if form.name.is_empty() {
        return Err(Problem::invalid("file", "缺少名为 file 的文件", "has no part named file"));
    }
    Ok(form)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PreviewQuery {
    /// As taking it over would be asked.
    #[serde(default)]
    publish: bool,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many sections at most: 1 to 200, 50 when not given.
    limit: Option<usize>,
}

/// What taking an import over would do now
///
/// Nothing is left to show once it has ended.
#[utoipa::path(get, path = "/knowledge-imports/{id}", tag = "knowledge imports", params(("id" = String, Path), PreviewQuery),
    responses((status = 200, body = ImportPreview)))]
async fn preview(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ImportId>,
    Query(query): Query<PreviewQuery>,
) -> Result<Json<ImportPreview>> {
    let all = state.engine.preview_import(person.tenant_id(), &id, query.publish).await?;
    let from: usize = match query.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| Problem::new(Code::InvalidCursor))?,
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let counts = qn_knowledge::import::counts(all.iter().map(|one| one.change)).into();
    let next_cursor = (from.saturating_add(limit) < all.len()).then(|| (from + limit).to_string());
    let items = all.into_iter().skip(from).take(limit).map(section).collect();
    Ok(Json(ImportPreview { counts, items, next_cursor }))
}

fn section(one: Previewed) -> ImportSectionView {
    ImportSectionView {
        article_id: one.article.id.0,
        change: one.change.into(),
        title: one.article.title,
        category: one.article.category,
        questions: one.article.questions,
        body: one.article.body,
        body_before: one.before.map(|before| before.body),
        scope: one.article.scope.into(),
    }
}

/// Take an import over: its sections become articles
///
/// What people edited since the last import stays theirs. With `publish` new articles are live and changes reach published ones;
/// otherwise new ones are drafts and published ones wait.
#[utoipa::path(post, path = "/knowledge-imports/{id}/apply", tag = "knowledge imports", request_body = ApplyImport, params(("id" = String, Path)),
    responses((status = 200, body = KnowledgeImportView), (status = 409, body = qn_api_types::Problem)))]
async fn apply(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ImportId>,
    Json(body): Json<ApplyImport>,
) -> Result<Json<KnowledgeImportView>> {
    let left_out = body.leave_out.into_iter().map(ArticleId).collect();
    let kept = state.engine.apply_import(person.tenant_id(), &id, body.publish, &left_out).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(Json(KnowledgeImportView::of(kept, false)))
}

/// Throw an import away
///
/// Articles stay as they are.
#[utoipa::path(delete, path = "/knowledge-imports/{id}", tag = "knowledge imports", params(("id" = String, Path)), responses((status = 204)))]
async fn discard(State(state): State<AppState>, person: Supervisor, Path(id): Path<ImportId>) -> Result<StatusCode> {
    state.engine.discard_import(person.tenant_id(), &id).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
