//! Inboxes: everybody sees them, admins change them. Secrets are shown only when they are made or asked for by name.

use crate::extract::{Admin, Creation, IfMatch, Json, ListParams, Path, Query, Reader};
use crate::problem::{Code, Problem, reasons};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::inbox::{CreateInbox, InboxView, UpdateInbox};
use qn_api_types::secret::SecretView;
use qn_auth::user_token::{PUBLIC_KEY_SETTING, is_public_key};
use qn_base::clock::DAY_MS;
use qn_domain::{BusinessHours, ChannelKind, Inbox, InboxId, Language, TeamId, WidgetSettings};
use qn_store::inbox;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const INBOXES_MAX: i64 = 1_000;
const REOPEN_MS_NEW: i64 = 3 * DAY_MS;
const KEY_CHARS: usize = 16;

/// Where the API channel sends answers.
const CALLBACK_SETTING: &str = "callback_url";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(secret))
}

/// Inboxes, oldest first
#[utoipa::path(get, path = "/inboxes", tag = "inboxes", params(ListParams), responses((status = 200, body = List<InboxView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListParams>) -> Result<Json<List<InboxView>>> {
    let page = inbox::list(&state.engine.db, person.tenant_id(), query.cursor(), query.limit()).await?;
    Ok(Json(List { items: page.items.into_iter().map(|found| shown(&state, found)).collect(), next_cursor: page.next_cursor }))
}

/// One inbox
#[utoipa::path(get, path = "/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = InboxView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<InboxId>) -> Result<Response> {
    let found = inbox::get(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(tagged(found.version, shown(&state, found)))
}

/// Add an inbox
#[utoipa::path(post, path = "/inboxes", tag = "inboxes", request_body = CreateInbox, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = InboxView), (status = 200, description = "A repetition", body = InboxView), (status = 422, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Admin, Creation { key, body }: Creation<CreateInbox>) -> Result<Response> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    let team_id = body.team_id.map(TeamId);
    settings::known_teams(&state, &person, team_id.as_slice(), "team_id").await?;
    let channel: ChannelKind = body.channel.into();
    let mut widget = WidgetSettings::default();
    if let Some(patch) = body.widget {
        patch.apply(&mut widget);
    }
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /inboxes");
    let mut fresh = Inbox {
        id: new_id!(InboxId, named, now),
        tenant_id: tenant_id.clone(),
        name: body.name,
        channel,
        key: qn_base::ids::secret(KEY_CHARS),
        secret: qn_channel::generate_secret(),
        team_id,
        bot_enabled: body.bot_enabled.unwrap_or(true),
        language: body.language.map_or(Language::default(), Into::into),
        hours: body.hours.map_or_else(BusinessHours::default, Into::into),
        widget,
        channel_settings: Value::Null,
        reopen_window_ms: body.reopen_window_ms.unwrap_or(REOPEN_MS_NEW),
        version: 1,
        created_at: now,
    };
    fresh.secret = state.engine.seal_secret(&fresh, &fresh.secret)?;
    fresh.channel_settings = kept_settings(&state, &fresh, body.channel_settings.unwrap_or_default())?;
    if let Some(first) = inbox::find(db, tenant_id, &fresh.id).await? {
        settings::same_request(&state, tenant_id, named).await?;
        return Ok(created(true, Some(first.version), shown(&state, first)));
    }
    settings::room(inbox::list(db, tenant_id, None, INBOXES_MAX).await?.items.len(), INBOXES_MAX as usize)?;
    let replayed = settings::replayed(&state, tenant_id, inbox::insert(db, &fresh).await, named).await?;
    settings::changed(&state, tenant_id, "inbox", fresh.id.as_str()).await;
    let kept = inbox::get(db, tenant_id, &fresh.id).await?;
    Ok(created(replayed, Some(kept.version), shown(&state, kept)))
}

