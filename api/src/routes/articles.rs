//! Knowledge articles: lists, one body per language, history and preview. What is published is in the bot's index before the answer.

use crate::extract::{Creation, IfMatch, Json, Path, Query, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::routes::learning;
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::article::{
    ArticlePreview, ArticleRevisionView, ArticleTranslations, ArticleView, CreateArticle, PreviewArticle, SaveArticle,
};
use qn_api_types::widget::PublicArticle;
use qn_api_types::words::{ArticleAudience as WireAudience, ArticleState as WireState, Language as WireLanguage};
use qn_domain::{Article, ArticleId, ArticleState, Language, MessageId, TenantId};
use qn_store::Page;
use qn_store::article::{self, Filter};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(preview))
        .routes(routes!(get, delete))
        .routes(routes!(save, delete_language))
        .routes(routes!(revisions))
        .routes(routes!(page))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ArticleQuery {
    /// Part of the title, of another way to ask, or of the body.
    q: Option<String>,
    language: Option<WireLanguage>,
    state: Option<WireState>,
    category: Option<String>,
    audience: Option<WireAudience>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Articles, one entry per language
///
/// With `q`, published ones that answer it best come first, then whatever holds the text; otherwise last changed first.
#[utoipa::path(get, path = "/articles", tag = "articles", params(ArticleQuery), responses((status = 200, body = List<ArticleView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ArticleQuery>) -> Result<Json<List<ArticleView>>> {
    let filter = Filter {
        text: query.q.map(|q| qn_base::text::truncate(&q, 200).to_owned()),
        language: query.language.map(Into::into),
        state: query.state.map(Into::into),
        category: query.category.filter(|c| !c.is_empty()),
        audience: query.audience.map(Into::into),
    };
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = find_ranked(&state, person.tenant_id(), &filter, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// The list of the store with the articles that answer the text before it, as the bot would find them; no article twice.
pub async fn find_ranked(
    state: &AppState,
    tenant_id: &TenantId,
    filter: &Filter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<Article>> {
    let mut first = best(state, tenant_id, filter).await?;
    first.truncate(usize::try_from((limit - 1).max(1)).unwrap_or(0));
    let shown = if cursor.is_none() { i64::try_from(first.len()).unwrap_or(0) } else { 0 };
    let mut page = article::list(&state.engine.db, tenant_id, filter, cursor, (limit - shown).max(1)).await?;
    page.items.retain(|a| !first.iter().any(|b| b.id == a.id && b.language == a.language));
    if cursor.is_none() {
        page.items.splice(0..0, first);
    }
    page.items.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(page)
}

async fn best(state: &AppState, tenant_id: &TenantId, filter: &Filter) -> Result<Vec<Article>> {
    let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(vec![]) };
    if filter.state.is_some_and(|wanted| wanted != ArticleState::Published) {
        return Ok(vec![]);
    }
    let mut found = Vec::new();
    for (id, language) in state.engine.find_articles(tenant_id, text, filter.language) {
        let fits = filter.language.is_none_or(|wanted| wanted == language);
        let Some(article) = article::find(&state.engine.db, tenant_id, &id, language).await?.filter(|_| fits) else { continue };
        let in_category = filter.category.as_ref().is_none_or(|wanted| *wanted == article.category);
        if in_category && filter.audience.is_none_or(|wanted| wanted == article.scope.audience) {
            found.push(article);
        }
    }
    Ok(found)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LanguageQuery {
    language: Option<WireLanguage>,
}

/// One article in all its languages, or in one
#[utoipa::path(get, path = "/articles/{id}", tag = "articles", params(("id" = String, Path), LanguageQuery),
    responses((status = 200, description = "All languages; with `language`, that ArticleView alone and its ETag", body = ArticleTranslations)))]
async fn get(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ArticleId>,
    Query(query): Query<LanguageQuery>,
) -> Result<Response> {
    let db = &state.engine.db;
    if let Some(language) = query.language {
        let found = article::get(db, person.tenant_id(), &id, language.into()).await?;
        return Ok(tagged(found.version, ArticleView::from(found)));
    }
    let translations = article::list_translations(db, person.tenant_id(), &id).await?;
    if translations.is_empty() {
        return Err(Problem::not_found("article"));
    }
    let translations = translations.into_iter().map(Into::into).collect();
    Ok(axum::Json(ArticleTranslations { id: id.0, translations }).into_response())
}

/// Write a new article in its first language
#[utoipa::path(post, path = "/articles", tag = "articles", request_body = CreateArticle, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ArticleView), (status = 200, description = "A repetition", body = ArticleView)))]
async fn create(State(state): State<AppState>, person: Supervisor, Creation { key, body }: Creation<CreateArticle>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /articles");
    let id = new_id!(ArticleId, named, now);
    let language = body.language.into();
    settings::same_request(&state, tenant_id, named).await?;
    let answers: Vec<MessageId> = body.answers.into_iter().map(MessageId).collect();
    if let Some(first) = article::find(db, tenant_id, &id, language).await? {
        learning::settled(&state, tenant_id, &answers).await?;
        return Ok(created(true, Some(first.version), ArticleView::from(first)));
    }
    let whole = SaveArticle {
        title: body.title,
        questions: body.questions,
        body: body.body,
        category: body.category,
        state: body.state,
        scope: body.scope,
        next_flow: body.next_flow,
    };
    can_begin(&state, tenant_id, (whole.next_flow.as_deref(), "next_flow")).await?;
    let kept = article::upsert(db, &draft(&person, id, language, whole, now), None).await?;
    settings::note(&state, tenant_id, named).await;
    announce(&state, &kept, false).await?;
    learning::settled(&state, tenant_id, &answers).await?;
    Ok(created(false, Some(kept.version), ArticleView::from(kept)))
}

fn draft(person: &Supervisor, id: ArticleId, language: Language, body: SaveArticle, now: i64) -> Article {
    Article {
        id,
        tenant_id: person.tenant_id().clone(),
        language,
        title: body.title,
        questions: body.questions,
        body: body.body,
        category: body.category,
        state: body.state.map_or(ArticleState::Draft, Into::into),
        scope: body.scope.map(Into::into).unwrap_or_default(),
        next_flow: body.next_flow.filter(|id| !id.is_empty()),
        version: 0,
        updated_by: Some(person.user_id().clone()),
        created_at: now,
        updated_at: now,
    }
}

/// What an answer is to offer is a flow that customers can begin now.
pub(super) async fn can_begin(state: &AppState, tenant_id: &TenantId, (flow, field): (Option<&str>, &str)) -> Result<()> {
    let Some(id) = flow.filter(|id| !id.is_empty()) else { return Ok(()) };
    if state.engine.flows_for_customers(tenant_id).await.contains(id) {
        return Ok(());
    }
    Err(Problem::invalid(field, "不是客户能开始的已发布流程", "is a published flow that customers can begin"))
}

type Which = Path<(ArticleId, WireLanguage)>;

/// Write one language of an article
///
/// Without If-Match a language the article does not have yet is added; changing one needs If-Match.
#[utoipa::path(put, path = "/articles/{id}/{language}", tag = "articles", request_body = SaveArticle,
    params(("id" = String, Path), ("language" = WireLanguage, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = ArticleView), (status = 201, description = "A new language", body = ArticleView),
        (status = 412, body = qn_api_types::Problem), (status = 428, body = qn_api_types::Problem)))]
