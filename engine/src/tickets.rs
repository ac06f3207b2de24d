//! Tickets: opened and changed by people and by flows, each change checked against the ticket's kind and written with its history.
//! A conversation a ticket is about says so in its thread. Webhooks hear `ticket.created`, `ticket.updated` and
//! `ticket.overdue`, and flows begin on them, as effects in the transaction of the change. When a ticket is due is what
//! `ticket_promises` finds where nobody says so.

use crate::deliver::Done;
use crate::draft::Draft;
use crate::flows::Hearers;
use crate::settings::TenantSettings;
use crate::ticket_promises::timer;
use crate::{Engine, EngineError, Result};
use qn_domain::ticket::CONVERSATIONS_MAX;
use qn_domain::{
    Activity, ActivityKey, Author, ContactId, ConversationId, Effect, EffectKind, EffectRow, Priority, TeamId, TenantId, Ticket,
    TicketActor, TicketChange, TicketEvent, TicketId, TicketState, Timestamp, UserId, WebhookEndpoint,
};
use qn_store::ticket::{self, Update};
use qn_store::ticket_kind;
use serde_json::{Map, Value, json};

const ATTEMPTS: usize = 3;

/// A ticket somebody wants to open.
#[derive(Debug, Clone)]
pub struct TicketWish {
    /// The same id opens no second ticket.
    pub id: TicketId,
    pub kind: String,
    pub title: String,
    pub text: String,
    pub fields: Map<String, Value>,
    pub priority: Priority,
    pub team_id: Option<TeamId>,
    pub assignee_id: Option<UserId>,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    pub run_id: Option<String>,
    /// None: as a service level promises, else as its kind says.
    pub due_at: Option<Timestamp>,
}

