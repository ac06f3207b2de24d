//! Answers as letters: addressed as the customer's last mail wants, in its thread, from the inbox's address, under a Message-ID that is the
//! same however often it is sent. Handed in over SMTP; when to try again is the outbox's.

use super::account::MailAccount;
use crate::channels::Side;
use crate::deliver::Done;
use crate::{Engine, EngineError, Result};
use bytes::BytesMut;
use futures_util::TryStreamExt;
use qn_channel::DeliveryContext;
use qn_domain::{AuthorKind, ChannelKind, Conversation, EffectRow, Inbox, Message};
use qn_mail::{Attached, Automatic, Letter, Mail, OwnMail, Person, compose, references_of, reply_subject};
use qn_mailbox::MailboxError;
use std::sync::Arc;

/// Of the conversation, to find the last mail that came.
const MAILS_LOOKED_AT: i64 = 1;
/// Of an answer; more would be a circular.
const CC_MAX: usize = 20;

struct File {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

impl Engine {
    /// None where the message's inbox is no mailbox.
    pub(crate) async fn send_as_mail(&self, effect: &EffectRow, message: &Message) -> Result<Option<Done>> {
        let inbox_id = effect.payload["inbox_id"].as_str().unwrap_or_default().into();
        let inbox = self.inbox(&effect.tenant_id, &inbox_id).await?;
        if inbox.channel != ChannelKind::Email {
            return Ok(None);
        }
        Ok(Some(Box::pin(self.send_letter(&inbox, message)).await?))
    }

    async fn send_letter(&self, inbox: &Arc<Inbox>, message: &Message) -> Result<Done> {
        let account = match self.mail_account(inbox).await {
            Ok(account) => account,
            Err(EngineError::Mailbox(error)) if error.is_transient() => {
                self.channels.health.failed(inbox, Side::Out, error.code(), self.now());
                return Ok(Done::Later { error: error.code().to_owned(), after_ms: 0 });
            }
            Err(error) => return Ok(Done::Never { error: error.code().to_owned() }),
        };
        let conversation = qn_store::conversation::get(&self.db, &message.tenant_id, &message.conversation_id).await?;
        let last = self.last_mail(&conversation, message).await?;
        // What the customer said elsewhere is for the customer: not for a Reply-To, and for nobody who reads along.
        let alone = conversation.bot.carried.is_some();
        let Some(to) = self.receiver(inbox, &conversation, last.as_ref().filter(|_| !alone)).await? else {
            return Ok(Done::Never { error: "no_address".to_owned() });
        };
        let files = match self.letter_files(message).await {
            Ok(files) => files,
            Err(error) => return Ok(Done::Later { error: error.code().to_owned(), after_ms: 0 }),
        };
        let text = self.letter_text(inbox, &conversation, message);
        let mut letter = letter(inbox, &account, message, last.as_ref(), to, &text, &files);
        if alone {
            letter.cc.clear();
        }
        let receivers: Vec<String> = letter.to.iter().chain(&letter.cc).map(|person| person.address.clone()).collect();
        let raw = compose(&letter);
        let from = account.names.address();
        let mut handed = qn_mailbox::submit(&self.egress, &account.smtp, from, &receivers, &raw).await;
        if matches!(handed, Err(MailboxError::Login { .. })) && self.renew_mail_token(inbox, &account.smtp).await {
            let renewed = self.mail_account(inbox).await?;
            handed = qn_mailbox::submit(&self.egress, &renewed.smtp, from, &receivers, &raw).await;
        }
        match handed {
            Ok(()) => {
                metrics::counter!("qn_mails_out_total").increment(1);
                self.channels.health.sent(inbox, self.now());
                Ok(Done::Yes)
            }
            Err(error) if error.is_transient() => {
                self.channels.health.failed(inbox, Side::Out, error.code(), self.now());
                Ok(Done::Later { error: error.code().to_owned(), after_ms: 0 })
            }
            Err(error) => {
                self.channels.health.failed(inbox, Side::Out, error.code(), self.now());
                tracing::warn!(inbox = %inbox.id, message = %message.id, %error, "a letter was refused");
                Ok(Done::Never { error: why(&error) })
            }
        }
    }

