//! What a company allows itself to spend at the language model in a month, at most what the configuration allows each.

use crate::Result;
use crate::extract::{Admin, Json, Reader};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::llm_limits::{LlmLimitsView, WriteLlmLimits};
use qn_domain::TenantId;
use qn_store::llm_limit::{self, OwnLimit};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_llm_limits, write_llm_limits))
}

/// What may be spent at the language model this month, and what was
#[utoipa::path(get, path = "/llm-limits", tag = "llm limits", responses((status = 200, body = LlmLimitsView)))]
async fn read_llm_limits(State(state): State<AppState>, person: Reader) -> Result<Json<LlmLimitsView>> {
    Ok(Json(seen(&state, person.tenant_id()).await?))
}

/// Choose the company's own limits
///
/// At most as high as the operator's. They hold from the next call to the model on; when one is reached, everything goes on without the model
/// until the next month.
#[utoipa::path(put, path = "/llm-limits", tag = "llm limits", request_body = WriteLlmLimits,
    responses((status = 200, body = LlmLimitsView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn write_llm_limits(State(state): State<AppState>, person: Admin, Json(body): Json<WriteLlmLimits>) -> Result<Json<LlmLimitsView>> {
    let tenant_id = person.tenant_id();
    let own = OwnLimit { tokens: body.month_tokens, cents: body.month_cents };
    if let Some(used) = state.engine.llm_use(tenant_id).await {
        let most = OwnLimit { tokens: used.month_limit.tokens, cents: used.month_limit.cents };
        can_be(own, most, used.has_price)?;
    }
    let version = llm_limit::put(&state.engine.db, tenant_id, own, body.version, person.user_id(), state.engine.now()).await?;
    settings::changed(&state, tenant_id, "llm_limit", &version.to_string()).await;
    Ok(Json(seen(&state, tenant_id).await?))
}

/// `most` is what the operator allows; 0 is no limit.
fn can_be(own: OwnLimit, most: OwnLimit, has_price: bool) -> Result<()> {
    if own.cents > 0 && !has_price {
        let (zh, en) = ("没有配置价格，无法按金额限制；请限制用量", "needs prices in the configuration; limit the tokens instead");
        return Err(Problem::invalid("month_cents", zh, en));
    }
    for (own, most, field) in [(own.tokens, most.tokens, "month_tokens"), (own.cents, most.cents, "month_cents")] {
        if most > 0 && own > most {
            return Err(Problem::invalid(field, format!("不能高于配置的上限 {most}"), format!("is at most {most}, as configured")));
        }
    }
    Ok(())
}

async fn seen(state: &AppState, tenant_id: &TenantId) -> Result<LlmLimitsView> {
    let (own, version) = llm_limit::get(&state.engine.db, tenant_id).await?;
    let used = state.engine.llm_use(tenant_id).await;
    let month = used.as_ref().map(|used| used.month).unwrap_or_default();
    let most = used.as_ref().map(|used| used.month_limit).unwrap_or_default();
    Ok(LlmLimitsView {
        has_price: used.as_ref().is_some_and(|used| used.has_price),
        month_tokens: own.tokens,
        month_cents: own.cents,
        month_tokens_max: most.tokens,
        month_cents_max: most.cents,
        spent_tokens: month.tokens,
        spent_cents: month.micro_cents / 1_000_000,
        calls: month.calls,
        used_up: used.as_ref().is_some_and(|used| used.is_used_up),
        model: used.map(|used| used.health.model),
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_limit_is_at_most_the_operators_and_money_needs_prices() {
        let limit = |tokens: i64, cents: i64| OwnLimit { tokens, cents };
        for (own, most, has_price, is_fine) in [
            (limit(100, 0), limit(100, 0), false, true),
            (limit(101, 0), limit(100, 0), false, false),
            (limit(101, 0), limit(0, 0), false, true),
            (limit(0, 0), limit(100, 500), true, true),
            (limit(0, 501), limit(0, 500), true, false),
            (limit(0, 1), limit(0, 0), false, false),
        ] {
            assert_eq!(can_be(own, most, has_price).is_ok(), is_fine, "{own:?} of {most:?}");
        }
    }
}
