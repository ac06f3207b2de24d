//! What the bot says when a talk leaves its straight way.

use crate::Result;
use crate::extract::{Json, Reader, Supervisor};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::repairs::{RepairsView, WriteRepairs};
use qn_domain::Bound;
use qn_engine::Unbindable;
use qn_store::repairs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_repairs, write_repairs))
}

/// What the bot says when a talk leaves its straight way
///
/// It comes back to a question, stops, asks which was meant, finds nothing, hands over: the built-in words and the company's own.
#[utoipa::path(get, path = "/repairs", tag = "flows", responses((status = 200, body = RepairsView)))]
async fn read_repairs(State(state): State<AppState>, person: Reader) -> Result<Json<RepairsView>> {
    let (found, version) = repairs::get(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(RepairsView::of(&found, version)))
}

/// Change them
#[utoipa::path(put, path = "/repairs", tag = "flows", request_body = WriteRepairs,
    responses((status = 200, body = RepairsView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn write_repairs(State(state): State<AppState>, person: Supervisor, Json(body): Json<WriteRepairs>) -> Result<Json<RepairsView>> {
    let (read, wanted) = (body.version, body.repairs());
    let before = repairs::get(&state.engine.db, person.tenant_id()).await?.0;
    for (bound, flow) in wanted.flows.iter().filter(|(bound, flow)| before.flows.get(bound) != Some(flow)) {
        if let Err(why) = state.engine.may_bind(person.tenant_id(), *bound, flow).await? {
            return Err(unbindable(*bound, why));
        }
    }
    let version = repairs::put(&state.engine.db, person.tenant_id(), &wanted, read).await?;
    settings::changed(&state, person.tenant_id(), "repairs", &version.to_string()).await;
    Ok(Json(RepairsView::of(&wanted, version)))
}

fn unbindable(bound: Bound, why: Unbindable) -> Problem {
    let (zh, en) = match why {
        Unbindable::NotLive => ("没有已发布并启用的这个流程", "is not a flow that is live and switched on"),
        Unbindable::NeedsInput => ("这个流程有必须传入的变量，无法由消息开始", "must be given something that no message gives"),
        Unbindable::Silent => ("这个流程不和客户说话，请选择会对话的流程", "says nothing to the customer"),
        Unbindable::FetchesNobody => ("这个流程没有“转人工”或“分配”，客户会找不到人", "gives the conversation to nobody: add a hand-off"),
    };
    Problem::invalid(format!("flows.{}", bound.as_str()), zh, en)
}
