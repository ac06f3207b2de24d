//! Signals by what they are about: for runs that wait for them, whoever those are. By API, and signed with a flow's secret.

use super::flow_hooks::{Anything, Call, proved};
use crate::Result;
use crate::extract::{Json, Path, Supervisor, json};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use qn_api_types::flow_run::{FlowSignalled, SignalFlows};
use qn_base::clock::MINUTE_MS;
use qn_domain::TenantId;
use qn_engine::{FlowSignal, KEPT_MS, Signalled};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(signal_waiting)).routes(routes!(hook_signal))
}

/// Tell the runs that wait for it that something happened
///
/// Every step that waits for a signal of this name and whose field says the same as the payload goes on. Where none waits, the signal is
/// kept (a day, unless `keep_minutes` says otherwise; at most seven) and the first step that begins to wait for it hears it. The same
/// `id` is the same signal.
#[utoipa::path(post, path = "/flow-signals", tag = "flow runs", request_body = SignalFlows,
    responses((status = 200, body = FlowSignalled), (status = 422, body = qn_api_types::Problem)))]
async fn signal_waiting(State(state): State<AppState>, person: Supervisor, Json(body): Json<SignalFlows>) -> Result<Json<FlowSignalled>> {
    let keep_ms = body.keep_minutes.map_or(KEPT_MS, |minutes| i64::from(minutes) * MINUTE_MS);
    let signal =
        FlowSignal { id: format!("api:{}", body.id), flow_id: String::new(), name: body.name, payload: body.payload.into(), keep_ms };
    Ok(Json(shown(state.engine.signal_flows(person.tenant_id(), signal).await?)))
}

/// Tell a flow's runs by a signed call that something happened
///
/// Signed with the flow's secret, or showing it, like the call that starts it, and always named by a `webhook-id`: the same one is the
/// same signal. The body is the payload, an object; only runs of this flow hear it.
#[utoipa::path(post, path = "/hooks/flows/{tenant}/{flow}/signals/{name}", tag = "flow runs", security(()),
    params(("tenant" = String, Path, description = "Id of the tenant"), ("flow" = String, Path, description = "Id of the flow"),
        ("name" = String, Path, description = "What the flow waits for")),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 202, body = FlowSignalled), (status = 401, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn hook_signal(
    State(state): State<AppState>,
    Path((tenant, flow_id, name)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<FlowSignalled>)> {
    let tenant_id = TenantId(tenant);
    let Call { id, body } = proved(&state, (&tenant_id, flow_id.as_str()), &headers, body).await?;
    // The same words may be true twice: what names a signal is its sender's to say.
    let call = id.ok_or_else(|| Problem::new(Code::BadCallId))?;
    let Anything(payload) = json::parse(&body)?;
    if !payload.is_object() {
        return Err(Problem::invalid("payload", "应为 JSON 对象", "must be a JSON object"));
    }
    let signal = FlowSignal { id: format!("hook:{flow_id}:{call}"), flow_id, name, payload, keep_ms: KEPT_MS };
    Ok((StatusCode::ACCEPTED, Json(shown(state.engine.signal_flows(&tenant_id, signal).await?))))
}

fn shown(told: Signalled) -> FlowSignalled {
    FlowSignalled { repeated: told.repeated, runs: told.runs, kept_until: told.kept_until }
}
