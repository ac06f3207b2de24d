//! Routines of robots tried while somebody writes them: every step with a picture, and what is on the page then.

use super::connectors::{check_hosts, one_routine};
use crate::Result;
use crate::extract::{Admin, Json};
use crate::problem::{Code, Problem, reasons};
use crate::state::AppState;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_api_types::robot::{RehearseRoutine, RehearsedStep, RoutineRehearsed};
use qn_runner::Played;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(rehearse))
}

/// Try the steps of a routine
///
/// They are played now, from the first, in a fresh browser, with everything they do; at most a minute. What fails is an answer here,
/// not a problem. Secrets are typed by name, and shown as dots.
#[utoipa::path(post, path = "/robot-rehearsals", tag = "connectors", request_body = RehearseRoutine,
    responses((status = 200, body = RoutineRehearsed), (status = 422, body = qn_api_types::Problem)))]
async fn rehearse(State(state): State<AppState>, person: Admin, Json(body): Json<RehearseRoutine>) -> Result<Json<RoutineRehearsed>> {
    state.outside.egress().check_address(&body.base_url).map_err(|error| reasons::address_in("base_url", &error))?;
    check_hosts(&state, &body.hosts, "hosts")?;
    let (robot, routine) = one_routine(body.base_url, body.hosts, body.routine)?;
    if routine.steps.is_empty() {
        return Err(Problem::invalid("routine.steps", "至少一个步骤", "has at least one step"));
    }
    let played = state.outside.rehearse(person.tenant_id(), (&robot, &routine), &body.input).await;
    view(played).map(Json)
}

pub(super) fn view(played: Played) -> Result<RoutineRehearsed> {
    let mut pictures: Vec<Option<String>> = Vec::new();
    let notes = played.done.exchange.got["steps"].as_array().cloned().unwrap_or_default();
    pictures.resize(notes.len(), None);
    let last = notes.len().checked_sub(1).zip(played.picture);
    for (place, picture) in played.looks.into_iter().chain(last) {
        if let Some(of) = pictures.get_mut(place) {
            *of = Some(STANDARD.encode(picture));
        }
    }
    let step = |(note, picture): (Value, Option<String>)| RehearsedStep {
        step: note["step"].as_str().unwrap_or_default().to_owned(),
        took_ms: note["took_ms"].as_i64().unwrap_or_default(),
        error: note["error"].as_str().map(str::to_owned),
        error_zh: note["error_zh"].as_str().map(str::to_owned),
        picture,
    };
    let page = played.page.filter(|page| !page.is_null()).map(serde_json::from_value).transpose();
    let (ok, answer, error, error_zh) = match played.done.outcome {
        Ok(answer) => (true, answer, None, None),
        Err(failure) => (false, Value::Null, Some(failure.message), Some(failure.zh).filter(|zh| !zh.is_empty())),
    };
    Ok(RoutineRehearsed {
        ok,
        answer,
        error,
        error_zh,
        steps: notes.into_iter().zip(pictures).map(step).collect(),
        page: page.map_err(|_| Problem::new(Code::Internal))?,
    })
}
