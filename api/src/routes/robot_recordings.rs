//! Routines of robots recorded: a browser that stays, in which every step is done at once. Whoever records keeps the list of steps.

use super::connectors::{check_hosts, one_routine, refused_step};
use super::robot_rehearsals::view;
use crate::Result;
use crate::extract::{Admin, Json, Path};
use crate::problem::{Code, Problem, reasons};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::robot::{RecordStep, RecordingBegun, RehearseRoutine, RoutineRehearsed};
use qn_connector::Step;
use qn_runner::NotRecording;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(begin_recording)).routes(routes!(look_at_recording, end_recording)).routes(routes!(record_step))
}

/// Begin to record a routine
///
/// The steps there are so far are played in a fresh browser, with everything they do, and it stays: until it is ended, nobody used it
/// for five minutes, or its person signs out. Steps that fail are an answer here, without an `id`. A person has one recording at a time;
/// beginning another ends it.
#[utoipa::path(post, path = "/robot-recordings", tag = "connectors", request_body = RehearseRoutine,
    responses((status = 200, body = RecordingBegun), (status = 422, body = qn_api_types::Problem)))]
async fn begin_recording(State(state): State<AppState>, person: Admin, Json(body): Json<RehearseRoutine>) -> Result<Json<RecordingBegun>> {
    state.outside.egress().check_address(&body.base_url).map_err(|error| reasons::address_in("base_url", &error))?;
    check_hosts(&state, &body.hosts, "hosts")?;
    let (robot, routine) = one_routine(body.base_url, body.hosts, body.routine)?;
    let who = (person.tenant_id(), person.user_id());
    let (played, id) = state.outside.begin_recording(who, (&robot, &routine), &body.input).await;
    if id.is_none() && played.done.outcome.is_ok() {
        // the server stops
        return Err(Problem::new(Code::Unavailable).retry_after(5));
    }
    Ok(Json(RecordingBegun { id, played: view(played)? }))
}

/// Do a step in a recording
///
/// Now, on the page as the step before left it. The answer tells of this one step and of the page after it; `answer` is what it kept.
/// A step that could not be done (`ok` is false) is no part of the recording, which goes on from the page as it is.
#[utoipa::path(post, path = "/robot-recordings/{id}/steps", tag = "connectors", request_body = RecordStep, params(("id" = String, Path)),
    responses((status = 200, body = RoutineRehearsed), (status = 404, body = qn_api_types::Problem), (status = 410, body = qn_api_types::Problem),
        (status = 422, body = qn_api_types::Problem)))]
async fn record_step(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<String>,
    Json(body): Json<RecordStep>,
) -> Result<Json<RoutineRehearsed>> {
    let step: Step = serde_path_to_error::deserialize(body.step).map_err(|error| refused_step("step", &error))?;
    let played = state.outside.record_step((person.tenant_id(), person.user_id()), &id, &step, body.input).await;
    view(played.map_err(lost)?).map(Json)
}

/// The page of a recording
///
/// As it is now, for pages that fill themselves late.
#[utoipa::path(get, path = "/robot-recordings/{id}", tag = "connectors", params(("id" = String, Path)),
    responses((status = 200, body = RoutineRehearsed), (status = 404, body = qn_api_types::Problem), (status = 410, body = qn_api_types::Problem)))]
async fn look_at_recording(State(state): State<AppState>, person: Admin, Path(id): Path<String>) -> Result<Json<RoutineRehearsed>> {
    let played = state.outside.look_at_recording((person.tenant_id(), person.user_id()), &id).await;
    view(played.map_err(lost)?).map(Json)
}

/// End a recording
///
/// Its browser is closed.
#[utoipa::path(delete, path = "/robot-recordings/{id}", tag = "connectors", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = qn_api_types::Problem)))]
async fn end_recording(State(state): State<AppState>, person: Admin, Path(id): Path<String>) -> Result<StatusCode> {
    match state.outside.end_recording(person.tenant_id(), person.user_id(), &id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(lost(NotRecording::Unknown)),
    }
}

fn lost(why: NotRecording) -> Problem {
    match why {
        NotRecording::Unknown => Problem::not_found("recording"),
        NotRecording::Ended => Problem::new(Code::RecordingEnded),
    }
}
