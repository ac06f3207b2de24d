//! Past conversations asked again: every question the bot was asked passes the same pure stages, once by the live version and once by the
//! version in question, and nothing is committed. Each turn starts from the conversation as it was, so one different answer does not
//! colour all that follow. Called by the API; works in the background.

use super::beside::{Turn, answer, outcome, said};
use super::live::LiveModel;
use super::runs::{Ended, Watch};
use crate::flows::Book;
use crate::inbound::{InboundMessage, Writer};
use crate::openings::Opening;
use crate::shelves::Shelf;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{Mind, Understood};
use crate::stages::{identified, reply, routed, understood};
use crate::{Engine, Result};
use qn_domain::{
    AuthorKind, Backtest, BacktestTurn, Conversation, Inbox, Language, Message, MessageKind, ModelId, OutcomeCount, Owner, Repairs,
    RunKind, RunReport, Said, Status, TenantId, TrialOutcome, UserId, WorkshopRun,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Conversations one run may ask again.
pub const CONVERSATIONS_MAX: usize = 1_000;
const MESSAGES_MAX: i64 = 1_000;
/// Differences that are kept, and how long a run may take.
const DIFFERENCES_MAX: usize = 500;
const RUN_MAX: Duration = Duration::from_secs(600);
/// Of a question, what a difference shows.
const TEXT_CHARS_MAX: usize = 300;

/// What a run needs beside the conversations.
struct Bench {
    tenant_id: TenantId,
    trial: LiveModel,
    live: Option<Arc<LiveModel>>,
    shelf: Arc<Shelf>,
    /// None: what was said then is compared with what would be said, not with what would be done.
    book: Arc<Book>,
    /// The company's date.
    today: String,
    repairs: Arc<Repairs>,
}

#[derive(Default)]
struct Found {
    turns: i64,
    changed_since: i64,
    outcomes: BTreeMap<TrialOutcome, i64>,
    changed: Vec<BacktestTurn>,
    since: Vec<BacktestTurn>,
}

impl Engine {
    /// Starts asking the newest `conversations` again, read by this version.
    pub async fn start_backtest(
        self: &Arc<Self>,
        tenant_id: &TenantId,
        id: &ModelId,
        conversations: usize,
        by: &UserId,
    ) -> Result<WorkshopRun> {
        let model = qn_store::intent_model::get(&self.db, tenant_id, id).await?;
        let trial = self.load_model(&model).await?;
        let (live, shelf) = (self.live_model(tenant_id).await, self.shelf(tenant_id).await);
        let today = self.anybody(tenant_id).await?.today;
        let repairs = self.settings(tenant_id).await?.repairs.clone();
        let bench = Bench { tenant_id: tenant_id.clone(), trial, live, shelf, book: Arc::default(), today, repairs };
        let wanted = conversations.clamp(1, CONVERSATIONS_MAX);
        self.start_run(tenant_id, RunKind::Backtest, by, move |engine, watch| run(engine, watch, bench, wanted))
    }
}

async fn run(engine: Arc<Engine>, watch: Arc<Watch>, bench: Bench, wanted: usize) -> Ended {
    let started = Instant::now();
    let conversations = newest(&engine, &bench.tenant_id, wanted).await?;
    let (mut found, mut done) = (Found::default(), 0);
    for conversation in &conversations {
        if !watch.step(done, conversations.len()) {
            return Ok(None);
        }
        if started.elapsed() > RUN_MAX {
            break;
        }
        replay(&engine, &bench, conversation, &mut found).await?;
        done += 1;
        tokio::task::yield_now().await;
    }
    let is_cut = found.changed.len() + found.since.len() > DIFFERENCES_MAX || done < conversations.len();
    let mut differences = found.changed;
    differences.append(&mut found.since);
    differences.truncate(DIFFERENCES_MAX);
    Ok(Some(RunReport::Backtest(Backtest {
        took_ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
        number: bench.trial.number,
        against: bench.live.as_ref().map_or(0, |live| live.number),
        conversations: done as i64,
        turns: found.turns,
        outcomes: found.outcomes.into_iter().map(|(outcome, turns)| OutcomeCount { outcome, turns }).collect(),
        changed_since: found.changed_since,
        differences,
        is_cut,
    })))
}

async fn newest(engine: &Engine, tenant_id: &TenantId, wanted: usize) -> Result<Vec<Conversation>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    let filter = qn_store::conversation::Filter::default();
    while all.len() < wanted {
        let page = qn_store::conversation::list(&engine.db, tenant_id, &filter, cursor.as_deref(), 200).await?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    all.truncate(wanted);
    Ok(all)
}

/// A conversation whose inbox or customer is gone has nothing to ask.
async fn replay(engine: &Engine, bench: &Bench, conversation: &Conversation, found: &mut Found) -> Result<()> {
    let Ok(inbox) = engine.inbox(&bench.tenant_id, &conversation.inbox_id).await else { return Ok(()) };
    let messages = qn_store::message::list_after(&engine.db, &bench.tenant_id, &conversation.id, 0, MESSAGES_MAX).await?;
    let time_zone = engine.settings(&bench.tenant_id).await?.tenant.time_zone.clone();
    let mut state = as_new(conversation);
    for (i, message) in messages.iter().enumerate() {
        let trace: Option<Value> = message.trace.as_ref().and_then(|trace| trace.read());
        let Some(trace) = trace.filter(|trace| asked_bot(message, trace)) else { continue };
        let asked = again(conversation, &inbox, message, &trace);
        let Ok(identified) = identified::run(engine, &asked).await else { return Ok(()) };
        let threaded = Threaded::plain(state.clone());
        let is_open = crate::hours::is_open(&inbox.hours, &time_zone, message.created_at);
        let opening = if is_open { Opening::OPEN } else { Opening::closed_until(None, &time_zone, message.created_at) };
        let turn = Turn { message: &asked, identified: &identified, threaded: &threaded, opening, now: message.created_at };
        let live = read(engine, bench, bench.live.as_deref(), &turn).await;
        if live.thought.asked() {
            let trial = read(engine, bench, Some(&bench.trial), &turn).await;
            let sides = (said(&turn, &live), said(&turn, &trial));
            let then = then(&trace, &messages[i + 1..]);
            note(found, message, live.understanding.language, then, sides);
        }
        state = next(&turn, &live).unwrap_or(state);
    }
    Ok(())
}

/// The bot was to answer, and was not switched off.
fn asked_bot(message: &Message, trace: &Value) -> bool {
    let reads = message.kind == MessageKind::Incoming && message.recalled_at.is_none();
    reads && trace["route"]["to"] != "owner" && !["bot_off", "answered_often"].iter().any(|why| trace["route"]["why"] == *why)
}

/// As it was before anybody said anything.
fn as_new(c: &Conversation) -> Conversation {
    let mut new = Conversation::new(c.id.clone(), c.tenant_id.clone(), c.inbox_id.clone(), c.contact_id.clone(), c.created_at);
    new.thread_key = c.thread_key.clone();
    new.language = c.language;
    new.page = c.page.clone();
    new
}

fn again(c: &Conversation, inbox: &Arc<Inbox>, message: &Message, trace: &Value) -> InboundMessage {
    InboundMessage {
        tenant_id: c.tenant_id.clone(),
        inbox: inbox.clone(),
        contact_id: c.contact_id.clone(),
        thread_key: c.thread_key.clone(),
        client_msg_id: String::new(),
        content: message.content.clone(),
        reply_to: message.reply_to.clone(),
        page: None,
        language: None,
        wants_person: trace["route"]["why"] == "customer_asked",
        left: None,
        writer: Writer::Proved,
        quiet: None,
        lost_files: Vec::new(),
    }
}

async fn read(engine: &Engine, bench: &Bench, model: Option<&LiveModel>, turn: &Turn<'_>) -> Understood {
    let readers = turn.identified.readership(bench.today.clone());
    let (shelf, book, repairs) = (&bench.shelf, &bench.book, &bench.repairs);
    let mind = Mind { engine, tenant_id: &bench.tenant_id, model, read: None, shelf, book, readers: &readers, repairs };
    understood::run(&mind, turn.message, turn.identified, turn.threaded).await
}

/// The conversation after the turn as it is answered today, still with the bot, as it was.
fn next(turn: &Turn<'_>, live: &Understood) -> Option<Conversation> {
    let route = routed::decide(turn.message, turn.threaded, live);
    let threaded = Threaded { wire: turn.threaded.wire.clone(), ..Threaded::plain(turn.threaded.conversation.clone()) };
    let draft = reply::decide(turn.message, turn.identified, threaded, live, route, turn.opening, turn.now).ok()?;
    let mut after = draft.conversation;
    after.version += 1;
    after.owner = Owner::Bot;
    after.status = Status::Open;
    Some(after)
}

/// What was understood and said at the time.
fn then(trace: &Value, later: &[Message]) -> Said {
    let first = &trace["intent"]["ranked"][0];
    let sure = trace["intent"]["accepted"] == true;
    let until = later.iter().position(|m| m.kind == MessageKind::Incoming || m.author.kind == AuthorKind::Agent).unwrap_or(later.len());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Said {
        intent_id: first["intent_id"].as_str().filter(|_| sure).map(Into::into),
        intent: if sure { text(&first["name"]) } else { String::new() },
        probability: first["probability"].as_f64().unwrap_or(0.0) as f32,
        text: answer(&later[..until]),
        person: trace["route"]["to"] == "person",
    }
}

fn note(found: &mut Found, message: &Message, language: Language, then: Said, (live, trial): (Said, Said)) {
    let outcome = outcome(&live, &trial);
    let moved = (then.text != live.text || then.person != live.person) && (then.text != trial.text || then.person != trial.person);
    found.turns += 1;
    found.changed_since += i64::from(moved);
    *found.outcomes.entry(outcome).or_default() += 1;
    if outcome == TrialOutcome::Same && !moved {
        return;
    }
    let list = if outcome == TrialOutcome::Same { &mut found.since } else { &mut found.changed };
    if list.len() <= DIFFERENCES_MAX {
        let text = qn_base::text::line(&message.content.text, TEXT_CHARS_MAX);
        let (conversation_id, message_id) = (message.conversation_id.clone(), message.id.clone());
        list.push(BacktestTurn { conversation_id, message_id, at: message.created_at, text, language, outcome, then, live, trial });
    }
}
