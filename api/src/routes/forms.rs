//! Forms that begin flows, as colleagues fill them in: by themselves, or beside a conversation.

use super::flow_runs::not_begun;
use crate::extract::{Creation, Json, Locale, Path, Reader, Writer};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, created, forms, settings};
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::flow_run::FlowRunStarted;
use qn_api_types::form::{FillForm, FormView};
use qn_base::ids;
use qn_domain::ConversationId;
use qn_engine::FilledIn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(fill))
}

/// Forms that one may fill in
///
/// Those of live flows whose start is set to a form, in the caller's language.
#[utoipa::path(get, path = "/forms", tag = "forms", responses((status = 200, body = List<FormView>)))]
async fn list(State(state): State<AppState>, person: Reader, Locale(language): Locale) -> Result<Json<List<FormView>>> {
    let found = state.engine.forms(person.tenant_id()).await?;
    Ok(Json(List::whole(found.iter().map(|form| forms::view(form, language)).collect())))
}

/// Fill in a form
///
/// Begins a run of its flow, whose inputs the answers are. Under an Idempotency-Key one run begins, however often it is sent.
#[utoipa::path(post, path = "/forms/{flow}", tag = "forms", request_body = FillForm,
    params(("flow" = String, Path, description = "Id of the flow"), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = FlowRunStarted), (status = 200, description = "A repetition", body = FlowRunStarted),
        (status = 404, body = qn_api_types::Problem),
        (status = 422, description = "Answers that are wrong, each by its field", body = qn_api_types::Problem)))]
async fn fill(
    State(state): State<AppState>,
    person: Writer,
    Path(flow): Path<String>,
    Locale(language): Locale,
    Creation { key, body }: Creation<FillForm>,
) -> Result<Response> {
    let (tenant_id, actor) = (person.tenant_id(), person.actor());
    let form = state.engine.form(tenant_id, &flow).await?;
    let faults = form.faults(&body.answers);
    if !faults.is_empty() {
        let tell = |problem: Problem, one: qn_workflow::answers::Fault| problem.field(format!("answers.{}", one.field), one.zh, one.en);
        return Err(faults.into_iter().fold(Problem::new(Code::InvalidField), tell));
    }
    let named = key.named(tenant_id, actor.user_id.as_str(), &format!("POST /forms/{flow}"));
    settings::same_request(&state, tenant_id, named).await?;
    let mark = named.map_or_else(|| ids::fresh(state.engine.now()), |named| ids::derived(&named.id));
    let conversation_id = body.conversation_id.map(ConversationId);
    let filled = FilledIn {
        flow_id: &form.flow_id,
        submission: &mark,
        answers: body.answers,
        by: Some(&actor),
        language,
        conversation_id: conversation_id.as_ref(),
    };
    let began = state.engine.take_form(tenant_id, filled).await.map_err(not_begun)?;
    settings::note(&state, tenant_id, named).await;
    Ok(created(began.repeated, None, FlowRunStarted { run_id: began.run_id, repeated: began.repeated }))
}
