//! One act on many conversations.

use crate::Result;
use crate::extract::{Creation, Json, Locale, Writer};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::bulk::{ActOnMany, BulkAction, BulkDone, BulkRefused, BulkResult};
use qn_domain::{ConversationId, TenantId};
use qn_engine::{Action, ManyAct};
use std::collections::HashSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(act_on_many))
}

/// Do the same to many conversations
///
/// Each is changed by itself, as by the act on one; what is refused for one leaves the others alone. A repetition under the same
/// Idempotency-Key changes nothing more.
#[utoipa::path(
    post, path = "/conversations/bulk", tag = "conversations", request_body = ActOnMany,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = BulkResult), (status = 422, body = qn_api_types::Problem))
)]
async fn act_on_many(
    State(state): State<AppState>,
    person: Writer,
    Locale(language): Locale,
    Creation { key, body }: Creation<ActOnMany>,
) -> Result<Json<BulkResult>> {
    let named = key.named(person.tenant_id(), person.user_id().as_str(), "POST /conversations/bulk");
    settings::same_request(&state, person.tenant_id(), named).await?;
    settings::note(&state, person.tenant_id(), named).await;
    let name = named.map_or_else(|| qn_base::ids::fresh(state.engine.now()), |named| qn_base::ids::derived(&named.id));
    let act = many_act(&state, person.tenant_id(), body.action).await?;
    let mut seen = HashSet::new();
    let ids = body.ids.into_iter().filter(|id| seen.insert(id.clone())).map(ConversationId).collect();
    let mut result = BulkResult { done: Vec::new(), refused: Vec::new() };
    for one in state.engine.act_on_many(&person.actor(), ids, &act, &name).await {
        match one.done {
            Ok(undo) => result.done.push(BulkDone { id: one.id.0, undo: undo.and_then(told) }),
            Err(error) => {
                let problem = Problem::from(error);
                let (code, detail) = (problem.code.as_str().to_owned(), problem.text(language));
                result.refused.push(BulkRefused { id: one.id.0, code, detail });
            }
        }
    }
    Ok(Json(result))
}

async fn many_act(state: &AppState, tenant_id: &TenantId, action: BulkAction) -> Result<ManyAct> {
    let (note, reason) = (String::new(), None);
    Ok(ManyAct::Do(match action {
        BulkAction::Claim => Action::Claim,
        BulkAction::Resolve => Action::Resolve,
        BulkAction::Reopen => Action::Reopen,
        BulkAction::Pend => Action::Pend,
        BulkAction::Wake => Action::Wake,
        BulkAction::Snooze { until } if until <= state.engine.now() => {
            return Err(Problem::invalid("action.until", "应是将来的时间", "is in the future"));
        }
        BulkAction::Snooze { until } => Action::Snooze { until },
        BulkAction::ReturnToBot => Action::ReturnToBot,
        BulkAction::ToAgent { agent_id } => {
            if qn_store::user::find(&state.engine.db, tenant_id, &agent_id.as_str().into()).await?.is_none() {
                return Err(Problem::invalid("action.agent_id", "没有这个坐席", "is not an agent of yours"));
            }
            Action::TransferToAgent { to: agent_id.into(), note, reason }
        }
        BulkAction::ToTeam { team_id } => {
            if qn_store::team::find(&state.engine.db, tenant_id, &team_id.as_str().into()).await?.is_none() {
                return Err(Problem::invalid("action.team_id", "没有这个团队", "is not a team of yours"));
            }
            Action::TransferToTeam { to: team_id.into(), note, reason }
        }
        BulkAction::ChangeLabels { add, remove } => Action::ChangeLabels { add, remove },
        BulkAction::SetPriority { priority } => Action::SetPriority(priority.into()),
        BulkAction::Canned { id } => {
            let found = qn_store::canned::find(&state.engine.db, tenant_id, &id.into()).await?;
            return found
                .map(ManyAct::Send)
                .ok_or_else(|| Problem::invalid("action.id", "这条快捷回复已被删除", "does not exist any more"));
        }
    }))
}

fn told(undo: Action) -> Option<BulkAction> {
    match undo {
        Action::Reopen => Some(BulkAction::Reopen),
        Action::Pend => Some(BulkAction::Pend),
        Action::Wake => Some(BulkAction::Wake),
        Action::Snooze { until } => Some(BulkAction::Snooze { until }),
        Action::ChangeLabels { add, remove } => Some(BulkAction::ChangeLabels { add, remove }),
        Action::SetPriority(priority) => Some(BulkAction::SetPriority { priority: priority.into() }),
        _ => None,
    }
}
