//! The categories that articles are of, and the flow that answers from one offer to begin.

use super::articles::can_begin;
use crate::Result;
use crate::extract::{Json, Path, Reader, Supervisor};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::article::{ArticleCategory, SaveArticleCategory};
use qn_store::article_category;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_categories)).routes(routes!(save_category))
}

/// Categories in use
#[utoipa::path(get, path = "/articles/categories", tag = "articles", responses((status = 200, body = List<ArticleCategory>)))]
async fn list_categories(State(state): State<AppState>, person: Reader) -> Result<Json<List<ArticleCategory>>> {
    let found = article_category::in_use(&state.engine.db, person.tenant_id()).await?;
    let flows = article_category::flows(&state.engine.db, person.tenant_id()).await?;
    let view = |(name, articles): (String, i64)| {
        let next_flow = flows.iter().find(|(category, _)| *category == name).map(|(_, flow)| flow.clone());
        ArticleCategory { name, articles, next_flow }
    };
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

/// Say what holds for the articles of a category
///
/// The flow is offered under answers from its articles that name none of their own, from the next question on.
#[utoipa::path(put, path = "/articles/categories/{name}", tag = "articles", request_body = SaveArticleCategory, params(("name" = String, Path)),
    responses((status = 204), (status = 404, description = "No article is of this category", body = qn_api_types::Problem),
        (status = 422, body = qn_api_types::Problem)))]
async fn save_category(
    State(state): State<AppState>,
    person: Supervisor,
    Path(name): Path<String>,
    Json(body): Json<SaveArticleCategory>,
) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    if !article_category::in_use(db, tenant_id).await?.iter().any(|(known, _)| *known == name) {
        return Err(Problem::not_found("category"));
    }
    can_begin(&state, tenant_id, (Some(body.next_flow.as_str()), "next_flow")).await?;
    article_category::put(db, tenant_id, &name, &body.next_flow).await?;
    state.engine.reload_knowledge(tenant_id).await?;
    settings::changed(&state, tenant_id, "article", "").await;
    Ok(StatusCode::NO_CONTENT)
}
