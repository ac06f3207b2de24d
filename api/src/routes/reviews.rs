//! Reviews of conversations: supervisors score, agents see what was submitted of their own and may answer once.

use crate::Result;
use crate::extract::{IfMatch, Json, Path, Person, Query, Reader, Supervisor, Writer};
use crate::problem::Problem;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::quality::{ReviewState, ReviewView};
use qn_api_types::review::{AppealReview, AskReview, ReviewDetail, ScoreReview, SettleReview, SkipReview};
use qn_domain::{ConversationId, Review, ReviewId, Role};
use qn_engine::{ReviewWish, Scoring, Settlement};
use qn_store::review::{self, Filter};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reviews, ask))
        .routes(routes!(one, score))
        .routes(routes!(skip))
        .routes(routes!(take_up))
        .routes(routes!(appeal))
        .routes(routes!(settle))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReviewQuery {
    state: Option<ReviewState>,
    /// Neither open nor passed over.
    done: Option<bool>,
    /// Id of a person, or `me`.
    agent: Option<String>,
    /// Id of a person, or `me`; also those that nobody has yet.
    reviewer: Option<String>,
    /// Id of a conversation; it is reviewed once at most.
    conversation: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Reviews, newest first
///
/// Supervisors see all but open ones of their own work; agents see their own, once submitted.
#[utoipa::path(get, path = "/reviews", tag = "quality", params(ReviewQuery), responses((status = 200, body = List<ReviewView>)))]
async fn reviews(State(state): State<AppState>, person: Reader, Query(query): Query<ReviewQuery>) -> Result<Json<List<ReviewView>>> {
    let me = person.user_id().clone();
    let asked = |word: Option<String>| match word.as_deref() {
        None | Some("") => None,
        Some("me") => Some(me.clone()),
        Some(id) => Some(id.into()),
    };
    let supervises = person.0.0.user.role >= Role::Supervisor;
    let agent_id = if supervises { asked(query.agent) } else { Some(me.clone()) };
    let filter = Filter {
        state: query.state.map(Into::into),
        submitted: query.done == Some(true),
        agent_id,
        reviewer_id: asked(query.reviewer),
        not_unsubmitted_of: Some(me.clone()),
        conversation_id: query.conversation.filter(|id| !id.is_empty()).map(ConversationId),
    };
    let (before, limit) = (query.cursor.as_deref().filter(|c| !c.is_empty()), query.limit.unwrap_or(50).clamp(1, 200));
    let page = review::list(&state.engine.db, person.tenant_id(), &filter, before, limit).await?;
    let brief = |r: Review| {
        let mut view = ReviewView::from(r);
        view.answers.clear();
        view
    };
    Ok(Json(List { items: page.items.into_iter().map(brief).collect(), next_cursor: page.next_cursor }))
}

/// Send a conversation to review
///
/// Scored is the work of the agent who had it last. One that a reviewer passed over may be sent again.
#[utoipa::path(post, path = "/reviews", tag = "quality", request_body = AskReview,
    responses((status = 201, body = ReviewView), (status = 422, body = qn_api_types::Problem)))]
async fn ask(State(state): State<AppState>, person: Supervisor, Json(body): Json<AskReview>) -> Result<(StatusCode, Json<ReviewView>)> {
    let wish = ReviewWish {
        conversation_id: ConversationId(body.conversation_id),
        scorecard_id: body.scorecard_id.into(),
        reviewer_id: body.reviewer_id.map(Into::into),
        why: body.why,
    };
    let asked = state.engine.ask_review(&person.actor(), wish).await?;
    told(&state, &person, &asked.id).await;
    Ok((StatusCode::CREATED, Json(asked.into())))
}

/// Pass over a conversation that was to be scored
///
/// The agent sees nothing of it, and a plan draws another in its place.
#[utoipa::path(post, path = "/reviews/{id}/skip", tag = "quality", request_body = SkipReview,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewDetail), (status = 403, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn skip(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
    Json(body): Json<SkipReview>,
) -> Result<Json<ReviewDetail>> {
    let kept = state.engine.skip_review(&person.actor(), &id, version, body.reason).await?;
    told(&state, &person, &id).await;
    detail(&state, kept).await
}

/// Take up a conversation that was passed over
#[utoipa::path(post, path = "/reviews/{id}/take-up", tag = "quality", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewDetail), (status = 403, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn take_up(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
) -> Result<Json<ReviewDetail>> {
    let kept = state.engine.take_up_review(&person.actor(), &id, version).await?;
    told(&state, &person, &id).await;
    detail(&state, kept).await
}

/// One review and its form
#[utoipa::path(get, path = "/reviews/{id}", tag = "quality", params(("id" = String, Path)), responses((status = 200, body = ReviewDetail)))]
async fn one(State(state): State<AppState>, person: Reader, Path(id): Path<ReviewId>) -> Result<Json<ReviewDetail>> {
    let found = review::get(&state.engine.db, person.tenant_id(), &id).await?;
    if !may_see(&person, &found) {
        return Err(Problem::not_found("review"));
    }
    detail(&state, found).await
}

/// Nobody sees what is not submitted of their own work, and agents see nobody else's.
fn may_see(person: &Person, review: &Review) -> bool {
    if review.agent_id == *person.user_id() {
        return !matches!(review.state, qn_domain::ReviewState::Open | qn_domain::ReviewState::Skipped);
    }
    person.0.user.role >= Role::Supervisor
}

async fn detail(state: &AppState, review: Review) -> Result<Json<ReviewDetail>> {
    let card = state.engine.scorecard_of(&review).await?;
    Ok(Json(ReviewDetail { review: review.into(), form: card.form.into(), form_version: card.version }))
}

/// Score a conversation
///
/// Keeps a draft, or submits it to the agent. Nobody scores their own work.
#[utoipa::path(put, path = "/reviews/{id}", tag = "quality", request_body = ScoreReview,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewDetail), (status = 403, body = qn_api_types::Problem), (status = 412, body = qn_api_types::Problem),
        (status = 422, body = qn_api_types::Problem)))]
async fn score(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
    Json(mut body): Json<ScoreReview>,
) -> Result<Json<ReviewDetail>> {
    let said = Scoring { scorecard_version: body.form_version, answers: body.answers(), note: body.note, submit: body.submit };
    let kept = state.engine.score_review(&person.actor(), &id, version, said).await?;
    told(&state, &person, &id).await;
    detail(&state, kept).await
}

/// Answer a score of one's own work, once
#[utoipa::path(post, path = "/reviews/{id}/appeal", tag = "quality", request_body = AppealReview,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewDetail), (status = 403, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn appeal(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
    Json(body): Json<AppealReview>,
) -> Result<Json<ReviewDetail>> {
    let kept = state.engine.appeal_review(&person.actor(), &id, version, body.text).await?;
    told(&state, &person, &id).await;
    detail(&state, kept).await
}

/// Have the last word on a score
///
/// Whoever scored it, or an admin. With answers the score is counted anew.
#[utoipa::path(post, path = "/reviews/{id}/settle", tag = "quality", request_body = SettleReview,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReviewDetail), (status = 403, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn settle(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<ReviewId>,
    IfMatch(version): IfMatch,
    Json(mut body): Json<SettleReview>,
) -> Result<Json<ReviewDetail>> {
    let said = Settlement { answers: body.answers(), text: body.text };
    let kept = state.engine.settle_review(&person.actor(), &id, version, said).await?;
    told(&state, &person, &id).await;
    detail(&state, kept).await
}

async fn told(state: &AppState, person: &Person, id: &ReviewId) {
    settings::changed(state, person.tenant_id(), "review", id.as_str()).await;
}
