//! The widget's start and everything about its visitor: who they are, where they are, what they may read, and leaving.

use super::messages::{Stretch, stretch};
use crate::extract::{Json, Locale, Path, Query, Visitor};
use crate::problem::Problem;
use crate::state::AppState;
use crate::visiting::{self, Claims};
use crate::{Result, views};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use qn_api_types::message::VisitorMessage;
use qn_api_types::widget::{Boot, Booted, GiveConsent, PageVisit, PublicArticle, SetAttributes, VisitorContact, WaitView, WidgetConfig};
use qn_api_types::words;
use qn_bus::{Audience, Signal, SignalBody};
use qn_domain::{Article, ArticleId, ArticleState, Conversation, Inbox, Language};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(config))
        .routes(routes!(boot))
        .routes(routes!(page))
        .routes(routes!(attributes))
        .routes(routes!(consent))
        .routes(routes!(wait))
        .routes(routes!(article))
        .routes(routes!(logout))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConfigQuery {
    /// The inbox's public key.
    key: String,
}

/// How an inbox's widget looks and greets
///
/// Public; any site may read it.
#[utoipa::path(get, path = "/widget/config", tag = "widget", params(ConfigQuery), security(()), responses((status = 200, body = WidgetConfig)))]
async fn config(State(state): State<AppState>, Query(query): Query<ConfigQuery>) -> Result<Response> {
    let inbox = visiting::web_inbox(&state, &query.key).await?;
    let opening = state.engine.opening(&inbox.tenant_id, &inbox).await?;
    let mut response = Json(WidgetConfig::of(&inbox, (opening.is_open, opening.opens_at))).into_response();
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

/// Start a widget, or come back
///
/// Without a visitor token the visitor is somebody new, who becomes a contact with the first thing they say or the site tells of them. With a user token of the site they are that user: an anonymous visitor becomes
/// them, or gives way to them when they are known already.
#[utoipa::path(
    post, path = "/widget/boot", tag = "widget", request_body = Boot, security(()),
    responses((status = 200, body = Booted), (status = 401, body = qn_api_types::Problem), (status = 403, body = qn_api_types::Problem))
)]
async fn boot(State(state): State<AppState>, Json(body): Json<Boot>) -> Result<Json<Booted>> {
    let inbox = visiting::web_inbox(&state, &body.key).await?;
    let known = match &body.visitor_token {
        Some(token) => Some(state.auth.visitor(token).await?),
        None => None,
    };
    let user = match &body.user_token {
        Some(token) => {
            let opened = Inbox { secret: state.engine.open_secret(&inbox)?, ..inbox.clone() };
            Some(qn_auth::user_token::verify(&opened, token, state.engine.now())?)
        }
        None => None,
    };
    let language = body.language.map(Language::from);
    let visiting::Arrival { contact, identified, is_new } = visiting::arrive(&state, &inbox, known.as_ref(), user, language).await?;
    let visitor = qn_engine::Visitor {
        tenant_id: inbox.tenant_id.clone(),
        inbox_id: inbox.id.clone(),
        contact_id: contact.id.clone(),
        name: contact.name.clone(),
    };
    let page = body.page.map(Into::into);
    let issued = match is_new {
        true => {
            state.passers.note(&contact.id, language, page, state.engine.now());
            state.auth.issue_new_visitor(&inbox.tenant_id, &inbox.id, &contact.id)
        }
        false => {
            visiting::seen(&state, &visitor, page).await?;
            state.auth.issue_visitor(&inbox.tenant_id, &inbox.id, &contact.id)
        }
    };
    if let Some(consent) = body.consent {
        visiting::consented(&state, &inbox, (&contact.id, is_new), consent, body.device.as_deref()).await?;
    }
    let conversation = state.engine.visitor_conversation(&visitor).await?;
    let messages = match &conversation {
        Some(c) => recent(&state, c).await?,
        None => Vec::new(),
    };
    let opening = state.engine.opening(&inbox.tenant_id, &inbox).await?;
    let view = match &conversation {
        Some(c) => Some(views::visitor_conversation(&state, c).await?),
        None => None,
    };
    Ok(Json(Booted {
        visitor_token: issued.token,
        expires_at: issued.expires_at,
        contact: VisitorContact { id: contact.id.0, name: contact.name, identified },
        config: WidgetConfig::of(&inbox, (opening.is_open, opening.opens_at)),
        cursor: conversation.iter().map(|c| (c.id.to_string(), c.version)).collect(),
        conversation: view,
        messages,
    }))
}

async fn recent(state: &AppState, conversation: &Conversation) -> Result<Vec<VisitorMessage>> {
    let last = Stretch { before_seq: None, after_seq: None, limit: Some(50) };
    let (messages, _, _) = stretch(state, conversation, last).await?;
    Ok(messages.iter().filter_map(VisitorMessage::of).collect())
}

