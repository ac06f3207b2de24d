//! Reports: figures of a period, the conversations behind them, and the same as a table for a spreadsheet.

use crate::Result;
use crate::extract::{Json, Locale, Query, Supervisor};
use crate::problem::{Code, Problem};
use crate::reports::{spreadsheet, view, views, wish};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::report::{EpisodeView, FairnessView, ReportBy, ReportView};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Rows of a page of conversations.
const PAGE_MAX: usize = 200;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(figures))
        .routes(routes!(conversations))
        .routes(routes!(csv))
        .routes(routes!(fairness))
        .routes(routes!(fairness_csv))
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Begun then or later, epoch milliseconds; seven days ago where absent.
    pub from: Option<i64>,
    /// Begun before; now where absent.
    pub to: Option<i64>,
    /// How to split the figures; by day where absent.
    pub by: Option<ReportBy>,
    /// Only the conversations of this group: an id, a name or a day, as `key` of a group says; `none` for those without one.
    pub key: Option<String>,
    pub inbox: Option<String>,
    pub team: Option<String>,
    pub agent: Option<String>,
    pub intent: Option<String>,
    /// In time is within this many seconds, 20 where absent.
    pub service_target_s: Option<i64>,
    /// Coming back within this many hours counts against the first answer, 72 where absent.
    pub follow_up_h: Option<i64>,
    pub cursor: Option<String>,
}

/// The figures of a period
#[utoipa::path(get, path = "/reports", tag = "reports", params(ReportQuery), responses((status = 200, body = ReportView)))]
async fn figures(
    State(state): State<AppState>,
    person: Supervisor,
    Locale(language): Locale,
    Query(query): Query<ReportQuery>,
) -> Result<Json<ReportView>> {
    let read = state.engine.report(person.tenant_id(), wish(query, language)?).await?;
    Ok(Json(view(read.report())))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FairnessQuery {
    /// Begun then or later, epoch milliseconds; seven days before the end where absent.
    pub from: Option<i64>,
    /// Begun before; now where absent. At most 93 days.
    pub to: Option<i64>,
}

/// How evenly work fell on people, everybody's first, then each team's
#[utoipa::path(get, path = "/reports/fairness", tag = "reports", params(FairnessQuery), responses((status = 200, body = List<FairnessView>)))]
async fn fairness(
    State(state): State<AppState>,
    person: Supervisor,
    Query(query): Query<FairnessQuery>,
) -> Result<Json<List<FairnessView>>> {
    let told = state.engine.fairness(person.tenant_id(), query.from, query.to).await?;
    Ok(Json(List::whole(told.into_iter().map(views::fairness).collect())))
}

/// The same as CSV (UTF-8 with a byte order mark), one row per team and person
#[utoipa::path(get, path = "/reports/fairness.csv", tag = "reports", params(FairnessQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn fairness_csv(State(state): State<AppState>, person: Supervisor, Query(query): Query<FairnessQuery>) -> Result<Response> {
    let told = state.engine.fairness(person.tenant_id(), query.from, query.to).await?;
    spreadsheet("fairness.csv", qn_engine::reports::fairness_csv(&told, person.0.0.user.language))
}

/// The conversations behind a figure, oldest first
#[utoipa::path(get, path = "/reports/conversations", tag = "reports", params(ReportQuery), responses((status = 200, body = List<EpisodeView>)))]
async fn conversations(
    State(state): State<AppState>,
    person: Supervisor,
    Query(query): Query<ReportQuery>,
) -> Result<Json<List<EpisodeView>>> {
    let from = match query.cursor.as_deref().filter(|c| !c.is_empty()) {
        Some(cursor) => cursor.parse::<usize>().map_err(|_| Problem::new(Code::InvalidCursor))?,
        None => 0,
    };
    let read = state.engine.report(person.tenant_id(), wish(query, person.0.0.user.language)?).await?;
    let found = read.episodes();
    let items: Vec<EpisodeView> = found.iter().skip(from).take(PAGE_MAX).map(|e| views::episode(e, read.beside.scores.of(e))).collect();
    let next = from + items.len();
    Ok(Json(List { items, next_cursor: (next < found.len()).then(|| next.to_string()) }))
}

/// The figures of a period as CSV (UTF-8 with a byte order mark), one row per group and one for all
#[utoipa::path(get, path = "/reports/table.csv", tag = "reports", params(ReportQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn csv(State(state): State<AppState>, person: Supervisor, Query(query): Query<ReportQuery>) -> Result<Response> {
    let read = state.engine.report(person.tenant_id(), wish(query, person.0.0.user.language)?).await?;
    spreadsheet("report.csv", qn_engine::reports::csv(&read.report(), person.0.0.user.language))
}
