//! What runs do in the desk besides talking: hand over, label, note, keep the contact's facts, look things up, tell webhooks.
//! Each may be asked for twice and is done once.

use super::talk::Once;
use super::{events, give, model, notify, tickets, verify};
use crate::handoff::{self, Handing};
use crate::{Ask, Asked, Engine, EngineError, Result};
use qn_domain::{
    Activity, ActivityKey, Author, Contact, ContactId, Content, ConversationId, HandoffReason, MessageKind, Move, MoveError, Owner,
    Priority, Status,
};
use qn_knowledge::Answer;
use qn_runner::Errand;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::Desk;
use qn_workflow::{Outcome, StepError};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const ATTEMPTS: usize = 3;
const NOTE_CHARS_MAX: usize = 4_000;
const FIELD_CHARS_MAX: usize = 1_000;
/// What the API allows as well.
const ATTRIBUTES_MAX: usize = 100;
const LABELS_MAX: usize = 50;

pub(super) async fn carry_out(engine: &Arc<Engine>, errand: &Errand, wanted: &Desk) -> Result<Outcome> {
    match wanted {
        Desk::Answer { question } => Box::pin(answer(engine, errand, question)).await,
        Desk::Classify { text } => classify(engine, errand, text).await,
        Desk::Emit { event, payload } => Box::pin(events::emit(engine, errand, event, payload)).await,
        Desk::UpdateContact { fields } => update_contact(engine, errand, fields).await,
        Desk::HandOff { team, note } => {
            let done = with_conversation(errand, |id| hand_off(engine, errand, id, team.as_deref(), note)).await?;
            qn_store::flow_run::note_handed_off(&engine.db, &errand.tenant_id, &errand.run_id, engine.now()).await?;
            Ok(done)
        }
        Desk::Label { add, remove } => with_conversation(errand, |id| label(engine, errand, id, add, remove)).await,
        Desk::Note { text } => with_conversation(errand, |id| note(engine, errand, id, text)).await,
        Desk::OpenTicket(wanted) => Box::pin(tickets::open(engine, errand, wanted)).await,
        Desk::UpdateTicket(wanted) => Box::pin(tickets::update(engine, errand, wanted)).await,
        Desk::Assign { to, note } => Box::pin(give::assign(engine, errand, to, note)).await,
        Desk::Write { question, facts, knowledge, timeout_ms } => {
            Box::pin(model::write(engine, errand, (question, facts, *knowledge), *timeout_ms)).await
        }
        Desk::Extract { text, fields, timeout_ms } => Box::pin(model::extract(engine, errand, text, fields, *timeout_ms)).await,
        Desk::Notify(wanted) => Box::pin(notify::notify(engine, errand, wanted)).await,
        Desk::OpenTime { calendar, from, ms } => open_time(engine, errand, calendar.trim(), *from, *ms).await,
        Desk::SendCode { by, to, inbox } => Box::pin(verify::send(engine, errand, *by, to, inbox.as_deref())).await,
        Desk::CheckCode => Box::pin(verify::check(engine, errand)).await,
        Desk::UpdateConversation { priority } => with_conversation(errand, |id| rank(engine, errand, id, priority)).await,
        Desk::Resolve => with_conversation(errand, |id| resolve(engine, errand, id)).await,
    }
}

