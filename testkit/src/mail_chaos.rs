//! Kills the server while it reads a mailbox, again and again, and then counts: of the mails in the folder none may be lost or be two
//! messages, and each must be in the conversation it answers. The mailbox is a real Dovecot's; letters lie in its folder from the start.

use crate::company::{Company, Wish};
use crate::http::{Api, Request};
use crate::receiver::Receiver;
use crate::server::{Plan, Server};
use crate::storage::{Database, Storage};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Letters of one customer, each answering the one before.
const THREAD: usize = 10;
const LOOK: Duration = Duration::from_millis(20);
/// A life that takes nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(120);
/// Longer than a mailbox that failed once is left alone.
const QUIET: Duration = Duration::from_secs(4);
/// Counts whatever became of a mail; begins with each life of the server.
const TAKEN: &str = "qn_mails_in_total";

#[derive(Debug, Clone)]
pub struct Options {
    pub binary: PathBuf,
    pub database: Database,
    pub mails: usize,
    /// The server is killed after it took so many.
    pub kill_every: usize,
    pub mailbox: Mailbox,
}

/// Where a Dovecot serves folders that we can write to.
#[derive(Debug, Clone)]
pub struct Mailbox {
    pub imap_port: u16,
    pub user: String,
    pub password: String,
    /// Maildirs by the name of their user.
    pub folder: PathBuf,
}

impl Mailbox {
    /// Out of `name=value` words, as `xtask/src/mail.rs` writes them. `user` must be nobody's yet.
    pub fn told(words: &str, user: &str) -> Result<Mailbox> {
        let words: BTreeMap<&str, &str> = words.split(' ').filter_map(|word| word.split_once('=')).collect();
        let word = |name: &str| words.get(name).copied().with_context(|| format!("the mail servers do not tell {name}"));
        Ok(Mailbox {
            imap_port: word("imap")?.parse()?,
            user: user.to_owned(),
            password: word("password")?.to_owned(),
            folder: word("mail")?.into(),
        })
    }

    fn fill(&self, mails: usize) -> Result<()> {
        self.deliver((0..mails).map(|n| letter(n).into_bytes()))
    }

    /// Delivers as a local mailer would: whole files into `new`, which the server, whoever it runs as, may move on.
    pub fn deliver(&self, mails: impl Iterator<Item = Vec<u8>>) -> Result<()> {
        let own = self.folder.join(&self.user);
        for folder in ["", "new", "cur", "tmp"].map(|name| own.join(name)) {
            fs::create_dir_all(&folder)?;
            fs::set_permissions(&folder, Permissions::from_mode(0o777))?;
        }
        for (n, mail) in mails.enumerate() {
            let file = own.join(format!("new/{:010}.{n}.chaos", 1_700_000_000 + n));
            fs::write(&file, mail)?;
            fs::set_permissions(&file, Permissions::from_mode(0o666))?;
        }
        Ok(())
    }

    /// An inbox that reads it from its first mail on, and sends nothing: its bot is off.
    pub fn inbox(&self) -> Value {
        let settings = json!({
            "address": "support@shop.example", "user": self.user, "password": self.password, "read_old": true,
            "imap_host": "127.0.0.1", "imap_port": self.imap_port, "imap_security": "plain",
            "smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "plain",
        });
        json!({"name": "mailbox", "channel": "email", "bot_enabled": false, "channel_settings": settings})
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub database: String,
    pub mails: usize,
    pub kills: usize,
    /// No message has them.
    pub lost: usize,
    /// More than one message has them.
    pub doubled: usize,
    /// Not with the letter they answer.
    pub astray: usize,
    pub conversations: usize,
    /// From the first start to the last mail, starts of the server included.
    pub seconds: f64,
    pub mails_per_s: f64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.astray == 0
    }
}

/// Customers take turns, so that letters of one thread are far apart.
fn letter(n: usize) -> String {
    let (customer, turn) = place(n);
    let subject = if turn == 0 { format!("Order {customer}") } else { format!("Re: Order {customer}") };
    let answers = if turn == 0 { String::new() } else { format!("In-Reply-To: <{}.{customer}@customer.example>\r\n", turn - 1) };
    format!(
        "From: Customer {customer} <c{customer}@customer.example>\r\nTo: support@shop.example\r\nSubject: {subject}\r\n\
         Message-ID: <{turn}.{customer}@customer.example>\r\n{answers}Date: Sun, 29 Nov 2026 08:00:00 +0000\r\n\r\nLetter no {n}, please.\r\n"
    )
}

