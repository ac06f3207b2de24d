//! Service levels on tickets: when a ticket is due where nobody said so, what stops its clock, and what happens at its marks. The rules and
//! the arithmetic are those of conversations (`promises`, `qn_routing::sla`); a ticket waits for no answer, so its resolution alone counts.

use crate::deliver::Done;
use crate::flows::{LANGUAGES, people};
use crate::promises::{standing, terms};
use crate::settings::TenantSettings;
use crate::tickets::{due, owed, sent, summary};
use crate::{Engine, EngineError, Result};
use qn_domain::{
    Effect, EffectKind, EffectRow, Language, SlaStanding, TeamId, TenantId, Ticket, TicketActor, TicketChange, TicketEvent, TicketId,
    TicketState, Timestamp, User, UserId,
};
use qn_routing::policy::TicketFacts;
use qn_routing::sla::{Alarm, SlaAction};
use qn_routing::{Facts, SlaEvent, SlaState};
use qn_store::notice::Notice;
use qn_store::ticket::{self, Update};
use qn_workflow::hash;
use serde_json::{Map, json};

const ATTEMPTS: usize = 3;
const TITLE_CHARS_MAX: usize = 200;

impl Engine {
    /// What a new ticket is promised; nothing where somebody said when it is due.
    pub(crate) async fn promise_new(&self, settings: &TenantSettings, ticket: &mut Ticket) -> Result<()> {
        if ticket.due_at.is_none() {
            let level = self.level_of(settings, ticket).await?;
            begin(settings, level.as_deref(), ticket, self.now());
        }
        Ok(())
    }

    /// Follows what a change does to the promise, before it is written. A due time that somebody gives takes the place of the promise, one
    /// that somebody empties gives the ticket back to it.
    pub(crate) async fn promise_changed(&self, settings: &TenantSettings, before: &Ticket, ticket: &mut Ticket) -> Result<()> {
        let now = self.now();
        let is_emptied = ticket.due_at != before.due_at;
        if is_emptied {
            ticket.sla = None;
            if ticket.due_at.is_some() {
                return Ok(());
            }
        }
        let moved = ticket.priority != before.priority || ticket.team_id != before.team_id;
        let is_asked = (moved || is_emptied) && !ticket.state.is_over();
        let level = if is_asked { self.level_of(settings, ticket).await? } else { None };
        match ticket.sla.take() {
            Some(stood) => follow(settings, (&stood, level.as_deref()), before.state, ticket, now),
            None if ticket.due_at.is_none() => begin(settings, level.as_deref(), ticket, now),
            None => {}
        }
        Ok(())
    }

    async fn level_of(&self, settings: &TenantSettings, ticket: &Ticket) -> Result<Option<String>> {
        let policy = &settings.routing.policy;
        if policy.tickets.is_empty() {
            return Ok(None);
        }
        let contact = match &ticket.contact_id {
            Some(id) => qn_store::contact::find(&self.db, &ticket.tenant_id, id).await?,
            None => None,
        };
        let attributes = contact.map(|contact| contact.attributes).unwrap_or_default();
        let of = TicketFacts { kind: ticket.kind.clone(), priority: ticket.priority, team: ticket.team_id.clone() };
        let facts = Facts { tier: qn_domain::contact::tier(&attributes), attributes, ticket: Some(of), ..Facts::default() };
        Ok(policy.ticket_level(&facts, self.now()).map(str::to_owned))
    }

    /// A timer: a mark of the ticket's service level may be passed.
    pub(crate) async fn on_ticket_mark(&self, effect: &EffectRow) -> Done {
        let id = TicketId::from(effect.payload["ticket_id"].as_str().unwrap_or_default());
        match self.tell_marks(&effect.tenant_id, &id).await {
            Ok(()) | Err(EngineError::Store(qn_store::Error::NotFound { .. })) => Done::Yes,
            Err(error) => Done::Later { error: error.to_string(), after_ms: 0 },
        }
    }

