//! Taking kept mails as what they are: letters become customers' messages in their conversation, bounces reports on ours, machines' answers
//! nothing. The mail's own id names the message, so that one taken twice is one.

use super::account::MailAccount;
use crate::inbound::{InboundMessage, LostFile, Quiet, Reach, Writer};
use crate::{Engine, EngineError, Result, Sent};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use qn_base::backoff;
use qn_base::clock::{DAY_MS, MINUTE_MS, SECOND_MS};
use qn_channel::{Fact, FactKind, InboundAttachment, InboundContact, Source};
use qn_domain::content::{ATTACHMENTS_MAX, TEXT_CHARS_MAX};
use qn_domain::{
    Activity, ActivityKey, Author, ContactId, Content, ConversationId, DeliveryState, Evidence, Inbox, MailHead, MessageId, TenantId,
};
use qn_mail::{Mail, Nature, OwnMail, OwnNames, Person, Place, Placement, Verdict};
use qn_store::mail::{Settled, WaitingMail};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PAGE: i64 = 200;
/// Inboxes taken at the same time; within one, mails are taken in order, so that an answer finds what it answers.
const INBOXES_AT_ONCE: usize = 8;
const IDLE_MS: u64 = 1_000;
/// About half an hour of tries.
const ATTEMPTS_MAX: i64 = 24;
/// Of a machine's answer, in the line that tells of it.
const AUTO_ANSWER_CHARS_MAX: usize = 200;
/// Automatic answers that one sender gets in a day: more than a person asks by letter, and an end for two robots.
const ANSWERS_MAX: i64 = 12;
const ANSWERS_MS: i64 = DAY_MS;
const QUOTED_CHARS_MAX: usize = 20_000;
/// Who wrote a mail that does not say; nobody can have this address.
const NOBODY: &str = "unknown@sender.invalid";

