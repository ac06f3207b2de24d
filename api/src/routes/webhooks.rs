//! Outgoing webhooks: endpoints, their secrets, what became of deliveries, and trying them again.

use crate::extract::{Admin, Creation, IfMatch, Json, ListParams, Path, Query};
use crate::problem::{Code, Problem, reasons};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::secret::SecretView;
use qn_api_types::webhook::{CreateWebhook, UpdateWebhook, WebhookCreated, WebhookDeliveryView, WebhookView};
use qn_domain::{Effect, EffectId, EffectKind, EffectRow, WebhookDelivery, WebhookEndpoint, WebhookId};
use qn_store::{effect, webhook};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const WEBHOOKS_MAX: i64 = 200;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(rotate_secret))
        .routes(routes!(test))
        .routes(routes!(deliveries))
        .routes(routes!(resend))
}

/// Endpoints, oldest first
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", params(ListParams), responses((status = 200, body = List<WebhookView>)))]
async fn list(State(state): State<AppState>, person: Admin, Query(query): Query<ListParams>) -> Result<Json<List<WebhookView>>> {
    let page = webhook::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// One endpoint
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)), responses((status = 200, body = WebhookView)))]
async fn get(State(state): State<AppState>, person: Admin, Path(id): Path<WebhookId>) -> Result<Response> {
    let found = webhook::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, WebhookView::from(found)))
}

/// Add an endpoint
///
/// The answer holds the secret that signs its deliveries (Standard Webhooks), shown only now.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = CreateWebhook, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = WebhookCreated), (status = 200, description = "A repetition", body = WebhookCreated),
        (status = 422, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key, body }: Creation<CreateWebhook>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    callable(&state, &body.url)?;
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /webhooks");
    let secret = qn_channel::generate_secret();
    let fresh = WebhookEndpoint {
        id: new_id!(WebhookId, named, now),
        tenant_id: tenant_id.clone(),
        url: body.url,
        secret: secret.clone(),
        events: body.events,
        enabled: body.enabled.unwrap_or(true),
        paused: None,
        version: 1,
        created_at: now,
    };
    if let Some(first) = webhook::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), WebhookCreated { webhook: first.into(), secret: None }));
    }
    settings::room(webhook::list(db, tenant_id, None, WEBHOOKS_MAX).await?.items.len(), WEBHOOKS_MAX as usize)?;
    let replayed = settings::replayed(&state, tenant_id, webhook::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, "webhook", fresh.id.as_str()).await;
    let kept = webhook::get(db, tenant_id, &fresh.id).await?;
    let version = kept.version;
    Ok(created(replayed, Some(version), WebhookCreated { webhook: kept.into(), secret: (!replayed).then_some(secret) }))
}

/// The form of the address, and whether it is a private one; what a name stands for is judged each time something is sent there.
fn callable(state: &AppState, url: &str) -> Result<()> {
    state.engine.check_address(url).map_err(|error| reasons::address_in("url", &error))
}

/// Change an endpoint
///
/// An endpoint that the server paused is resumed with `{"paused": false}` or another `url`; events that waited are sent then.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", request_body = UpdateWebhook,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = WebhookView), (status = 412, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<WebhookId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateWebhook>,
) -> Result<Response> {
    let mut wanted = webhook::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    let was_paused = wanted.paused.is_some();
    if let Some(url) = body.url.filter(|url| *url != wanted.url) {
        callable(&state, &url)?;
        (wanted.url, wanted.paused) = (url, None);
    }
    if body.paused == Some(false) {
        wanted.paused = None;
    }
    wanted.events = body.events.unwrap_or(wanted.events);
    wanted.enabled = body.enabled.unwrap_or(wanted.enabled);
    wanted.version = webhook::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), "webhook", id.as_str()).await;
    if was_paused && wanted.paused.is_none() {
        state.engine.release_webhook(person.tenant_id(), &id).await?;
    }
    Ok(tagged(wanted.version, WebhookView::from(wanted)))
}

