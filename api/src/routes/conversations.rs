//! Conversations for the company's people: lists, counters, one conversation, and why it went to whom.

use crate::extract::{Creation, Json, Path, Query, Reader, Writer, json};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use crate::{Result, created, settings, views};
use axum::extract::State;
use axum::response::Response;
use qn_api_types::List;
use qn_api_types::conversation::{AssignmentView, ConversationCounts, ConversationView, StartConversation};
use qn_api_types::view::ConversationFilter;
use qn_domain::{Content, Conversation, ConversationId, OwnerIs, Status};
use qn_store::conversation::{CountRow, Filter};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Counting a million rows to show a number nobody needs exactly would cost every refresh.
const RESOLVED_COUNT_MAX: i64 = 10_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(counts))
        .routes(routes!(offers))
        .routes(routes!(get))
        .routes(routes!(assignments))
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Bucket {
    /// With an agent, not resolved or snoozed 会话中
    Active,
    /// 排队中
    Queued,
    /// 机器人接待
    Bot,
    /// 已结束
    Resolved,
    Snoozed,
    #[default]
    All,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    Mine,
    /// With the bot or a queue.
    Unassigned,
    #[default]
    All,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Recent,
    OldestWaiting,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    bucket: Bucket,
    #[serde(default)]
    #[param(inline)]
    view: View,
    /// Words of a message (the 300 newest that hold them are looked at), or part of the contact's name (also in pinyin), e-mail or phone.
    q: Option<String>,
    inbox_id: Option<String>,
    /// In the team's queue, or with one of its people.
    team_id: Option<String>,
    /// Name of a label.
    label: Option<String>,
    /// A `ConversationFilter` as JSON, as views hold it; then bucket, view, q, inbox_id, team_id and label are not looked at.
    filter: Option<String>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items at most: 1 to 200, 50 when not given.
    limit: Option<i64>,
}

impl ListQuery {
    /// None where nothing can be: a queue's conversations are never mine.
    fn filter(&self) -> Result<Option<qn_domain::ConversationFilter>> {
        if let Some(filter) = &self.filter {
            return Ok(Some(json::parse::<ConversationFilter>(filter.as_bytes())?.into()));
        }
        let open = vec![Status::Open, Status::Pending];
        let (statuses, held) = match self.bucket {
            Bucket::Active => (open, Some(OwnerIs::Agent)),
            Bucket::Queued => (open, Some(OwnerIs::Queue)),
            Bucket::Bot => (open, Some(OwnerIs::Bot)),
            Bucket::Resolved => (vec![Status::Resolved], None),
            Bucket::Snoozed => (vec![Status::Snoozed], None),
            Bucket::All => (vec![], None),
        };
        let owners = match (self.view, held) {
            (View::All, held) => held.into_iter().collect(),
            (View::Mine, None | Some(OwnerIs::Agent)) => vec![OwnerIs::Me],
            (View::Unassigned, None) => vec![OwnerIs::Queue, OwnerIs::Bot],
            (View::Unassigned, Some(held @ (OwnerIs::Queue | OwnerIs::Bot))) => vec![held],
            (View::Mine | View::Unassigned, Some(_)) => return Ok(None),
        };
        let said = |value: &Option<String>| value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        Ok(Some(qn_domain::ConversationFilter {
            statuses,
            owners,
            inbox_ids: said(&self.inbox_id).map(Into::into).into_iter().collect(),
            team_ids: said(&self.team_id).map(Into::into).into_iter().collect(),
            labels_all: said(&self.label).into_iter().collect(),
            text: said(&self.q).map(|q| qn_base::text::truncate(&q, 100).to_owned()),
            ..Default::default()
        }))
    }
}

