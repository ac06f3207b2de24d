//! The live overview.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use crate::today::Figures;
use axum::extract::State;
use qn_api_types::overview::{AgentsByState, EncoderProblem, EncoderView, Hour, LlmView, OverviewView, SuggestionsToday, Today};
use qn_base::clock::HOUR_MS;
use qn_domain::{Presence, SuggestionOutcome, TenantId, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A day with a change of clocks has 25.
const HOURS_MAX: i64 = 25;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(overview))
}

/// How things stand now and today
#[utoipa::path(get, path = "/overview", tag = "overview", responses((status = 200, body = OverviewView)))]
async fn overview(State(state): State<AppState>, person: Reader) -> Result<Json<OverviewView>> {
    let (db, tenant_id, now) = (&state.engine.db, person.tenant_id(), state.engine.now());
    let since = state.engine.day_start(tenant_id).await?;
    let (waiting, first) = qn_store::overview::waiting(db, tenant_id).await?;
    let conversations = qn_store::overview::begun_since(db, tenant_id, since).await?;
    let states = qn_store::conversation::count_by_state(db, tenant_id).await?;
    let day = state.today.get(db, tenant_id, since).await?;
    let (resolved, bot_resolved) = (day.resolved, day.bot_resolved);
    Ok(Json(OverviewView {
        now,
        waiting,
        longest_wait_ms: first.map(|at| (now - at).max(0)),
        agents: agents(&state, tenant_id).await?,
        active: states.iter().filter(|s| s.owner_kind == "agent" && s.status != "snoozed").map(|s| s.count).sum(),
        today: Today {
            conversations,
            incoming: day.incoming,
            outgoing: day.outgoing,
            bot_messages: day.bot_messages,
            resolved,
            bot_resolved,
            bot_resolved_share: (resolved > 0).then(|| bot_resolved as f64 / resolved as f64),
            handoffs: day.handoffs,
            suggestions: suggestions(&state, tenant_id, since).await?,
        },
        series: hours(&day, since, now),
        encoder: encoder(&state, tenant_id).await,
        llm: llm(&state, tenant_id).await,
    }))
}

/// Every hour of the day so far, also those in which nothing was said.
fn hours(day: &Figures, since: Timestamp, now: Timestamp) -> Vec<Hour> {
    let passed = ((now - since).max(0) / HOUR_MS).min(HOURS_MAX);
    let at = (0..=passed).map(|hour| since + hour * HOUR_MS);
    at.map(|at| {
        let (incoming, outgoing) = day.hours.get(&at).copied().unwrap_or_default();
        Hour { at, incoming, outgoing }
    })
    .collect()
}

async fn encoder(state: &AppState, tenant_id: &TenantId) -> Option<EncoderView> {
    let health = state.engine.encoder.health();
    let trained_with = state.engine.live_encoder(tenant_id).await;
    let name = health.as_ref().and_then(|h| h.name.clone());
    let reason = health.as_ref().and_then(|h| h.problem.clone());
    let (problem, detail) = match (reason, trained_with) {
        (Some(reason), _) => (Some(EncoderProblem::Unusable), reason),
        (None, Some(Some(other))) if name.as_ref() != Some(&other) => (Some(EncoderProblem::Other), other),
        (None, Some(None)) if name.is_some() => (Some(EncoderProblem::Untrained), String::new()),
        _ => (None, String::new()),
    };
    (health.is_some() || problem.is_some()).then(|| EncoderView { configured: health.map(|h| h.configured), problem, detail })
}

async fn suggestions(state: &AppState, tenant_id: &TenantId, since: Timestamp) -> Result<SuggestionsToday> {
    let mut today = SuggestionsToday::default();
    for (outcome, n) in qn_store::suggestion::count_since(&state.engine.db, tenant_id, since).await? {
        match outcome {
            SuggestionOutcome::Accepted => today.accepted = n,
            SuggestionOutcome::Edited => today.edited = n,
            SuggestionOutcome::Ignored => today.ignored = n,
            SuggestionOutcome::Offered => {}
        }
    }
    let (used, all) = (today.accepted + today.edited, today.accepted + today.edited + today.ignored);
    today.used_share = (all > 0).then(|| used as f64 / all as f64);
    Ok(today)
}

/// Books that cannot be read are a problem like any other; the overview shows it.
async fn llm(state: &AppState, tenant_id: &TenantId) -> Option<LlmView> {
    let used = state.engine.llm_use(tenant_id).await?;
    Some(LlmView {
        model: used.health.model,
        problem: used.health.problem,
        tokens: used.day.tokens,
        cents: used.day.micro_cents / 1_000_000,
        calls: used.day.calls,
        tokens_max: used.limit.tokens,
        cents_max: used.limit.cents,
        used_up: used.is_used_up,
    })
}

async fn agents(state: &AppState, tenant_id: &TenantId) -> Result<AgentsByState> {
    let settings = state.engine.settings(tenant_id).await?;
    let mut by_state = AgentsByState::default();
    for user in settings.users.values().filter(|u| !u.disabled && !u.is_service()) {
        let connected = state.engine.presence.connected(tenant_id, &user.id);
        match user.presence {
            Presence::Online if connected => by_state.online += 1,
            Presence::Busy if connected => by_state.busy += 1,
            _ => by_state.offline += 1,
        }
    }
    Ok(by_state)
}
