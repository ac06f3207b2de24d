//! Performing a scenario, step by step. A failure names the scenario, the step and what was expected.

use super::expect::{find, matches};
use super::{Scenario, Stage, Step};
use crate::http::{Answer, Request};
use crate::signing;
use crate::visitor::{self, Visitor};
use crate::{agent, follow::Seen};
use anyhow::{Context, Result, bail, ensure};
use http::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What follows the log a moment later (the search index) is asked again for this long.
const EVENTUALLY_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

impl Scenario {
    pub async fn run(&self, stage: &mut Stage) -> Result<()> {
        for (n, step) in self.steps.iter().enumerate() {
            perform(stage, step).await.with_context(|| format!("«{}», step {}: {}", self.name, n + 1, told(step)))?;
        }
        for (who, follower) in &stage.followers {
            let seen = follower.seen();
            ensure!(seen.holes.is_empty(), "«{}»: {who}'s stream has holes: {:?}", self.name, seen.holes);
        }
        Ok(())
    }
}

async fn perform(stage: &mut Stage, step: &Step) -> Result<()> {
    if let Some(name) = &step.visitor {
        return arrive(stage, name, step).await;
    }
    if let Some(how) = &step.server {
        return restart(stage, how).await;
    }
    if let Some(presence) = &step.presence {
        let who = who(step)?;
        stage.follow(who).await?;
        stage.company.person(who)?.set_presence(presence).await?;
    }
    if let Some(line) = &step.line {
        stage.follower(who(step)?)?.set_online(line == "up").await?;
    }
    if let Some(frame) = &step.frame {
        let frame = stage.fill(frame)?;
        stage.follower(who(step)?)?.say(frame);
    }
    if let Some(request) = request(stage, step)? {
        let started = Instant::now();
        loop {
            let answer = send(stage, step, &request).await?;
            match check(stage, step, &answer) {
                Err(_) if step.eventually && started.elapsed() < EVENTUALLY_WITHIN => tokio::time::sleep(POLL).await,
                done => break done?,
            }
        }
    }
    if let Some(wanted) = &step.sees {
        sees(stage, step, wanted).await?;
    }
    if let Some(unwanted) = &step.never_saw {
        let unwanted = stage.fill_map(unwanted)?;
        let seen = stage.follower(who(step)?)?.seen();
        if let Some(item) = seen.items.iter().find(|item| matches(item, &unwanted).is_ok()) {
            bail!("it was seen: {item}");
        }
    }
    if let Some(mailbox) = &step.receives {
        receives(stage, step, mailbox).await?;
    }
    Ok(())
}

fn who(step: &Step) -> Result<&str> {
    step.who.as_deref().context("the step does not say who")
}

async fn arrive(stage: &mut Stage, name: &str, step: &Step) -> Result<()> {
    let key = match &step.key {
        Some(key) => stage.fill_text(key)?,
        None => stage.company.web_key().to_owned(),
    };
    let mut body = json!({"key": key});
    if let Some(Value::Object(more)) = step.body.as_ref().map(|b| stage.fill(b)).transpose()? {
        more.into_iter().for_each(|(k, v)| body[k] = v);
    }
    let visitor = Visitor::boot_with(&stage.api_of(None)?, body).await?;
    let follower = visitor.follow(&stage.server.address, None);
    follower.wait("ready", |seen| seen.connected.then_some(())).await?;
    let booted = visitor.booted.clone();
    stage.saved.insert(format!("{name}.contact"), json!(visitor.contact_id));
    stage.saved.insert(format!("{name}.token"), json!(visitor.token));
    stage.visitors.insert(name.to_owned(), visitor);
    stage.followers.insert(name.to_owned(), follower);
    stage.taken.remove(name);
    expect_of(stage, step, &booted)
}

async fn restart(stage: &mut Stage, how: &str) -> Result<()> {
    match how {
        "kill" => stage.server.kill()?,
        "stop" => ensure!(stage.server.stop().await?.success(), "the server did not end well:\n{}", stage.server.output()),
        other => bail!("the server can be killed or stopped, not {other}"),
    }
    stage.server.launch().await?;
    for (who, follower) in stage.followers.iter().filter(|(_, f)| f.is_online()) {
        // whoever had been connected comes back by itself
        follower.wait("a new connection", |seen| seen.connected.then_some(())).await.with_context(|| who.clone())?;
    }
    Ok(())
}

fn request(stage: &mut Stage, step: &Step) -> Result<Option<Request>> {
    let body = step.body.as_ref().map(|b| stage.fill(b)).transpose()?;
    let verbs = [
        (Method::GET, &step.get),
        (Method::POST, &step.post),
        (Method::PUT, &step.put),
        (Method::PATCH, &step.patch),
        (Method::DELETE, &step.delete),
    ];
    let mut request = if let Some(text) = &step.says {
        let text = stage.fill_text(text)?;
        visitor::says(&stage.fresh_id(), &text)
    } else if let Some(text) = &step.writes {
        let conversation = stage.fill_text(step.to.as_deref().context("writes … to which conversation?")?)?;
        let text = stage.fill_text(text)?;
        agent::writes(&conversation, &stage.fresh_id(), &text)
    } else if let Some(endpoint) = &step.channel {
        let call = format!("call-{}-{}", stage.fresh_id(), qn_base::ids::secret(8));
        signing::signed(stage.company.api_secret(), &stage.company.channel_path(endpoint), &call, body.unwrap_or_default().to_string())?
    } else if let Some(path) = &step.hook {
        let fill = |text: &Option<String>| stage.fill_text(text.as_deref().unwrap_or_default());
        let (path, secret, call) = (stage.fill_text(path)?, fill(&step.secret)?, fill(&step.call)?);
        signing::signed(&secret, &path, &call, body.unwrap_or_default().to_string())?
    } else if let Some((method, Some(path))) = verbs.into_iter().find(|(_, path)| path.is_some()) {
        let path = stage.fill_text(path)?;
        match body {
            Some(body) => Request::json(method, &path, &body),
            None if method == Method::POST => Request::json(method, &path, &json!({})),
            None => Request { method, ..Request::get(&path) },
        }
    } else {
        return Ok(None);
    };
    for (name, value) in &step.headers {
        request = request.header(name, &stage.fill_text(value)?);
    }
    Ok(Some(request))
}

