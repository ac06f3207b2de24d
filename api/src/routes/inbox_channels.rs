//! An inbox's channel as people care for it: the kinds there are, health, a test, another try for what got stuck, and how much may still
//! be said in a conversation.

use crate::Result;
use crate::extract::{Admin, Json, Locale, Path, Query, Reader};
use crate::problem::{Problem, reasons};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::List;
use qn_api_types::channel_care::{
    ChannelErrorView, ChannelHealthView, ChannelKindView, ChannelTestOutcome, ChannelTestView, FileWayView, MonthlyQuotaView,
    ReplyWindowView, Revived,
};
use qn_domain::content::ATTACHMENTS_MAX;
use qn_domain::{ChannelKind, ConversationId, Inbox, InboxId, Language};
use qn_engine::{FileWay, Probed};
use qn_store::channel_health::SideError;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(kinds))
        .routes(routes!(health))
        .routes(routes!(test))
        .routes(routes!(retry_events))
        .routes(routes!(reply_window))
        .routes(routes!(file_ways))
}

/// Kinds of channels, with the form of their settings
#[utoipa::path(get, path = "/channel-kinds", tag = "inboxes", responses((status = 200, body = List<ChannelKindView>)))]
async fn kinds(_person: Reader) -> Json<List<ChannelKindView>> {
    let view = |adapter: &&dyn qn_channel::Adapter| ChannelKindView {
        kind: adapter.kind().into(),
        settings_schema: adapter.settings_schema(),
        is_called: !matches!(adapter.kind(), ChannelKind::Web | ChannelKind::Email | ChannelKind::Mobile | ChannelKind::Smpp),
        has_windows: !adapter.windows().is_empty(),
    };
    Json(List::whole(qn_channel::ADAPTERS.iter().map(view).collect()))
}

/// How an inbox's channel fares
#[utoipa::path(get, path = "/inboxes/{id}/health", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = ChannelHealthView)))]
async fn health(
    State(state): State<AppState>,
    person: Reader,
    Locale(language): Locale,
    Path(id): Path<InboxId>,
) -> Result<Json<ChannelHealthView>> {
    let inbox = inbox(&state, &person, &id).await?;
    let health = state.engine.channel_health(&inbox).await?;
    let counts = health.counts;
    Ok(Json(ChannelHealthView {
        received: counts.received,
        refused: counts.refused,
        sent: counts.sent,
        failed: counts.failed,
        last_received_at: counts.received_at,
        last_sent_at: counts.sent_at,
        last_error_at: counts.error_at,
        last_error_text: counts.error.as_deref().map(|word| reasons::channel(word, language)),
        last_error_side: counts.error_side,
        last_error: counts.error,
        errors: counts.errors.into_iter().map(|error| error_view(error, language)).collect(),
        waiting: health.waiting,
        stuck: health.stuck,
    }))
}

fn error_view(error: SideError, language: Language) -> ChannelErrorView {
    ChannelErrorView { text: reasons::channel(&error.error, language), side: error.side, error: error.error, at: error.at }
}

/// Try an inbox's credentials
///
/// Asks the platform something harmless: a token, what it knows of the account, or whether the address answers. Nothing is sent to a customer.
#[utoipa::path(post, path = "/inboxes/{id}/test", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = ChannelTestView)))]
async fn test(
    State(state): State<AppState>,
    person: Admin,
    Locale(language): Locale,
    Path(id): Path<InboxId>,
) -> Result<Json<ChannelTestView>> {
    let inbox = inbox(&state, &person, &id).await?;
    let (outcome, reason) = match state.engine.probe_channel(&inbox).await? {
        Probed::Works => (ChannelTestOutcome::Works, None),
        Probed::Partly { reason } => (ChannelTestOutcome::Partly, Some(reason)),
        Probed::Fails { reason } => (ChannelTestOutcome::Fails, Some(reason)),
        Probed::Untestable => (ChannelTestOutcome::Untestable, None),
    };
    let reason_text = reason.as_deref().map(|word| reasons::channel(word, language));
    Ok(Json(ChannelTestView { outcome, reason, reason_text }))
}

/// Give events that got stuck another try
#[utoipa::path(post, path = "/inboxes/{id}/retry-events", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = Revived)))]
async fn retry_events(State(state): State<AppState>, person: Admin, Path(id): Path<InboxId>) -> Result<Json<Revived>> {
    let inbox = inbox(&state, &person, &id).await?;
    Ok(Json(Revived { revived: state.engine.revive_events(&inbox).await? }))
}

/// How much may still be said
///
/// Many platforms let a company write only for a while, and only so often, after the customer did something.
#[utoipa::path(get, path = "/conversations/{id}/reply-window", tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = ReplyWindowView)))]
async fn reply_window(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<ReplyWindowView>> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    let window = state.engine.reply_window(&conversation).await?;
    let month = state.engine.channel_month(&conversation).await?;
    Ok(Json(ReplyWindowView {
        limited: window.limited,
        open: window.meter.is_open(),
        left: window.meter.left,
        templates: window.templates,
        closes_at: window.meter.closes_at,
        opened_by: window.opened_by.into_iter().map(|by| by.as_str().to_owned()).collect(),
        session: window.session.map(|state| state.as_str().to_owned()),
        only_in_call: window.only_in_call,
        month: month.map(|month| MonthlyQuotaView { limit: month.limit, used: month.used }),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Files {
    /// Ids of uploaded files, with commas between, at most ten.
    attachments: String,
}

/// How files would leave
///
/// A channel takes some kinds of files, each up to a size, as files; everything else reaches the customer as a link.
#[utoipa::path(get, path = "/conversations/{id}/file-ways", tag = "conversations", params(("id" = String, Path), Files),
    responses((status = 200, body = List<FileWayView>)))]
async fn file_ways(
    State(state): State<AppState>,
    person: Reader,
    Path(id): Path<ConversationId>,
    Query(asked): Query<Files>,
) -> Result<Json<List<FileWayView>>> {
    let conversation = super::conversations::find(&state, &person, &id).await?;
    let ids: Vec<String> = asked.attachments.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if ids.len() > ATTACHMENTS_MAX {
        return Err(Problem::invalid("attachments", "最多 10 个", "are at most ten"));
    }
    let files = super::messages::attached(&state, person.tenant_id(), &ids, None).await?;
    let view = |way: FileWay| FileWayView { attachment_id: way.attachment_id.0, as_file: way.as_file, max_bytes: way.bytes_max };
    Ok(Json(List::whole(state.engine.file_ways(&conversation, &files).await?.into_iter().map(view).collect())))
}

/// As decisions know it.
async fn inbox(state: &AppState, person: &crate::extract::Person, id: &InboxId) -> Result<Arc<Inbox>> {
    Ok(state.engine.inbox(person.tenant_id(), id).await?)
}