/// The visitor moved to another page
#[utoipa::path(
    post, path = "/widget/page", tag = "widget", request_body = PageVisit, security(("visitor" = [])), responses((status = 204))
)]
async fn page(State(state): State<AppState>, visitor: Visitor, Json(body): Json<PageVisit>) -> Result<StatusCode> {
    visiting::passed(&state, &visitor.claims, &visitor, body.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the site tells about its visitor
///
/// Claims, not proof: of a contact that a user token has proved, name, e-mail and phone are only filled where they are empty.
#[utoipa::path(
    post, path = "/widget/attributes", tag = "widget", request_body = SetAttributes, security(("visitor" = [])), responses((status = 204))
)]
async fn attributes(State(state): State<AppState>, visitor: Visitor, Json(body): Json<SetAttributes>) -> Result<StatusCode> {
    visiting::keep(&state, &visitor.claims, None, None).await?;
    let claims = Claims { name: body.name, email: body.email, phone: body.phone, attributes: body.attributes };
    visiting::claim(&state, &visitor, claims).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the visitor says to their device's id being kept
///
/// With consent, an inbox that links by devices shows agents which other contacts wrote from this one, as perhaps the same person; nothing is
/// linked by it, and no customer is shown anything. Withdrawn, the device is forgotten. An inbox that does not link by devices keeps nothing.
#[utoipa::path(
    post, path = "/widget/consent", tag = "widget", request_body = GiveConsent, security(("visitor" = [])),
    responses((status = 204), (status = 422, body = qn_api_types::Problem))
)]
async fn consent(State(state): State<AppState>, visitor: Visitor, Json(body): Json<GiveConsent>) -> Result<StatusCode> {
    let inbox = state.engine.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
    let is_new = !visiting::is_stored(&state, &visitor.claims).await?;
    visiting::consented(&state, &inbox, (&visitor.contact_id, is_new), body.consent, body.device.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether and how long the visitor waits
#[utoipa::path(get, path = "/widget/wait", tag = "widget", security(("visitor" = [])), responses((status = 200, body = WaitView)))]
async fn wait(State(state): State<AppState>, visitor: Visitor) -> Result<Json<WaitView>> {
    let inbox = state.engine.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
    let opening = state.engine.opening(&visitor.tenant_id, &inbox).await?;
    let place = match state.engine.visitor_conversation(&visitor).await? {
        Some(conversation) => state.engine.queue_place(&conversation).await?,
        None => None,
    };
    Ok(Json(WaitView {
        queued: place.is_some(),
        position: place.map(|p| p.position),
        expected_wait_ms: place.and_then(|p| p.expected_wait_ms),
        likely_max_ms: place.and_then(|p| p.likely_max_ms),
        open: opening.is_open,
        opens_at: opening.opens_at,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ArticleQuery {
    /// `zh-CN` or `en`; the caller's language when not given.
    #[param(value_type = Option<words::Language>)]
    language: Option<String>,
    /// A sentence to mark; a line for each of several.
    quote: Option<String>,
}

/// A published article, as customers read it
#[utoipa::path(
    get, path = "/widget/articles/{id}", tag = "widget", params(("id" = String, Path), ArticleQuery), security(("visitor" = [])),
    responses((status = 200, body = PublicArticle))
)]
async fn article(
    State(state): State<AppState>,
    visitor: Visitor,
    Locale(locale): Locale,
    Path(id): Path<ArticleId>,
    Query(query): Query<ArticleQuery>,
) -> Result<Json<PublicArticle>> {
    let language = query.language.as_deref().map_or(locale, Language::from_tag);
    let found = qn_store::article::find(&state.engine.db, &visitor.tenant_id, &id, language).await?;
    let readers = state.engine.customer(&visitor.tenant_id, &visitor.contact_id).await?;
    let readable = |a: &Article| a.state == ArticleState::Published && a.scope.admits(&readers.reader(&[]));
    let article = found.filter(readable).ok_or_else(|| Problem::not_found("article"))?;
    let html = qn_knowledge::marks::to_html(&article.body, &super::articles::quotes(query.quote));
    Ok(Json(PublicArticle { title: article.title, html, language: article.language.into() }))
}

/// Forget the visitor
///
/// Every token of this contact stops working, and open streams close.
#[utoipa::path(post, path = "/widget/logout", tag = "widget", security(("visitor" = [])), responses((status = 204)))]
async fn logout(State(state): State<AppState>, visitor: Visitor) -> Result<StatusCode> {
    state.auth.sign_out_visitor(&visitor.claims).await?;
    state.engine.hub.signal(Signal {
        tenant_id: visitor.tenant_id.clone(),
        audience: Audience::Customer(visitor.contact_id.clone()),
        body: SignalBody::SignedOut,
    });
    Ok(StatusCode::NO_CONTENT)
}