/// Sends it as often as the step says; every answer must name the same object.
async fn send(stage: &Stage, step: &Step, request: &Request) -> Result<Answer> {
    let api = stage.api_of(step.who.as_deref())?;
    let first = api.send(request).await?;
    for _ in 1..step.times.unwrap_or(1) {
        let again = api.send(request).await?;
        ensure!(again.is_ok() == first.is_ok(), "the repetition answers {} ({})", again.status, again.text());
        let (one, two) = (first.json().unwrap_or_default(), again.json().unwrap_or_default());
        for path in ["id", "seq", "message.id", "message.seq", "conversation.id", "last_seq", "results.0.qn_message_id", "run_id"] {
            let (a, b) = (find(&one, path), find(&two, path));
            ensure!(a == b, "the repetition made something new: {path} was {a}, is {b}");
        }
    }
    Ok(first)
}

fn check(stage: &mut Stage, step: &Step, answer: &Answer) -> Result<()> {
    match step.status {
        Some(wanted) => ensure!(answer.status == wanted, "status {} instead of {wanted}: {}", answer.status, answer.text()),
        None => ensure!(answer.is_ok(), "status {}: {}", answer.status, answer.text()),
    }
    if (step.expect.is_empty() && step.save.is_empty()) || step.receives.is_some() {
        return Ok(());
    }
    expect_of(stage, step, &answer.json()?)
}

fn expect_of(stage: &mut Stage, step: &Step, value: &Value) -> Result<()> {
    let expected = stage.fill_map(&step.expect)?;
    if let Err(wrong) = matches(value, &expected) {
        bail!("{wrong}\nin {value}");
    }
    save(stage, &step.save, value)
}

fn save(stage: &mut Stage, wanted: &BTreeMap<String, String>, value: &Value) -> Result<()> {
    for (name, path) in wanted {
        let found = find(value, path);
        ensure!(!found.is_null(), "{path} cannot be saved: it is not in {value}");
        stage.saved.insert(name.clone(), found);
    }
    Ok(())
}

async fn sees(stage: &mut Stage, step: &Step, wanted: &Map<String, Value>) -> Result<()> {
    let (who, wanted) = (who(step)?.to_owned(), stage.fill_map(wanted)?);
    let taken = stage.taken.get(&who).cloned().unwrap_or_default();
    let look = |seen: &Seen| seen.items.iter().enumerate().position(|(i, item)| !taken.contains(&i) && matches(item, &wanted).is_ok());
    let follower = stage.follower(&who)?;
    let found = follower.wait("it", look).await;
    let Ok(at) = found else {
        let seen = follower.seen();
        let items: Vec<String> = seen.items.iter().map(ToString::to_string).collect();
        bail!("{who} does not see {}\nbut saw:\n{}", Value::Object(wanted), items.join("\n"));
    };
    let item = follower.seen().items[at].clone();
    stage.taken.entry(who).or_default().push(at);
    save(stage, &step.save, &item)
}

async fn receives(stage: &mut Stage, step: &Step, mailbox: &str) -> Result<()> {
    let expected = stage.fill_map(&step.expect)?;
    let receiver = stage.receiver.clone();
    let look =
        |calls: &[crate::receiver::Call]| calls.iter().find(|c| c.mailbox == mailbox && matches(&c.body, &expected).is_ok()).cloned();
    let Ok(call) = receiver.wait("the call", look).await else {
        let bodies: Vec<String> = receiver.calls(mailbox).iter().map(|c| c.body.to_string()).collect();
        bail!("no call like {} came, but:\n{}", Value::Object(expected), bodies.join("\n"));
    };
    ensure!(call.signed, "the call has no valid signature");
    save(stage, &step.save, &call.body)
}

/// A step in a few words.
fn told(step: &Step) -> String {
    let who = step.who.as_deref().or(step.visitor.as_deref()).unwrap_or("somebody");
    let what = [
        ("says", &step.says),
        ("writes", &step.writes),
        ("get", &step.get),
        ("post", &step.post),
        ("put", &step.put),
        ("patch", &step.patch),
        ("delete", &step.delete),
        ("channel", &step.channel),
        ("hook", &step.hook),
        ("line", &step.line),
        ("presence", &step.presence),
        ("receives", &step.receives),
        ("server", &step.server),
    ];
    let what = what.into_iter().find_map(|(verb, value)| value.as_ref().map(|v| format!("{verb} {v}")));
    let sees = step.sees.as_ref().map(|s| format!("sees {}", Value::Object(s.clone())));
    format!("{who} {} {}", what.or(sees).unwrap_or_default(), step.note)
}