    fn letter_text(&self, inbox: &Inbox, conversation: &Conversation, message: &Message) -> String {
        qn_channel::adapters::email::text(inbox, message, &DeliveryContext::plain(conversation, "", &self.public_url, self.now()))
    }

    /// The customer's last mail in the conversation, or in the case that was split off it, read again from what was kept.
    async fn last_mail(&self, conversation: &Conversation, message: &Message) -> Result<Option<Mail>> {
        let (db, tenant_id) = (&self.db, &conversation.tenant_id);
        let id = match self.mail_of_case(message).await? {
            Some(id) => id,
            None => {
                let found = qn_store::mail::list_of_conversation(db, tenant_id, &conversation.id, MAILS_LOOKED_AT).await?;
                let Some(last) = found.into_iter().next() else { return Ok(None) };
                last.id
            }
        };
        let raw = qn_store::mail::get_raw(db, tenant_id, &id).await?;
        let read = tokio::task::spawn_blocking(move || Mail::read(&raw, &OwnMail::default())).await;
        Ok(read.ok())
    }

    async fn mail_of_case(&self, message: &Message) -> Result<Option<String>> {
        let Some(answered) = message.reply_to.as_ref().filter(|_| message.content.case.is_some()) else { return Ok(None) };
        let answered = qn_store::message::find(&self.db, &message.tenant_id, answered).await?;
        Ok(answered.and_then(|m| m.content.mail).map(|head| head.mail_id))
    }

    async fn receiver(&self, inbox: &Inbox, conversation: &Conversation, last: Option<&Mail>) -> Result<Option<Person>> {
        if let Some(person) = last.and_then(Mail::answer_to) {
            return Ok(Some(person.clone()));
        }
        Ok(self.mail_contact(inbox, conversation).await?.and_then(|address| Person::new("", &address)))
    }

    async fn letter_files(&self, message: &Message) -> Result<Vec<File>> {
        let mut files = Vec::new();
        for attachment in &message.content.attachments {
            let found = qn_store::attachment::find(&self.db, &message.tenant_id, &attachment.id).await?;
            let stored = found.ok_or_else(|| EngineError::not_found("attachment", &attachment.id))?;
            let object = self.blobs.get(&qn_blob::Key::parse(&stored.blob_key)?).await?;
            let bytes: BytesMut = object
                .body
                .try_fold(BytesMut::new(), async |mut all, piece| {
                    all.extend_from_slice(&piece);
                    Ok(all)
                })
                .await?;
            files.push(File { name: stored.name, media_type: stored.media_type, bytes: bytes.to_vec() });
        }
        Ok(files)
    }
}

/// A stable word; behind a colon the most that the server takes, in MiB.
fn why(error: &MailboxError) -> String {
    match error {
        MailboxError::TooLarge { bytes_max } => format!("{}:{}", error.code(), bytes_max / (1024 * 1024)),
        other => other.code().to_owned(),
    }
}

fn letter<'a>(
    inbox: &Inbox,
    account: &MailAccount,
    message: &Message,
    last: Option<&Mail>,
    to: Person,
    text: &'a str,
    files: &'a [File],
) -> Letter<'a> {
    let (conversation_id, message_id) = (message.conversation_id.as_str(), message.id.as_str());
    let is_other = |person: &&Person| person.address != to.address && !account.names.is_own_address(&person.address);
    let cc = last.map(|last| last.to.iter().chain(&last.cc).filter(is_other).take(CC_MAX).cloned().collect()).unwrap_or_default();
    Letter {
        from: Person { name: inbox.name.clone(), address: account.names.address().to_owned() },
        reply_to: account.plus_address.then(|| account.names.plus_address(conversation_id)).flatten(),
        to: vec![to],
        cc,
        subject: last.map_or_else(|| qn_base::text::line(text, 60), |last| reply_subject(&last.subject)),
        text,
        message_id: account.names.message_id(conversation_id, message_id),
        in_reply_to: last.and_then(|last| last.message_id.clone()),
        references: last.map(|last| references_of(&last.references, &last.in_reply_to, last.message_id.as_deref())).unwrap_or_default(),
        date: message.created_at,
        html: None,
        automatic: (message.author.kind == AuthorKind::Bot).then_some(Automatic::Reply),
        attachments: files.iter().map(|file| Attached { name: &file.name, media_type: &file.media_type, bytes: &file.bytes }).collect(),
    }
}