impl Engine {
    /// Gives the ticket, and whether it was there before.
    pub async fn open_ticket(&self, tenant_id: &TenantId, wish: TicketWish, by: &TicketActor) -> Result<(Ticket, bool)> {
        if let Some(known) = ticket::find(&self.db, tenant_id, &wish.id).await? {
            return Ok((known, true));
        }
        let now = self.now();
        let kind = ticket_kind::find(&self.db, tenant_id, &wish.kind).await?;
        let kind = kind.ok_or_else(|| EngineError::not_found("ticket kind", &wish.kind))?;
        kind.check(&wish.fields, true).map_err(EngineError::Field)?;
        self.known_people(tenant_id, wish.team_id.as_ref(), wish.assignee_id.as_ref()).await?;
        let mut contact_id = wish.contact_id;
        if let Some(id) = &wish.conversation_id {
            let conversation = qn_store::conversation::get(&self.db, tenant_id, id).await?;
            contact_id = contact_id.or(Some(conversation.contact_id));
        }
        let settings = self.settings(tenant_id).await?;
        let mut fresh = Ticket {
            id: wish.id,
            tenant_id: tenant_id.clone(),
            number: 0,
            kind: kind.id,
            title: wish.title,
            text: wish.text,
            fields: wish.fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
            state: if wish.assignee_id.is_some() { TicketState::Working } else { TicketState::Open },
            priority: wish.priority,
            team_id: wish.team_id,
            assignee_id: wish.assignee_id,
            contact_id,
            run_id: wish.run_id,
            due_at: wish.due_at,
            sla: None,
            opened_by: by.clone(),
            solved_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.promise_new(&settings, &mut fresh).await?;
        if fresh.sla.is_none() {
            fresh.due_at = fresh.due_at.or_else(|| kind.due_ms.map(|ms| now + ms));
        }
        let opened = TicketEvent { seq: 1, what: "opened".into(), changed: Map::new(), note: String::new(), by: by.clone(), at: now };
        let hearers = self.hearers(tenant_id, by).await?;
        let owed = |ticket: &Ticket| {
            let begun = hearers.owed(ticket, std::slice::from_ref(&opened));
            [owed(&settings, ticket, "ticket.created"), begun, due(ticket), timer(ticket, None)].concat()
        };
        let (kept, repeated) = ticket::insert(&self.db, &fresh, wish.conversation_id.as_ref(), &opened, &owed).await?;
        if !repeated {
            self.ticket_written(&kept).await;
            if let Some(id) = &wish.conversation_id {
                self.say_in_thread(&kept, id).await;
            }
        }
        Ok((kept, repeated))
    }

    /// `read`: the version the change was made from; none lays it over whatever is there. `cause` names what asked for it, so that the same
    /// is done once.
    pub async fn change_ticket(
        &self,
        (tenant_id, id): (&TenantId, &TicketId),
        change: &TicketChange,
        by: &TicketActor,
        read: Option<i64>,
        cause: Option<&str>,
    ) -> Result<Ticket> {
        for _ in 0..ATTEMPTS {
            let before = ticket::get(&self.db, tenant_id, id).await?;
            let mut ticket = before.clone();
            if let Some(cause) = cause
                && ticket::has_cause(&self.db, tenant_id, id, cause).await?
            {
                return Ok(ticket);
            }
            if read.is_some_and(|version| version != ticket.version) {
                return Err(EngineError::Store(qn_store::Error::Stale { what: "ticket", id: id.0.clone() }));
            }
            self.check_change(&ticket, change).await?;
            let events = ticket.apply(change, by, self.now());
            if events.is_empty() {
                return Ok(ticket);
            }
            let (settings, hearers) = (self.settings(tenant_id).await?, self.hearers(tenant_id, by).await?);
            self.promise_changed(&settings, &before, &mut ticket).await?;
            let known = before.sla.as_ref().and_then(|standing| standing.next_at);
            let owed = |ticket: &Ticket| {
                let told = owed(&settings, ticket, "ticket.updated");
                [told, hearers.owed(ticket, &events), due(ticket), timer(ticket, known)].concat()
            };
            let (tie, untie) = (change.link.as_ref(), change.unlink.as_ref());
            let update = Update { events: &events, tie, untie, cause, owed: &owed, told: &[] };
            match ticket::update(&self.db, &ticket, &update).await {
                Ok(version) => {
                    ticket.version = version;
                    self.ticket_written(&ticket).await;
                    if let Some(id) = &change.link {
                        self.say_in_thread(&ticket, id).await;
                    }
                    return Ok(ticket);
                }
                Err(qn_store::Error::Stale { .. }) if read.is_none() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(EngineError::Conflict)
    }

    async fn check_change(&self, ticket: &Ticket, change: &TicketChange) -> Result<()> {
        if !change.fields.is_empty() {
            let kind = ticket_kind::find(&self.db, &ticket.tenant_id, &ticket.kind).await?;
            // A kind that is gone asks for nothing any more.
            if let Some(kind) = kind {
                kind.check(&change.fields, false).map_err(EngineError::Field)?;
            }
        }
        let (team, assignee) = (change.team_id.as_ref().and_then(Option::as_ref), change.assignee_id.as_ref().and_then(Option::as_ref));
        self.known_people(&ticket.tenant_id, team, assignee).await?;
        if let Some(id) = &change.link {
            qn_store::conversation::get(&self.db, &ticket.tenant_id, id).await?;
            if ticket::conversations(&self.db, &ticket.tenant_id, &ticket.id).await?.len() >= CONVERSATIONS_MAX {
                return Err(EngineError::Invalid { field: "conversation_id" });
            }
        }
        Ok(())
    }

    async fn known_people(&self, tenant_id: &TenantId, team: Option<&TeamId>, person: Option<&UserId>) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        if team.is_some_and(|id| settings.team(id).is_err()) {
            return Err(EngineError::Invalid { field: "team_id" });
        }
        if person.is_some_and(|id| settings.user(id).is_err()) {
            return Err(EngineError::Invalid { field: "assignee_id" });
        }
        Ok(())
    }

    /// A line for colleagues. The ticket is written already: a thread that cannot be written to now says nothing.
    async fn say_in_thread(&self, ticket: &Ticket, id: &ConversationId) {
        let params = [("ticket", json!(ticket.id)), ("number", json!(ticket.number)), ("title", json!(ticket.title))];
        let params: Map<String, Value> = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let said = self.decide(&ticket.tenant_id, id, |draft: &mut Draft| {
            draft.activity(Activity { key: ActivityKey::TicketOpened, params: params.clone(), public: false }, Author::system());
            Ok(())
        });
        if let Err(error) = said.await {
            tracing::warn!(%error, ticket = %ticket.id, conversation = %id, "a thread does not name its ticket");
        }
    }

    /// Screens read it again, and what the webhooks are owed is sent.
    pub(crate) async fn ticket_written(&self, ticket: &Ticket) {
        self.wakes.outbox.notify_one();
        if let Err(error) = self.db.announce(&ticket.tenant_id, "ticket", ticket.id.as_str(), self.now()).await {
            tracing::warn!(%error, "a ticket changed and nobody was told");
        }
    }

    /// It should be done by now: webhooks and flows hear of it, once for each time it was given.
    pub(crate) async fn on_ticket_due(&self, effect: &EffectRow) -> Done {
        match self.tell_overdue(effect).await {
            Ok(()) => Done::Yes,
            Err(EngineError::Store(qn_store::Error::NotFound { .. })) => Done::Yes,
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    async fn tell_overdue(&self, effect: &EffectRow) -> Result<()> {
        let (tenant_id, now) = (&effect.tenant_id, self.now());
        let id = TicketId::from(effect.payload["ticket_id"].as_str().unwrap_or_default());
        let ticket = ticket::get(&self.db, tenant_id, &id).await?;
        if ticket.due_at != effect.payload["at"].as_i64() || !ticket.is_overdue(now) {
            return Ok(());
        }
        let settings = self.settings(tenant_id).await?;
        let told = [owed(&settings, &ticket, "ticket.overdue"), Hearers::of(self.book(tenant_id).await).overdue(&ticket, now)].concat();
        for effect in told {
            self.add_effect(tenant_id, effect).await?;
        }
        self.wakes.outbox.notify_one();
        Ok(())
    }

    /// `key` names the delivery: the same is sent once.
    pub(crate) async fn add_webhook_send(
        &self,
        tenant_id: &TenantId,
        webhook: &WebhookEndpoint,
        event: &str,
        key: String,
        data: &Value,
    ) -> Result<()> {
        let now = self.now();
        let payload = json!({"webhook_id": webhook.id, "type": event, "timestamp": now, "data": data});
        let effect = Effect { kind: EffectKind::WebhookSend, key, payload, due_at: now, trace: None };
        self.add_effect(tenant_id, effect).await
    }
}

/// When it is due, somebody is told. The same ticket and time is one effect.
pub(crate) fn due(ticket: &Ticket) -> Vec<Effect> {
    let mark = |at: Timestamp| Effect {
        kind: EffectKind::TicketDue,
        key: format!("ticket_due:{}:{at}", ticket.id),
        payload: json!({"ticket_id": ticket.id, "at": at}),
        // Not the moment itself: overdue is what is past it.
        due_at: at + 1,
        trace: None,
    };
    ticket.due_at.filter(|_| !ticket.state.is_over()).map(mark).into_iter().collect()
}

/// One event for every webhook that asked.
pub(crate) fn owed(settings: &TenantSettings, ticket: &Ticket, event: &str) -> Vec<Effect> {
    sent(settings, ticket, event, (&ticket.version.to_string(), &summary(ticket)))
}

pub(crate) fn summary(ticket: &Ticket) -> Value {
    json!({"id": ticket.id, "number": ticket.number, "kind": ticket.kind, "title": ticket.title, "fields": ticket.fields,
        "state": ticket.state, "priority": ticket.priority, "team_id": ticket.team_id, "assignee_id": ticket.assignee_id,
        "contact_id": ticket.contact_id, "run_id": ticket.run_id, "due_at": ticket.due_at, "version": ticket.version})
}

/// `of` names what is told, so that the same is sent once.
pub(crate) fn sent(settings: &TenantSettings, ticket: &Ticket, event: &str, (of, data): (&str, &Value)) -> Vec<Effect> {
    let at = ticket.updated_at;
    let wants = |events: &[String]| events.is_empty() || events.iter().any(|wanted| wanted == event);
    let told = |webhook: &WebhookEndpoint| Effect {
        kind: EffectKind::WebhookSend,
        key: format!("{}:{event}:{}:{of}", webhook.id, ticket.id),
        payload: json!({"webhook_id": webhook.id, "type": event, "timestamp": at, "data": data}),
        due_at: at,
        trace: crate::trace::current(),
    };
    settings.webhooks.iter().filter(|webhook| webhook.enabled && wants(&webhook.events)).map(told).collect()
}
