//! Plans that draw conversations for review.

use crate::extract::{Creation, IfMatch, Json, Path, Supervisor};
use crate::problem::Problem;
use crate::settings::{self, new_id, replayed, room};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::quality::{DrawPeriod, DrawReviews, DrawnView, ReviewPlanRule, ReviewPlanView};
use qn_domain::quality::PlanRule;
use qn_domain::{OversightKind, ReviewPlan, ReviewPlanId, Role};
use qn_store::review_plan;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "review_plan";
const PLANS_MAX: usize = 50;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(review_plans, create_plan)).routes(routes!(change_plan, delete_plan)).routes(routes!(draw))
}

/// Plans, oldest first
#[utoipa::path(get, path = "/review-plans", tag = "quality", responses((status = 200, body = List<ReviewPlanView>)))]
async fn review_plans(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<ReviewPlanView>>> {
    let all = review_plan::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Make a plan
///
/// It draws when the running day or week is over, in the company's time zone.
#[utoipa::path(post, path = "/review-plans", tag = "quality", request_body = ReviewPlanRule,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ReviewPlanView), (status = 422, body = qn_api_types::Problem)))]
async fn create_plan(
    State(state): State<AppState>,
    person: Supervisor,
    Creation { key, body }: Creation<ReviewPlanRule>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    room(review_plan::list(db, tenant_id).await?.len(), PLANS_MAX)?;
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /review-plans");
    let active = body.active;
    let rule = checked(&state, &person, body).await?;
    let next_at = state.engine.next_draw(tenant_id, &rule).await?;
    let id = new_id!(ReviewPlanId, named, now);
    let plan = ReviewPlan { id, tenant_id: tenant_id.clone(), rule, active, next_at, version: 1, created_at: now };
    let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeReviewPlan, &plan.rule.name);
    let again = replayed(&state, tenant_id, review_plan::insert(db, &plan, &entry).await, named).await?;
    told(&state, &person, &plan.id).await;
    let plan = if again { review_plan::get(db, tenant_id, &plan.id).await? } else { plan };
    Ok(created(again, Some(plan.version), ReviewPlanView::from(plan)))
}

/// Change a plan
///
/// What was drawn stays.
#[utoipa::path(put, path = "/review-plans/{id}", tag = "quality", request_body = ReviewPlanRule,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewPlanView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn change_plan(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewPlanId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ReviewPlanRule>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let mut plan = review_plan::get(db, tenant_id, &id).await?;
    settings::same_version(plan.version, version)?;
    plan.active = body.active;
    plan.rule = checked(&state, &person, body).await?;
    plan.next_at = state.engine.next_draw(tenant_id, &plan.rule).await?;
    let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeReviewPlan, &plan.rule.name);
    plan.version = review_plan::update(db, &plan, &entry).await?;
    told(&state, &person, &id).await;
    Ok(tagged(plan.version, ReviewPlanView::from(plan)))
}

/// Remove a plan
///
/// What was drawn stays.
#[utoipa::path(delete, path = "/review-plans/{id}", tag = "quality", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = qn_api_types::Problem)))]
async fn delete_plan(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewPlanId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    let plan = review_plan::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(plan.version, version)?;
    let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeReviewPlan, &plan.rule.name);
    review_plan::delete(&state.engine.db, &plan, &entry).await?;
    told(&state, &person, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Draw at once
///
/// Nobody gets more than the plan says: what was drawn of the period before counts.
#[utoipa::path(post, path = "/review-plans/{id}/draw", tag = "quality", request_body = DrawReviews, params(("id" = String, Path)),
    responses((status = 200, body = DrawnView)))]
async fn draw(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewPlanId>,
    Json(body): Json<DrawReviews>,
) -> Result<Json<DrawnView>> {
    let plan = review_plan::get(&state.engine.db, person.tenant_id(), &id).await?;
    let period = match body.period {
        DrawPeriod::Last => qn_engine::DrawPeriod::Last,
        DrawPeriod::Running => qn_engine::DrawPeriod::Running,
    };
    let drawn = state.engine.draw_now(&plan, period).await?;
    Ok(Json(DrawnView { drawn: i64::try_from(drawn).unwrap_or(i64::MAX) }))
}

async fn told(state: &AppState, person: &Supervisor, id: &ReviewPlanId) {
    settings::changed(state, person.tenant_id(), RESOURCE, id.as_str()).await;
    state.engine.look_round();
}

/// Everything the rule names is there.
async fn checked(state: &AppState, person: &Supervisor, body: ReviewPlanRule) -> Result<PlanRule> {
    let rule = body.rule();
    if super::scorecards::in_use(state, person, &rule.scorecard_id).await.is_err() {
        return Err(Problem::invalid("scorecard_id", "没有这个评分表", "is not a form of yours"));
    }
    let known = state.engine.settings(person.tenant_id()).await?;
    if rule.inbox_ids.iter().any(|id| !known.inboxes.contains_key(id)) {
        return Err(Problem::invalid("inbox_ids", "没有这个接入渠道", "names an inbox that is not yours"));
    }
    if rule.team_ids.iter().any(|id| !known.teams.contains_key(id)) {
        return Err(Problem::invalid("team_ids", "没有这个团队", "names a team that is not yours"));
    }
    let may = |id: &qn_domain::UserId| known.users.get(id).is_some_and(|u| u.role >= Role::Supervisor && !u.is_service());
    if !rule.reviewer_ids.iter().all(may) {
        return Err(Problem::invalid("reviewer_ids", "只能由主管或管理员评分", "names somebody who is no supervisor"));
    }
    Ok(rule)
}
