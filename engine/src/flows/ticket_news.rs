//! What happens to tickets begins the flows that start on it: effects of the transaction in which it happened. A flow's own change begins
//! other flows but never itself, and a chain of them is cut as for events that flows emit.

use super::Book;
use super::context::Beginning;
use super::events::{CHAIN_MAX, MARK, depth_of};
use crate::{Engine, Result};
use qn_domain::{Effect, EffectKind, EffectRow, TenantId, Ticket, TicketActor, TicketEvent, TicketId, Timestamp};
use qn_runner::{Began, Wish};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Who may begin on a ticket's news.
#[derive(Debug, Default)]
pub(crate) struct Hearers {
    book: Arc<Book>,
    /// The flow that made the change, and how many began one another before it.
    made_by: Option<(String, u32)>,
}

impl Engine {
    /// Read before the change is written, so that what follows from it is written with it.
    pub(crate) async fn hearers(&self, tenant_id: &TenantId, by: &TicketActor) -> Result<Hearers> {
        let book = self.book(tenant_id).await;
        let run = match by.kind.as_str() {
            "flow" => qn_store::flow_run::find(&self.db, tenant_id, &by.id).await?,
            _ => None,
        };
        let made_by = run.map(|run| (run.flow_id, depth_of(&run.trigger_key)));
        Ok(Hearers { book, made_by })
    }

    /// A ticket's news begin a run: in its conversation where it is about one, else about its contact alone.
    pub(super) async fn start_by_ticket(&self, effect: &EffectRow) -> Result<Began> {
        let text = |field: &str| effect.payload[field].as_str().unwrap_or_default();
        let (tenant_id, ticket_id) = (&effect.tenant_id, TicketId::from(text("ticket_id")));
        let flow = self.live_flow(tenant_id, text("flow_id")).await?;
        let ticket = qn_store::ticket::get(&self.db, tenant_id, &ticket_id).await?;
        let about = qn_store::ticket::conversations(&self.db, tenant_id, &ticket_id).await?;
        let conversation_id = if let [only] = about.as_slice() { Some(only.clone()) } else { None };
        let run_id = format!("run_{}", effect.id.as_str().trim_start_matches("eff_"));
        let facts = effect.payload["event"].clone();
        let from = Beginning { conversation_id: conversation_id.as_ref(), contact_id: ticket.contact_id.as_ref(), ..Beginning::default() };
        let context = self.flow_context(tenant_id, from, facts.clone()).await?;
        let of = ticket.contact_id.as_ref().map_or(ticket_id.as_str(), |id| id.as_str());
        let version = flow.version_for(of);
        let input = self.known_inputs(tenant_id, version, &facts).await?;
        if let Some(id) = &conversation_id {
            self.note_begun(tenant_id, id, &run_id, &flow).await?;
        }
        let wish = Wish {
            run_id: Some(run_id),
            input,
            context,
            conversation_id,
            contact_id: ticket.contact_id,
            ..Wish::of(tenant_id, version, Some(&effect.key))
        };
        Ok(self.runner()?.begin(wish).await?)
    }
}

impl Hearers {
    pub fn of(book: Arc<Book>) -> Self {
        Self { book, made_by: None }
    }

    /// What begins flows when these lines are written into the ticket's history; its version names the time.
    pub fn owed(&self, ticket: &Ticket, lines: &[TicketEvent]) -> Vec<Effect> {
        let mut out = Vec::new();
        for line in lines {
            let created = line.what == "opened";
            out.extend(self.begin(ticket, if created { "ticket.created" } else { "ticket.updated" }, Some(line), ticket.updated_at));
            if line.changed.contains_key("state") && !created {
                out.extend(self.begin(ticket, "ticket.state_changed", Some(line), ticket.updated_at));
            }
        }
        out
    }

    pub fn overdue(&self, ticket: &Ticket, at: Timestamp) -> Vec<Effect> {
        self.begin(ticket, "ticket.overdue", None, at)
    }

    /// A mark before the end of its time was passed; several at once are one piece of news.
    pub fn warned(&self, ticket: &Ticket, lines: &[TicketEvent]) -> Vec<Effect> {
        let last = lines.iter().rfind(|line| line.what == "warned");
        last.map(|line| self.begin(ticket, "ticket.warned", Some(line), ticket.updated_at)).unwrap_or_default()
    }

    fn begin(&self, ticket: &Ticket, event: &str, line: Option<&TicketEvent>, at: Timestamp) -> Vec<Effect> {
        let (maker, depth) = self.made_by.as_ref().map_or((None, 0), |(flow, depth)| (Some(flow.as_str()), *depth));
        if depth >= CHAIN_MAX {
            tracing::warn!(ticket = %ticket.id, event, "flows have started one another by tickets too often in a row");
            return Vec::new();
        }
        let flows = self.book.hearing(event).filter(|flow| Some(flow.id.as_str()) != maker);
        let begins = flows.map(|flow| Effect {
            kind: EffectKind::FlowStart,
            // Two lines of one change are two pieces of news; the same line twice is one.
            key: format!("{MARK}{}:{}:{event}:{}:{}:{}", depth + 1, flow.id, ticket.id, ticket.version, line.map_or("", |line| line.what.as_str())),
            payload: json!({"flow_id": flow.id, "name": flow.name, "ticket_id": ticket.id, "event": facts(ticket, event, line), "beside": true}),
            due_at: at,
            trace: crate::trace::current(),
        });
        begins.collect()
    }
}

/// What a flow reads as `context.event`.
fn facts(ticket: &Ticket, event: &str, line: Option<&TicketEvent>) -> Value {
    let none = Map::new();
    json!({"event": event, "id": ticket.id, "number": ticket.number, "kind": ticket.kind, "title": ticket.title, "text": ticket.text,
        "fields": ticket.fields, "state": ticket.state, "priority": ticket.priority, "team_id": ticket.team_id,
        "assignee_id": ticket.assignee_id, "contact_id": ticket.contact_id, "due_at": ticket.due_at,
        "by": line.map(|line| line.by.kind.as_str()), "by_name": line.map(|line| line.by.name.as_str()),
        "changed": line.map_or(&none, |line| &line.changed), "note": line.map(|line| line.note.as_str())})
}