/// Whose it is, and the how manieth of theirs: blocks of 100 customers, ten letters each.
fn place(n: usize) -> (usize, usize) {
    let (block, at) = (n / (100 * THREAD), n % (100 * THREAD));
    (block * 100 + at % 100, at / 100)
}

fn number(text: &str) -> Option<usize> {
    text.split_once("Letter no ")?.1.split(',').next()?.parse().ok()
}

pub async fn run(options: &Options) -> Result<Report> {
    options.mailbox.fill(options.mails)?;
    let receiver = Receiver::start().await?;
    let plan = Plan::new(&options.binary).with("QN__SERVER__THREADS", "2").with("QN__LOG__FILTER", "error");
    let storage = Storage::fresh(&options.database).await?;
    let company = Company::found(&storage, &plan.binary, &receiver, &Wish::default()).await?;
    let mut server = Server::start(plan, storage).await?;
    let api = company.at(&server.url()).admin.api;
    let inbox = api.post("/inboxes", &options.mailbox.inbox()).await?.ok()?.json()?;
    let started = Instant::now();
    let (mut kills, mut before) = (0, 0);
    loop {
        let goal = options.kill_every.min(options.mails.saturating_sub(before));
        let taken = take(&api, goal).await.with_context(|| format!("the server said:\n{}", server.output()))?;
        before += taken;
        if before >= options.mails {
            break;
        }
        server.kill()?;
        kills += 1;
        server.launch().await?;
    }
    // What was under way at a kill is counted twice above: the last ones may still come.
    let seconds = (quiet(&api).await? - started).as_secs_f64();
    let mut report = count(&api, inbox["id"].as_str().context("no id")?, options.mails).await?;
    report.database = options.database.name().to_owned();
    report.kills = kills;
    report.seconds = seconds;
    report.mails_per_s = options.mails as f64 / seconds;
    server.finish().await?;
    Ok(report)
}

/// How many this life of the server has taken.
async fn taken(api: &Api) -> Result<usize> {
    let text = api.deliver(&Request::get("//metrics")).await?.text();
    let counts = text.lines().filter(|line| line.starts_with(TAKEN)).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    Ok(counts.sum::<f64>() as usize)
}

/// When the last mail was taken; told once nothing has happened for a while.
async fn quiet(api: &Api) -> Result<Instant> {
    let (mut last, mut since) = (taken(api).await?, Instant::now());
    while since.elapsed() < QUIET {
        tokio::time::sleep(LOOK).await;
        let taken = taken(api).await?;
        if taken != last {
            (last, since) = (taken, Instant::now());
        }
    }
    Ok(since)
}

/// Waits until this life of the server has taken so many.
async fn take(api: &Api, goal: usize) -> Result<usize> {
    let (mut last, mut since) = (0, Instant::now());
    while last < goal {
        tokio::time::sleep(LOOK).await;
        let taken = taken(api).await?;
        if taken > last {
            (last, since) = (taken, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            bail!("only {last} of {goal} mails were taken");
        }
    }
    Ok(last)
}

async fn count(api: &Api, inbox_id: &str, mails: usize) -> Result<Report> {
    let conversations = api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await?;
    let (mut met, mut astray) = (vec![0usize; mails], 0);
    let mut homes: BTreeMap<usize, String> = BTreeMap::new();
    for conversation in &conversations {
        let id = conversation["id"].as_str().unwrap_or_default();
        for message in api.list_all(&format!("/conversations/{id}/messages")).await? {
            let text = message["content"]["text"].as_str().filter(|_| message["kind"] == "incoming");
            let Some(n) = text.and_then(number).filter(|n| *n < mails) else { continue };
            met[n] += 1;
            astray += usize::from(homes.entry(place(n).0).or_insert_with(|| id.to_owned()).as_str() != id);
        }
    }
    let (lost, doubled) = (met.iter().filter(|n| **n == 0).count(), met.iter().filter(|n| **n > 1).count());
    let conversations = conversations.len();
    Ok(Report { database: String::new(), mails, kills: 0, lost, doubled, astray, conversations, seconds: 0.0, mails_per_s: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_places_and_numbers() {
        assert_eq!((place(0), place(99), place(100), place(1000)), ((0, 0), (99, 0), (0, 1), (100, 0)));
        assert!(letter(100).contains("In-Reply-To: <0.0@customer.example>"));
        assert_eq!(number("Order 7\n\nLetter no 12, please."), Some(12));
    }
}
