//! The store's side of threading: which conversations a mail's clues lead to, and who is of them.

use crate::{Engine, Result};
use qn_base::clock::DAY_MS;
use qn_domain::{Conversation, ConversationId, Inbox};
use qn_mail::{Candidate, Clues, Mail, OwnNames, Placement};
use qn_store::mail::{self, ReadMail};

/// Message-IDs looked up of one mail; the nearest ones.
const IDS_MAX: usize = 12;
const MAILS_MAX: i64 = 50;
const SUBJECT_MS: i64 = 14 * DAY_MS;

impl Engine {
    pub(super) async fn place_mail(&self, inbox: &Inbox, names: &OwnNames, mail: &Mail) -> Result<Placement> {
        let clues = Clues::of(mail, names);
        let mut candidates: Vec<Candidate> = Vec::new();
        for id in clues.plus.iter().chain(&clues.own_ids).take(IDS_MAX) {
            self.add_candidate(inbox, &ConversationId::from(id.as_str()), None, &mut candidates).await?;
        }
        for id in clues.in_reply_to.iter().chain(&clues.references).take(IDS_MAX) {
            if !candidates.is_empty() {
                break;
            }
            if let Some(found) = mail::find_by_message_id(&self.db, &inbox.tenant_id, &inbox.id, id).await? {
                self.add_candidate(inbox, &found.conversation_id.clone(), Some(found), &mut candidates).await?;
            }
        }
        if let Some(subject) = clues.subject.as_ref().filter(|_| candidates.is_empty()) {
            let since = self.now() - SUBJECT_MS;
            for found in mail::list_by_subject(&self.db, &inbox.tenant_id, &inbox.id, subject, since).await? {
                self.add_candidate(inbox, &found.conversation_id.clone(), Some(found), &mut candidates).await?;
            }
        }
        Ok(qn_mail::place(&clues, &candidates, self.now()))
    }

    async fn add_candidate(&self, inbox: &Inbox, id: &ConversationId, by: Option<ReadMail>, all: &mut Vec<Candidate>) -> Result<()> {
        if all.iter().any(|known| known.conversation_id == id.as_str()) {
            return Ok(());
        }
        let found = qn_store::conversation::find(&self.db, &inbox.tenant_id, id).await?;
        let Some(conversation) = found.filter(|conversation| conversation.inbox_id == inbox.id) else { return Ok(()) };
        let mails = mail::list_of_conversation(&self.db, &inbox.tenant_id, id, MAILS_MAX).await?;
        let mut people: Vec<String> = mails.iter().flat_map(|mail| mail.people.clone()).collect();
        people.extend(self.mail_contact(inbox, &conversation).await?);
        all.push(Candidate {
            conversation_id: id.0.clone(),
            message_ids: by.and_then(|mail| mail.message_id).into_iter().collect(),
            base_subject: mails.first().map(|mail| mail.subject.clone()).unwrap_or_default(),
            people,
            last_at: mails.first().map_or(conversation.created_at, |mail| mail.received_at),
        });
        Ok(())
    }

    /// Whether this answers a letter that only its sender can have had: it carries our sealed Message-ID, and nobody but the sender was ever
    /// named in the conversation. Then whoever wrote it reads the mailbox that it claims to come from.
    pub(super) async fn is_round_trip(&self, inbox: &Inbox, names: &OwnNames, mail: &Mail, id: &ConversationId) -> Result<bool> {
        let clues = Clues::of(mail, names);
        let Some(sender) = clues.sender.as_ref().filter(|_| clues.own_ids.contains(&id.0)) else { return Ok(false) };
        let mails = mail::list_of_conversation(&self.db, &inbox.tenant_id, id, MAILS_MAX).await?;
        // Who may have been named before the ones that are looked at is not known.
        let all_seen = mails.len() < usize::try_from(MAILS_MAX).unwrap_or(0);
        Ok(all_seen && mails.iter().flat_map(|mail| &mail.people).all(|person| person == sender))
    }

    /// The address of a conversation's contact in this inbox.
    pub(super) async fn mail_contact(&self, inbox: &Inbox, conversation: &Conversation) -> Result<Option<String>> {
        let identities = qn_store::identity::list(&self.db, &inbox.tenant_id, &conversation.contact_id).await?;
        Ok(identities.into_iter().find(|identity| identity.inbox_id == inbox.id).map(|identity| identity.external_id))
    }
}
