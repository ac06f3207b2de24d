//! Intents: everybody reads them, supervisors keep them. Their examples are in `intent_examples`.

use crate::extract::{Creation, IfMatch, Json, Path, Query, Reader, Supervisor};
use crate::problem::Problem;
use crate::routes::articles::can_begin;
use crate::routes::knowledge;
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::entity::NamedView;
use qn_api_types::intent::{
    CreateIntent, IntentReply, IntentView, RankedIntent, ReadingView, TellingWord, TriedView, TryIntents, UpdateIntent,
};
use qn_domain::{Intent, IntentId, Language, ModelId, TenantId};
use qn_engine::{Ask, Reading, Told};
use qn_store::{intent, intent_example};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) const RESOURCE: &str = "intent";
const INTENTS_MAX: usize = 1_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(try_out)).routes(routes!(get, update, delete))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct IntentQuery {
    /// Part of the name or of the description.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Intents, by name, with how many examples each has
#[utoipa::path(get, path = "/intents", tag = "intents", params(IntentQuery), responses((status = 200, body = List<IntentView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<IntentQuery>) -> Result<Json<List<IntentView>>> {
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = intent::list(&state.engine.db, person.tenant_id(), query.q.as_deref(), cursor, limit).await?;
    let items = views(&state, person.tenant_id(), page.items).await?;
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

async fn views(state: &AppState, tenant_id: &TenantId, intents: Vec<Intent>) -> Result<Vec<IntentView>> {
    let counts = intent_example::count(&state.engine.db, tenant_id).await?;
    let of = |i: &Intent, language| counts.get(&(i.id.clone(), language)).copied().unwrap_or(0);
    Ok(intents.into_iter().map(|i| (of(&i, Language::Zh), of(&i, Language::En), i)).map(|(zh, en, i)| IntentView::of(i, zh, en)).collect())
}

async fn view(state: &AppState, found: Intent) -> Result<IntentView> {
    let tenant_id = found.tenant_id.clone();
    views(state, &tenant_id, vec![found]).await?.pop().ok_or_else(|| Problem::not_found("intent"))
}

/// One intent
#[utoipa::path(get, path = "/intents/{id}", tag = "intents", params(("id" = String, Path)), responses((status = 200, body = IntentView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<IntentId>) -> Result<Response> {
    let found = intent::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, view(&state, found).await?))
}

/// Add an intent
#[utoipa::path(post, path = "/intents", tag = "intents", request_body = CreateIntent, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = IntentView), (status = 200, description = "A repetition", body = IntentView),
        (status = 409, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Supervisor, Creation { key, body }: Creation<CreateIntent>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /intents");
    let reply = body.reply.unwrap_or(IntentReply::None {});
    knows(&state, tenant_id, &reply).await?;
    let fresh = Intent {
        id: new_id!(IntentId, named, now),
        tenant_id: tenant_id.clone(),
        name: body.name,
        description: body.description,
        reply: reply.into(),
        topic: body.topic,
        only_in_topic: body.only_in_topic,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if let Some(first) = intent::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), view(&state, first).await?));
    }
    settings::room(usize::try_from(intent::count(db, tenant_id).await?).unwrap_or(usize::MAX), INTENTS_MAX)?;
    let replayed = settings::replayed(&state, tenant_id, intent::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, RESOURCE, fresh.id.as_str()).await;
    let kept = intent::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), view(&state, kept).await?))
}

/// An article that is quoted must be one of the tenant's, and a flow that is offered one that customers can begin.
async fn knows(state: &AppState, tenant_id: &TenantId, reply: &IntentReply) -> Result<()> {
    if let IntentReply::Text { next_flow, .. } = reply {
        return can_begin(state, tenant_id, (next_flow.as_deref(), "reply.next_flow")).await;
    }
    let IntentReply::Article { article_id } = reply else { return Ok(()) };
    match qn_store::article::list_translations(&state.engine.db, tenant_id, &article_id.as_str().into()).await?.is_empty() {
        true => Err(Problem::invalid("reply.article_id", "没有这个知识条目", "is not an article of yours")),
        false => Ok(()),
    }
}

fn next_flow(reply: &IntentReply) -> Option<&str> {
    if let IntentReply::Text { next_flow, .. } = reply { next_flow.as_deref() } else { None }
}

/// Change an intent
///
/// What it replies holds at once, for the live version too; what it understands changes with the next training.
#[utoipa::path(patch, path = "/intents/{id}", tag = "intents", request_body = UpdateIntent,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = IntentView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<IntentId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateIntent>,
) -> Result<Response> {
    let mut wanted = intent::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    if let Some(reply) = body.reply {
        let before = IntentReply::from(wanted.reply.clone());
        // What it offers already may be switched off for a while.
        if next_flow(&reply).is_none() || next_flow(&reply) != next_flow(&before) {
            knows(&state, person.tenant_id(), &reply).await?;
        }
        wanted.reply = reply.into();
    }
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.description = body.description.unwrap_or(wanted.description);
    wanted.topic = body.topic.unwrap_or(wanted.topic);
    wanted.only_in_topic = body.only_in_topic.unwrap_or(wanted.only_in_topic) && !wanted.topic.is_empty();
    wanted.updated_at = state.engine.now();
    wanted.version = intent::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(tagged(wanted.version, view(&state, wanted).await?))
}

/// Remove an intent with its examples
///
/// The live version no longer acts on it.
#[utoipa::path(delete, path = "/intents/{id}", tag = "intents",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn delete(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<IntentId>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode> {
    intent::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), RESOURCE, id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Try a text
///
/// How the live version, or another, reads it, and what the bot would say to it at the start of a conversation.
#[utoipa::path(post, path = "/intents/try", tag = "intents", request_body = TryIntents, responses((status = 200, body = TriedView)))]
async fn try_out(State(state): State<AppState>, person: Reader, Json(body): Json<TryIntents>) -> Result<Json<TriedView>> {
    let model = body.model_id.map(ModelId);
    let readers = state.engine.anybody(person.tenant_id()).await?;
    let question = Ask { text: &body.text, language: body.language.map(Into::into), model: model.as_ref() };
    let asked = state.engine.ask(person.tenant_id(), &question, &readers).await?;
    Ok(Json(TriedView {
        bot: knowledge::view(&asked),
        took_us: i64::try_from(asked.took_us).unwrap_or(i64::MAX),
        reading: asked.reading.map(reading),
        entities: state.engine.told_named(person.tenant_id(), &body.text).await?.into_iter().map(named).collect(),
    }))
}

fn named(one: Told) -> NamedView {
    NamedView { name: one.name, own: one.own, text: one.text, value: one.value, confidence: one.confidence }
}

fn reading(r: Reading) -> ReadingView {
    let ranked = |r: qn_engine::Ranked| RankedIntent { intent_id: r.intent_id.0, name: r.name, probability: r.probability };
    ReadingView {
        model: r.model,
        accepted: r.accepted,
        in_scope: r.in_scope,
        score: r.score,
        threshold: r.threshold,
        ranked: r.ranked.into_iter().map(ranked).collect(),
        words: r.words.into_iter().map(|w| TellingWord { text: w.text, weight: w.weight }).collect(),
    }
}
