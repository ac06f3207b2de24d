//! The count after the storm: what was acknowledged, what clients saw and what receivers got, against what the API and the
//! database now hold.

use super::Outcome;
use super::history;
use super::load::Crowd;
use crate::http::Api;
use crate::receiver::{Call, Receiver};
use crate::server::Server;
use crate::storage::DATABASE_FILE;
use anyhow::{Context, Result};
use qn_base::{Clock, SystemClock, Timestamp};
use qn_store::{Db, log};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// Effects whose worker was killed wait for their lease to run out.
const DRAINED_WITHIN: Duration = Duration::from_secs(300);
const PAGE: i64 = 500;
/// Findings told in full; the counts are always complete.
const TOLD_MAX: usize = 40;

/// One line of the result. Every count but the first group must be zero.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub database: String,
    pub rounds: usize,
    pub seconds: u64,
    pub seed: u64,
    pub conversations: usize,
    pub messages: usize,
    pub acknowledged: usize,
    pub replays: u64,
    /// Requests that lost a race and were told so.
    pub refused: u64,
    pub reconnects: u64,
    pub resumed: u64,
    pub stream_entries: u64,
    pub log_entries: usize,
    pub deliveries: usize,
    pub redeliveries: usize,
    pub ready_ms_p50: u64,
    pub ready_ms_max: u64,

    /// Acknowledged and not there, or not where it was said to be.
    pub lost: usize,
    /// There more than once.
    pub duplicated: usize,
    /// Holes in the seqs of a conversation, in the log, or in what a client was streamed.
    pub gaps: usize,
    /// Two owners at a time.
    pub double_owned: usize,
    pub illegal_moves: usize,
    pub unanswered: usize,
    /// Clients that were told to reload although they missed little.
    pub reloads: usize,
    /// Effects that no receiver ever got, or that nobody ordered.
    pub effects_lost: usize,
    pub effects_unexpected: usize,
    /// The same event under two names: a receiver could not have known.
    pub effects_doubled: usize,
    pub unsigned: usize,
    /// Effects still waiting or given up in the end.
    pub outbox_left: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        let wrong = [self.lost, self.duplicated, self.gaps, self.double_owned, self.illegal_moves, self.unanswered, self.reloads];
        let effects = [self.effects_lost, self.effects_unexpected, self.effects_doubled, self.unsigned, self.outbox_left];
        wrong.iter().chain(&effects).all(|n| *n == 0)
    }

    fn tell(&mut self, what: &str, findings: impl IntoIterator<Item = String>) -> usize {
        let mut count = 0;
        for finding in findings {
            count += 1;
            if self.findings.len() < TOLD_MAX {
                self.findings.push(format!("{what}: {finding}"));
            }
        }
        count
    }

    pub fn take_starts(&mut self, mut starts_ms: Vec<u64>) {
        starts_ms.sort_unstable();
        self.ready_ms_p50 = starts_ms.get(starts_ms.len() / 2).copied().unwrap_or(0);
        self.ready_ms_max = starts_ms.last().copied().unwrap_or(0);
    }

    /// Stops the server and reads the log and the outbox from the database itself.
    pub async fn take_storage(&mut self, server: &mut Server, crowd: &Crowd) -> Result<()> {
        let tenant_id = &crowd.company.tenant_id;
        let db = Db::inspect(&server.storage.options(DATABASE_FILE)).await?;
        // Timers that come due while this counts are not owed yet.
        let now = SystemClock.now();
        empty_outbox(&db, now).await?;
        server.stop().await?;
        let (mut at, mut gaps) = (0, Vec::new());
        loop {
            let page = log::list_after(&db, tenant_id, at, PAGE).await?;
            for entry in &page {
                if entry.seq != at + 1 {
                    gaps.push(format!("log {} after {at}", entry.seq));
                }
                at = entry.seq;
            }
            if page.is_empty() {
                break;
            }
            self.log_entries += page.len();
        }
        let head = log::head(&db, tenant_id).await?;
        if head != at {
            gaps.push(format!("the head is {head}, the last entry {at}"));
        }
        self.gaps += self.tell("log", gaps);
        let left = qn_store::effect::count_by_state(&db, now).await?;
        self.outbox_left = left.iter().map(|(_, n)| usize::try_from(*n).unwrap_or(0)).sum();
        if self.outbox_left > 0 {
            self.findings.push(format!("outbox: {left:?}"));
        }
        db.close().await;
        Ok(())
    }
}