impl Engine {
    /// Runs until cancelled.
    pub async fn run_mail(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let taken = self.take_waiting(&stop).await.unwrap_or_else(|error| {
                tracing::error!(%error, "waiting mails could not be read");
                0
            });
            if taken == 0 {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.mail.kept.notified() => {}
                    () = tokio::time::sleep(Duration::from_millis(IDLE_MS)) => {}
                }
            }
        }
    }

    /// One look through all that waits; how many were due.
    async fn take_waiting(&self, stop: &CancellationToken) -> Result<usize> {
        let (mut after, mut taken) = (0, 0);
        loop {
            let page = qn_store::mail::list_waiting(&self.db, after, PAGE).await?;
            let Some(last) = page.last().map(|mail| mail.pk) else { return Ok(taken) };
            after = last;
            let now = self.now();
            let mut by_inbox: BTreeMap<String, Vec<WaitingMail>> = BTreeMap::new();
            for mail in page.into_iter().filter(|mail| mail.due_at <= now) {
                taken += 1;
                by_inbox.entry(mail.inbox_id.clone()).or_default().push(mail);
            }
            let lanes = stream::iter(by_inbox.into_values()).for_each_concurrent(INBOXES_AT_ONCE, async |mails| {
                for mail in mails {
                    if stop.is_cancelled() {
                        return;
                    }
                    self.take_one(&mail).await;
                }
            });
            lanes.await;
            if stop.is_cancelled() {
                return Ok(taken);
            }
        }
    }

    async fn take_one(&self, waiting: &WaitingMail) {
        let tenant_id = TenantId::from(waiting.tenant_id.as_str());
        let done = match Box::pin(self.try_take(&tenant_id, waiting)).await {
            Ok(settled) => qn_store::mail::settle(&self.db, &tenant_id, &waiting.id, &settled).await,
            Err(error) => {
                let lasting = matches!(error, EngineError::Invalid { .. } | EngineError::Move(_));
                tracing::warn!(%error, mail = %waiting.id, "a mail could not be taken");
                if lasting || waiting.attempts + 1 >= ATTEMPTS_MAX {
                    qn_store::mail::bury(&self.db, &tenant_id, &waiting.id, error.code()).await
                } else {
                    let attempt = u32::try_from(waiting.attempts).unwrap_or(0);
                    let due_at = self.now() + backoff::delay_ms(attempt, SECOND_MS, 5 * MINUTE_MS, 0);
                    qn_store::mail::retry_later(&self.db, &tenant_id, &waiting.id, due_at, error.code()).await
                }
            }
        };
        if let Err(error) = done {
            tracing::error!(%error, mail = %waiting.id, "what became of a mail could not be noted");
        }
    }

    async fn try_take(&self, tenant_id: &TenantId, waiting: &WaitingMail) -> Result<Settled> {
        let inbox = self.inbox(tenant_id, &waiting.inbox_id.as_str().into()).await?;
        let account = MailAccount::of(&*self.opened(&inbox)?, "")?;
        let raw = qn_store::mail::get_raw(&self.db, tenant_id, &waiting.id).await?;
        let names = account.names.clone();
        let read = tokio::task::spawn_blocking(move || Mail::read(&raw, &OwnMail { names: Some(&names) })).await;
        // A reader that panicked at this mail would panic again: it is shown as unreadable, and kept.
        let mail = read.map_err(|_| EngineError::Invalid { field: "mail" })?;
        metrics::counter!("qn_mails_in_total", "nature" => mail.nature.as_str()).increment(1);
        let mut settled = Settled {
            nature: mail.nature.as_str().to_owned(),
            message_id: mail.message_id.clone(),
            subject: mail.subject_parts().base,
            people: people(&mail, &account.names),
            conversation_id: None,
        };
        let is_ours = mail.sender().is_some_and(|sender| account.names.is_own_address(&sender.address));
        match &mail.nature {
            Nature::Letter | Nature::Bulk if !is_ours => {
                settled.conversation_id = self.take_letter(&inbox, &account, waiting, mail).await?;
            }
            Nature::Bounce(bounce) => {
                let of = bounce.message_id.as_deref().and_then(|id| account.names.read_message_id(id));
                if let (Some(own), Verdict::Failed) = (of, bounce.verdict) {
                    let reason = bounce.status.clone().map_or_else(|| "bounced".to_owned(), |status| format!("bounced {status}"));
                    self.mail_bounced(tenant_id, &own.message_id, reason).await?;
                }
            }
            Nature::AutoReply if !is_ours => {
                settled.conversation_id = self.note_auto_answer(&inbox, &account, waiting, &mail).await?;
            }
            _ => {}
        }
        Ok(settled)
    }

    /// A line for people in the conversation that the machine answered; it begins none, and wakes and answers nobody.
    async fn note_auto_answer(
        &self,
        inbox: &Inbox,
        account: &MailAccount,
        waiting: &WaitingMail,
        mail: &Mail,
    ) -> Result<Option<ConversationId>> {
        let Placement::Joins { conversation_id, .. } = self.place_mail(inbox, &account.names, mail).await? else { return Ok(None) };
        let id = ConversationId(conversation_id);
        let scope = format!("auto:{}", inbox.id);
        if qn_store::dedupe::find(&self.db, &inbox.tenant_id, &scope, &waiting.id).await?.is_some() {
            return Ok(Some(id));
        }
        let from = mail.sender().map(|sender| sender.address.clone()).unwrap_or_default();
        let text = qn_base::text::line(&mail.body.fresh(), AUTO_ANSWER_CHARS_MAX);
        let text = if text.is_empty() { mail.subject.clone() } else { text };
        let params = [("from", json!(from)), ("text", json!(text)), ("mail_id", json!(waiting.id))];
        let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let line = Activity { key: ActivityKey::AutoAnswered, params, public: false };
        self.decide(&inbox.tenant_id, &id, |draft| {
            draft.activity(line.clone(), Author::system());
            draft.dedupe(scope.clone(), waiting.id.clone(), None);
            Ok(())
        })
        .await?;
        Ok(Some(id))
    }

    async fn mail_bounced(&self, tenant_id: &TenantId, message_id: &str, reason: String) -> Result<()> {
        match self.delivery_report(tenant_id, &MessageId::from(message_id), DeliveryState::Failed, Some(reason)).await {
            Err(EngineError::NotFound { .. } | EngineError::Store(qn_store::Error::NotFound { .. })) => Ok(()),
            reported => reported,
        }
    }

    /// The conversation it went to; none where its writer is blocked.
    async fn take_letter(
        &self,
        inbox: &Arc<Inbox>,
        account: &MailAccount,
        waiting: &WaitingMail,
        mail: Mail,
    ) -> Result<Option<ConversationId>> {
        let sender = mail.sender().cloned().unwrap_or(Person { name: String::new(), address: NOBODY.to_owned() });
        let mut contact = InboundContact {
            external_id: sender.address.clone(),
            name: Some(sender.name.clone()).filter(|name| !name.is_empty()),
            email: (sender.address != NOBODY).then(|| sender.address.clone()),
            ..InboundContact::default()
        };
        let mut key = Some(waiting.id.clone());
        let mut beside = None;
        let mut answers = false;
        let mut reply_to = None;
        match self.place_mail(inbox, &account.names, &mail).await? {
            Placement::New => {}
            Placement::Beside { conversation_id, .. } => beside = Some(ConversationId(conversation_id)),
            Placement::Joins { conversation_id, because } => {
                tracing::debug!(because = because.as_str(), "a mail joins");
                let conversation = qn_store::conversation::get(&self.db, &inbox.tenant_id, &ConversationId(conversation_id)).await?;
                key = crate::ingest::conversation_key(&conversation.thread_key).map(str::to_owned);
                if !conversation.tied.splits.is_empty() {
                    let ours = mail.in_reply_to.iter().filter_map(|id| account.names.read_message_id(id));
                    reply_to = ours.map(|own| MessageId::from(own.message_id.as_str())).next();
                }
                // Somebody who was written to in it: the conversation stays its contact's, and the head says who wrote.
                match self.mail_contact(inbox, &conversation).await?.filter(|address| *address != sender.address) {
                    Some(address) => contact = InboundContact { external_id: address, ..InboundContact::default() },
                    None => answers = self.is_round_trip(inbox, &account.names, &mail, &conversation.id).await?,
                }
            }
        }
        let writer = prove(&mut contact, account, &mail, answers);
        let is_new = key.as_deref() == Some(waiting.id.as_str());
        let is_bulk = mail.nature == Nature::Bulk;
        let (content, attachments, lost) = content(mail, &sender, &contact, is_new, beside, waiting);
        let left = is_bulk.then(|| Reach { name: contact.name.clone(), email: contact.email.clone(), phone: None });
        let letter = Taken { id: &waiting.id, contact, key, content, attachments, lost, left, writer, reply_to };
        match Box::pin(self.receive_letter(inbox, letter)).await {
            Ok(sent) => Ok(Some(sent.conversation.id.clone())),
            Err(EngineError::Blocked) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn receive_letter(&self, inbox: &Arc<Inbox>, letter: Taken<'_>) -> Result<Sent> {
        let contact = self.resolve_contact(inbox, &letter.contact).await?;
        let scope = crate::inbound::dedupe_scope(&inbox.id, &contact.id);
        if let Some(first) = qn_store::dedupe::find(&self.db, &inbox.tenant_id, &scope, letter.id).await? {
            return self.replay(&inbox.tenant_id, &first).await;
        }
        let mut content = letter.content;
        let (kept, mut lost_files) = self.take_attachments(inbox, contact.id.as_str(), letter.attachments).await;
        if let Some(head) = &mut content.mail {
            head.inline.retain(|name| kept.iter().any(|file| file.name == *name));
        }
        content.attachments = kept;
        lost_files.extend(letter.lost);
        let quiet = match letter.left {
            Some(_) => Some(Quiet::Bulk),
            None => self.answered_often(inbox, &contact.id, &letter.contact.external_id).await?,
        };
        self.receive(InboundMessage {
            tenant_id: inbox.tenant_id.clone(),
            inbox: inbox.clone(),
            thread_key: crate::ingest::thread_key(&contact.id, letter.key.as_deref()),
            contact_id: contact.id,
            client_msg_id: letter.id.to_owned(),
            content,
            reply_to: letter.reply_to,
            page: None,
            language: letter.contact.language,
            wants_person: false,
            left: letter.left,
            writer: letter.writer,
            quiet,
            lost_files,
        })
        .await
    }
}

impl Engine {
    /// A robot that writes a new letter for each answer, without a word in its headers, would go on for ever.
    async fn answered_often(&self, inbox: &Inbox, contact_id: &ContactId, from: &str) -> Result<Option<Quiet>> {
        let whose = (&inbox.id, contact_id);
        let since = self.now() - ANSWERS_MS;
        let answers = qn_store::message::count_by_bot(&self.db, &inbox.tenant_id, whose, since, ANSWERS_MAX).await?;
        Ok((answers >= ANSWERS_MAX).then(|| Quiet::AnsweredOften { from: from.to_owned(), answers }))
    }
}

/// A letter on its way into a conversation.
struct Taken<'a> {
    id: &'a str,
    contact: InboundContact,
    key: Option<String>,
    content: Content,
    attachments: Vec<InboundAttachment>,
    lost: Vec<LostFile>,
    /// The bot stays out of what no person wrote to us.
    left: Option<Reach>,
    writer: Writer,
    /// Of a conversation that others were split off: which letter of ours it answers.
    reply_to: Option<MessageId>,
}

