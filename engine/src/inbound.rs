//! What happens to a customer's message, as one line:
//! `InboundMessage → Identified → Threaded → Understood → Joined (→ Reworded) → Routed (→ Phrased) → Reply → commit`.
//! This file holds the only branching of the way; a stage never calls another stage.

use crate::assist::summary;
use crate::cases;
use crate::draft::Draft;
use crate::engine::{ATTEMPTS, Sent, sent};
use crate::flows::bound;
use crate::rules;
use crate::stages::routed::Route;
use crate::stages::understood::Mind;
use crate::stages::{identified, joined, phrased, reply, reworded, routed, threaded, understood};
use crate::threads::Threads;
use crate::workshop::{self, Turn};
use crate::{Engine, EngineError, Result};
use qn_domain::{ContactId, Content, ConversationId, Inbox, InboxId, Language, MessageId, MessageKind, Outcome, Page, TenantId};
use qn_routing::policy::Handling;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A customer's message as a channel delivered it, already verified, parsed and cleaned.
#[derive(Debug, Clone)]
pub struct InboundMessage {
    pub tenant_id: TenantId,
    pub inbox: Arc<Inbox>,
    pub contact_id: ContactId,
    /// Names the thread within the inbox; for the web the contact's id.
    pub thread_key: String,
    /// The sender's own name for this message; a second one with the same name is the same message.
    pub client_msg_id: String,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    pub page: Option<Page>,
    /// As the channel knows it; otherwise the text decides.
    pub language: Option<Language>,
    /// The customer pressed "talk to a person".
    pub wants_person: bool,
    /// Left outside opening hours for people to answer, who find here how to reach the customer: the bot stays out.
    pub left: Option<Reach>,
    pub writer: Writer,
    /// Why nothing is said to it by itself; people see it all the same.
    pub quiet: Option<Quiet>,
    /// Files the channel named and that could not be had, with the reason; people see them, the bot does not read them.
    pub lost_files: Vec<LostFile>,
}

/// Why a machine may not answer a letter (RFC 3834): whoever answers it may be a machine as well, and the two would never end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quiet {
    /// Lists and notices: no person wrote to us.
    Bulk,
    /// The sender had as many automatic answers as one gets in a day, in however many conversations.
    AnsweredOften { from: String, answers: i64 },
}

/// Whether the contact itself wrote this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Writer {
    /// The channel says so, as all do that know their accounts.
    #[default]
    Proved,
    /// Anybody could have: a letter under an address that nobody vouches for. Nothing known from elsewhere is used for it.
    Claimed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostFile {
    pub name: String,
    /// A stable word such as `address_blocked` or `file_too_large`.
    pub reason: String,
}

/// Ways to reach a customer who will not wait.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// Where a customer's own names for their messages are unique.
pub(crate) fn dedupe_scope(inbox_id: &InboxId, contact_id: &ContactId) -> String {
    format!("in:{inbox_id}:{contact_id}")
}

impl Engine {
    pub async fn receive(&self, message: InboundMessage) -> Result<Sent> {
        // The way is long: its state does not lie in every caller's.
        Box::pin(self.take_in(message)).await
    }

