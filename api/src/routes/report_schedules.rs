//! Reports that go out by mail.

use crate::extract::{Creation, IdempotencyKey, IfMatch, Json, Path, Supervisor};
use crate::problem::Problem;
use crate::settings::{self, new_id, replayed, room};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::report_schedule::{ReportLetter, ReportScheduleView};
use qn_domain::report_schedule::{self as domain, ReportSchedule, ScheduleOutcome};
use qn_domain::{ChannelKind, ReportScheduleId};
use qn_engine::Engine;
use qn_store::report_schedule;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "report_schedule";
const SCHEDULES_MAX: usize = 50;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(report_schedules, create_schedule))
        .routes(routes!(change_schedule, delete_schedule))
        .routes(routes!(send_report))
}

/// Reports by mail, oldest first
#[utoipa::path(get, path = "/report-schedules", tag = "reports", responses((status = 200, body = List<ReportScheduleView>)))]
async fn report_schedules(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<ReportScheduleView>>> {
    let all = report_schedule::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Send a report by mail from now on
///
/// Only colleagues who may read reports can get one.
#[utoipa::path(post, path = "/report-schedules", tag = "reports", request_body = ReportLetter,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ReportScheduleView), (status = 422, body = qn_api_types::Problem)))]
async fn create_schedule(
    State(state): State<AppState>,
    person: Supervisor,
    Creation { key, body }: Creation<ReportLetter>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    room(report_schedule::list(db, tenant_id).await?.len(), SCHEDULES_MAX)?;
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /report-schedules");
    let active = body.active;
    let letter = checked(&state, &person, body).await?;
    let schedule = ReportSchedule {
        id: new_id!(ReportScheduleId, named, now),
        tenant_id: tenant_id.clone(),
        next_at: state.engine.next_report(tenant_id, &letter).await?,
        letter,
        active,
        created_by: person.user_id().clone(),
        created_at: now,
        version: 1,
        outcome: ScheduleOutcome::default(),
    };
    let again = replayed(&state, tenant_id, report_schedule::insert(db, &schedule).await, named).await?;
    told(&state, &person, &schedule.id).await;
    let schedule = report_schedule::get(db, tenant_id, &schedule.id).await?;
    Ok(created(again, Some(schedule.version), ReportScheduleView::from(schedule)))
}

/// Change what is sent
///
/// One that was paused because it failed starts anew.
#[utoipa::path(put, path = "/report-schedules/{id}", tag = "reports", request_body = ReportLetter,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReportScheduleView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn change_schedule(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReportScheduleId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ReportLetter>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let mut schedule = report_schedule::get(db, tenant_id, &id).await?;
    settings::same_version(schedule.version, version)?;
    schedule.active = body.active;
    schedule.letter = checked(&state, &person, body).await?;
    schedule.next_at = state.engine.next_report(tenant_id, &schedule.letter).await?;
    report_schedule::update(db, &schedule).await?;
    told(&state, &person, &id).await;
    let schedule = report_schedule::get(db, tenant_id, &id).await?;
    Ok(tagged(schedule.version, ReportScheduleView::from(schedule)))
}

/// Send it no more
#[utoipa::path(delete, path = "/report-schedules/{id}", tag = "reports", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = qn_api_types::Problem)))]
async fn delete_schedule(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReportScheduleId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    report_schedule::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    told(&state, &person, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Send the last period at once
///
/// Beside what is sent anyway. The same `Idempotency-Key` sends once.
#[utoipa::path(post, path = "/report-schedules/{id}/send", tag = "reports",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 204)))]
async fn send_report(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReportScheduleId>,
    key: IdempotencyKey,
) -> Result<StatusCode> {
    let schedule = report_schedule::get(&state.engine.db, person.tenant_id(), &id).await?;
    let named = key.named(person.tenant_id(), person.user_id().as_str(), "POST /report-schedules/send");
    let name = named.map_or_else(|| qn_base::ids::fresh(state.engine.now()), |named| qn_base::ids::derived(&named.id));
    state.engine.send_report_now(&schedule, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn told(state: &AppState, person: &Supervisor, id: &ReportScheduleId) {
    settings::changed(state, person.tenant_id(), RESOURCE, id.as_str()).await;
    state.engine.look_round();
}

/// Everything the letter names is there, and only people who may read reports get one.
async fn checked(state: &AppState, person: &Supervisor, body: ReportLetter) -> Result<domain::ReportLetter> {
    let letter = body.letter();
    let known = state.engine.settings(person.tenant_id()).await?;
    if known.inboxes.get(&letter.inbox_id).is_none_or(|inbox| inbox.channel != ChannelKind::Email) {
        return Err(Problem::invalid("inbox_id", "请选择一个邮件渠道", "is not an e-mail inbox of yours"));
    }
    if letter.only_inbox_id.as_ref().is_some_and(|id| !known.inboxes.contains_key(id)) {
        return Err(Problem::invalid("only_inbox_id", "没有这个接入渠道", "is not an inbox of yours"));
    }
    if letter.only_team_id.as_ref().is_some_and(|id| !known.teams.contains_key(id)) {
        return Err(Problem::invalid("only_team_id", "没有这个团队", "is not a team of yours"));
    }
    if letter.only_agent_id.as_ref().is_some_and(|id| !known.users.contains_key(id)) {
        return Err(Problem::invalid("only_agent_id", "没有这个人", "is not a colleague of yours"));
    }
    if !letter.recipient_ids.iter().all(|id| known.users.get(id).is_some_and(Engine::may_get_reports)) {
        return Err(Problem::invalid("recipient_ids", "只能发给主管和管理员", "may only be supervisors and admins"));
    }
    Ok(letter)
}
