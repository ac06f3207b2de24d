//! The load under which the server dies: visitors who ask, ask for people and repeat themselves; agents who claim, answer, pass on
//! and resolve; a system that posts signed messages. Everybody resends until acknowledged and follows the stream throughout.

use super::ledger::{Ack, Ledger};
use crate::agent::{Agent, acts, writes};
use crate::company::Company;
use crate::follow::{Follower, Seen};
use crate::http::{Answer, Request};
use crate::random::Random;
use crate::signing;
use crate::visitor::{Visitor, says};
use anyhow::{Context, Result, bail};
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const QUESTIONS: [&str; 8] = [
    "怎么退货?",
    "发票怎么开?",
    "手机进水了怎么办?",
    "怎么查询物流进度?",
    "How do I return an item?",
    "你好",
    "量子引力的本质是什么",
    "谢谢",
];
const REPLIES: [&str; 3] = ["您好,我来帮您。", "请稍等,我查一下。", "已经为您处理好了。"];

pub struct Crowd {
    pub ledger: Arc<Ledger>,
    pub stop: Arc<AtomicBool>,
    pub address: String,
    pub company: Company,
}

impl Crowd {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// A breath between two actions, so that many can be under way without one starving the others.
    async fn breathe(&self, random: &mut Random) {
        tokio::time::sleep(Duration::from_millis(5 + random.below(40) as u64)).await;
    }
}

/// One customer until the end; answers with how their stream went.
pub async fn visitor(crowd: Arc<Crowd>, n: usize, mut random: Random) -> Result<(Visitor, Seen)> {
    let visitor = Visitor::boot(&crowd.company.admin.api, crowd.company.web_key(), "zh-CN").await?;
    let follower = visitor.follow(&crowd.address, Some(Box::new(|_| {})));
    let sender = format!("v{n}-");
    let mut count = 0;
    while crowd.goes_on() {
        match random.below(100) {
            0..55 => {
                count += 1;
                let (name, text) = (format!("{sender}{count}"), *random.pick(&QUESTIONS).unwrap_or(&"你好"));
                visitor_writes(&crowd, &visitor, &name, &says(&name, text)).await?;
            }
            55..65 => {
                count += 1;
                let name = format!("{sender}{count}");
                let request = Request::json(Method::POST, "/widget/handoff", &json!({"client_msg_id": name}));
                visitor_writes(&crowd, &visitor, &name, &request).await?;
            }
            65..80 => {
                if let Some((name, request)) = crowd.ledger.earlier(&sender, &mut random) {
                    visitor_writes(&crowd, &visitor, &name, &request).await?;
                }
            }
            80..92 => quiet(&visitor, "/widget/read", &json!({"seq": random.below(100)})).await?,
            92..96 => quiet(&visitor, "/widget/csat", &json!({"score": 1 + random.below(5)})).await?,
            _ => {
                quiet(&visitor, "/widget/page", &json!({"url": format!("https://shop.example/{}", random.below(9)), "title": "p"})).await?
            }
        }
        crowd.breathe(&mut random).await;
    }
    settle(&visitor, &follower).await.with_context(|| format!("visitor {n}"))?;
    let seen = std::mem::take(&mut *follower.seen());
    Ok((visitor, seen))
}

async fn visitor_writes(crowd: &Crowd, visitor: &Visitor, name: &str, request: &Request) -> Result<()> {
    let answer = visitor.api.deliver(request).await?.ok().with_context(|| name.to_owned())?.json()?;
    let ack = Ack::of(&answer["message"]).with_context(|| format!("{name}: an answer without a message: {answer}"))?;
    crowd.ledger.acknowledge(name, ack, request);
    Ok(())
}

/// Something that may be refused (a second rating) but not fail.
async fn quiet(visitor: &Visitor, path: &str, body: &Value) -> Result<()> {
    let answer = visitor.api.deliver(&Request::json(Method::POST, path, body)).await?;
    if !answer.is_ok() && ![404, 409].contains(&answer.status) {
        bail!("{path} {body}: status {}: {}", answer.status, answer.text());
    }
    Ok(())
}

/// The stream must bring the client to where the server stands.
async fn settle(visitor: &Visitor, follower: &Follower) -> Result<()> {
    let booted = json!({"key": visitor.booted["config"]["inbox_key"], "visitor_token": visitor.token});
    let now = Visitor::boot_with(&visitor.api, booted).await?.booted;
    let Some(version) = now["conversation"]["version"].as_i64() else { return Ok(()) };
    follower.wait("the last version", |seen| seen.position.as_ref().is_some_and(|p| p.at >= version).then_some(())).await
}

/// One agent until the end.
pub async fn agent(crowd: Arc<Crowd>, me: Agent, colleagues: Vec<String>, mut random: Random) -> Result<Seen> {
    let follower = me.follow(&crowd.address, Some(Box::new(|_| {})));
    let sender = format!("{}-", me.name);
    let mut count = 0;
    while crowd.goes_on() {
        let view = if random.chance(70) { "view=mine&bucket=active" } else { "view=unassigned" };
        let page = me.api.deliver(&Request::get(&format!("/conversations?{view}&limit=50"))).await?.ok()?.json()?;
        let list = page["items"].as_array().cloned().unwrap_or_default();
        if let Some(conversation) = random.pick(&list) {
            count += 1;
            let name = format!("{sender}{count}");
            work(&crowd, &me, conversation, &name, &colleagues, &mut random).await?;
        }
        if random.chance(15)
            && let Some((name, request)) = crowd.ledger.earlier(&sender, &mut random)
        {
            agent_writes(&crowd, &me, &name, &request).await?;
        }
        crowd.breathe(&mut random).await;
    }
    let head = crowd.head().await?;
    follower.wait("the log's head", |seen| seen.position.as_ref().is_some_and(|p| p.at >= head).then_some(())).await?;
    let seen = std::mem::take(&mut *follower.seen());
    Ok(seen)
}

