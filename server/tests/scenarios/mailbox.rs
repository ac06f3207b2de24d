//! What a real mail server does to us beside handing out mails: it refuses a token that was good a moment ago, and it forgets the numbers
//! of a folder that somebody made anew.

use crate::mails::{settled, told};
use crate::on_each;
use anyhow::{Context, Result, bail, ensure};
use qn_testkit::Api;
use qn_testkit::mail_chaos::Mailbox;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);

fn letter(n: usize, from: &str) -> String {
    format!("From: {from}\r\nTo: support@shop.example\r\nSubject: Order {n}\r\nMessage-ID: <{n}.{from}>\r\n\r\nLetter no {n}, please.\r\n")
}

/// Customers' words, and how often each is there.
async fn words(api: &Api, inbox: &str) -> Result<BTreeMap<String, usize>> {
    let mut words = BTreeMap::new();
    for conversation in api.list_all(&format!("/conversations?inbox_id={inbox}")).await? {
        let id = conversation["id"].as_str().context("no id")?;
        for message in api.list_all(&format!("/conversations/{id}/messages")).await?.iter().filter(|m| m["kind"] == "incoming") {
            *words.entry(message["content"]["text"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    Ok(words)
}

/// Hands out `token-of-USER--1`, `--2`, …, one for each refresh.
async fn provider(user: String) -> Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/token", listener.local_addr()?);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut bytes) = (String::new(), [0; 2048]);
            while !request.contains("refresh_token=") {
                let Ok(read @ 1..) = stream.read(&mut bytes).await else { break };
                request.push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
            let n = count.fetch_add(1, Ordering::SeqCst) + 1;
            let body = json!({"access_token": format!("token-of-{user}--{n}"), "expires_in": 3600, "token_type": "Bearer"}).to_string();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Ok((url, asked))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_early_is_renewed_and_nothing_is_missed() {
    let Some(servers) = told("QN_TEST_MAIL") else { return };
    let words_of: HashMap<&str, &str> = servers.split(' ').filter_map(|word| word.split_once('=')).collect();
    let Some(smtp) = words_of.get("smtp").and_then(|port| port.parse::<u16>().ok()) else { return };
    on_each(async |stage| {
        let user = format!("bearer{}", stage.server.address.rsplit(':').next().unwrap_or_default());
        let revoke = |n: usize| std::fs::write(Path::new(words_of["revoked"]).join(format!("token-of-{user}--{n}")), "");
        let mailbox = Mailbox::told(&servers, &user)?;
        mailbox.deliver([letter(1, "bearer@customer.example").into_bytes()].into_iter())?;
        let (url, asked) = provider(user.clone()).await?;
        let mut inbox = mailbox.inbox();
        let settings = &mut inbox["channel_settings"];
        settings.as_object_mut().context("no settings")?.remove("password");
        settings["oauth_token_url"] = url.into();
        settings["oauth_refresh_token"] = "anything".into();
        settings["smtp_port"] = smtp.into();
        let api = stage.company.admin.api.clone();
        let inbox = api.post("/inboxes", &inbox).await?.ok()?.json()?;
        let inbox_id = inbox["id"].as_str().context("no id")?;
        settled(&api, inbox_id, 1).await?;
        ensure!(asked.load(Ordering::SeqCst) == 1, "one token for as long as it is good");

        revoke(1)?;
        let conversations = api.list_all(&format!("/conversations?inbox_id={inbox_id}")).await?;
        let id = conversations[0]["id"].as_str().context("no id")?;
        let body = json!({"client_msg_id": "a-1", "text": "On its way."});
        let sent = api.post(&format!("/conversations/{id}/messages"), &body).await?.ok()?.json()?;
        delivered(&api, id, &sent).await?;
        ensure!(asked.load(Ordering::SeqCst) == 2, "the way out had another token made");

        // The server is away while the next letter comes and the next token dies.
        stage.server.kill()?;
        revoke(2)?;
        mailbox
            .deliver([letter(1, "bearer@customer.example"), letter(2, "bearer@customer.example")].map(String::into_bytes).into_iter())?;
        stage.server.launch().await?;
        settled_words(&api, inbox_id, 2).await?;
        ensure!(asked.load(Ordering::SeqCst) == 3, "the mailbox had another token made");
        Ok(())
    })
    .await;
}

async fn delivered(api: &Api, conversation: &str, sent: &Value) -> Result<()> {
    let started = Instant::now();
    loop {
        let messages = api.list_all(&format!("/conversations/{conversation}/messages")).await?;
        let message = messages.iter().find(|message| message["id"] == sent["id"]).context("the answer is gone")?;
        match message["state"].as_str() {
            Some("sent" | "delivered" | "read") => return Ok(()),
            Some("failed") => bail!("it failed: {message}"),
            _ if started.elapsed() > PATIENCE => bail!("it was not sent: {message}"),
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}

/// Waits until so many different things were said, each once.
async fn settled_words(api: &Api, inbox: &str, count: usize) -> Result<()> {
    let started = Instant::now();
    loop {
        let words = words(api, inbox).await?;
        ensure!(words.len() <= count && words.values().all(|n| *n == 1), "{words:?}");
        if words.len() == count {
            return Ok(());
        }
        ensure!(started.elapsed() < PATIENCE, "only {words:?}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Somebody else at the mailbox.
struct Other {
    stream: BufReader<TcpStream>,
}

impl Other {
    async fn sign_in(mailbox: &Mailbox) -> Result<Other> {
        let stream = BufReader::new(TcpStream::connect(("127.0.0.1", mailbox.imap_port)).await?);
        let mut other = Other { stream };
        other.line().await?;
        other.ask(&format!("LOGIN {} {}", mailbox.user, mailbox.password)).await?;
        Ok(other)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line).await? > 0, "the mail server hung up");
        Ok(line.trim_end().to_owned())
    }

    /// What is said before the word that it is done.
    async fn ask(&mut self, command: &str) -> Result<String> {
        self.stream.write_all(format!("a {command}\r\n").as_bytes()).await?;
        self.done(command).await
    }

    async fn done(&mut self, command: &str) -> Result<String> {
        let mut said = String::new();
        loop {
            let line = self.line().await?;
            match line.strip_prefix("a ") {
                Some(end) if end.starts_with("OK") => return Ok(said),
                Some(end) => bail!("{command}: {end}"),
                None => said.push_str(&line),
            }
        }
    }

    async fn append(&mut self, folder: &str, mail: &str) -> Result<()> {
        self.stream.write_all(format!("a APPEND {folder} {{{}}}\r\n", mail.len()).as_bytes()).await?;
        ensure!(self.line().await?.starts_with('+'), "no way in");
        self.stream.write_all(format!("{mail}\r\n").as_bytes()).await?;
        self.done("APPEND").await.map(drop)
    }

    async fn validity(&mut self, folder: &str) -> Result<String> {
        self.ask(&format!("STATUS {folder} (UIDVALIDITY)")).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_made_anew_is_read_again_and_no_letter_is_there_twice() {
    let Some(servers) = told("QN_TEST_MAIL") else { return };
    on_each(async |stage| {
        let user = format!("anew{}", stage.server.address.rsplit(':').next().unwrap_or_default());
        let mailbox = Mailbox::told(&servers, &user)?;
        let mut other = Other::sign_in(&mailbox).await?;
        other.ask("CREATE Orders").await?;
        for n in 0..5 {
            other.append("Orders", &letter(n, &format!("c{n}@customer.example"))).await?;
        }
        let mut wish = mailbox.inbox();
        wish["channel_settings"]["folders"] = "Orders".into();
        let api = stage.company.admin.api.clone();
        let inbox = api.post("/inboxes", &wish).await?.ok()?.json()?;
        let inbox_id = inbox["id"].as_str().context("no id")?;
        settled(&api, inbox_id, 5).await?;

        // The old ones come back in another order among new ones: every number means another mail.
        let before = other.validity("Orders").await?;
        other.ask("DELETE Orders").await?;
        other.ask("CREATE Orders").await?;
        for n in (0..8).rev() {
            other.append("Orders", &letter(n, &format!("c{n}@customer.example"))).await?;
        }
        ensure!(other.validity("Orders").await? != before, "the folder is the same: {before}");
        settled(&api, inbox_id, 8).await?;
        settled_words(&api, inbox_id, 8).await
    })
    .await;
}
