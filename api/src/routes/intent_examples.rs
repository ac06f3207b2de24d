//! Examples of intents: paste, list, move and remove them, many at a time.

use crate::Result;
use crate::extract::{IdempotencyKey, Json, Path, Query, Reader, Supervisor};
use crate::routes::intents::RESOURCE;
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::intent::{
    AddExamples, DeleteExamples, DuplicateExample, ExamplesAdded, ExamplesChanged, HoldOut, IntentExampleView, MoveExamples, SetAside,
};
use qn_api_types::training::TrainingFinding;
use qn_api_types::words::Language as WireLanguage;
use qn_domain::{ExampleId, ExampleSource, IntentId};
use qn_engine::{Added, NewExamples};
use qn_store::intent_example::{self, Filter};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(move_all))
        .routes(routes!(delete_all))
        .routes(routes!(set_aside))
        .routes(routes!(hold_out))
        .routes(routes!(check))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExampleQuery {
    /// Part of the text.
    q: Option<String>,
    language: Option<WireLanguage>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Examples of an intent, newest first
#[utoipa::path(get, path = "/intents/{id}/examples", tag = "intent examples", params(("id" = String, Path), ExampleQuery),
    responses((status = 200, body = List<IntentExampleView>)))]
async fn list(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<IntentId>,
    Query(query): Query<ExampleQuery>,
) -> Result<Json<List<IntentExampleView>>> {
    let db = &state.engine.db;
    qn_store::intent::get(db, person.tenant_id(), &id).await?;
    let filter = Filter { text: query.q, language: query.language.map(Into::into) };
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = intent_example::list(db, person.tenant_id(), &id, &filter, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// Add examples to an intent
///
/// Words that are an example already, of this intent or another, are left out and reported; adding the same lines twice changes nothing.
#[utoipa::path(post, path = "/intents/{id}/examples", tag = "intent examples", request_body = AddExamples,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = ExamplesAdded)))]
async fn add(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<IntentId>,
    _key: IdempotencyKey,
    Json(body): Json<AddExamples>,
) -> Result<Json<ExamplesAdded>> {
    let new = NewExamples {
        tenant_id: person.tenant_id().clone(),
        intent_id: id.clone(),
        language: body.language.map(Into::into),
        source: if body.imported { ExampleSource::Import } else { ExampleSource::Manual },
        texts: body.texts,
    };
    let done = state.engine.add_examples(new).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(Json(added(done)))
}

pub(super) fn added(done: Added) -> ExamplesAdded {
    ExamplesAdded {
        added: done.added.into_iter().map(Into::into).collect(),
        duplicates: done.duplicates.into_iter().map(|l| DuplicateExample { text: l.text, intent_id: l.intent_id.0 }).collect(),
    }
}

fn example_ids(ids: Vec<String>) -> Vec<ExampleId> {
    ids.into_iter().map(ExampleId).collect()
}

/// Move examples to another intent
#[utoipa::path(post, path = "/intent-examples/move", tag = "intent examples", request_body = MoveExamples,
    responses((status = 200, body = ExamplesChanged)))]
async fn move_all(State(state): State<AppState>, person: Supervisor, Json(body): Json<MoveExamples>) -> Result<Json<ExamplesChanged>> {
    let to = IntentId(body.intent_id);
    let count = intent_example::move_all(&state.engine.db, person.tenant_id(), &example_ids(body.ids), &to).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, to.as_str()).await;
    Ok(Json(ExamplesChanged { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}

/// Remove examples
#[utoipa::path(post, path = "/intent-examples/delete", tag = "intent examples", request_body = DeleteExamples,
    responses((status = 200, body = ExamplesChanged)))]
async fn delete_all(State(state): State<AppState>, person: Supervisor, Json(body): Json<DeleteExamples>) -> Result<Json<ExamplesChanged>> {
    let ids = example_ids(body.ids);
    let count = intent_example::delete_all(&state.engine.db, person.tenant_id(), &ids).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, ids.first().map_or("", ExampleId::as_str)).await;
    Ok(Json(ExamplesChanged { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}

/// Set examples aside as test questions, or give them back to training
///
/// Versions trained later do not learn test questions; comparisons are made on them.
#[utoipa::path(post, path = "/intent-examples/set-aside", tag = "intent examples", request_body = SetAside,
    responses((status = 200, body = ExamplesChanged)))]
async fn set_aside(State(state): State<AppState>, person: Supervisor, Json(body): Json<SetAside>) -> Result<Json<ExamplesChanged>> {
    let since = body.test.then(|| state.engine.now());
    let ids = example_ids(body.ids);
    let count = intent_example::set_aside(&state.engine.db, person.tenant_id(), &ids, since).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, ids.first().map_or("", ExampleId::as_str)).await;
    Ok(Json(ExamplesChanged { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}

/// Set a share of every intent's examples aside as test questions
///
/// Each intent keeps at least five examples to learn from; what is set aside already counts.
#[utoipa::path(post, path = "/intent-examples/hold-out", tag = "intent examples", request_body = HoldOut,
    responses((status = 200, body = ExamplesChanged)))]
async fn hold_out(State(state): State<AppState>, person: Supervisor, Json(body): Json<HoldOut>) -> Result<Json<ExamplesChanged>> {
    let count = state.engine.hold_out_examples(person.tenant_id(), body.share_percent).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, "").await;
    Ok(Json(ExamplesChanged { count: i64::try_from(count).unwrap_or(i64::MAX) }))
}

/// What is wrong with the examples as they are now
#[utoipa::path(get, path = "/intent-examples/check", tag = "intent examples", responses((status = 200, body = List<TrainingFinding>)))]
async fn check(State(state): State<AppState>, person: Reader) -> Result<Json<List<TrainingFinding>>> {
    let findings = state.engine.check_examples(person.tenant_id()).await?;
    Ok(Json(List::whole(findings.into_iter().map(Into::into).collect())))
}