async fn with_conversation<'a, F>(errand: &'a Errand, act: impl FnOnce(&'a ConversationId) -> F) -> Result<Outcome>
where
    F: Future<Output = Result<()>>,
{
    match &errand.conversation_id {
        Some(id) => act(id).await.map(|()| Ok(json!({}))),
        None => Ok(Err(StepError::new(ErrorKind::Invalid, "this run belongs to no conversation").zh("这次运行不属于任何会话"))),
    }
}

async fn hand_off(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId, team: Option<&str>, note: &str) -> Result<()> {
    let settings = engine.settings(&errand.tenant_id).await?;
    let conversation = engine.talk_of(&errand.tenant_id, id).await?;
    let inbox = settings.inbox(&conversation.inbox_id)?.clone();
    let named = team.map(str::trim).filter(|t| !t.is_empty());
    let team = named.map(|name| settings.teams.values().find(|t| t.id.as_str() == name || t.name == name));
    if team == Some(None) {
        return Err(EngineError::Invalid { field: "team" });
    }
    let team_id = team.flatten().map(|t| t.id.clone()).or_else(|| inbox.team_id.clone());
    let facts = crate::rules::facts(&conversation, &serde_json::Map::new(), &settings);
    let opening = engine.answers_now(&settings, &inbox, team_id.as_ref(), &facts);
    let opening = Box::pin(engine.with_place(&settings, &conversation, (team_id.as_ref(), HandoffReason::Flow), opening)).await;
    engine
        .decide_in_words(&errand.tenant_id, id, &errand.run_id, &errand.key, |draft| {
            let c = &draft.conversation;
            // Somebody has it already, or it waits for them: that is what was wanted.
            if c.status == Status::Resolved || c.owner != Owner::Bot {
                return Ok(false);
            }
            let (language, wish) = (c.language, c.bot.asked.last().cloned().unwrap_or_default());
            let note = qn_base::text::truncate(note.trim(), NOTE_CHARS_MAX);
            let handing = Handing {
                team_id: team_id.clone(),
                wish: &wish,
                language,
                reason: HandoffReason::Flow,
                opening,
                run: &errand.run_id,
                quiet: false,
            };
            handoff::hand_over(draft, &handing)?;
            if !note.is_empty() {
                draft.message(MessageKind::Note, Author::bot(), Content { ai: true, ..Content::text(note) });
            }
            Ok(true)
        })
        .await?;
    Ok(())
}

async fn label(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId, add: &[String], remove: &[String]) -> Result<()> {
    engine
        .decide_once(&errand.tenant_id, id, &errand.key, |draft| {
            let mut labels = draft.conversation.labels.clone();
            labels.retain(|label| !remove.contains(label));
            for label in add.iter().map(|label| label.trim()).filter(|label| !label.is_empty()) {
                if labels.len() < LABELS_MAX && !labels.iter().any(|known| known == label) {
                    labels.push(label.to_owned());
                }
            }
            if labels == draft.conversation.labels {
                return Ok(false);
            }
            let mut params = Map::new();
            params.insert("labels".into(), json!(labels));
            draft.conversation.labels = labels;
            draft.activity(Activity { key: ActivityKey::LabelsChanged, params, public: false }, Author::bot());
            Ok(true)
        })
        .await?;
    Ok(())
}

async fn rank(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId, priority: &str) -> Result<()> {
    let priority = Priority::parse(priority).ok_or(EngineError::Invalid { field: "priority" })?;
    engine
        .decide_once(&errand.tenant_id, id, &errand.key, |draft| {
            if draft.conversation.routing.priority == priority {
                return Ok(false);
            }
            draft.conversation.routing.priority = priority;
            let params = Map::from_iter([("priority".to_owned(), json!(priority))]);
            draft.activity(Activity { key: ActivityKey::PriorityChanged, params, public: false }, Author::bot());
            Ok(true)
        })
        .await?;
    Ok(())
}

async fn note(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId, text: &str) -> Result<()> {
    engine
        .decide_once(&errand.tenant_id, id, &errand.key, |draft| {
            let text = qn_base::text::truncate(text, NOTE_CHARS_MAX);
            draft.message(MessageKind::Note, Author::bot(), Content { ai: true, ..Content::text(text) });
            Ok(true)
        })
        .await?;
    Ok(())
}

async fn resolve(engine: &Arc<Engine>, errand: &Errand, id: &ConversationId) -> Result<()> {
    let done = engine.decide_once(&errand.tenant_id, id, &errand.key, |draft| {
        // A person who has it ends it when they are done.
        if draft.conversation.owner != Owner::Bot {
            return Ok(false);
        }
        draft.apply(Move::Resolve, Author::bot())?;
        Ok(true)
    });
    match done.await {
        Ok(Once::Now | Once::Before | Once::Nothing) | Err(EngineError::Move(MoveError::Resolved)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The contact's own fields by name, everything else an attribute; null takes an attribute away.
async fn update_contact(engine: &Arc<Engine>, errand: &Errand, fields: &Map<String, Value>) -> Result<Outcome> {
    let Some(contact_id) = &errand.contact_id else {
        return Ok(Err(StepError::new(ErrorKind::Invalid, "this run knows no contact").zh("这次运行没有客户")));
    };
    for _ in 0..ATTEMPTS {
        let mut contact = qn_store::contact::get(&engine.db, &errand.tenant_id, contact_id).await?;
        let before = contact.clone();
        for (name, value) in fields {
            if let Err(why) = set(&mut contact, name, value) {
                return Ok(Err(StepError::new(ErrorKind::Invalid, format!("{name}: {why}"))));
            }
        }
        if contact == before {
            return Ok(Ok(json!({})));
        }
        match qn_store::contact::update(&engine.db, &contact, &crate::pinyin::of(&contact.name)).await {
            Ok(_) => {
                announce(engine, errand, contact_id).await;
                return Ok(Ok(json!({})));
            }
            Err(qn_store::Error::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(EngineError::Conflict)
}

async fn announce(engine: &Arc<Engine>, errand: &Errand, contact_id: &ContactId) {
    if let Err(error) = engine.db.announce(&errand.tenant_id, "contact", contact_id.as_str(), engine.now()).await {
        tracing::warn!(%error, "a contact changed and nobody was told");
    }
}

fn set(contact: &mut Contact, name: &str, value: &Value) -> std::result::Result<(), &'static str> {
    let text = value.as_str().map(|text| qn_base::text::line(text, FIELD_CHARS_MAX));
    match (name, value) {
        ("name", Value::String(_)) => contact.name = text.unwrap_or_default(),
        ("email", Value::String(_) | Value::Null) => contact.email = text.filter(|t| !t.is_empty()),
        ("phone", Value::String(_) | Value::Null) => contact.phone = text.filter(|t| !t.is_empty()),
        ("name" | "email" | "phone", _) => return Err("a text is needed"),
        (_, Value::Null) => drop(contact.attributes.remove(name)),
        (_, Value::String(_)) => drop(contact.attributes.insert(name.to_owned(), json!(text))),
        (_, Value::Number(_) | Value::Bool(_)) => drop(contact.attributes.insert(name.to_owned(), value.clone())),
        (_, Value::Array(_) | Value::Object(_)) => return Err("a text, a number or yes or no is needed"),
    }
    if contact.attributes.len() > ATTRIBUTES_MAX { Err("there are too many attributes") } else { Ok(()) }
}

/// What the bot would answer the customer of the run.
pub(super) async fn ask(engine: &Engine, errand: &Errand, question: &str) -> Result<Asked> {
    let readers = match &errand.contact_id {
        Some(id) => engine.customer(&errand.tenant_id, id).await?,
        None => engine.anybody(&errand.tenant_id).await?,
    };
    engine.ask(&errand.tenant_id, &Ask { text: question, ..Ask::default() }, &readers).await
}

/// By the key of a calendar of the routing rules, or by its name.
async fn open_time(engine: &Arc<Engine>, errand: &Errand, name: &str, from: i64, ms: i64) -> Result<Outcome> {
    let settings = engine.settings(&errand.tenant_id).await?;
    let calendars = &settings.routing.policy.calendars;
    let found = calendars.get(name).or_else(|| calendars.values().find(|calendar| calendar.name == name));
    let Some(calendar) = found else {
        let error = StepError::new(ErrorKind::Invalid, format!("there is no calendar {name}"));
        return Ok(Err(error.zh(format!("没有名为「{name}」的工作日历"))));
    };
    let at = if ms > 0 { calendar.after(from, ms) } else { calendar.next_open(from) };
    Ok(match at {
        Some(at) => Ok(json!({"at": at})),
        None => {
            Err(StepError::new(ErrorKind::Limit, format!("the calendar {name} does not open")).zh(format!("工作日历「{name}」一直不营业")))
        }
    })
}

/// What the bot would answer.
async fn answer(engine: &Arc<Engine>, errand: &Errand, question: &str) -> Result<Outcome> {
    let asked = ask(engine, errand, question).await?;
    Ok(Ok(match (asked.said, asked.answer) {
        (Some(text), _) => json!({"found": true, "text": text, "article_id": null, "url": null}),
        (None, Answer::Found { hit, .. }) => {
            let url = format!("/help/{}/{}", hit.language.code(), hit.article_id);
            json!({"found": true, "text": hit.passage, "article_id": hit.article_id, "url": url})
        }
        _ => json!({"found": false, "text": null, "article_id": null, "url": null}),
    }))
}

/// What the live version makes of the text; no intent when it is not sure enough to act, or there is no version.
async fn classify(engine: &Arc<Engine>, errand: &Errand, text: &str) -> Result<Outcome> {
    let Some(model) = engine.live_model(&errand.tenant_id).await else { return Ok(Ok(json!({"intent": null, "confidence": 0.0}))) };
    let reading = model.read(text, &engine.encoder).await;
    let first = reading.ranked.first();
    let intent = first.filter(|_| reading.accepted).map(|first| first.name.as_str());
    Ok(Ok(json!({"intent": intent, "confidence": first.map_or(0.0, |first| first.probability)})))
}