/// What was delivered but not written down is claimed once more when its lease has run out.
async fn empty_outbox(db: &Db, now: Timestamp) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < DRAINED_WITHIN {
        let waiting = qn_store::effect::count_by_state(db, now).await?;
        if waiting.iter().all(|(state, _)| state == "dead") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Everything the API knows, read by an admin.
struct World {
    conversations: Vec<Value>,
    /// By conversation id, ascending.
    threads: HashMap<String, Vec<Value>>,
}

pub async fn everything(crowd: &Crowd, receiver: &Receiver, outcome: &Outcome) -> Result<Report> {
    let mut report = Report::default();
    let api = &crowd.company.admin.api;
    drain(api, receiver, crowd).await;
    let world = read(api).await?;
    report.conversations = world.conversations.len();
    report.messages = world.threads.values().map(Vec::len).sum();
    acknowledged(&mut report, crowd, &world);
    histories(&mut report, crowd, &world);
    streams(&mut report, outcome, &world);
    effects(&mut report, crowd, receiver, &world);
    Ok(report)
}

async fn read(api: &Api) -> Result<World> {
    let conversations = api.list_all("/conversations").await?;
    let mut threads = HashMap::new();
    for conversation in &conversations {
        let id = conversation["id"].as_str().context("no id")?;
        threads.insert(id.to_owned(), thread(api, id).await?);
    }
    Ok(World { conversations, threads })
}

async fn thread(api: &Api, id: &str) -> Result<Vec<Value>> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let mut page = api.get(&format!("/conversations/{id}/messages?after_seq={after}&limit=200")).await?.ok()?.json()?;
        let items = page["items"].as_array_mut().context("no items")?;
        after = items.last().and_then(|m| m["seq"].as_i64()).unwrap_or(after);
        all.append(items);
        if page["has_more_after"] != true {
            return Ok(all);
        }
    }
}

fn acknowledged(report: &mut Report, crowd: &Crowd, world: &World) {
    let acks = crowd.ledger.acks();
    let mut there: HashMap<&str, Vec<&Value>> = HashMap::new();
    for message in world.threads.values().flatten() {
        if let Some(name) = message["client_msg_id"].as_str() {
            there.entry(name).or_default().push(message);
        }
    }
    let is_there = |name: &String| {
        let ack = &acks[name];
        there.get(name.as_str()).is_some_and(|found| {
            found.iter().any(|m| {
                m["id"] == ack.message_id.as_str()
                    && m["conversation_id"] == ack.conversation_id.as_str()
                    && (ack.seq == 0 || m["seq"] == ack.seq)
            })
        })
    };
    let lost: Vec<String> = acks.keys().filter(|name| !is_there(name)).map(|name| format!("{name}: {:?}", acks[name])).collect();
    let duplicated: Vec<String> =
        there.iter().filter(|(_, found)| found.len() > 1).map(|(name, found)| format!("{name} × {}", found.len())).collect();
    report.acknowledged = acks.len();
    report.replays = crowd.ledger.replays();
    report.refused = crowd.ledger.refused();
    report.lost = report.tell("lost", lost) + report.tell("changed", crowd.ledger.changed());
    report.duplicated = report.tell("duplicated", duplicated);
}

fn histories(report: &mut Report, crowd: &Crowd, world: &World) {
    let name_of = |id: &str| {
        let found = crowd.company.people.values().find(|a| a.user_id == id);
        found.map_or_else(|| id.to_owned(), |a| a.name.clone())
    };
    for conversation in &world.conversations {
        let messages = conversation["id"].as_str().and_then(|id| world.threads.get(id)).map(Vec::as_slice).unwrap_or_default();
        let found = history::check(conversation, messages, name_of);
        report.gaps += report.tell("seq", found.gaps);
        report.double_owned += report.tell("double owned", found.double_owned);
        report.illegal_moves += report.tell("illegal", found.illegal);
        report.unanswered += report.tell("unanswered", found.unanswered);
    }
}