/// A page of conversations
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ListQuery), responses((status = 200, body = List<ConversationView>)))]
async fn list(State(state): State<AppState>, person: Reader, Query(query): Query<ListQuery>) -> Result<Json<List<ConversationView>>> {
    let Some(by) = query.filter()? else { return Ok(Json(List::whole(Vec::new()))) };
    let filter = Filter {
        by,
        me: Some(person.user_id().clone()),
        now: state.engine.now(),
        contact_ids: Vec::new(),
        oldest_waiting_first: query.sort == Sort::OldestWaiting,
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let page = qn_store::conversation::list(&state.engine.db, person.tenant_id(), &filter, cursor, limit).await?;
    let items = views::conversations(&state, person.tenant_id(), page.items).await?;
    Ok(Json(List { items, next_cursor: page.next_cursor }))
}

/// How many conversations each bucket and view holds
///
/// Mine, unassigned and all leave out what is resolved or snoozed. Resolved is counted up to 10,000.
#[utoipa::path(get, path = "/conversations/counts", tag = "conversations", responses((status = 200, body = ConversationCounts)))]
async fn counts(State(state): State<AppState>, person: Reader) -> Result<Json<ConversationCounts>> {
    let rows = qn_store::conversation::count_by_state(&state.engine.db, person.tenant_id()).await?;
    let mine = qn_store::conversation::count_owned(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    let resolved = qn_store::conversation::count_resolved(&state.engine.db, person.tenant_id(), RESOLVED_COUNT_MAX).await?;
    Ok(Json(tally(&rows, mine, resolved)))
}

fn tally(rows: &[CountRow], mine: i64, resolved: i64) -> ConversationCounts {
    let mut counts = ConversationCounts { mine, resolved, ..ConversationCounts::default() };
    for row in rows {
        match (row.status.as_str(), row.owner_kind.as_str()) {
            ("snoozed", _) => counts.snoozed += row.count,
            (_, "agent") => counts.active += row.count,
            (_, "queue") => counts.queued += row.count,
            _ => counts.bot += row.count,
        }
    }
    counts.unassigned = counts.queued + counts.bot;
    counts.all = counts.unassigned + counts.active;
    counts
}

/// Conversations that are offered to the caller, by colleagues or by the router, newest offer first
///
/// A colleague's offer that nobody answers lapses after two minutes, the router's after the time of the policy.
#[utoipa::path(get, path = "/conversations/offers", tag = "conversations", responses((status = 200, body = List<ConversationView>)))]
async fn offers(State(state): State<AppState>, person: Reader) -> Result<Json<List<ConversationView>>> {
    let offered = qn_store::conversation::list_offered(&state.engine.db, person.tenant_id(), person.user_id()).await?;
    Ok(Json(List::whole(views::conversations(&state, person.tenant_id(), offered).await?)))
}

/// One conversation
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = ConversationView)))]
async fn get(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<ConversationView>> {
    Ok(Json(views::conversation(&state, find(&state, &person, &id).await?).await?))
}

/// The conversation, if it is of the person's tenant.
pub async fn find(state: &AppState, person: &crate::extract::Person, id: &ConversationId) -> Result<Conversation> {
    Ok(qn_store::conversation::get(&state.engine.db, person.tenant_id(), id).await?)
}

/// Write to a contact first
///
/// The writer owns the conversation from its first word. An open conversation of the same contact and inbox is continued.
#[utoipa::path(
    post, path = "/conversations", tag = "conversations", request_body = StartConversation,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeating the request with the same key changes nothing.")),
    responses((status = 201, body = ConversationView), (status = 200, description = "A repetition", body = ConversationView))
)]
async fn start(State(state): State<AppState>, person: Writer, Creation { key, body }: Creation<StartConversation>) -> Result<Response> {
    let named = key.named(person.tenant_id(), person.user_id().as_str(), "POST /conversations");
    let client_msg_id = body.client_msg_id.or_else(|| named.map(|n| qn_base::ids::derived(&n.id))).ok_or_else(|| {
        Problem::new(Code::InvalidField).field(
            "client_msg_id",
            "请提供 client_msg_id 或 Idempotency-Key",
            "give client_msg_id or an Idempotency-Key",
        )
    })?;
    let (contact_id, inbox_id) = (body.contact_id.into(), body.inbox_id.into());
    let sent = state.engine.start_conversation(&person.actor(), &contact_id, &inbox_id, client_msg_id, Content::text(body.text)).await?;
    match sent.replayed {
        true => settings::same_request(&state, person.tenant_id(), named).await?,
        false => settings::note(&state, person.tenant_id(), named).await,
    }
    let view = views::conversation(&state, std::sync::Arc::unwrap_or_clone(sent.conversation)).await?;
    Ok(created::created(sent.replayed, None, view))
}

/// Why the conversation went to whom, oldest first
#[utoipa::path(
    get, path = "/conversations/{id}/assignments", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = List<AssignmentView>))
)]
async fn assignments(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<List<AssignmentView>>> {
    let conversation = find(&state, &person, &id).await?;
    let items = qn_store::assignment::list(&state.engine.db, person.tenant_id(), &conversation.id).await?;
    Ok(Json(List::whole(items.into_iter().map(Into::into).collect())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_add_up() {
        let row = |owner: &str, status: &str, count| CountRow { owner_kind: owner.into(), status: status.into(), count };
        let rows = [
            row("bot", "open", 3),
            row("queue", "open", 2),
            row("agent", "open", 5),
            row("agent", "pending", 1),
            row("agent", "snoozed", 4),
        ];
        let counts = tally(&rows, 2, 9);
        assert_eq!((counts.active, counts.queued, counts.bot, counts.snoozed, counts.resolved), (6, 2, 3, 4, 9));
        assert_eq!((counts.mine, counts.unassigned, counts.all), (2, 5, 11));
    }
}
