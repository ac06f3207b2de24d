//! Feeds real utterances through the signed API channel as hundreds of customers at once, while agents answer who is handed over,
//! and then compares what went in with what is stored and what came out. The figures must match exactly.

pub mod browser;
pub mod data;

use crate::agent::{Agent, writes};
use crate::company::{Company, change, made};
use crate::http::{Api, Request};
use crate::receiver::{Call, Receiver};
use crate::signing;
use anyhow::{Context, Result, ensure};
use browser::Browser;
use data::Script;
use http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The outbox may be behind when the last customer has spoken.
const DRAINED_WITHIN: Duration = Duration::from_secs(300);

/// Where messages go in.
#[derive(Clone)]
pub struct Inlet {
    pub admin: Api,
    pub inbox: Value,
    pub secret: String,
}

/// What went in and what came out.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub customers: usize,
    pub seconds: f64,
    pub messages_per_second: f64,
    pub sources: BTreeMap<String, usize>,
    pub conversations: usize,
    /// Messages posted, acknowledged, and found stored under their names.
    pub sent: usize,
    pub acknowledged: usize,
    pub stored: usize,
    /// Acknowledged as repetitions although each was sent once, or stored more than once.
    pub duplicates: usize,
    /// Conversations that were handed to people at least once.
    pub handed_over: usize,
    pub bot_messages: usize,
    pub bot_answers_with_citation: usize,
    pub agent_messages: usize,
    /// Answers that a person in a browser saw in the thread, and how many of theirs are stored.
    pub browser_answers: usize,
    pub browser_messages: usize,
    /// Outgoing messages stored, and how many of them reached the receiver.
    pub outgoing: usize,
    pub callbacks: usize,
    /// Delivery is at least once: repetitions carry the same webhook-id, by which a receiver drops them.
    pub callbacks_repeated: usize,
    /// One message under two webhook-ids: no receiver could tell.
    pub callbacks_doubled: usize,
    pub callbacks_unsigned: usize,
    pub matches: bool,
}

impl Inlet {
    /// Makes an API inbox of its own whose answers come to `receiver`.
    pub async fn make(admin: &Api, team_id: Option<&str>, receiver: &Receiver) -> Result<Inlet> {
        let settings = json!({"callback_url": receiver.url("callback")});
        let body = json!({"name": "replay", "channel": "api", "team_id": team_id, "bot_enabled": true, "language": "zh-CN", "channel_settings": settings});
        let inbox = made(admin, "/inboxes", &body).await?;
        let path = format!("/inboxes/{}/secret", inbox["id"].as_str().unwrap_or_default());
        let revealed = change(admin, Method::POST, &path, &json!({}), &inbox).await?.ok()?.json()?;
        let secret = revealed["secret"].as_str().context("the inbox has a secret")?.to_owned();
        receiver.expect_secret("callback", &secret);
        Ok(Inlet { admin: admin.clone(), inbox, secret })
    }

    pub fn of(company: &Company) -> Inlet {
        let inbox = json!({"id": company.api_inbox.id, "key": company.api_inbox.key});
        Inlet { admin: company.admin.api.clone(), inbox, secret: company.api_secret().to_owned() }
    }

    fn path(&self) -> String {
        format!("/channels/api/{}/messages", self.inbox["key"].as_str().unwrap_or_default())
    }
}

#[derive(Default)]
struct Tally {
    sent: usize,
    acknowledged: usize,
    repeated: usize,
}

/// The people who answer.
#[derive(Default)]
pub struct Desk {
    pub agents: Vec<Agent>,
    pub browser: Option<Browser>,
}

/// `customers` at a time take scripts until none is left.
pub async fn run(inlet: &Inlet, receiver: &Receiver, scripts: Vec<Script>, customers: usize, desk: Desk) -> Result<Report> {
    let mut report = Report { customers: customers.min(scripts.len()), ..Report::default() };
    for script in &scripts {
        *report.sources.entry(script.source.to_owned()).or_default() += script.turns.len();
    }
    let run_id = qn_base::ids::secret(8);
    let waiting = Arc::new(Mutex::new(scripts.into_iter().enumerate().collect::<VecDeque<_>>()));
    let done = Arc::new(AtomicBool::new(false));
    let agents: Vec<_> = desk.agents.into_iter().map(|agent| tokio::spawn(answer(agent, done.clone()))).collect();
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..report.customers {
        let (inlet, waiting, run_id) = (inlet.clone(), waiting.clone(), run_id.clone());
        tasks.spawn(async move {
            let mut tally = Tally::default();
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((n, script)) = next else { return anyhow::Ok(tally) };
                play(&inlet, &run_id, n, &script, &mut tally).await?;
            }
        });
    }
    while let Some(tally) = tasks.join_next().await {
        let tally = tally??;
        report.sent += tally.sent;
        report.acknowledged += tally.acknowledged;
        report.duplicates += tally.repeated;
    }
    report.seconds = (started.elapsed().as_secs_f64() * 100.0).round() / 100.0;
    report.messages_per_second = (report.sent as f64 / report.seconds.max(0.01)).round();
    done.store(true, Ordering::Relaxed);
    for agent in agents {
        agent.await??;
    }
    if let Some(browser) = desk.browser {
        report.browser_answers = browser.stop().await?;
    }
    count(inlet, receiver, &run_id, &mut report).await?;
    Ok(report)
}