    async fn take_in(&self, message: InboundMessage) -> Result<Sent> {
        let thread = Threads::key(&message.inbox.id, &message.thread_key);
        let _turn = self.turns.enter_thread(&thread).await;
        let message = Box::pin(self.without_cards(message)).await?;
        if let Some(rated) = Box::pin(self.take_rating(&message)).await? {
            return Ok(rated);
        }
        let mut lost: Option<String> = None;
        for attempt in 0..ATTEMPTS {
            // Whoever was faster once may be so again: the next try waits its turn among people's actions as well.
            let _calm = match &lost {
                Some(id) => Some(self.turns.enter(id).await),
                None => None,
            };
            let identified = identified::run(self, &message).await?;
            let mut threaded = threaded::run(self, &message).await?;
            let message = Box::pin(self.take_code(&message, &threaded.conversation)).await?;
            let now = self.now();
            let settings = self.settings(&message.tenant_id).await?;
            let facts = rules::facts(&threaded.conversation, &identified.attributes, &settings);
            let mut opening = self.answers_now(&settings, &message.inbox, message.inbox.team_id.as_ref(), &facts);
            let versions = self.versions(&message.tenant_id).await;
            let cast = versions.cast(&threaded.conversation.id);
            let (shelf, book) = (self.shelf(&message.tenant_id).await, self.book(&message.tenant_id).await);
            let repairs = self.words_here(&message.tenant_id, &threaded.conversation.bot, "").await?;
            let readers = identified.readership(crate::hours::date(&settings.tenant.time_zone, now));
            let mind = Mind {
                engine: self,
                tenant_id: &message.tenant_id,
                model: cast.speaks,
                read: None,
                shelf: &shelf,
                book: &book,
                readers: &readers,
                repairs: &repairs,
            };
            let mut understood = understood::run(&mind, &message, &identified, &threaded).await;
            joined::run(self, &message, &mut threaded, &mut understood).await?;
            let turn = Turn { message: &message, identified: &identified, threaded: &threaded, opening, now };
            understood.trial = workshop::compare(&mind, &turn, cast.beside.as_ref(), &understood).await;
            Box::pin(reworded::run(&mind, &message, &threaded, &mut understood)).await;
            understood.bot_only = opening.bot_only;
            understood.ruling = self.ruling(&identified, &threaded, &understood).await?;
            understood.people_first = opening.is_open && understood.ruling.as_ref().is_some_and(|r| r.handling == Handling::PeopleFirst);
            let mut route = routed::decide(&message, &threaded, &understood);
            if message.quiet.is_none()
                && let Some(turn) = bound::instead(route, &understood, &threaded.conversation.bot, &book)
            {
                threaded.conversation.bot.stood_in |= matches!(route, Route::Person(_));
                (understood.turn, route) = (Some(turn), Route::Flow);
            }
            // Nobody is told their place in a quiet turn.
            if let Route::Person(reason) = route
                && message.quiet.is_none()
            {
                let mut heard = threaded.conversation.clone();
                heard.language = understood.understanding.language;
                rules::remember(&mut heard, &understood);
                opening = Box::pin(self.with_place(&settings, &heard, (message.inbox.team_id.as_ref(), reason), opening)).await;
            }
            understood.thought.phrased = Box::pin(phrased::run(&mind, &message, &threaded, &understood, route)).await;
            let conversation_id = threaded.conversation.id.0.clone();
            let (hears, joining) = (threaded.wire.is_some(), threaded.joins.clone());
            let work = threaded.wire.as_ref().map(|wire| &wire.work).or(joining.as_ref().map(|joining| &joining.other));
            let desk = work.map(|work| Draft::on(work.clone(), now));
            let mut draft = reply::decide(&message, &identified, threaded, &understood, route, opening, now)?;
            if self.llm.is_some() && matches!(route, Route::Person(_)) {
                summary::effect(&draft.conversation, now).into_iter().for_each(|effect| draft.effect(effect));
            }
            let outcome = match desk {
                None => self.commit(draft).await?,
                Some(mut desk) => {
                    let scope = dedupe_scope(&message.inbox.id, &message.contact_id);
                    if let Some(first) = self.repeated(&message.tenant_id, &scope, &message.client_msg_id).await? {
                        return Ok(first);
                    }
                    if hears {
                        rules::remember(&mut desk.conversation, &understood);
                        cases::rouse(&mut desk, draft.messages().iter().find(|m| m.kind == MessageKind::Incoming), &settings)?;
                    }
                    if let Some(joining) = &joining {
                        self.join(joining, &mut draft, &mut desk).await?;
                    }
                    self.commit_together(vec![draft, desk]).await?
                }
            };
            match outcome {
                Outcome::Done { entry } => {
                    metrics::counter!("qn_messages_in_total", "channel" => message.inbox.channel.as_str()).increment(1);
                    self.note_order(&message).await;
                    return sent(&entry);
                }
                Outcome::Duplicate(first) => return self.replay(&message.tenant_id, &first).await,
                Outcome::Conflict => {
                    tracing::debug!(attempt, "somebody moved the conversation first");
                    lost = Some(conversation_id);
                }
            }
        }
        Err(EngineError::Conflict)
    }

    /// The newest conversation of a thread, from memory when it is known there.
    pub(crate) async fn thread(
        &self,
        tenant_id: &TenantId,
        inbox: &Inbox,
        contact_id: &ContactId,
        thread_key: &str,
    ) -> Result<Option<Arc<qn_domain::Conversation>>> {
        let key = Threads::key(&inbox.id, thread_key);
        if let Some(known) = self.threads.get(&key) {
            // The cache is per inbox, and inboxes belong to one tenant; a thread key is only ever used by one contact.
            return Ok((known.tenant_id == *tenant_id && known.contact_id == *contact_id).then_some(known));
        }
        let found = qn_store::conversation::find_thread(&self.db, tenant_id, &inbox.id, contact_id, thread_key).await?;
        Ok(found.map(|conversation| {
            self.threads.put(conversation.clone());
            Arc::new(conversation)
        }))
    }

    pub(crate) fn fresh_conversation_id(&self) -> ConversationId {
        ConversationId::fresh(self.now())
    }
}