/// Remove an endpoint
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(id): Path<WebhookId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    webhook::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), "webhook", id.as_str()).await;
    state.engine.release_webhook(person.tenant_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a new secret
///
/// Deliveries are signed with it from now on; the old one is forgotten.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "webhooks", params(("id" = String, Path)), responses((status = 200, body = SecretView)))]
async fn rotate_secret(State(state): State<AppState>, person: Admin, Path(id): Path<WebhookId>) -> Result<Json<SecretView>> {
    let mut wanted = webhook::get(&state.engine.db, person.tenant_id(), &id).await?;
    wanted.secret = qn_channel::generate_secret();
    webhook::update(&state.engine.db, &wanted).await?;
    settings::changed(&state, person.tenant_id(), "webhook", id.as_str()).await;
    Ok(Json(SecretView { secret: wanted.secret }))
}

/// Send a test event
///
/// `{"type": "webhook.test", …}`; what becomes of it is in the deliveries a moment later.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)), responses((status = 204)))]
async fn test(State(state): State<AppState>, person: Admin, Path(id): Path<WebhookId>) -> Result<StatusCode> {
    let found = webhook::get(&state.engine.db, person.tenant_id(), &id).await?;
    let now = state.engine.now();
    let event = Effect {
        kind: EffectKind::WebhookSend,
        key: format!("{}:test:{}", found.id, qn_base::ids::fresh(now)),
        payload: json!({"webhook_id": found.id, "type": "webhook.test", "timestamp": now, "data": {"webhook_id": found.id}}),
        due_at: now,
        trace: None,
    };
    state.engine.add_effect(person.tenant_id(), event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deliveries to one endpoint, newest first
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), ListParams),
    responses((status = 200, body = List<WebhookDeliveryView>)))]
async fn deliveries(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<WebhookId>,
    Query(query): Query<ListParams>,
) -> Result<Json<List<WebhookDeliveryView>>> {
    webhook::get(&state.engine.db, person.tenant_id(), &id).await?;
    let effects = effect::list_webhook(&state.engine.db, person.tenant_id(), id.as_str(), query.limit()).await?;
    Ok(Json(List::whole(effects.into_iter().map(|e| delivery(&id, e).into()).collect())))
}

fn delivery(webhook_id: &WebhookId, e: EffectRow) -> WebhookDelivery {
    WebhookDelivery {
        effect_id: e.id,
        webhook_id: webhook_id.clone(),
        event_type: e.payload["type"].as_str().unwrap_or("").to_owned(),
        state: e.state,
        attempts: e.attempts,
        next_attempt_at: e.due_at,
        last_error: e.last_error,
        created_at: e.created_at,
    }
}

/// Send a delivery again
///
/// With the same `webhook-id`, so that a receiver that had it already can tell.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{effect_id}/resend", tag = "webhooks",
    params(("id" = String, Path), ("effect_id" = String, Path)), responses((status = 204), (status = 409, body = qn_api_types::Problem)))]
async fn resend(State(state): State<AppState>, person: Admin, Path((id, effect_id)): Path<(WebhookId, EffectId)>) -> Result<StatusCode> {
    let found = effect::find(&state.engine.db, person.tenant_id(), &effect_id).await?;
    let ours = found.filter(|e| e.kind == EffectKind::WebhookSend && e.key.starts_with(&format!("{id}:")));
    let ours = ours.ok_or_else(|| Problem::not_found("effect"))?;
    not_paused(&state, &ours).await?;
    match state.engine.retry_effect(person.tenant_id(), &effect_id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::new(Code::AlreadyUnderWay)),
    }
}

/// What would go to a paused endpoint would only wait there.
pub async fn not_paused(state: &AppState, effect: &EffectRow) -> Result<()> {
    if effect.kind != EffectKind::WebhookSend {
        return Ok(());
    }
    match webhook::find(&state.engine.db, &effect.tenant_id, &effect.lane.as_str().into()).await? {
        Some(found) if found.paused.is_some() => Err(Problem::new(Code::WebhookPaused)),
        _ => Ok(()),
    }
}