/// Change an inbox
#[utoipa::path(patch, path = "/inboxes/{id}", tag = "inboxes", request_body = UpdateInbox,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = InboxView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<InboxId>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateInbox>,
) -> Result<Response> {
    let mut wanted = inbox::get(&state.engine.db, person.tenant_id(), &id).await?;
    settings::same_version(wanted.version, version)?;
    if let Some(team_id) = body.team_id {
        wanted.team_id = team_id.map(TeamId);
        settings::known_teams(&state, &person, wanted.team_id.as_slice(), "team_id").await?;
    }
    let linked_by_devices = wanted.widget.device_links;
    let is_reconnected = body.channel_settings.is_some();
    if let Some(channel_settings) = body.channel_settings {
        wanted.channel_settings = kept_settings(&state, &wanted, channel_settings)?;
    }
    if let Some(patch) = body.widget {
        patch.apply(&mut wanted.widget);
    }
    wanted.name = body.name.unwrap_or(wanted.name);
    wanted.bot_enabled = body.bot_enabled.unwrap_or(wanted.bot_enabled);
    wanted.language = body.language.map_or(wanted.language, Into::into);
    wanted.hours = body.hours.map_or(wanted.hours, Into::into);
    wanted.reopen_window_ms = body.reopen_window_ms.unwrap_or(wanted.reopen_window_ms);
    wanted.version = inbox::update(&state.engine.db, &wanted).await?;
    if is_reconnected {
        state.engine.forget_token(&wanted).await?;
    }
    settings::changed(&state, person.tenant_id(), "inbox", id.as_str()).await;
    if linked_by_devices && !wanted.widget.device_links {
        state.engine.forget_devices(&wanted).await?;
    }
    Ok(tagged(wanted.version, shown(&state, wanted)))
}

fn shown(state: &AppState, found: Inbox) -> InboxView {
    InboxView::of(found, &state.config.public_url)
}

/// Channel settings as they are stored: checked as a whole, then sealed. `inbox` has those before the change.
fn kept_settings(state: &AppState, inbox: &Inbox, given: Map<String, Value>) -> Result<Value> {
    let whole = state.engine.whole_settings(inbox, given)?;
    let plain = Value::Object(whole.clone());
    check_channel(state, inbox.channel, &plain)?;
    Ok(state.engine.seal_settings(inbox, whole)?)
}

/// What the channel's own schema and the identity check ask for.
fn check_channel(state: &AppState, channel: ChannelKind, given: &Value) -> Result<()> {
    if let Err(errors) = qn_channel::find(channel).check_settings(given) {
        let unknown = errors.iter().any(|e| e.problem == qn_channel::Problem::Unknown);
        let problem = Problem::new(if unknown { Code::UnknownField } else { Code::InvalidField });
        return Err(errors.into_iter().fold(problem, |problem, e| {
            let (zh, en) = (e.message(Language::Zh), e.message(Language::En));
            problem.field(format!("channel_settings.{}", e.field), zh, en)
        }));
    }
    if let Some(url) = given.get(CALLBACK_SETTING).and_then(Value::as_str).filter(|url| !url.is_empty()) {
        state.engine.check_address(url).map_err(|e| reasons::address_in(&format!("channel_settings.{CALLBACK_SETTING}"), &e))?;
    }
    match given.get(PUBLIC_KEY_SETTING).and_then(Value::as_str) {
        Some(pem) if !pem.trim().is_empty() && !is_public_key(pem) => Err(Problem::invalid(
            format!("channel_settings.{PUBLIC_KEY_SETTING}"),
            "应为 PEM 格式的 Ed25519 公钥",
            "is an Ed25519 public key in PEM",
        )),
        _ => Ok(()),
    }
}

/// Remove an inbox
///
/// Refused once customers have come in through it: turn the bot off and take the snippet down instead.
#[utoipa::path(delete, path = "/inboxes/{id}", tag = "inboxes", params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = qn_api_types::Problem)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(id): Path<InboxId>, IfMatch(version): IfMatch) -> Result<StatusCode> {
    inbox::delete(&state.engine.db, person.tenant_id(), &id, version).await?;
    settings::changed(&state, person.tenant_id(), "inbox", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SecretQuery {
    /// False shows the present secret; true, the default, makes a new one and refuses the old one from now on.
    rotate: Option<bool>,
}

/// Make or show the inbox's secret
///
/// It signs the calls of an API inbox and the user tokens (HS256) of a web inbox.
#[utoipa::path(post, path = "/inboxes/{id}/secret", tag = "inboxes", params(("id" = String, Path), SecretQuery),
    responses((status = 200, body = SecretView)))]
async fn secret(
    State(state): State<AppState>,
    person: Admin,
    Path(id): Path<InboxId>,
    Query(query): Query<SecretQuery>,
) -> Result<Json<SecretView>> {
    let found = inbox::get(&state.engine.db, person.tenant_id(), &id).await?;
    if query.rotate == Some(false) {
        return Ok(Json(SecretView { secret: state.engine.open_secret(&found)? }));
    }
    let secret = qn_channel::generate_secret();
    inbox::set_secret(&state.engine.db, person.tenant_id(), &id, found.version, &state.engine.seal_secret(&found, &secret)?).await?;
    settings::changed(&state, person.tenant_id(), "inbox", id.as_str()).await;
    Ok(Json(SecretView { secret }))
}
