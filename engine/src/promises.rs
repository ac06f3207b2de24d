//! Service levels on conversations: every commit that leaves one with people is followed by the clocks that run, what is due is kept
//! with it for screens, and a timer stands for the next mark. The arithmetic is `qn_routing::sla`.

use crate::draft::{Draft, Elsewhere};
use crate::rules::{facts, team_of};
use crate::settings::TenantSettings;
use crate::{Engine, EngineError, Result};
use qn_domain::{
    Activity, ActivityKey, Author, AuthorKind, Conversation, ConversationId, Effect, EffectKind, Json, LogEntry, Message, MessageKind,
    Move, MoveError, Owner, SlaDue, SlaStanding, TenantId, Timestamp,
};
use qn_routing::sla::{Alarm, SlaAction, Terms};
use qn_routing::{SlaEvent, SlaState};
use serde_json::{Map, json};
use std::sync::Arc;

impl Engine {
    /// Follows what the draft does to the promises, before it is committed.
    pub(crate) async fn keep_promises(&self, settings: &TenantSettings, draft: &mut Draft) -> Result<()> {
        let promises_nothing = settings.routing.policy.sla.is_empty() && draft.conversation.routing.sla.is_none();
        if promises_nothing || draft.elsewhere != Elsewhere::No {
            return Ok(());
        }
        let c = &draft.conversation;
        if matches!(c.owner, Owner::Bot) {
            draft.conversation.routing.sla = None;
            return Ok(());
        }
        let (policy, state) = match &c.routing.sla {
            Some(standing) => (Some(standing.policy.clone()), standing.state.read::<SlaState>()),
            None => (self.promised(settings, c, draft.now).await?, None),
        };
        let Some(name) = policy else { return Ok(()) };
        let Some(terms) = terms(settings, &name) else {
            // The policy has forgotten this service level.
            draft.conversation.routing.sla = None;
            return Ok(());
        };
        let now = draft.now;
        let begun = state.is_some();
        let first = if begun { None } else { c.waiting_since.map(|_| SlaEvent::CustomerSpoke) };
        let happened = draft.messages().iter().chain(&draft.heard).filter_map(event).filter(|e| begun || *e == SlaEvent::AgentSpoke);
        let state = first.into_iter().chain(happened).fold(state.unwrap_or_default(), |state, event| state.after(event, now, terms));
        stand(draft, &name, &state, terms);
        Ok(())
    }

    async fn promised(&self, settings: &TenantSettings, c: &Conversation, now: i64) -> Result<Option<String>> {
        let contact = qn_store::contact::find(&self.db, &c.tenant_id, &c.contact_id).await?;
        let attributes = contact.map(|contact| contact.attributes).unwrap_or_default();
        Ok(settings.routing.policy.plan(&facts(c, &attributes, settings), team_of(c), now).sla)
    }

