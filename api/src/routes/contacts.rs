//! Customers, as people look them up and correct them.

use crate::extract::{Creation, IfMatch, Json, Path, Query, Reader, Writer};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged, views};
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::contact::{ContactChange, ContactView, NewContact, PageVisitView};
use qn_api_types::conversation::{ConversationView, TimelineItem};
use qn_domain::{Contact, ContactId, ConversationId, Message, MessageKind, TenantId};
use qn_store::{contact, contact_link, conversation, identity, message, page_visit};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change))
        .routes(routes!(conversations))
        .routes(routes!(timeline))
        .routes(routes!(pages))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ContactQuery {
    /// Part of the name (also in pinyin), e-mail or phone.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Contacts, last seen first
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ContactQuery), responses((status = 200, body = List<ContactView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ContactQuery>) -> Result<Json<List<ContactView>>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let text = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let page = contact::list(db, tenant_id, text, cursor, query.limit.unwrap_or(50).clamp(1, 200)).await?;
    let ids: Vec<&ContactId> = page.items.iter().map(|c| &c.id).collect();
    let mut known: HashMap<ContactId, Vec<_>> = HashMap::new();
    for i in identity::list_by_contacts(db, tenant_id, &ids).await? {
        known.entry(i.contact_id.clone()).or_default().push(i);
    }
    let items = page.items.into_iter().map(|c| {
        let identities = known.remove(&c.id).unwrap_or_default();
        ContactView::of(c, identities)
    });
    Ok(Json(List { items: items.collect(), next_cursor: page.next_cursor }))
}

/// One contact with their identities
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = ContactView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ContactId>) -> Result<Response> {
    let view = view(&state, contact::get(&state.engine.db, person.tenant_id(), &id).await?).await?;
    Ok(tagged(view.version, view))
}

async fn view(state: &AppState, contact: Contact) -> Result<ContactView> {
    let identities = identity::list(&state.engine.db, &contact.tenant_id, &contact.id).await?;
    Ok(ContactView::of(contact, identities))
}

/// Add a contact
#[utoipa::path(post, path = "/contacts", tag = "contacts", request_body = NewContact,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ContactView), (status = 200, description = "A repetition", body = ContactView)))]
async fn create(State(state): State<AppState>, person: Writer, Creation { key, body }: Creation<NewContact>) -> Result<Response> {
    let (db, now) = (&state.engine.db, state.engine.now());
    let named = key.named(person.tenant_id(), person.user_id().as_str(), "POST /contacts");
    let fresh = Contact {
        id: new_id!(ContactId, named, now),
        tenant_id: person.tenant_id().clone(),
        name: body.name,
        email: body.email,
        phone: body.phone,
        language: body.language.map(Into::into),
        attributes: body.attributes,
        blocked: false,
        version: 1,
        created_at: now,
        last_seen_at: now,
    };
    let inserted = contact::insert(db, &fresh, &qn_engine::pinyin::of(&fresh.name)).await;
    let replayed = settings::replayed(&state, person.tenant_id(), inserted, named).await?;
    let kept = if replayed { contact::get(db, person.tenant_id(), &fresh.id).await? } else { fresh };
    state.engine.written_down(&kept).await;
    let view = view(&state, kept).await?;
    Ok(created(replayed, Some(view.version), view))
}

/// Correct a contact
#[utoipa::path(patch, path = "/contacts/{id}", tag = "contacts", request_body = ContactChange,
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = 200, body = ContactView)))]
async fn change(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<ContactId>,
    IfMatch(version): IfMatch,
    Json(body): Json<ContactChange>,
) -> Result<Response> {
    let db = &state.engine.db;
    let mut changed = contact::get(db, person.tenant_id(), &id).await?;
    body.apply(&mut changed);
    changed.version = version;
    changed.version = contact::update(db, &changed, &qn_engine::pinyin::of(&changed.name)).await?;
    state.engine.written_down(&changed).await;
    announce(&state, person.tenant_id(), &id).await?;
    let view = view(&state, changed).await?;
    Ok(tagged(view.version, view))
}

