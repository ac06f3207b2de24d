//! Who is in which state, for how long they were, and what they write when a conversation is done.

use crate::Result;
use crate::extract::{Json, Path, Query, Reader, Supervisor, Writer};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::presence::{BusyReasonView, PresenceBoard, TimeInStateView, WrapUpFormView, WrapUpView, WriteWrapUp};
use qn_base::clock::DAY_MS;
use qn_domain::ConversationId;
use qn_domain::presence::{TimeInState, time_in_state};
use qn_engine::Written;
use qn_store::{presence, wrap_up};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const SPAN_MS_MAX: i64 = 93 * DAY_MS;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(board))
        .routes(routes!(times))
        .routes(routes!(times_csv))
        .routes(routes!(form, put_form))
        .routes(routes!(mine))
        .routes(routes!(of_conversation))
        .routes(routes!(write, skip))
}

/// Everybody's state, and what they may be busy with
#[utoipa::path(get, path = "/presence", tag = "presence", responses((status = 200, body = PresenceBoard)))]
async fn board(State(state): State<AppState>, person: Reader) -> Result<Json<PresenceBoard>> {
    let people = presence::list_now(&state.engine.db, person.tenant_id()).await?;
    let reasons = state.engine.settings(person.tenant_id()).await?.routing.policy.reasons();
    let shown = |r: qn_routing::policy::BusyReason| BusyReasonView { key: r.key, zh: r.zh, en: r.en, minutes_max: r.minutes_max };
    Ok(Json(PresenceBoard { people: people.into_iter().map(Into::into).collect(), reasons: reasons.into_iter().map(shown).collect() }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// Epoch ms.
    from: i64,
    to: i64,
}

/// How long everybody was in which state
///
/// Within the span, by person, state and reason; at most 93 days.
#[utoipa::path(get, path = "/presence/times", tag = "presence", params(Span), responses((status = 200, body = List<TimeInStateView>)))]
async fn times(State(state): State<AppState>, person: Supervisor, Query(span): Query<Span>) -> Result<Json<List<TimeInStateView>>> {
    Ok(Json(List::whole(spent(&state, &person, &span).await?.into_iter().map(Into::into).collect())))
}

/// The same as CSV (UTF-8 with a byte order mark), one row per person, state and reason
#[utoipa::path(get, path = "/presence/times.csv", tag = "presence", params(Span),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn times_csv(State(state): State<AppState>, person: Supervisor, Query(span): Query<Span>) -> Result<Response> {
    let spent = spent(&state, &person, &span).await?;
    let settings = state.engine.settings(person.tenant_id()).await?;
    crate::reports::spreadsheet("times.csv", qn_engine::reports::times_csv(&spent, &settings, person.0.0.user.language))
}

async fn spent(state: &AppState, person: &Supervisor, span: &Span) -> Result<Vec<TimeInState>> {
    let to = span.to.min(state.engine.now());
    if span.from < 0 || span.to <= span.from || span.to - span.from > SPAN_MS_MAX {
        return Err(Problem::invalid("to", "应晚于开始且不超过 93 天", "must be after the start and at most 93 days later"));
    }
    let changes = presence::list_between(&state.engine.db, person.tenant_id(), span.from, to).await?;
    Ok(time_in_state(&changes, span.from, to))
}

/// The form that people fill in when a conversation is done
#[utoipa::path(get, path = "/wrap-up-form", tag = "presence", responses((status = 200, body = WrapUpFormView)))]
async fn form(State(state): State<AppState>, person: Reader) -> Result<Json<WrapUpFormView>> {
    let (form, version) = wrap_up::form(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(WrapUpFormView::of(form, version)))
}

/// Change the form
#[utoipa::path(put, path = "/wrap-up-form", tag = "presence", request_body = WrapUpFormView,
    responses((status = 200, body = WrapUpFormView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn put_form(State(state): State<AppState>, person: Supervisor, Json(body): Json<WrapUpFormView>) -> Result<Json<WrapUpFormView>> {
    let (read, form) = (body.version, body.form());
    let version = wrap_up::put_form(&state.engine.db, person.tenant_id(), &form, read).await?;
    settings::changed(&state, person.tenant_id(), "wrap_up_form", &version.to_string()).await;
    Ok(Json(WrapUpFormView::of(form, version)))
}

/// What one still has to write
#[utoipa::path(get, path = "/me/wrap-ups", tag = "presence", responses((status = 200, body = List<WrapUpView>)))]
async fn mine(State(state): State<AppState>, person: Reader) -> Result<Json<List<WrapUpView>>> {
    let open = wrap_up::list_open(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    Ok(Json(List::whole(open.into_iter().map(Into::into).collect())))
}

/// What was written about a conversation, oldest first
#[utoipa::path(get, path = "/conversations/{id}/wrap-ups", tag = "presence", params(("id" = String, Path)),
    responses((status = 200, body = List<WrapUpView>)))]
async fn of_conversation(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<List<WrapUpView>>> {
    super::conversations::find(&state, &person, &id).await?;
    let all = wrap_up::list(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Write up a conversation that is done
///
/// May be corrected later by whoever was asked. New work comes again afterwards.
#[utoipa::path(put, path = "/conversations/{id}/wrap-ups/{began_at}", tag = "presence", request_body = WriteWrapUp,
    params(("id" = String, Path), ("began_at" = i64, Path)), responses((status = 204), (status = 422, body = qn_api_types::Problem)))]
async fn write(
    State(state): State<AppState>,
    person: Writer,
    Path((id, began_at)): Path<(ConversationId, i64)>,
    Json(body): Json<WriteWrapUp>,
) -> Result<StatusCode> {
    let written = Written { category: body.category.filter(|key| !key.is_empty()), note: body.note };
    state.engine.write_wrap_up(&person.actor(), &id, began_at, written).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Write nothing, where that is allowed
#[utoipa::path(delete, path = "/conversations/{id}/wrap-ups/{began_at}", tag = "presence",
    params(("id" = String, Path), ("began_at" = i64, Path)), responses((status = 204), (status = 422, body = qn_api_types::Problem)))]
async fn skip(State(state): State<AppState>, person: Writer, Path((id, began_at)): Path<(ConversationId, i64)>) -> Result<StatusCode> {
    state.engine.skip_wrap_up(&person.actor(), &id, began_at).await?;
    Ok(StatusCode::NO_CONTENT)
}
