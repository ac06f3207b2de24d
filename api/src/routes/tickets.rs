//! Tickets: everybody opens and works on them. Their kinds are kept by supervisors (`ticket_kinds`).

use crate::extract::{Creation, IfMatch, Json, Path, Query, Reader, Writer};
use crate::problem::{Code, Problem};
use crate::settings::{self, new_id};
use crate::state::AppState;
use crate::{Result, created, tagged};
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::ticket::{CreateTicket, LinkConversation, TicketCounts, TicketDetail, TicketEventView, TicketView, UpdateTicket};
use qn_domain::{Priority, TeamId, TenantId, Ticket, TicketActor, TicketChange, TicketId, TicketState};
use qn_engine::TicketWish;
use qn_store::ticket::{self, Filter};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(count))
        .routes(routes!(get, update))
        .routes(routes!(history))
        .routes(routes!(link, unlink))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TicketQuery {
    /// `active` (not over), `over`, or one state.
    state: Option<String>,
    kind: Option<String>,
    priority: Option<String>,
    /// Id of a team, or `mine`: any that the caller is in.
    team: Option<String>,
    /// Id of a person, `me` or `none`.
    assignee: Option<String>,
    contact: Option<String>,
    conversation: Option<String>,
    /// Only those that are due and not over.
    overdue: Option<bool>,
    /// Part of the title, or the number.
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Tickets, newest first
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(TicketQuery), responses((status = 200, body = List<TicketView>),
    (status = 422, body = qn_api_types::Problem)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<TicketQuery>) -> Result<Json<List<TicketView>>> {
    let now = state.engine.now();
    let filter = Filter {
        states: states(query.state.as_deref())?,
        kind: given(query.kind),
        priority: match given(query.priority) {
            Some(word) => Some(Priority::parse(&word).ok_or_else(|| unknown("priority"))?),
            None => None,
        },
        team_ids: match given(query.team).as_deref() {
            Some("mine") => Some(teams_of(&person)),
            Some(id) => Some(vec![id.into()]),
            None => None,
        },
        assignee_id: match given(query.assignee).as_deref() {
            Some("me") => Some(Some(person.user_id().clone())),
            Some("none") => Some(None),
            Some(id) => Some(Some(id.into())),
            None => None,
        },
        contact_id: given(query.contact).map(Into::into),
        conversation_id: given(query.conversation).map(Into::into),
        due_before: query.overdue.filter(|overdue| *overdue).map(|_| now),
        text: given(query.q),
    };
    let cursor = number(query.cursor)?;
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let page = ticket::list(&state.engine.db, person.tenant_id(), &filter, cursor, limit).await?;
    let items = page.items.into_iter().map(|ticket| TicketView::at(ticket, now)).collect();
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

fn teams_of(person: &Reader) -> Vec<TeamId> {
    person.0.0.user.team_ids.clone()
}

/// How many tickets wait for the caller
///
/// Those that are not over: the caller's own, and those of the caller's teams that are nobody's.
#[utoipa::path(get, path = "/tickets/counts", tag = "tickets", responses((status = 200, body = TicketCounts)))]
async fn count(State(state): State<AppState>, person: Reader) -> Result<Json<TicketCounts>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let active = Filter { states: states(Some("active"))?, ..Filter::default() };
    let mine = Filter { assignee_id: Some(Some(person.user_id().clone())), ..active.clone() };
    let waiting = Filter { assignee_id: Some(None), team_ids: Some(teams_of(&person)), ..active };
    Ok(Json(TicketCounts {
        mine: ticket::count(db, tenant_id, &mine).await?,
        team_unassigned: ticket::count(db, tenant_id, &waiting).await?,
    }))
}

fn states(word: Option<&str>) -> Result<Vec<TicketState>> {
    let all = TicketState::ALL.into_iter();
    Ok(match word {
        None | Some("") => Vec::new(),
        Some("active") => all.filter(|state| !state.is_over()).collect(),
        Some("over") => all.filter(|state| state.is_over()).collect(),
        Some(word) => vec![TicketState::parse(word).ok_or_else(|| unknown("state"))?],
    })
}

fn unknown(field: &str) -> Problem {
    Problem::invalid(field, "取值不合法", "is not valid")
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A cursor of ours is a number; anything else is refused rather than read as the beginning.
fn number(cursor: Option<String>) -> Result<Option<i64>> {
    given(cursor).map(|cursor| cursor.parse().map_err(|_| Problem::new(Code::InvalidCursor))).transpose()
}

/// Open a ticket
#[utoipa::path(post, path = "/tickets", tag = "tickets", request_body = CreateTicket,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TicketView), (status = 200, description = "A repetition", body = TicketView),
        (status = 422, body = qn_api_types::Problem)))]
async fn create(State(state): State<AppState>, person: Writer, Creation { key, body }: Creation<CreateTicket>) -> Result<Response> {
    let (now, tenant_id) = (state.engine.now(), person.tenant_id());
    let named = key.named(tenant_id, person.user_id().as_str(), "POST /tickets");
    if let Some(id) = &body.contact_id {
        qn_store::contact::get(&state.engine.db, tenant_id, &id.as_str().into()).await?;
    }
    let wish = TicketWish {
        id: new_id!(TicketId, named, now),
        kind: body.kind.unwrap_or_else(|| "general".to_owned()),
        title: body.title,
        text: body.text,
        fields: body.fields,
        priority: body.priority.as_deref().and_then(Priority::parse).unwrap_or(Priority::Normal),
        team_id: body.team_id.map(Into::into),
        assignee_id: body.assignee_id.map(Into::into),
        contact_id: body.contact_id.map(Into::into),
        conversation_id: body.conversation_id.map(Into::into),
        run_id: None,
        due_at: body.due_at,
    };
    let (kept, repeated) = state.engine.open_ticket(tenant_id, wish, &by(&person)).await?;
    if repeated {
        settings::same_request(&state, tenant_id, named).await?;
    } else {
        settings::note(&state, tenant_id, named).await;
    }
    Ok(created(repeated, Some(kept.version), TicketView::at(kept, now)))
}