impl Crowd {
    /// The newest number of the company's log, as a fresh reader is told it.
    async fn head(&self) -> Result<i64> {
        let fresh = self.company.admin.follow(&self.address, Some(Box::new(|_| {})));
        fresh.wait("ready", |seen| seen.position.as_ref().map(|p| p.at)).await
    }
}

async fn work(crowd: &Crowd, me: &Agent, conversation: &Value, name: &str, colleagues: &[String], random: &mut Random) -> Result<()> {
    let id = conversation["id"].as_str().unwrap_or_default();
    if conversation["transfer"]["to"] == json!(me.user_id) {
        let verb = if random.chance(70) { "transfer/accept" } else { "transfer/decline" };
        return act(crowd, me, id, verb, &json!({})).await;
    }
    let mine = conversation["owner"]["agent_id"] == json!(me.user_id);
    match (mine, random.below(100)) {
        (true, 0..45) => agent_writes(crowd, me, name, &writes(id, name, random.pick(&REPLIES).unwrap_or(&REPLIES[0]))).await,
        (true, 45..55) => {
            let note = json!({"client_msg_id": name, "kind": "note", "text": "内部备注"});
            agent_writes(crowd, me, name, &acts(id, "messages", &note)).await
        }
        (true, 55..68) => {
            let to = random.pick(colleagues).cloned().unwrap_or_default();
            act(crowd, me, id, "transfer", &json!({"to_agent_id": to, "note": "请接手"})).await
        }
        (true, 68..72) => act(crowd, me, id, "transfer", &json!({"to_team_id": crowd.company.teams["aftersales"], "note": ""})).await,
        (true, 72..90) => act(crowd, me, id, "resolve", &json!({})).await,
        (true, 90..95) => act(crowd, me, id, "return-to-bot", &json!({})).await,
        (true, _) => act(crowd, me, id, "read", &json!({"seq": conversation["last_seq"]})).await,
        (false, 0..60) => act(crowd, me, id, "claim", &json!({})).await,
        (false, 60..80) => act(crowd, me, id, "keystroke", &json!({})).await,
        // the first word of a person takes the conversation, unless a colleague was faster
        (false, _) => agent_writes(crowd, me, name, &writes(id, name, REPLIES[0])).await,
    }
}

async fn act(crowd: &Crowd, me: &Agent, id: &str, verb: &str, body: &Value) -> Result<()> {
    let answer = me.act(id, verb, body).await?;
    allowed(crowd, &answer, verb)
}

async fn agent_writes(crowd: &Crowd, me: &Agent, name: &str, request: &Request) -> Result<()> {
    let answer = me.api.deliver(request).await?;
    if answer.is_ok() {
        let message = answer.json()?;
        let ack = Ack::of(&message).with_context(|| format!("{name}: not a message: {message}"))?;
        crowd.ledger.acknowledge(name, ack, request);
    }
    allowed(crowd, &answer, "messages")
}

/// Losing a race is part of the game; anything else is not.
fn allowed(crowd: &Crowd, answer: &Answer, what: &str) -> Result<()> {
    match answer.status {
        200..300 => Ok(()),
        409 => {
            crowd.ledger.refuse();
            Ok(())
        }
        status => bail!("{what}: status {status}: {}", answer.text()),
    }
}

/// A system that posts for its own customers, one message or several at a time, sometimes the same ones again.
pub async fn system(crowd: Arc<Crowd>, mut random: Random) -> Result<()> {
    let path = crowd.company.channel_path("messages");
    let mut count = 0;
    while crowd.goes_on() {
        let (names, body) = if random.chance(20)
            && let Some((name, request)) = crowd.ledger.earlier("api-", &mut random)
        {
            (vec![name], request.body)
        } else {
            let messages: Vec<Value> = (0..1 + random.below(3))
                .map(|_| {
                    count += 1;
                    let contact = format!("customer-{}", random.below(8));
                    json!({"message_id": format!("api-{count}"), "contact": {"external_id": contact, "name": contact}, "text": random.pick(&QUESTIONS)})
                })
                .collect();
            let names = messages.iter().filter_map(|m| m["message_id"].as_str().map(str::to_owned)).collect();
            (names, json!({"messages": messages}).to_string().into())
        };
        post(&crowd, &path, &names, body).await?;
        crowd.breathe(&mut random).await;
    }
    Ok(())
}

/// Every try is signed anew, as a sender's clock goes on.
async fn post(crowd: &Crowd, path: &str, names: &[String], body: bytes::Bytes) -> Result<()> {
    let call = qn_base::ids::secret(16);
    let request = signing::signed(crowd.company.api_secret(), path, &call, body)?;
    let answer = crowd.company.admin.api.deliver(&request).await?.ok()?.json()?;
    for result in answer["results"].as_array().context("no results")? {
        let name = result["message_id"].as_str().context("no message_id")?;
        let ack = Ack {
            conversation_id: result["conversation_id"].as_str().unwrap_or_default().to_owned(),
            message_id: result["qn_message_id"].as_str().unwrap_or_default().to_owned(),
            seq: 0,
        };
        crowd.ledger.acknowledge(name, ack, &request);
    }
    anyhow::ensure!(answer["results"].as_array().map_or(0, Vec::len) >= names.len(), "a message has no result: {answer}");
    Ok(())
}