/// One customer's whole conversation, turn by turn.
async fn play(inlet: &Inlet, run_id: &str, n: usize, script: &Script, tally: &mut Tally) -> Result<()> {
    let contact = json!({"external_id": format!("{run_id}-{n}"), "name": format!("{} {n}", script.source), "language": script.language});
    for (turn, text) in script.turns.iter().enumerate() {
        let id = format!("{run_id}-{n}-{turn}");
        let body = json!({"message_id": id, "contact": contact, "text": text}).to_string();
        let request = signing::signed(&inlet.secret, &inlet.path(), &id, body)?;
        tally.sent += 1;
        let answer = inlet.admin.as_nobody().deliver(&request).await?.ok()?.json()?;
        let result = &answer["results"][0];
        ensure!(result["message_id"] == id.as_str(), "an acknowledgement of something else: {answer}");
        tally.acknowledged += 1;
        tally.repeated += usize::from(result["duplicate"] == true);
    }
    Ok(())
}

/// An agent at the desk: answers each conversation that is theirs, once, and closes it.
async fn answer(me: Agent, done: Arc<AtomicBool>) -> Result<()> {
    let address = me.api.base.trim_start_matches("http://").to_owned();
    let _connected = me.follow(&address, Some(Box::new(|_| {})));
    let mut replies = 0;
    while !done.load(Ordering::Relaxed) {
        let page = me.api.deliver(&Request::get("/conversations?view=mine&bucket=active&limit=50")).await?.ok()?.json()?;
        for conversation in page["items"].as_array().into_iter().flatten() {
            let id = conversation["id"].as_str().unwrap_or_default();
            replies += 1;
            let text = if conversation["language"] == "en" { "Thank you, I have noted it." } else { "收到,已经为您登记。" };
            let name = format!("{}-{replies}", qn_base::ids::secret(8));
            me.api.deliver(&writes(id, &name, text)).await?;
            me.act(id, "resolve", &json!({})).await?;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Waits for the last callbacks and compares.
async fn count(inlet: &Inlet, receiver: &Receiver, run_id: &str, report: &mut Report) -> Result<()> {
    let inbox_id = inlet.inbox["id"].as_str().unwrap_or_default();
    let conversations = inlet.admin.list_all(&format!("/conversations?inbox_id={inbox_id}")).await?;
    let (mut incoming, mut outgoing) = (Vec::new(), BTreeSet::new());
    for conversation in &conversations {
        let id = conversation["id"].as_str().unwrap_or_default();
        let thread = inlet.admin.get(&format!("/conversations/{id}/messages?after_seq=0&limit=200")).await?.ok()?.json()?;
        ensure!(thread["has_more_after"] != true, "a conversation of more than 200 messages");
        report.handed_over +=
            usize::from(thread["items"].as_array().is_some_and(|t| t.iter().any(|m| m["content"]["activity"]["key"] == "queued")));
        for message in thread["items"].as_array().into_iter().flatten() {
            match (message["kind"].as_str(), message["author"]["kind"].as_str()) {
                (Some("incoming"), _) => incoming.extend(message["client_msg_id"].as_str().map(str::to_owned)),
                (Some("outgoing"), author) => {
                    outgoing.insert(message["id"].as_str().unwrap_or_default().to_owned());
                    report.bot_messages += usize::from(author == Some("bot"));
                    report.agent_messages += usize::from(author == Some("agent"));
                    report.browser_messages += usize::from(message["author"]["name"] == browser::NAME);
                    report.bot_answers_with_citation += usize::from(message["content"]["citations"].is_array());
                }
                _ => {}
            }
        }
    }
    report.conversations = conversations.len();
    let ours: Vec<&String> = incoming.iter().filter(|name| name.starts_with(run_id)).collect();
    let distinct: BTreeSet<&String> = ours.iter().copied().collect();
    report.stored = distinct.len();
    report.duplicates += ours.len() - distinct.len();
    report.outgoing = outgoing.len();
    let taken = |calls: &[Call]| -> BTreeSet<String> {
        calls
            .iter()
            .filter(|c| c.mailbox == "callback" && c.status < 300)
            .filter_map(|c| c.body["message_id"].as_str().map(str::to_owned))
            .collect()
    };
    let complete = |calls: &[Call]| taken(calls).is_superset(&outgoing).then_some(());
    let _ = receiver.wait_for(DRAINED_WITHIN, "every callback", complete).await;
    let calls = receiver.calls("callback");
    let got = taken(&calls);
    report.callbacks = got.len();
    report.callbacks_repeated = calls.len() - got.len();
    let names: BTreeSet<(&str, &str)> =
        calls.iter().filter_map(|c| Some((c.body["message_id"].as_str()?, c.webhook_id.as_str()))).collect();
    report.callbacks_doubled = names.len().saturating_sub(got.len());
    report.callbacks_unsigned = calls.iter().filter(|c| !c.signed).count();
    report.matches = report.sent == report.acknowledged
        && report.sent == report.stored
        && got == outgoing
        && report.browser_answers == report.browser_messages
        && report.duplicates + report.callbacks_unsigned + report.callbacks_doubled == 0;
    Ok(())
}