async fn save(
    State(state): State<AppState>,
    person: Supervisor,
    Path((id, language)): Which,
    version: Option<IfMatch>,
    Json(mut body): Json<SaveArticle>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let translations = article::list_translations(db, tenant_id, &id).await?;
    if translations.is_empty() {
        return Err(Problem::not_found("article"));
    }
    let before = translations.into_iter().find(|a| a.language == Language::from(language));
    let was_published = before.as_ref().is_some_and(|a| a.state == ArticleState::Published);
    let kept_flow = before.as_ref().and_then(|before| before.next_flow.clone());
    if body.next_flow != kept_flow {
        can_begin(&state, tenant_id, (body.next_flow.as_deref(), "next_flow")).await?;
    }
    body.next_flow = body.next_flow.or(kept_flow);
    // A program that knows nothing of audiences does not open what is for some only.
    body.scope = body.scope.or(before.map(|before| before.scope.into()));
    let wanted = draft(&person, id, language.into(), body, now);
    match version {
        Some(IfMatch(version)) => {
            let kept = article::upsert(db, &wanted, Some(version)).await?;
            announce(&state, &kept, was_published).await?;
            Ok(tagged(kept.version, ArticleView::from(kept)))
        }
        None => {
            let kept = article::upsert(db, &wanted, None).await.map_err(|error| match error {
                qn_store::Error::Exists(_) => Problem::new(Code::PreconditionRequired),
                other => other.into(),
            })?;
            announce(&state, &kept, false).await?;
            Ok(created(false, Some(kept.version), ArticleView::from(kept)))
        }
    }
}