    /// Writes the marks that were passed into the history, and does what the policy says happens then.
    async fn tell_marks(&self, tenant_id: &TenantId, id: &TicketId) -> Result<()> {
        let by = TicketActor::system();
        for _ in 0..ATTEMPTS {
            let (now, settings) = (self.now(), self.settings(tenant_id).await?);
            let before = ticket::get(&self.db, tenant_id, id).await?;
            let Some((mut ticket, alarms)) = passed(&settings, &before, now) else { return Ok(()) };
            let marks: Vec<TicketEvent> = alarms.iter().map(|alarm| line(alarm, &by, now)).collect();
            let mut changed = Vec::new();
            if let Some(team_id) = escalated_to(&alarms, &settings, &ticket) {
                // The promise that is missed stays the one that counts, whatever the other team is promised.
                changed = ticket.apply(&handed_to(team_id, &before), &by, now);
            }
            ticket.updated_at = now;
            let hearers = self.hearers(tenant_id, &by).await?;
            let known = before.sla.as_ref().and_then(|standing| standing.next_at);
            let owed = |ticket: &Ticket| {
                let moved = if changed.is_empty() { Vec::new() } else { owed(&settings, ticket, "ticket.updated") };
                let told: Vec<Effect> = alarms.iter().flat_map(|alarm| told(&settings, ticket, alarm)).collect();
                let begun = [hearers.warned(ticket, &marks), hearers.owed(ticket, &changed)].concat();
                [moved, told, begun, due(ticket), timer(ticket, known)].concat()
            };
            let notices = notices(&settings, &before, &alarms, now);
            let events = [marks.as_slice(), changed.as_slice()].concat();
            let update = Update { events: &events, tie: None, untie: None, cause: None, owed: &owed, told: &notices };
            match ticket::update(&self.db, &ticket, &update).await {
                Ok(_) => {
                    self.ticket_written(&ticket).await;
                    for (notice, _) in &notices {
                        self.announce_notice(tenant_id, &notice.id).await;
                    }
                    return Ok(());
                }
                Err(qn_store::Error::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(EngineError::Conflict)
    }
}

/// Stands for the next mark, where it moved.
pub(crate) fn timer(ticket: &Ticket, known: Option<Timestamp>) -> Vec<Effect> {
    let next = ticket.sla.as_ref().and_then(|standing| standing.next_at).filter(|at| Some(*at) != known);
    let mark = |at: Timestamp| Effect {
        kind: EffectKind::SlaDue,
        key: format!("ticket_sla:{}:{}:{at}", ticket.id, ticket.version),
        payload: json!({"ticket_id": ticket.id, "at": at}),
        due_at: at,
        trace: None,
    };
    next.map(mark).into_iter().collect()
}

fn begin(settings: &TenantSettings, level: Option<&str>, ticket: &mut Ticket, now: Timestamp) {
    let Some(name) = level else { return };
    let Some(terms) = terms(settings, name) else { return };
    let begun = [SlaEvent::Opened].into_iter().chain((ticket.state == TicketState::Waiting).then_some(SlaEvent::Paused));
    let state = begun.fold(SlaState::default(), |state, event| state.after(event, now, terms));
    stand(ticket, standing(name, &state, terms, now), now);
}

/// A level that the policy has forgotten is none any more; the due time it gave stays.
fn follow(settings: &TenantSettings, (stood, level): (&SlaStanding, Option<&str>), was: TicketState, ticket: &mut Ticket, now: Timestamp) {
    let (Some(old), Some(mut state)) = (terms(settings, &stood.policy), stood.state.read::<SlaState>()) else { return };
    let (mut name, mut held) = (stood.policy.as_str(), old);
    if let Some(next) = level.filter(|next| *next != name)
        && let Some(new) = terms(settings, next)
    {
        state = state.under(now, old, new);
        (name, held) = (next, new);
    }
    let state = happened(was, ticket.state).into_iter().fold(state, |state, event| state.after(event, now, held));
    stand(ticket, standing(name, &state, held, now), now);
}

fn happened(was: TicketState, is: TicketState) -> Vec<SlaEvent> {
    let over = match (was.is_over(), is.is_over()) {
        (false, true) => Some(SlaEvent::Resolved),
        (true, false) => Some(SlaEvent::Reopened),
        _ => None,
    };
    let waits = match (was, is) {
        // Also where it waited before: the level that holds by now may be one that stands still.
        (_, TicketState::Waiting) => Some(SlaEvent::Paused),
        (TicketState::Waiting, _) if !is.is_over() => Some(SlaEvent::Resumed),
        _ => None,
    };
    over.into_iter().chain(waits).collect()
}

fn stand(ticket: &mut Ticket, mut standing: SlaStanding, now: Timestamp) {
    if let Some(due) = standing.due.first_mut().filter(|due| due.done_at.is_none()) {
        // What is late stays late and keeps the time since when, also while it waits: it is told once.
        if due.breached && ticket.due_at.is_some_and(|at| at <= now) {
            due.due_at = due.due_at.and(ticket.due_at);
        } else {
            ticket.due_at = due.due_at;
        }
    }
    ticket.sla = Some(standing);
}

/// The ticket with the marks told that were passed by now. None: there are none.
fn passed(settings: &TenantSettings, before: &Ticket, now: Timestamp) -> Option<(Ticket, Vec<Alarm>)> {
    let stood = before.sla.as_ref()?;
    let terms = terms(settings, &stood.policy)?;
    let (state, alarms) = stood.state.read::<SlaState>()?.alarms(now, terms);
    if alarms.is_empty() {
        return None;
    }
    let mut ticket = before.clone();
    stand(&mut ticket, standing(&stood.policy, &state, terms, now), now);
    Some((ticket, alarms))
}

fn line(alarm: &Alarm, by: &TicketActor, at: Timestamp) -> TicketEvent {
    let changed = Map::from_iter([
        ("metric".to_owned(), json!(alarm.metric)),
        ("percent".to_owned(), json!(alarm.percent)),
        ("actions".to_owned(), json!(alarm.actions)),
    ]);
    let what = if alarm.percent >= 100 { "breached" } else { "warned" };
    TicketEvent { seq: 0, what: what.into(), changed, note: String::new(), by: by.clone(), at }
}

/// The event for webhooks, where the policy asks for it at this mark.
fn told(settings: &TenantSettings, ticket: &Ticket, alarm: &Alarm) -> Vec<Effect> {
    if !alarm.actions.contains(&SlaAction::Webhook) {
        return Vec::new();
    }
    let data = json!({"ticket": summary(ticket), "metric": alarm.metric, "percent": alarm.percent});
    sent(settings, ticket, "ticket.sla", (&format!("{}:{}", ticket.version, alarm.percent), &data))
}

/// The team that the last of these marks names, where it is another.
fn escalated_to(alarms: &[Alarm], settings: &TenantSettings, ticket: &Ticket) -> Option<TeamId> {
    let mut named = alarms.iter().flat_map(|alarm| &alarm.actions).filter_map(|action| match action {
        SlaAction::ToTeam(team_id) => Some(team_id),
        _ => None,
    });
    named.next_back().filter(|id| settings.teams.contains_key(*id) && ticket.team_id.as_ref() != Some(*id)).cloned()
}

/// As with a conversation that goes to a team: it is nobody's until somebody there takes it.
fn handed_to(team_id: TeamId, ticket: &Ticket) -> TicketChange {
    let state = (ticket.state == TicketState::Working).then_some(TicketState::Open);
    TicketChange { team_id: Some(Some(team_id)), assignee_id: Some(None), state, ..TicketChange::default() }
}

/// One notice in each language that is read.
fn notices<'s>(settings: &'s TenantSettings, ticket: &Ticket, alarms: &[Alarm], at: Timestamp) -> Vec<(Notice, Vec<&'s UserId>)> {
    let asks = |action: &SlaAction| alarms.iter().any(|alarm| alarm.actions.contains(action));
    let mut to: Vec<&'s User> = Vec::new();
    if asks(&SlaAction::NotifyOwner) {
        to.extend(owners(settings, ticket));
    }
    if asks(&SlaAction::NotifySupervisors) {
        to.extend(people(settings, "supervisor"));
    }
    to.sort_by(|a, b| a.id.as_str().cmp(b.id.as_str()));
    to.dedup_by(|a, b| a.id == b.id);
    let percent = alarms.iter().map(|alarm| alarm.percent).max().unwrap_or_default();
    let told = |language: Language| {
        let (title, body) = words(language, ticket, percent);
        let notice = Notice {
            id: format!("ntc_{}", hash::short(&format!("{}@{}:{percent}:{}", ticket.id, ticket.version, language.code()))),
            title: qn_base::text::line(&title, TITLE_CHARS_MAX),
            body,
            flow_name: String::new(),
            run_id: String::new(),
            conversation_id: None,
            at,
            flow_id: None,
            ticket_id: Some(ticket.id.0.clone()),
        };
        (notice, to.iter().filter(|user| user.language == language).map(|user| &user.id).collect::<Vec<_>>())
    };
    LANGUAGES.into_iter().map(told).filter(|(_, to)| !to.is_empty()).collect()
}

/// Who works on it; while it is nobody's, everybody of its team.
fn owners<'s>(settings: &'s TenantSettings, ticket: &Ticket) -> Vec<&'s User> {
    match (&ticket.assignee_id, &ticket.team_id) {
        (Some(id), _) => people(settings, &format!("user:{id}")),
        (None, Some(team_id)) => people(settings, &format!("team:{team_id}")),
        (None, None) => Vec::new(),
    }
}

fn words(language: Language, ticket: &Ticket, percent: u16) -> (String, String) {
    let (number, title) = (ticket.number, &ticket.title);
    match (language, percent >= 100) {
        (Language::Zh, false) => (format!("工单 #{number} 快到期：{title}"), format!("承诺的处理时间已用 {percent}%。")),
        (Language::Zh, true) => (format!("工单 #{number} 已超时：{title}"), format!("承诺的处理时间已用 {percent}%，请尽快处理。")),
        (Language::En, false) => (format!("Ticket #{number} is nearly due: {title}"), format!("{percent}% of the promised time is used.")),
        (Language::En, true) => {
            (format!("Ticket #{number} is late: {title}"), format!("{percent}% of the promised time is used. Please see to it."))
        }
    }
}
