//! The search box: conversations, contacts, articles and messages, in Chinese, English and pinyin.

use crate::Result;
use crate::extract::{Json, Query, Reader};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::search::{HitKind, SearchHit};
use qn_domain::{Conversation, ConversationFilter, TenantId};
use qn_store::{article, contact, conversation, search};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find))
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Conversations,
    Contacts,
    Articles,
    #[default]
    Messages,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// What to look for; cut to 200 characters.
    q: String,
    #[serde(default)]
    #[param(inline)]
    kind: Kind,
    cursor: Option<String>,
    /// 1 to 50, 20 when not given.
    limit: Option<i64>,
}

/// Search
///
/// Articles that answer best first. Messages newest first, a moment after they were sent. Conversations by words of their messages and by the contact's name, e-mail, phone or pinyin.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery), responses((status = 200, body = List<SearchHit>)))]
async fn find(State(state): State<AppState>, person: Reader, Query(query): Query<SearchQuery>) -> Result<Json<List<SearchHit>>> {
    let text = qn_base::text::truncate(query.q.trim(), 200).to_owned();
    if text.is_empty() {
        return Ok(Json(List::whole(vec![])));
    }
    let (tenant_id, limit) = (person.tenant_id(), query.limit.unwrap_or(20).clamp(1, 50));
    let cursor = query.cursor.as_deref().filter(|c| !c.is_empty());
    let list = match query.kind {
        Kind::Messages => messages(&state, tenant_id, &text, cursor, limit).await?,
        Kind::Conversations => conversations(&state, tenant_id, &text, cursor, limit).await?,
        Kind::Contacts => contacts(&state, tenant_id, &text, cursor, limit).await?,
        Kind::Articles => articles(&state, tenant_id, &text, cursor, limit).await?,
    };
    Ok(Json(list))
}

async fn messages(state: &AppState, tenant_id: &TenantId, text: &str, cursor: Option<&str>, limit: i64) -> Result<List<SearchHit>> {
    let page = search::messages(&state.engine.db, tenant_id, text, cursor, limit).await?;
    let hit = |h: search::Hit| SearchHit {
        kind: HitKind::Message,
        id: h.message_id.0,
        conversation_id: Some(h.conversation_id.0),
        title: h.author_name,
        snippet: h.snippet,
        at: h.at,
    };
    Ok(List { items: page.items.into_iter().map(hit).collect(), next_cursor: page.next_cursor })
}

async fn conversations(state: &AppState, tenant_id: &TenantId, text: &str, cursor: Option<&str>, limit: i64) -> Result<List<SearchHit>> {
    let by = ConversationFilter { text: Some(text.to_owned()), ..ConversationFilter::default() };
    let filter = conversation::Filter { by, ..conversation::Filter::default() };
    let page = conversation::list(&state.engine.db, tenant_id, &filter, cursor, limit).await?;
    let views = crate::views::conversations(state, tenant_id, page.items.clone()).await?;
    let hit = |(c, view): (Conversation, qn_api_types::conversation::ConversationView)| SearchHit {
        kind: HitKind::Conversation,
        id: c.id.0.clone(),
        conversation_id: Some(c.id.0),
        title: view.contact.name,
        snippet: c.last_text,
        at: c.last_message_at,
    };
    Ok(List { items: page.items.into_iter().zip(views).map(hit).collect(), next_cursor: page.next_cursor })
}

async fn contacts(state: &AppState, tenant_id: &TenantId, text: &str, cursor: Option<&str>, limit: i64) -> Result<List<SearchHit>> {
    let page = contact::list(&state.engine.db, tenant_id, Some(text), cursor, limit).await?;
    let hit = |c: qn_domain::Contact| SearchHit {
        kind: HitKind::Contact,
        id: c.id.0,
        conversation_id: None,
        title: c.name,
        snippet: [c.email, c.phone].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        at: c.last_seen_at,
    };
    Ok(List { items: page.items.into_iter().map(hit).collect(), next_cursor: page.next_cursor })
}

async fn articles(state: &AppState, tenant_id: &TenantId, text: &str, cursor: Option<&str>, limit: i64) -> Result<List<SearchHit>> {
    let filter = article::Filter { text: Some(text.to_owned()), ..article::Filter::default() };
    let page = super::articles::find_ranked(state, tenant_id, &filter, cursor, limit).await?;
    let hit = |a: qn_domain::Article| SearchHit {
        kind: HitKind::Article,
        id: a.id.0,
        conversation_id: None,
        title: a.title,
        snippet: qn_base::text::line(&qn_knowledge::markdown::to_text(&a.body), 160),
        at: a.updated_at,
    };
    Ok(List { items: page.items.into_iter().map(hit).collect(), next_cursor: page.next_cursor })
}