async fn announce(state: &AppState, tenant_id: &TenantId, id: &ContactId) -> Result<()> {
    Ok(state.engine.db.announce(tenant_id, "contact", id.as_str(), state.engine.now()).await?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConversationQuery {
    /// Those of all contacts of the same person.
    linked: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TimelineQuery {
    cursor: Option<String>,
    /// At most 50; 20 where absent.
    limit: Option<i64>,
}

/// A contact's conversations, newest first
#[utoipa::path(get, path = "/contacts/{id}/conversations", tag = "contacts", params(("id" = String, Path), ConversationQuery),
    responses((status = 200, body = List<ConversationView>)))]
async fn conversations(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ContactId>,
    Query(query): Query<ConversationQuery>,
) -> Result<Json<List<ConversationView>>> {
    Ok(Json(of_contact(&state, person.tenant_id(), id, &query).await?))
}

async fn of_contact(state: &AppState, tenant_id: &TenantId, id: ContactId, query: &ConversationQuery) -> Result<List<ConversationView>> {
    let db = &state.engine.db;
    contact::get(db, tenant_id, &id).await?;
    let contact_ids = match query.linked {
        Some(true) => contact_link::members(db, tenant_id, &id).await?,
        _ => vec![id],
    };
    let filter = conversation::Filter { contact_ids, ..conversation::Filter::default() };
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let page = conversation::list(db, tenant_id, &filter, cursor, query.limit.unwrap_or(50).clamp(1, 200)).await?;
    let items = views::conversations(state, tenant_id, page.items).await?;
    Ok(List { items, next_cursor: page.next_cursor })
}

/// A person's conversations over all channels, newest first, each with what it was about
#[utoipa::path(get, path = "/contacts/{id}/timeline", tag = "contacts", params(("id" = String, Path), TimelineQuery),
    responses((status = 200, body = List<TimelineItem>)))]
async fn timeline(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ContactId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<List<TimelineItem>>> {
    let limit = Some(query.limit.unwrap_or(20).clamp(1, TIMELINE_MAX));
    let query = ConversationQuery { linked: Some(true), cursor: query.cursor, limit };
    let found = of_contact(&state, person.tenant_id(), id, &query).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for conversation in found.items {
        let id = ConversationId(conversation.id.clone());
        let first = message::list_after(&state.engine.db, person.tenant_id(), &id, 0, FIRST_MAX).await?;
        items.push(TimelineItem { subject: subject(&first), conversation });
    }
    Ok(Json(List { items, next_cursor: found.next_cursor }))
}

/// Rows of a page, each of which reads a thread's beginning.
const TIMELINE_MAX: i64 = 50;
/// Lines that may stand before the customer's first words.
const FIRST_MAX: i64 = 5;

fn subject(first: &[Message]) -> String {
    let said = first.iter().find(|m| m.kind == MessageKind::Incoming && m.recalled_at.is_none());
    let of = |m: &Message| m.content.mail.as_ref().map(|mail| mail.subject.trim().to_owned()).filter(|subject| !subject.is_empty());
    said.map(|m| of(m).unwrap_or_else(|| m.content.preview())).unwrap_or_default()
}

/// Pages a contact visited, newest first, at most 50
#[utoipa::path(get, path = "/contacts/{id}/pages", tag = "contacts", params(("id" = String, Path)), responses((status = 200, body = List<PageVisitView>)))]
async fn pages(State(state): State<AppState>, person: Reader, Path(id): Path<ContactId>) -> Result<Json<List<PageVisitView>>> {
    contact::get(&state.engine.db, person.tenant_id(), &id).await?;
    let visits = page_visit::list(&state.engine.db, person.tenant_id(), &id).await?;
    Ok(Json(List::whole(visits.into_iter().map(|v| PageVisitView { url: v.url, title: v.title, at: v.at }).collect())))
}