fn streams(report: &mut Report, outcome: &Outcome, world: &World) {
    for (name, seen) in &outcome.streams {
        report.gaps += report.tell(name, seen.holes.clone());
        report.reloads += usize::try_from(seen.reloads).unwrap_or(usize::MAX);
        report.reconnects += seen.connections;
        report.resumed += seen.resumed;
        report.stream_entries += seen.entries;
    }
    // A visitor's stream ends exactly where their conversation stands.
    for (name, seen) in outcome.streams.iter().filter(|(name, _)| name.starts_with("visitor")) {
        let Some(position) = seen.position.as_ref().filter(|p| p.conversation_id.is_some()) else { continue };
        let shown = world.conversations.iter().find(|c| c["id"].as_str() == position.conversation_id.as_deref());
        let behind = shown.is_none_or(|c| c["version"].as_i64().is_none_or(|v| position.at > v));
        if behind {
            report.gaps += report.tell(name, [format!("the stream is at {position:?}, the conversation is not")]);
        }
    }
}

/// What receivers must have got: an answer per outgoing message of the API channel, an event per message of the company.
fn ordered(crowd: &Crowd, world: &World) -> (BTreeSet<String>, BTreeSet<String>) {
    let api_inbox = crowd.company.api_inbox.id.as_str();
    let (mut callbacks, mut events) = (BTreeSet::new(), BTreeSet::new());
    for conversation in &world.conversations {
        for message in conversation["id"].as_str().and_then(|id| world.threads.get(id)).into_iter().flatten() {
            let id = message["id"].as_str().unwrap_or_default().to_owned();
            if message["kind"] != "activity" {
                events.insert(id.clone());
            }
            if message["kind"] == "outgoing" && conversation["inbox_id"] == api_inbox {
                callbacks.insert(id);
            }
        }
    }
    (callbacks, events)
}

fn taken<'a>(calls: &'a [Call], mailbox: &'a str, field: &'a str) -> impl Iterator<Item = (&'a str, &'a Call)> {
    let of_event = move |call: &'a Call| call.body.pointer(field).and_then(Value::as_str).map(|id| (id, call));
    calls.iter().filter(move |c| c.mailbox == mailbox && c.status < 300).filter_map(of_event)
}

const CALLBACK_ID: &str = "/message_id";
const EVENT_ID: &str = "/data/id";

/// Waits until receivers have what they must get, or until waiting is pointless; what is missing then is counted.
async fn drain(api: &Api, receiver: &Receiver, crowd: &Crowd) {
    let Ok(world) = read(api).await else { return };
    let (callbacks, events) = ordered(crowd, &world);
    let complete = |calls: &[Call]| {
        let got = |mailbox, field| taken(calls, mailbox, field).map(|(id, _)| id).collect::<BTreeSet<&str>>();
        let (c, e) = (got("callback", CALLBACK_ID), got("events", EVENT_ID));
        (callbacks.iter().all(|id| c.contains(id.as_str())) && events.iter().all(|id| e.contains(id.as_str()))).then_some(())
    };
    let _ = receiver.wait_for(DRAINED_WITHIN, "every effect", complete).await;
}

fn effects(report: &mut Report, crowd: &Crowd, receiver: &Receiver, world: &World) {
    let (callbacks, events) = ordered(crowd, world);
    for (mailbox, field, wanted) in [("callback", CALLBACK_ID, callbacks), ("events", EVENT_ID, events)] {
        let calls = receiver.calls(mailbox);
        let mut names: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (id, call) in taken(&calls, mailbox, field) {
            names.entry(id).or_default().insert(call.webhook_id.as_str());
            report.deliveries += 1;
        }
        report.redeliveries += taken(&calls, mailbox, field).count() - names.len();
        let missing = wanted.iter().filter(|id| !names.contains_key(id.as_str())).map(|id| format!("{mailbox} {id}"));
        report.effects_lost += report.tell("effect lost", missing.collect::<Vec<_>>());
        let unexpected = names.keys().filter(|id| !wanted.contains(**id)).map(|id| format!("{mailbox} {id}"));
        report.effects_unexpected += report.tell("effect unexpected", unexpected.collect::<Vec<_>>());
        let doubled = names.iter().filter(|(_, n)| n.len() > 1).map(|(id, n)| format!("{mailbox} {id} as {n:?}"));
        report.effects_doubled += report.tell("effect doubled", doubled.collect::<Vec<_>>());
        report.unsigned += report.tell("unsigned", calls.iter().filter(|c| !c.signed).map(|c| format!("{mailbox} {}", c.webhook_id)));
    }
}