/// Remove an article in every language, with its history
///
/// If-Match is the version that was read of `language`, or of any of its languages.
#[utoipa::path(delete, path = "/articles/{id}", tag = "articles", params(("id" = String, Path), LanguageQuery, ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = qn_api_types::Problem)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ArticleId>,
    Query(query): Query<LanguageQuery>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    article::delete(&state.engine.db, person.tenant_id(), &id, query.language.map(Into::into), version).await?;
    removed(&state, person.tenant_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove one language of an article, with its history
#[utoipa::path(delete, path = "/articles/{id}/{language}", tag = "articles",
    params(("id" = String, Path), ("language" = WireLanguage, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = qn_api_types::Problem)))]
async fn delete_language(
    State(state): State<AppState>,
    person: Supervisor,
    Path((id, language)): Which,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    article::delete_language(&state.engine.db, person.tenant_id(), &id, language.into(), version).await?;
    removed(&state, person.tenant_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn announce(state: &AppState, kept: &Article, was_published: bool) -> Result<()> {
    if was_published || kept.state == ArticleState::Published {
        state.engine.reload_knowledge(&kept.tenant_id).await?;
    }
    settings::changed(state, &kept.tenant_id, "article", kept.id.as_str()).await;
    Ok(())
}

async fn removed(state: &AppState, tenant_id: &TenantId, id: &ArticleId) -> Result<()> {
    state.engine.reload_knowledge(tenant_id).await?;
    settings::changed(state, tenant_id, "article", id.as_str()).await;
    Ok(())
}

/// Every version one language ever had, newest first
#[utoipa::path(get, path = "/articles/{id}/{language}/revisions", tag = "articles",
    params(("id" = String, Path), ("language" = WireLanguage, Path)), responses((status = 200, body = List<ArticleRevisionView>)))]
async fn revisions(State(state): State<AppState>, person: Reader, Path((id, language)): Which) -> Result<Json<List<ArticleRevisionView>>> {
    let found = article::list_revisions(&state.engine.db, person.tenant_id(), &id, language.into()).await?;
    if found.is_empty() {
        return Err(Problem::not_found("article"));
    }
    Ok(Json(List::whole(found.into_iter().map(Into::into).collect())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// A sentence to mark; a line for each of several.
    quote: Option<String>,
}

const QUOTE_CHARS_MAX: usize = 2_000;

/// The sentences a page should mark.
pub fn quotes(quote: Option<String>) -> Vec<String> {
    let quote = quote.unwrap_or_default();
    qn_base::text::truncate(&quote, QUOTE_CHARS_MAX).lines().map(str::to_owned).collect()
}

/// One language of an article as readers see it, with what was quoted of it marked
#[utoipa::path(get, path = "/articles/{id}/{language}/page", tag = "articles",
    params(("id" = String, Path), ("language" = WireLanguage, Path), PageQuery), responses((status = 200, body = PublicArticle)))]
async fn page(
    State(state): State<AppState>,
    person: Reader,
    Path((id, language)): Which,
    Query(query): Query<PageQuery>,
) -> Result<Json<PublicArticle>> {
    let article = article::get(&state.engine.db, person.tenant_id(), &id, language.into()).await?;
    let html = qn_knowledge::marks::to_html(&article.body, &quotes(query.quote));
    Ok(Json(PublicArticle { title: article.title, html, language }))
}

/// See markdown as readers will
#[utoipa::path(post, path = "/articles/preview", tag = "articles", request_body = PreviewArticle, responses((status = 200, body = ArticlePreview)))]
async fn preview(_person: Reader, Json(body): Json<PreviewArticle>) -> Json<ArticlePreview> {
    Json(ArticlePreview { html: qn_knowledge::markdown::to_html(&body.body) })
}