    /// A timer: tells the marks that were passed, and does what the policy says happens then.
    pub(crate) async fn tell_promises(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<Option<Arc<LogEntry>>> {
        let settings = self.settings(tenant_id).await?;
        let told = self.decide(tenant_id, id, |draft| {
            let already = || EngineError::Move(MoveError::Already);
            let standing = draft.conversation.routing.sla.clone().ok_or_else(already)?;
            let terms = terms(&settings, &standing.policy).ok_or_else(already)?;
            let state = standing.state.read::<SlaState>().ok_or_else(already)?;
            let (state, alarms) = state.alarms(draft.now, terms);
            if alarms.is_empty() {
                return Err(already());
            }
            stand(draft, &standing.policy, &state, terms);
            alarms.iter().for_each(|alarm| raise(draft, alarm, &settings));
            Ok(())
        });
        match told.await {
            Ok(entry) => Ok(Some(entry)),
            Err(EngineError::Move(_) | EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn terms<'a>(settings: &'a TenantSettings, name: &str) -> Option<Terms<'a>> {
    let policy = settings.routing.policy.sla.get(name)?;
    Some(Terms { policy, calendar: policy.calendar.as_deref().and_then(|name| settings.routing.policy.calendar(name)) })
}

fn event(message: &Message) -> Option<SlaEvent> {
    match message.kind {
        MessageKind::Incoming if message.content.rating => None,
        MessageKind::Incoming => Some(SlaEvent::CustomerSpoke),
        MessageKind::Outgoing if message.author.kind == AuthorKind::Agent => Some(SlaEvent::AgentSpoke),
        MessageKind::Outgoing | MessageKind::Note => None,
        MessageKind::Activity => match message.content.activity.as_ref()?.key {
            ActivityKey::Pending | ActivityKey::Snoozed => Some(SlaEvent::Paused),
            ActivityKey::Woken => Some(SlaEvent::Resumed),
            ActivityKey::Resolved => Some(SlaEvent::Resolved),
            // Its clocks stop with it; with the undoing those of before come back.
            ActivityKey::Merged if activity_role(message) == Some("part") => Some(SlaEvent::Resolved),
            ActivityKey::Reopened => Some(SlaEvent::Reopened),
            _ => None,
        },
    }
}

fn activity_role(message: &Message) -> Option<&str> {
    message.content.activity.as_ref()?.params.get("role")?.as_str()
}

/// Where the promises of a service level stand.
pub(crate) fn standing(policy: &str, state: &SlaState, terms: Terms<'_>, now: Timestamp) -> SlaStanding {
    let due = state.due(now, terms).into_iter().map(|due| SlaDue {
        metric: due.metric.as_str().to_owned(),
        due_at: due.due_at,
        warn_at: due.warn_at,
        breached: due.breached,
        paused: due.paused,
        done_at: due.done_at,
    });
    SlaStanding { policy: policy.to_owned(), state: Json::of(state), due: due.collect(), next_at: state.next_alarm_at(terms) }
}

/// Writes down where the promises stand, and sets the timer of the next mark where it moved.
fn stand(draft: &mut Draft, policy: &str, state: &SlaState, terms: Terms<'_>) {
    let standing = standing(policy, state, terms, draft.now);
    let known = draft.conversation.routing.sla.as_ref().and_then(|standing| standing.next_at);
    if let Some(at) = standing.next_at.filter(|at| Some(*at) != known) {
        let id = &draft.conversation.id;
        let payload = json!({"conversation_id": id, "at": at});
        draft.effect(Effect { kind: EffectKind::SlaDue, key: format!("sla:{id}:{at}"), payload, due_at: at, trace: None });
    }
    draft.conversation.routing.sla = Some(standing);
}

fn raise(draft: &mut Draft, alarm: &Alarm, settings: &TenantSettings) {
    let key = if alarm.percent >= 100 { ActivityKey::SlaBreached } else { ActivityKey::SlaWarned };
    let params = Map::from_iter([
        ("metric".to_owned(), json!(alarm.metric)),
        ("percent".to_owned(), json!(alarm.percent)),
        ("actions".to_owned(), json!(alarm.actions)),
    ]);
    draft.activity(Activity { key, params, public: false }, Author::system());
    for action in &alarm.actions {
        match action {
            SlaAction::Priority(points) => draft.conversation.routing.points += points,
            SlaAction::ToTeam(team_id) => {
                let Some(team) = settings.teams.get(team_id) else { continue };
                let (team_id, team_name) = (team_id.clone(), team.name.clone());
                // Already there, or resolved meanwhile: nothing to move.
                let _ = draft.apply(Move::TransferToTeam { team_id, team_name, note: String::new(), reason: None }, Author::system());
            }
            // The line carries them: screens ring for whom they name, and `webhooks` makes the event.
            SlaAction::NotifyOwner | SlaAction::NotifySupervisors | SlaAction::Webhook => {}
        }
    }
}
