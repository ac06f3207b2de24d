//! Score forms. Every change is a new version; what was scored keeps the one it was scored with.

use crate::extract::{Creation, IfMatch, Json, Path, Supervisor};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id, replayed, room};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::quality::{ScoreForm, ScorecardView};
use qn_domain::{OversightKind, Scorecard, ScorecardId};
use qn_store::{review_plan, scorecard};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const RESOURCE: &str = "scorecard";
const SCORECARDS_MAX: usize = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(scorecards, create_scorecard)).routes(routes!(change_scorecard, archive_scorecard))
}

/// Score forms in use, oldest first
#[utoipa::path(get, path = "/scorecards", tag = "quality", responses((status = 200, body = List<ScorecardView>)))]
async fn scorecards(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<ScorecardView>>> {
    let all = scorecard::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Make a score form
#[utoipa::path(post, path = "/scorecards", tag = "quality", request_body = ScoreForm, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ScorecardView), (status = 422, body = qn_api_types::Problem)))]
async fn create_scorecard(
    State(state): State<AppState>,
    person: Supervisor,
    Creation { key, body }: Creation<ScoreForm>,
) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    room(scorecard::list(db, tenant_id).await?.len(), SCORECARDS_MAX)?;
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /scorecards");
    let card = Scorecard {
        id: new_id!(ScorecardId, named, now),
        tenant_id: tenant_id.clone(),
        version: 1,
        form: body.into(),
        changed_by: person.user_id().clone(),
        changed_at: now,
    };
    let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeScorecard, &card.form.zh);
    let again = replayed(&state, tenant_id, scorecard::write(db, &card, false, &entry).await, named).await?;
    settings::changed(&state, tenant_id, RESOURCE, card.id.as_str()).await;
    let card = if again { scorecard::newest(db, tenant_id, &card.id).await? } else { card };
    Ok(created(again, Some(card.version), ScorecardView::from(card)))
}

/// Change a score form
///
/// Makes a new version. Reviews that nobody began take it; all others keep theirs.
#[utoipa::path(put, path = "/scorecards/{id}", tag = "quality", request_body = ScoreForm,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ScorecardView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn change_scorecard(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ScorecardId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ScoreForm>,
) -> Result<Response> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let before = in_use(&state, &person, &id).await?;
    settings::same_version(before.version, version)?;
    let card = Scorecard {
        version: version + 1,
        form: body.into(),
        changed_by: person.user_id().clone(),
        changed_at: state.engine.now(),
        ..before
    };
    if card.form != scorecard::newest(db, tenant_id, &id).await?.form {
        let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeScorecard, &card.form.zh);
        scorecard::write(db, &card, false, &entry).await?;
        settings::changed(&state, tenant_id, RESOURCE, id.as_str()).await;
    }
    let card = scorecard::newest(db, tenant_id, &id).await?;
    Ok(tagged(card.version, ScorecardView::from(card)))
}

/// Put a score form away
///
/// What was scored with it stays. Refused while a plan uses it.
#[utoipa::path(delete, path = "/scorecards/{id}", tag = "quality", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = qn_api_types::Problem), (status = 412, body = qn_api_types::Problem)))]
async fn archive_scorecard(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ScorecardId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let before = in_use(&state, &person, &id).await?;
    settings::same_version(before.version, version)?;
    if review_plan::list(db, tenant_id).await?.iter().any(|plan| plan.rule.scorecard_id == id) {
        return Err(Problem::new(Code::InUse).with_words("what", "评分表", "scorecard"));
    }
    let card = Scorecard { version: version + 1, changed_by: person.user_id().clone(), changed_at: state.engine.now(), ..before };
    let entry = state.engine.quality_entry(&person.actor(), OversightKind::ChangeScorecard, &card.form.zh);
    scorecard::write(db, &card, true, &entry).await?;
    settings::changed(&state, tenant_id, RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest version of a form that was not put away.
pub(super) async fn in_use(state: &AppState, person: &Supervisor, id: &ScorecardId) -> Result<Scorecard> {
    let all = scorecard::list(&state.engine.db, person.tenant_id()).await?;
    all.into_iter().find(|card| card.id == *id).ok_or_else(|| Problem::not_found("scorecard"))
}
