//! Tickets that flows open and change. Each is named by the step that asks, so a crash on either side opens one ticket and writes one line.

use crate::tickets::TicketWish;
use crate::{Engine, EngineError, Result};
use qn_domain::ticket::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use qn_domain::{Priority, TeamId, Ticket, TicketActor, TicketChange, TicketId, TicketState};
use qn_runner::Errand;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::{OpenTicket, UpdateTicket};
use qn_workflow::{Outcome, StepError, hash};
use serde_json::json;

pub(super) async fn open(engine: &Engine, errand: &Errand, wanted: &OpenTicket) -> Result<Outcome> {
    let team_id = match wanted.team.as_deref().map(str::trim).filter(|team| !team.is_empty()) {
        Some(name) => match team(engine, errand, name).await? {
            Some(id) => Some(id),
            None => return Ok(Err(invalid(format!("there is no team {name}")))),
        },
        None => None,
    };
    let wish = TicketWish {
        id: TicketId::derived(&hash::half(&errand.key)),
        kind: wanted.kind.clone(),
        title: qn_base::text::line(&wanted.title, TITLE_CHARS_MAX),
        text: qn_base::text::truncate(&wanted.text, TEXT_CHARS_MAX).to_owned(),
        fields: wanted.fields.clone(),
        priority: Priority::parse(&wanted.priority).unwrap_or(Priority::Normal),
        team_id,
        assignee_id: None,
        contact_id: errand.contact_id.clone(),
        conversation_id: errand.conversation_id.clone(),
        run_id: Some(errand.run_id.clone()),
        due_at: wanted.due_ms.map(|ms| engine.now() + ms),
    };
    match engine.open_ticket(&errand.tenant_id, wish, &by(errand)).await {
        Ok((ticket, _)) => Ok(Ok(json!({"id": ticket.id, "number": ticket.number}))),
        Err(error) => told(error),
    }
}

pub(super) async fn update(engine: &Engine, errand: &Errand, wanted: &UpdateTicket) -> Result<Outcome> {
    let Some(ticket) = named(engine, errand, wanted.ticket.trim()).await? else {
        return Ok(Err(invalid(format!("there is no ticket {}", qn_base::text::line(&wanted.ticket, 60)))));
    };
    let change = TicketChange {
        state: wanted.state.as_deref().and_then(TicketState::parse),
        priority: wanted.priority.as_deref().and_then(Priority::parse),
        fields: wanted.fields.clone(),
        note: Some(qn_base::text::truncate(&wanted.note, TEXT_CHARS_MAX).to_owned()),
        ..TicketChange::default()
    };
    match engine.change_ticket((&errand.tenant_id, &ticket.id), &change, &by(errand), None, Some(&errand.key)).await {
        Ok(ticket) => Ok(Ok(json!({"id": ticket.id, "number": ticket.number, "state": ticket.state}))),
        Err(error) => told(error),
    }
}

fn by(errand: &Errand) -> TicketActor {
    TicketActor::flow(&errand.run_id, &errand.flow.name)
}

/// What another try would not mend is told to the flow.
fn told(error: EngineError) -> Result<Outcome> {
    match error {
        EngineError::Field(bad) => Ok(Err(invalid(format!("{} {}", bad.field, bad.en)).zh(format!("{} {}", bad.field, bad.zh)))),
        EngineError::NotFound { .. } => Ok(Err(invalid(error.to_string()).zh("没有找到要用的对象"))),
        EngineError::Invalid { field } => Ok(Err(invalid(error.to_string()).zh(format!("{field} 不正确")))),
        other => Err(other),
    }
}

fn invalid(why: String) -> StepError {
    StepError::new(ErrorKind::Invalid, why)
}

async fn team(engine: &Engine, errand: &Errand, name: &str) -> Result<Option<TeamId>> {
    let settings = engine.settings(&errand.tenant_id).await?;
    Ok(settings.teams.values().find(|team| team.id.as_str() == name || team.name == name).map(|team| team.id.clone()))
}

/// By id or by number.
async fn named(engine: &Engine, errand: &Errand, name: &str) -> Result<Option<Ticket>> {
    if let Some(ticket) = qn_store::ticket::find(&engine.db, &errand.tenant_id, &name.into()).await? {
        return Ok(Some(ticket));
    }
    let Ok(number) = name.trim_start_matches('#').parse::<i64>() else { return Ok(None) };
    Ok(qn_store::ticket::find_numbered(&engine.db, &errand.tenant_id, number).await?)
}
