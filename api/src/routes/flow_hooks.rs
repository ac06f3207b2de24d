//! Webhooks in: another system starts a flow with a signed call, or, where it cannot sign, by showing the flow's secret. Either is
//! proved before the body is read. A flow that alarms begin takes each alarm of a call for itself.

use crate::Result;
use crate::extract::{Json, Path, Supervisor, bearer, json, meaning};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use qn_api_types::Check;
use qn_api_types::flow_alarm::{FlowAlarmRun, FlowAlarmsTaken};
use qn_api_types::flow_run::FlowRunStarted;
use qn_api_types::secret::SecretView;
use qn_channel::{HEADER_ID, HEADER_SIGNATURE, Signer, VerifyError};
use qn_domain::TenantId;
use qn_engine::{AlarmRun, AlarmsTaken};
use qn_store::flow;
use qn_workflow::alarm;
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const BODY_BYTES_MAX: usize = 256 * 1024;
/// As Standard Webhooks' signer has it.
const CALL_ID_BYTES_MAX: usize = 256;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(hook)).routes(routes!(rotate_secret, drop_secret))
}

/// Any JSON.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Anything(pub Value);

impl Check for Anything {}

/// Start a flow by a signed call
///
/// Signed with the flow's secret as Standard Webhooks defines it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). The flow reads
/// the body as `context.event`; its fields that are named like inputs become inputs. The same `webhook-id` gives the same run. A system
/// that cannot sign shows the secret instead (`Authorization: Bearer`); without a `webhook-id` the same body then gives the same run.
///
/// A flow whose start is set to alarms takes a notification of Prometheus Alertmanager (version 4) or Grafana, or `name`, `severity`,
/// `status`, `key`, `labels`, `summary`, `starts_at` of one alarm or of a list of them, and tells what became of each: every firing begins
/// one run, however often it is posted; `resolved` tells the run that it began, as the signal `alarm.resolved`, also while the flow is off.
#[utoipa::path(post, path = "/hooks/flows/{tenant}/{flow}", tag = "flow runs", security(()),
    params(("tenant" = String, Path, description = "Id of the tenant"), ("flow" = String, Path, description = "Id of the flow")),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 202, body = FlowRunStarted), (status = 200, description = "Alarms were taken", body = FlowAlarmsTaken),
        (status = 400, body = qn_api_types::Problem), (status = 401, body = qn_api_types::Problem),
        (status = 409, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn hook(
    State(state): State<AppState>,
    Path((tenant, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let tenant_id = TenantId(tenant);
    let call = proved(&state, (&tenant_id, id.as_str()), &headers, body).await?;
    let Anything(event) = json::parse(&call.body)?;
    let name = call.id.unwrap_or_else(|| format!("body-{:032x}", u128::from_be_bytes(meaning(&call.body))));
    if state.engine.takes_alarms(&tenant_id, &id).await.map_err(super::flow_runs::not_begun)? {
        let alarms = alarm::read(&event).map_err(|wrong| Problem::invalid(wrong.field, wrong.zh, wrong.en))?;
        let taken = state.engine.take_alarms(&tenant_id, &id, &alarms).await.map_err(super::flow_runs::not_begun)?;
        return Ok(Json(shown(taken)).into_response());
    }
    super::flow_runs::live(&state, &tenant_id, &id).await?;
    if !state.engine.takes_hooks(&tenant_id, &id).await? {
        return Err(Problem::new(Code::FlowTakesNoCalls));
    }
    let began = state.engine.start_by_hook(&tenant_id, &id, &name, event).await.map_err(super::flow_runs::not_begun)?;
    Ok((StatusCode::ACCEPTED, Json(FlowRunStarted { run_id: began.run_id, repeated: began.repeated })).into_response())
}

fn shown(taken: AlarmsTaken) -> FlowAlarmsTaken {
    let run = |AlarmRun { key, run_id, resolved, repeated }: AlarmRun| FlowAlarmRun { key, run_id, resolved, repeated };
    let passed_over = i64::try_from(taken.passed_over).unwrap_or(i64::MAX);
    FlowAlarmsTaken { runs: taken.runs.into_iter().map(run).collect(), passed_over }
}

/// A call from somebody who has the flow's secret.
pub(super) struct Call {
    /// As the sender named it; always there when it is signed.
    pub id: Option<String>,
    pub body: Bytes,
}

pub(super) async fn proved(state: &AppState, (tenant_id, flow_id): (&TenantId, &str), headers: &HeaderMap, body: Body) -> Result<Call> {
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::new(Code::TooLarge).with("max", "256 KiB"))?;
    // A flow that is not there and one that takes no calls look alike.
    let found = flow::find(&state.engine.db, tenant_id, flow_id).await?;
    let secret = found.and_then(|flow| flow.hook_secret).ok_or_else(|| Problem::not_found("flow"))?;
    let signer = Signer::new(&secret).map_err(|_| Problem::new(Code::Internal))?;
    let is_signed = headers.contains_key(HEADER_SIGNATURE);
    match bearer(headers).filter(|_| !is_signed) {
        Some(shown) if signer.knows(shown) => Ok(Call { id: call_id(headers)?, body }),
        Some(_) => Err(Problem::new(Code::WrongHookSecret)),
        None => {
            // The signature covers it, so one that is not as it should be is said first. A call that is not signed at all is told so.
            let id = if is_signed { Some(call_id(headers)?.ok_or_else(|| Problem::new(Code::BadCallId))?) } else { None };
            let given: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            let wrong = |error: VerifyError| Problem::new(Code::BadSignature).with("reason", error.to_string());
            signer.verify(&given, &body, state.engine.now()).map_err(wrong)?;
            Ok(Call { id, body })
        }
    }
}

/// What names the call.
fn call_id(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(id) = headers.get(HEADER_ID) else { return Ok(None) };
    let id = id.to_str().unwrap_or_default();
    let fits = (1..=CALL_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && b != b'.');
    if fits { Ok(Some(id.to_owned())) } else { Err(Problem::new(Code::BadCallId)) }
}

/// Make a secret for a flow's webhook
///
/// Shown only now; the one before, if any, is forgotten at once.
#[utoipa::path(post, path = "/flows/{id}/hook-secret", tag = "flows", params(("id" = String, Path)), responses((status = 200, body = SecretView)))]
async fn rotate_secret(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<Json<SecretView>> {
    let secret = qn_channel::generate_secret();
    keep(&state, person.tenant_id(), &id, Some(&secret)).await?;
    Ok(Json(SecretView { secret }))
}

/// Let a flow's webhook take no more calls
#[utoipa::path(delete, path = "/flows/{id}/hook-secret", tag = "flows", params(("id" = String, Path)), responses((status = 204)))]
async fn drop_secret(State(state): State<AppState>, person: Supervisor, Path(id): Path<String>) -> Result<StatusCode> {
    keep(&state, person.tenant_id(), &id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn keep(state: &AppState, tenant_id: &TenantId, id: &str, secret: Option<&str>) -> Result<()> {
    flow::set_hook_secret(&state.engine.db, tenant_id, id, secret, state.engine.now()).await?;
    settings::changed(state, tenant_id, "flow", id).await;
    Ok(())
}