/// Whether the contact wrote it: it answers what only they got, or the mail server has checked it. Only a letter between them and us proves
/// anything: what is known of them is for nobody who reads along.
fn prove(contact: &mut InboundContact, account: &MailAccount, mail: &Mail, answers: bool) -> Writer {
    let is_vouched = account.vouching_server.as_deref().is_some_and(|server| mail.is_vouched_by(server));
    let is_alone = people(mail, &account.names) == [contact.external_id.as_str()];
    if !is_alone || !(answers || is_vouched) {
        return Writer::Claimed;
    }
    let evidence = if answers { Evidence::Verified } else { Evidence::Channel };
    contact.facts.push(Fact { kind: FactKind::Email, scope: String::new(), value: contact.external_id.clone(), evidence });
    Writer::Proved
}

/// Everybody the mail names but ourselves.
fn people(mail: &Mail, names: &OwnNames) -> Vec<String> {
    let all = [&mail.from, &mail.reply_to, &mail.to, &mail.cc].into_iter().flatten();
    let mut people: Vec<String> = all.map(|person| person.address.clone()).filter(|address| !names.is_own_address(address)).collect();
    people.sort();
    people.dedup();
    people
}

fn content(
    mail: Mail,
    sender: &Person,
    contact: &InboundContact,
    is_new: bool,
    beside: Option<ConversationId>,
    waiting: &WaitingMail,
) -> (Content, Vec<InboundAttachment>, Vec<LostFile>) {
    let fresh = mail.body.fresh();
    let subject = mail.subject_parts().base;
    // The subject often is the question; it is said once.
    let says_more = is_new && !mail.subject.is_empty() && !fresh.to_lowercase().contains(&subject);
    let text = match (says_more, fresh.is_empty()) {
        (true, false) => format!("{}\n\n{fresh}", mail.subject),
        (_, true) => mail.subject.clone(),
        (false, false) => fresh,
    };
    let text = if text.trim().is_empty() && mail.attachments.is_empty() { "(…)".to_owned() } else { text };
    let folded = [mail.body.signature(), mail.body.quoted()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let addresses = |people: &[Person]| people.iter().map(|person| person.address.clone()).collect::<Vec<String>>();
    let head = MailHead {
        mail_id: waiting.id.clone(),
        subject: mail.subject.clone(),
        from: (contact.external_id != sender.address).then(|| sender.address.clone()),
        to: addresses(&mail.to),
        cc: addresses(&mail.cc),
        folded: qn_base::text::truncate(&folded, QUOTED_CHARS_MAX).to_owned(),
        inline: mail.attachments.iter().filter(|file| file.place == Place::Text).map(|file| file.name.clone()).collect(),
        beside,
    };
    let mut attachments = Vec::new();
    let mut lost = Vec::new();
    // Logos of signatures and quoted pictures stay in the mail as it came.
    for file in mail.attachments.into_iter().filter(|file| file.place != Place::Folded) {
        if attachments.len() == ATTACHMENTS_MAX {
            lost.push(LostFile { name: file.name, reason: "too_many".to_owned() });
            continue;
        }
        attachments.push(InboundAttachment { name: file.name, source: Source::Bytes(Bytes::from(file.bytes)) });
    }
    let text = qn_base::text::truncate(&text, TEXT_CHARS_MAX).to_owned();
    (Content { mail: Some(Box::new(head)), ..Content::text(text) }, attachments, lost)
}
