//! Sending one letter: checked input, a Message-ID that every attempt shares, the server's word. Recorded without its text's whole.

use super::definition::{SEND, Server};
use super::input::{self, Mailing};
use super::{definition, failure};
use crate::auth::Auth;
use crate::call::Caller;
use crate::exchange::{Done, Exchange};
use crate::redact::{self, redact};
use crate::{Failure, Point, Secrets, answer, prepare};
use qn_crypto::Plain;
use qn_mail::{Automatic, Letter, Person, compose};
use qn_mailbox::{Account, Proof, Smtp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::timeout;

/// One letter.
pub struct Work<'a> {
    pub server: &'a Server,
    pub input: &'a Value,
    /// The Message-ID is made of it.
    pub key: &'a str,
    pub timeout_ms: u64,
    pub secrets: &'a dyn Secrets,
}

struct Post {
    from: String,
    to: Vec<String>,
    raw: Vec<u8>,
}

impl Caller {
    /// The outcome is `{"message_id", "recipients"}` once the server has the letter.
    pub async fn send_mail(&self, work: &Work<'_>) -> Done {
        let mut exchange = Exchange {
            method: "SMTP".to_owned(),
            url: format!("{} {SEND}", redact::text(&work.server.base_url)),
            sent: redact(work.input),
            ..Exchange::default()
        };
        let began = self.now();
        let outcome = self.posted(work, &mut exchange).await;
        exchange.took_ms = self.now() - began;
        if let Err(failure) = &outcome {
            exchange.failed(failure);
        }
        Done { outcome, exchange }
    }

    async fn posted(&self, work: &Work<'_>, exchange: &mut Exchange) -> Result<Value, Failure> {
        let point = work.server.point()?;
        self.egress().check_address(point.url.as_str())?;
        let fitted = prepare::fitted(definition::schema_of_send(), work.input)?;
        let mailing = input::read(&fitted)?;
        let from = Person::new(&work.server.from_name, &work.server.from)
            .ok_or_else(|| Failure::invalid("the sender is no mail address").zh("发件地址不正确"))?;
        let message_id = message_id(work.key, &from.address);
        let post = Post {
            to: mailing.to.iter().chain(&mailing.cc).map(|person| person.address.clone()).collect(),
            from: from.address.clone(),
            raw: compose(&letter(mailing, from, &message_id, self.now())),
        };
        exchange.sent_bytes = post.raw.len();
        let (account, used) = account(work, &point).await?;
        let mut sent = self.submitted(&account, &post, work.timeout_ms).await;
        if let Err(failure) = &mut sent {
            for words in [&mut failure.message, &mut failure.zh] {
                answer::scrub_text(words, &used);
            }
            answer::scrub(&mut failure.detail, &used);
        }
        sent?;
        exchange.status = Some(250);
        exchange.got = json!({"message_id": message_id});
        Ok(json!({"message_id": message_id, "recipients": post.to.len()}))
    }

    /// What fails before the letter itself is on its way has certainly not been done.
    async fn submitted(&self, account: &Account, post: &Post, timeout_ms: u64) -> Result<(), Failure> {
        let began = self.now();
        let left = || Duration::from_millis(timeout_ms.saturating_sub(u64::try_from(self.now() - began).unwrap_or(0)));
        let opening = async {
            let mut smtp = Smtp::open(self.egress(), account).await?;
            smtp.takes(post.raw.len())?;
            smtp.address(&post.from, &post.to, !post.raw.is_ascii()).await.map(|()| smtp)
        };
        let opened = timeout(left(), opening).await.map_err(|_| failure::late(timeout_ms, false))?;
        let mut smtp = opened.map_err(|error| failure::of(error, false))?;
        let handed = timeout(left(), smtp.hand_over(&post.raw)).await.map_err(|_| failure::late(timeout_ms, true))?;
        handed.map_err(|error| failure::of(error, true))?;
        // the letter is theirs; a server that does not take leave properly changes nothing
        let _ = timeout(left(), smtp.close()).await;
        Ok(())
    }
}

async fn account(work: &Work<'_>, point: &Point) -> Result<(Account, Vec<Plain>), Failure> {
    let security = work.server.security(point);
    let mut account = Account { host: point.host.clone(), port: point.port, security, user: String::new(), proof: None };
    let Some(Auth::Basic { user, secret }) = &work.server.auth else { return Ok((account, Vec::new())) };
    let plain = work.secrets.open(secret, &point.url).await?;
    let (user, password) = match user {
        Some(user) => (user.as_str(), plain.reveal()),
        None => plain.reveal().split_once(':').unwrap_or((work.server.from.as_str(), plain.reveal())),
    };
    let password = Plain::new(password);
    (account.user, account.proof) = (user.to_owned(), Some(Proof::Password(password.reveal().to_owned())));
    Ok((account, vec![plain, password]))
}

fn letter<'a>(mailing: Mailing<'a>, from: Person, message_id: &str, now: i64) -> Letter<'a> {
    Letter {
        from,
        reply_to: mailing.reply_to,
        to: mailing.to,
        cc: mailing.cc,
        subject: mailing.subject.to_owned(),
        text: mailing.text,
        message_id: message_id.to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        date: now,
        html: mailing.html,
        automatic: Some(Automatic::Notice),
        attachments: Vec::new(),
    }
}

/// The same for every attempt of a step, so that a letter that came twice is known for one.
fn message_id(key: &str, from: &str) -> String {
    let domain = from.rsplit('@').next().unwrap_or_default();
    let digest = Sha256::digest(key.as_bytes());
    let local: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("flow.{local}@{domain}")
}
