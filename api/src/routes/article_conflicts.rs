//! Published articles that repeat or contradict each other, for their editors.

use crate::Result;
use crate::extract::{Json, Reader, Supervisor};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::article::{ArticleConflictView, ClashView, SettleConflict};
use qn_engine::Conflicting;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(conflicts)).routes(routes!(settle))
}

/// Published articles that repeat or contradict each other
///
/// Compared once for each state of the articles, contradictions first, at most 200. A hint for editors: numbers and denials are compared, not meanings.
#[utoipa::path(get, path = "/articles/conflicts", tag = "articles", responses((status = 200, body = List<ArticleConflictView>)))]
async fn conflicts(State(state): State<AppState>, person: Reader) -> Result<Json<List<ArticleConflictView>>> {
    let found = state.engine.article_conflicts(person.tenant_id()).await?;
    Ok(Json(List::whole(found.iter().map(|one| view(Conflicting::clone(one))).collect())))
}

fn view(one: Conflicting) -> ArticleConflictView {
    let clash = |c: qn_knowledge::conflict::Clash| ClashView { kind: c.kind.into(), a: c.a, b: c.b };
    ArticleConflictView {
        key: one.key,
        kind: one.kind.into(),
        alike: one.alike,
        a: one.a.into(),
        b: one.b.into(),
        clashes: one.clashes.into_iter().map(clash).collect(),
    }
}

/// Leave two articles as they are
///
/// They are shown again when either of them says something else.
#[utoipa::path(post, path = "/articles/conflicts/settle", tag = "articles", request_body = SettleConflict, responses((status = 204)))]
async fn settle(State(state): State<AppState>, person: Supervisor, Json(body): Json<SettleConflict>) -> Result<StatusCode> {
    qn_store::article_conflict::settle(&state.engine.db, person.tenant_id(), &body.key, person.user_id(), state.engine.now()).await?;
    settings::changed(&state, person.tenant_id(), "article", "").await;
    Ok(StatusCode::NO_CONTENT)
}
