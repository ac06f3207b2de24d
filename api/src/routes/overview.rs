//! The live overview.

use crate::Result;
use crate::extract::{Json, Reader};
use crate::state::AppState;
use axum::extract::State;
use qn_api_types::overview::{AgentsByState, Hour, OverviewView, Today};
use qn_domain::{Presence, TenantId};
use qn_store::overview::HourRow;
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(overview))
}

/// How things stand now and today
#[utoipa::path(get, path = "/overview", tag = "overview", responses((status = 200, body = OverviewView)))]
async fn overview(State(state): State<AppState>, person: Reader) -> Result<Json<OverviewView>> {
    let (db, tenant_id, now) = (&state.engine.db, person.tenant_id(), state.engine.now());
    let since = state.engine.day_start(tenant_id).await?;
    let (waiting, first) = qn_store::overview::waiting(db, tenant_id).await?;
    let figures = qn_store::overview::conversations(db, tenant_id, since).await?;
    let hours = qn_store::overview::messages_by_hour(db, tenant_id, since).await?;
    let states = qn_store::conversation::count_by_state(db, tenant_id).await?;
    let count = |kind: &str, author: Option<&str>| {
        hours.iter().filter(|h| h.kind == kind && author.is_none_or(|a| h.author_kind == a)).map(|h| h.count).sum()
    };
    let share = (figures.resolved > 0).then(|| figures.bot_resolved as f64 / figures.resolved as f64);
    Ok(Json(OverviewView {
        now,
        waiting,
        longest_wait_ms: first.map(|at| (now - at).max(0)),
        agents: agents(&state, tenant_id).await?,
        active: states.iter().filter(|s| s.owner_kind == "agent" && s.status != "snoozed").map(|s| s.count).sum(),
        today: Today {
            conversations: figures.begun,
            incoming: count("incoming", None),
            outgoing: count("outgoing", None),
            bot_messages: count("outgoing", Some("bot")),
            resolved: figures.resolved,
            bot_resolved: figures.bot_resolved,
            bot_resolved_share: share,
            handoffs: figures.handoffs,
        },
        series: series(&hours),
    }))
}

async fn agents(state: &AppState, tenant_id: &TenantId) -> Result<AgentsByState> {
    let settings = state.engine.settings(tenant_id).await?;
    let mut by_state = AgentsByState::default();
    for user in settings.users.values().filter(|u| !u.disabled) {
        let connected = state.engine.presence.connected(tenant_id, &user.id);
        match user.presence {
            Presence::Online if connected => by_state.online += 1,
            Presence::Busy if connected => by_state.busy += 1,
            _ => by_state.offline += 1,
        }
    }
    Ok(by_state)
}

fn series(rows: &[HourRow]) -> Vec<Hour> {
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for row in rows {
        let hour = hours.entry(row.at).or_insert(Hour { at: row.at, incoming: 0, outgoing: 0 });
        match row.kind.as_str() {
            "incoming" => hour.incoming += row.count,
            _ => hour.outgoing += row.count,
        }
    }
    hours.into_values().collect()
}