/// One ticket
///
/// By its id or by its number.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)), responses((status = 200, body = TicketDetail)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<String>) -> Result<Response> {
    let found = find(&state, person.tenant_id(), &id).await?;
    detail(&state, found).await
}

async fn find(state: &AppState, tenant_id: &TenantId, id: &str) -> Result<Ticket> {
    let numbered = match id.parse::<i64>() {
        Ok(number) => ticket::find_numbered(&state.engine.db, tenant_id, number).await?,
        Err(_) => None,
    };
    match numbered {
        Some(ticket) => Ok(ticket),
        None => Ok(ticket::get(&state.engine.db, tenant_id, &id.into()).await?),
    }
}

async fn detail(state: &AppState, ticket: Ticket) -> Result<Response> {
    let conversations = ticket::conversations(&state.engine.db, &ticket.tenant_id, &ticket.id).await?;
    let conversation_ids = conversations.into_iter().map(|id| id.0).collect();
    let version = ticket.version;
    Ok(tagged(version, TicketDetail { ticket: TicketView::at(ticket, state.engine.now()), conversation_ids }))
}

/// Change a ticket
///
/// Who is given an open ticket works on it. `If-Match` is optional for a note alone.
#[utoipa::path(patch, path = "/tickets/{id}", tag = "tickets", request_body = UpdateTicket,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = TicketDetail), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn update(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<UpdateTicket>,
) -> Result<Response> {
    let found = find(&state, person.tenant_id(), &id).await?;
    let change = TicketChange {
        title: body.title,
        text: body.text,
        fields: body.fields,
        state: body.state.as_deref().and_then(TicketState::parse),
        priority: body.priority.as_deref().and_then(Priority::parse),
        team_id: body.team_id.map(|id| id.map(Into::into)),
        assignee_id: body.assignee_id.map(|id| id.map(Into::into)),
        due_at: body.due_at,
        note: body.note,
        link: None,
        unlink: None,
    };
    let at = (person.tenant_id(), &found.id);
    let changed = state.engine.change_ticket(at, &change, &by(&person), Some(version), None).await?;
    detail(&state, changed).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    cursor: Option<String>,
    limit: Option<i64>,
}

/// What happened to a ticket, newest first
#[utoipa::path(get, path = "/tickets/{id}/history", tag = "tickets", params(("id" = String, Path), HistoryQuery),
    responses((status = 200, body = List<TicketEventView>)))]
async fn history(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<String>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<List<TicketEventView>>> {
    let found = find(&state, person.tenant_id(), &id).await?;
    let (cursor, limit) = (number(query.cursor)?, query.limit.unwrap_or(50).clamp(1, 200));
    let page = ticket::history(&state.engine.db, person.tenant_id(), &found.id, cursor, limit).await?;
    Ok(Json(List { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// Say that a ticket is about a conversation
#[utoipa::path(post, path = "/tickets/{id}/conversations", tag = "tickets", request_body = LinkConversation,
    params(("id" = String, Path)), responses((status = 200, body = TicketDetail)))]
async fn link(
    State(state): State<AppState>,
    person: Writer,
    Path(id): Path<String>,
    Json(body): Json<LinkConversation>,
) -> Result<Response> {
    let found = find(&state, person.tenant_id(), &id).await?;
    let conversation_id = body.conversation_id.as_str().into();
    let known = ticket::conversations(&state.engine.db, person.tenant_id(), &found.id).await?;
    if known.contains(&conversation_id) {
        return detail(&state, found).await;
    }
    let change = TicketChange { link: Some(conversation_id), ..TicketChange::default() };
    let changed = state.engine.change_ticket((person.tenant_id(), &found.id), &change, &by(&person), None, None).await?;
    detail(&state, changed).await
}

/// Say that a ticket is not about a conversation
#[utoipa::path(delete, path = "/tickets/{id}/conversations/{conversation}", tag = "tickets",
    params(("id" = String, Path), ("conversation" = String, Path)), responses((status = 200, body = TicketDetail)))]
async fn unlink(State(state): State<AppState>, person: Writer, Path((id, conversation)): Path<(String, String)>) -> Result<Response> {
    let found = find(&state, person.tenant_id(), &id).await?;
    let conversation_id = conversation.as_str().into();
    let known = ticket::conversations(&state.engine.db, person.tenant_id(), &found.id).await?;
    if !known.contains(&conversation_id) {
        return Err(Problem::not_found("conversation"));
    }
    let change = TicketChange { unlink: Some(conversation_id), ..TicketChange::default() };
    let changed = state.engine.change_ticket((person.tenant_id(), &found.id), &change, &by(&person), None, None).await?;
    detail(&state, changed).await
}

fn by(person: &Writer) -> TicketActor {
    TicketActor::person(person.user_id(), &person.0.0.user.name)
}
