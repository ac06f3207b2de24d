//! Mails as mailboxes really hold them, through a real Dovecot and the server's store: whatever is wrong with one, it is a message that
//! people can read, or what it is instead is noted; none is lost, and none is there twice.

use crate::on_each;
use anyhow::{Context, Result, bail, ensure};
use qn_mail::fingerprint;
use qn_testkit::mail_chaos::Mailbox;
use qn_testkit::scenario::Stage;
use qn_testkit::{Api, broken_mails};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(60);

/// A test finds its servers and folders by the environment.
#[allow(clippy::disallowed_methods, clippy::print_stderr)]
pub fn told(name: &str) -> Option<String> {
    let told = std::env::var(name).ok();
    if told.is_none() {
        eprintln!("{name} is not set: left out");
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn no_broken_mail_is_lost() {
    let Some(servers) = told("QN_TEST_MAIL") else { return };
    on_each(async |stage| {
        let mails = broken_mails::all().into_iter().map(|(what, raw)| (what.to_owned(), raw)).collect();
        let natures = all_there(stage, &servers, "broken", mails).await?;
        let expected = [("auto_reply", 1), ("bounce", 1)].map(|(nature, n)| (nature.to_owned(), n));
        ensure!(natures == BTreeMap::from(expected), "{natures:?}");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_of_the_public_corpus_is_lost() {
    let (Some(servers), Some(corpora)) = (told("QN_TEST_MAIL"), told("QN_TEST_CORPORA")) else { return };
    on_each(async |stage| {
        let mut mails = Vec::new();
        collect(&Path::new(&corpora).join("email/notmuch"), &mut mails)?;
        ensure!(mails.len() > 100, "only {} mails", mails.len());
        all_there(stage, &servers, "corpus", mails).await.map(drop)
    })
    .await;
}

fn collect(folder: &Path, mails: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, mails)?;
        } else if path.extension().is_none_or(|extension| extension != "tsv") {
            mails.push((path.display().to_string(), std::fs::read(&path)?));
        }
    }
    Ok(())
}

/// Delivers them, waits until all are taken, and meets each once over the API. How many became no message, by what they are.
async fn all_there(stage: &Stage, servers: &str, box_name: &str, mails: Vec<(String, Vec<u8>)>) -> Result<BTreeMap<String, usize>> {
    let user = format!("{box_name}-{}-{}", stage.server.address.replace([':', '.'], "-"), std::process::id());
    let mailbox = Mailbox::told(servers, &user)?;
    mailbox.deliver(mails.iter().map(|(_, raw)| raw.clone()))?;
    let api = &stage.company.admin.api;
    let inbox = api.post("/inboxes", &mailbox.inbox()).await?.ok()?.json()?;
    let inbox_id = inbox["id"].as_str().context("no id")?;
    // A mail that lies there under two names is one.
    let expected: BTreeMap<String, &str> = mails.iter().map(|(what, raw)| (fingerprint(&served(raw)), what.as_str())).collect();
    settled(api, inbox_id, expected.len()).await?;

    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for conversation in api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await? {
        let id = conversation["id"].as_str().context("no id")?;
        for message in messages(api, id).await?.iter().filter(|message| message["kind"] == "incoming") {
            let (text, files) = (message["content"]["text"].as_str().unwrap_or_default(), &message["content"]["attachments"]);
            ensure!(!text.trim().is_empty() || files.as_array().is_some_and(|files| !files.is_empty()), "nothing to see: {message}");
            let message_id = message["id"].as_str().context("no id")?;
            let raw = api.get(&format!("/conversations/{id}/messages/{message_id}/original")).await?.ok()?.body;
            *met.entry(fingerprint(&raw)).or_default() += 1;
        }
    }
    let mut natures: BTreeMap<String, usize> = BTreeMap::new();
    for mail in api.list_all(&format!("/inboxes/{inbox_id}/mails-set-aside")).await? {
        let nature = mail["nature"].as_str().filter(|nature| !nature.is_empty() && mail["error"].is_null());
        *natures.entry(nature.with_context(|| format!("given up: {mail}"))?.to_owned()).or_default() += 1;
        let mail_id = mail["id"].as_str().context("no id")?;
        let raw = api.get(&format!("/inboxes/{inbox_id}/mails-set-aside/{mail_id}/original")).await?.ok()?.body;
        *met.entry(fingerprint(&raw)).or_default() += 1;
    }
    let lost: Vec<&&str> = expected.iter().filter(|(name, _)| !met.contains_key(*name)).map(|(_, what)| what).collect();
    let twice: Vec<&str> = met.iter().filter(|(_, n)| **n > 1).map(|(name, _)| expected.get(name).copied().unwrap_or("unknown")).collect();
    ensure!(lost.is_empty() && twice.is_empty() && met.len() == expected.len(), "lost {lost:?}, twice {twice:?}, {} met", met.len());
    Ok(natures)
}

/// Oldest first, however many there are.
async fn messages(api: &Api, conversation_id: &str) -> Result<Vec<Value>> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/conversations/{conversation_id}/messages?after_seq={after}&limit=200");
        let page = api.get(&path).await?.ok()?.json()?["items"].as_array().cloned().context("no items")?;
        let Some(last) = page.last().and_then(|message| message["seq"].as_i64()) else { return Ok(all) };
        after = last;
        all.extend(page);
    }
}

/// Waits until so many mails were kept and none waits.
pub async fn settled(api: &Api, inbox_id: &str, mails: usize) -> Result<()> {
    let started = Instant::now();
    loop {
        let health = api.get(&format!("/inboxes/{inbox_id}/health")).await?.ok()?.json()?;
        let received = health["received"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        if received >= mails && health["waiting"] == 0 {
            ensure!(received == mails, "{received} of {mails} mails: {health}");
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("{mails} mails were not taken: {health}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// As Dovecot hands it out: line ends of the wire, and no NUL.
fn served(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for byte in raw {
        match byte {
            b'\n' if out.last() != Some(&b'\r') => out.extend(b"\r\n"),
            0 => out.push(0x80),
            byte => out.push(*byte),
        }
    }
    out
}
