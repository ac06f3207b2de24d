//! What people do with a conversation: write, take, pass on, close, correct. Each is a decision committed like any other.

use crate::draft::Draft;
use crate::engine::{ATTEMPTS, sent};
use crate::macros;
use crate::settings::TenantSettings;
use crate::states::Chosen;
use crate::threads::conversation_of;
use crate::webhooks;
use crate::{Actor, Engine, EngineError, Result, Sent};
use qn_base::clock::MINUTE_MS;
use qn_domain::message::RECALL_WINDOW_MS;
use qn_domain::{
    Activity, ActivityKey, Content, Conversation, ConversationId, Dedupe, DeliveryState, Effect, EffectKind, LogEntry, MacroStep, Message,
    MessageId, MessageKind, Move, MoveError, Outcome, Owner, Presence, Priority, Revision, Role, Status, TeamId, TenantId, Timestamp,
    TransferOffer, TransferReason, UserId,
};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An unanswered transfer offer lapses after this long and stays with its owner.
const OFFER_MS: i64 = 2 * MINUTE_MS;

#[derive(Debug, Clone)]
pub struct AgentSend {
    pub client_msg_id: String,
    /// Private to the company.
    pub note: bool,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    /// A supervisor writes into somebody else's conversation.
    pub force: bool,
    /// What a canned response does besides.
    pub steps: Vec<MacroStep>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Claim,
    Resolve,
    Reopen,
    Pend,
    Wake,
    ReturnToBot,
    /// The first key pressed in the composer of a conversation the bot owns.
    Keystroke,
    Snooze {
        until: Timestamp,
    },
    TransferToAgent {
        to: UserId,
        note: String,
        reason: Option<TransferReason>,
    },
    TransferToTeam {
        to: TeamId,
        note: String,
        reason: Option<TransferReason>,
    },
    AcceptTransfer,
    DeclineTransfer,
    /// What the router offers.
    AcceptOffer,
    DeclineOffer,
    SetLabels(Vec<String>),
    ChangeLabels {
        add: Vec<String>,
        remove: Vec<String>,
    },
    SetPriority(Priority),
    /// Asks a colleague in, who answers beside the owner.
    Invite {
        who: UserId,
    },
    /// Oneself, or a colleague who was asked in.
    Leave {
        who: UserId,
    },
}

/// A conversation on both sides of an act; the same where nothing changed.
pub(crate) struct Acted {
    pub before: Conversation,
    pub after: Conversation,
}

impl Engine {
    pub async fn agent_send(&self, actor: &Actor, id: &ConversationId, send: AgentSend) -> Result<Sent> {
        if send.content.text.trim().is_empty() && send.content.attachments.is_empty() {
            return Err(EngineError::EmptyMessage);
        }
        let settings = self.settings(&actor.tenant_id).await?;
        let asked = if send.steps.contains(&MacroStep::Resolve) { self.ask_wrap_up(&settings, actor, id).await? } else { None };
        let sent = match Box::pin(self.send_by_wire(actor, id, &send, &settings)).await? {
            Some(sent) => Ok(sent),
            None => self.try_send(actor, id, &send, &settings).await,
        };
        if let Some(asked) = asked {
            self.settle_wrap_up(&asked, sent.as_ref().is_ok_and(|sent| !sent.replayed)).await?;
        }
        sent
    }

    pub(crate) async fn try_send(&self, actor: &Actor, id: &ConversationId, send: &AgentSend, settings: &TenantSettings) -> Result<Sent> {
        let _turn = self.turns.enter(id.as_str()).await;
        for _ in 0..ATTEMPTS {
            let conversation = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
            let mut draft = Draft::on(conversation, self.now());
            let scope = format!("out:{}:{id}", actor.user_id);
            if let Some(first) = qn_store::dedupe::find(&self.db, &actor.tenant_id, &scope, &send.client_msg_id).await? {
                return self.replay(&actor.tenant_id, &first).await;
            }
            // Between the look and the turn it may have become a part.
            if draft.conversation.tied.merged_into.is_some() && !send.note {
                return Err(EngineError::Conflict);
            }
            if !send.note {
                self.check_window(&draft.conversation, send.content.template.as_deref()).await?;
                take_over(&mut draft, actor, send.force)?;
            }
            write(&mut draft, actor, send, scope);
            macros::run(&mut draft, actor, &send.steps, settings)?;
            match self.commit(draft).await? {
                Outcome::Done { entry } => return sent(&entry),
                Outcome::Duplicate(first) => return self.replay(&actor.tenant_id, &first).await,
                Outcome::Conflict => {}
            }
        }
        Err(EngineError::Conflict)
    }

    /// Does it, and answers with the conversation as it is then. Doing what is already so succeeds.
    pub async fn act(&self, actor: &Actor, id: &ConversationId, action: Action) -> Result<Conversation> {
        Ok(self.act_as(actor, id, &action, None).await?.after)
    }

    /// The same for an event that may be repeated.
    pub(crate) async fn act_as(&self, actor: &Actor, id: &ConversationId, action: &Action, event: Option<Dedupe>) -> Result<Acted> {
        if let Some(event) = &event
            && qn_store::dedupe::find(&self.db, &actor.tenant_id, &event.scope, &event.key).await?.is_some()
        {
            return self.unchanged(actor, id).await;
        }
        let settings = self.settings(&actor.tenant_id).await?;
        let now = self.now();
        if let Action::Snooze { until } = action
            && *until <= now
        {
            return Err(EngineError::NotInFuture);
        }
        let names = match action {
            Action::TransferToAgent { to, .. } => settings.user(to)?.name.clone(),
            Action::TransferToTeam { to, .. } => settings.team(to)?.name.clone(),
            Action::Invite { who } => settings.colleague(who)?.name.clone(),
            Action::Leave { who } => settings.users.get(who).map(|user| user.name.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        let asked = if *action == Action::Resolve { self.ask_wrap_up(&settings, actor, id).await? } else { None };
        let mut before = None;
        let done = self.decide(&actor.tenant_id, id, |draft| {
            before = Some(draft.conversation.clone());
            if let Some(Dedupe { scope, key, .. }) = &event {
                draft.dedupe(scope.clone(), key.clone(), None);
            }
            carry_out(draft, actor, action, &names)
        });
        let done = done.await;
        if matches!(action, Action::AcceptOffer | Action::DeclineOffer) {
            self.presence.answered(&actor.tenant_id, &actor.user_id);
        }
        if let Some(asked) = asked {
            self.settle_wrap_up(&asked, done.is_ok()).await?;
        }
        match done {
            Ok(entry) => match (before, conversation_of(&entry)) {
                (Some(before), Some(after)) => Ok(Acted { before, after: (**after).clone() }),
                _ => Err(EngineError::Conflict),
            },
            Err(EngineError::Move(MoveError::Already)) => self.unchanged(actor, id).await,
            Err(error) => Err(error),
        }
    }

    async fn unchanged(&self, actor: &Actor, id: &ConversationId) -> Result<Acted> {
        let now = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        Ok(Acted { before: now.clone(), after: now })
    }

    /// Corrects one's own message; what it said before stays readable to colleagues.
    pub async fn edit(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId, text: &str) -> Result<Message> {
        if text.trim().is_empty() {
            return Err(EngineError::EmptyMessage);
        }
        self.change_own(actor, id, (message_id, false), |draft, message| {
            if message.content.text == text {
                return Err(EngineError::Move(MoveError::Already));
            }
            message.content.text = text.to_owned();
            message.edited_at = Some(draft.now);
            Ok(())
        })
        .await
    }

    /// Takes one's own message back (撤回) while the customer has hardly seen it: from our own log, or from a platform that takes it back.
    pub async fn recall(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId) -> Result<Message> {
        let is_gone = self.recall_left(actor, id, message_id).await?;
        self.change_own(actor, id, (message_id, is_gone), |draft, message| {
            if !is_gone && draft.now - message.created_at > RECALL_WINDOW_MS {
                return Err(EngineError::RecallWindowPassed);
            }
            message.content = Content::default();
            message.recalled_at = Some(draft.now);
            if draft.conversation.last_seq == message.seq {
                draft.conversation.last_text = draft.conversation.language.pick("[撤回了一条消息]", "[A message was recalled]").to_owned();
            }
            Ok(())
        })
        .await
    }

    /// Whether the platform took back what had left. What stands against it for other reasons is said by `change_own`.
    async fn recall_left(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId) -> Result<bool> {
        let message = qn_store::message::get(&self.db, &actor.tenant_id, message_id).await?;
        let is_out = message.kind == MessageKind::Outgoing && message.recalled_at.is_none();
        let has_left = is_out && (message.state != DeliveryState::Queued || self.left_in_part(&actor.tenant_id, message_id).await?);
        let is_own = message.author.id.as_deref() == Some(actor.user_id.as_str()) && message.conversation_id == *id;
        if !has_left || !is_own {
            return Ok(false);
        }
        if self.now() - message.created_at > RECALL_WINDOW_MS {
            return Err(EngineError::RecallWindowPassed);
        }
        let conversation = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let inbox = self.inbox(&actor.tenant_id, &conversation.inbox_id).await?;
        Box::pin(self.recall_over_channel(&inbox, &message)).await
    }

    /// The customer has some of it, although it is queued: it is between its parts, or sent once more after one of them failed.
    async fn left_in_part(&self, tenant_id: &TenantId, message_id: &MessageId) -> Result<bool> {
        Ok(!qn_store::channel_sent::list_steps(&self.db, tenant_id, message_id).await?.is_empty())
    }

    /// `is_gone`: the platform that it left over has taken it back.
    async fn change_own<F>(
        &self,
        actor: &Actor,
        id: &ConversationId,
        (message_id, is_gone): (&MessageId, bool),
        change: F,
    ) -> Result<Message>
    where
        F: Fn(&mut Draft, &mut Message) -> Result<()>,
    {
        let settings = self.settings(&actor.tenant_id).await?;
        let left_in_part = self.left_in_part(&actor.tenant_id, message_id).await?;
        let done = self.decide_on_message(&actor.tenant_id, id, message_id, |draft, before| {
            // Widget and apps read our own log: what changes there changes before the customer's eyes.
            let stays_ours = is_gone || settings.inboxes.get(&draft.conversation.inbox_id).is_none_or(|inbox| inbox.channel.has_screen());
            if before.author.id.as_deref() != Some(actor.user_id.as_str()) || before.kind == MessageKind::Activity {
                return Err(EngineError::NotYours);
            }
            if before.kind == MessageKind::Outgoing && !stays_ours && (left_in_part || before.state != DeliveryState::Queued) {
                return Err(EngineError::MessageLeft);
            }
            if before.recalled_at.is_some() {
                return Err(EngineError::Move(MoveError::Already));
            }
            let mut message = before.clone();
            change(draft, &mut message)?;
            let (replaced_at, replaced_by) = (draft.now, actor.author());
            draft.revise(Revision { message_id: before.id, content: before.content, replaced_at, replaced_by });
            draft.change(message);
            Ok(())
        });
        match done.await {
            Err(EngineError::Move(MoveError::Already)) => Ok(qn_store::message::get(&self.db, &actor.tenant_id, message_id).await?),
            done => done,
        }
    }

    /// Sends a failed message once more.
    pub async fn retry(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId) -> Result<Message> {
        self.decide_on_message(&actor.tenant_id, id, message_id, |draft, message| {
            if message.state != DeliveryState::Failed {
                return Err(EngineError::NotFailed);
            }
            let inbox_id = draft.conversation.inbox_id.clone();
            draft.effect(webhooks::delivery(&message, &inbox_id, draft.now, draft.now));
            draft.change(Message { state: DeliveryState::Queued, state_reason: None, ..message });
            Ok(())
        })
        .await
    }

    /// The owner has seen everything up to `seq`. Others may look without changing what counts as unread.
    pub async fn agent_read(&self, actor: &Actor, id: &ConversationId, seq: i64) -> Result<()> {
        let known = qn_store::conversation::get(&self.db, &actor.tenant_id, id).await?;
        let is_news = seq.min(known.last_seq) > known.agent_read_seq || (known.unread > 0 && seq >= known.last_seq);
        if known.owner.agent_id() != Some(&actor.user_id) || !is_news {
            return Ok(());
        }
        self.decide(&actor.tenant_id, id, |draft| {
            let c = &mut draft.conversation;
            c.agent_read_seq = c.agent_read_seq.max(seq.min(c.last_seq));
            if c.agent_read_seq >= c.last_seq {
                c.unread = 0;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// What the person chose, without a reason.
    pub async fn set_presence(&self, actor: &Actor, presence: Presence) -> Result<()> {
        let chosen = Chosen { presence, reason: None, caused_by: Some(actor.user_id.clone()) };
        self.choose_presence(&actor.tenant_id, &actor.user_id, chosen).await
    }

    /// A timer: the conversation wakes if it still sleeps for this reason.
    pub(crate) async fn wake_conversation(
        &self,
        tenant_id: &qn_domain::TenantId,
        id: &ConversationId,
        until: Timestamp,
    ) -> Result<Option<Arc<LogEntry>>> {
        let woken = self.decide(tenant_id, id, |draft| {
            let c = &draft.conversation;
            if c.status != Status::Snoozed || c.snoozed_until != Some(until) {
                return Err(EngineError::Move(MoveError::Already));
            }
            Ok(draft.apply(Move::Wake, qn_domain::Author::system())?)
        });
        already_is_fine(woken.await)
    }

    /// A timer: an offer nobody answered goes back to who made it.
    pub(crate) async fn expire_transfer(
        &self,
        tenant_id: &qn_domain::TenantId,
        id: &ConversationId,
        at: Timestamp,
    ) -> Result<Option<Arc<LogEntry>>> {
        let settings = self.settings(tenant_id).await?;
        let lapsed = self.decide(tenant_id, id, |draft| match draft.conversation.transfer.clone() {
            Some(offer) if offer.at == at => {
                let agent_name = settings.users.get(&offer.to).map(|u| u.name.clone()).unwrap_or_default();
                Ok(draft.apply(Move::DeclineTransfer { agent_id: offer.to, agent_name }, qn_domain::Author::system())?)
            }
            _ => Err(EngineError::Move(MoveError::Already)),
        });
        already_is_fine(lapsed.await)
    }
}

fn already_is_fine(done: Result<Arc<LogEntry>>) -> Result<Option<Arc<LogEntry>>> {
    match done {
        Ok(entry) => Ok(Some(entry)),
        Err(EngineError::Move(_) | EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writing to a customer makes the writer the owner: the bot falls silent, a queue loses the conversation.
pub(crate) fn take_over(draft: &mut Draft, actor: &Actor, force: bool) -> Result<()> {
    if draft.conversation.status == Status::Resolved {
        draft.apply(Move::Reopen, actor.author())?;
    }
    let (agent_id, agent_name) = (actor.user_id.clone(), actor.name.clone());
    match &draft.conversation.owner {
        Owner::Agent { agent_id: owner } if *owner == actor.user_id => Ok(()),
        Owner::Agent { .. } if draft.conversation.participants.contains(&actor.user_id) => Ok(()),
        Owner::Agent { .. } if force && actor.role >= Role::Supervisor => Ok(()),
        Owner::Agent { .. } => Err(EngineError::Move(MoveError::OwnedByOther)),
        Owner::Bot => Ok(draft.apply(Move::SilenceBot { agent_id, agent_name }, actor.author())?),
        Owner::Queue { .. } => Ok(draft.apply(Move::Claim { agent_id, agent_name }, actor.author())?),
    }
}

pub(crate) fn write(draft: &mut Draft, actor: &Actor, send: &AgentSend, scope: String) {
    let kind = if send.note { MessageKind::Note } else { MessageKind::Outgoing };
    let message = draft.message(kind, actor.author(), send.content.clone());
    message.client_msg_id = Some(send.client_msg_id.clone());
    message.reply_to = send.reply_to.clone();
    let id = message.id.clone();
    draft.dedupe(scope, send.client_msg_id.clone(), Some(id));
}

pub(crate) fn carry_out(draft: &mut Draft, actor: &Actor, action: &Action, target_name: &str) -> Result<()> {
    let (agent_id, agent_name) = (actor.user_id.clone(), actor.name.clone());
    let by = actor.author();
    match action {
        Action::Claim => draft.apply(Move::Claim { agent_id, agent_name }, by)?,
        Action::Keystroke => draft.apply(Move::SilenceBot { agent_id, agent_name }, by)?,
        Action::Resolve => {
            owned(draft, actor)?;
            draft.apply(Move::Resolve, by)?;
        }
        Action::Reopen => {
            draft.apply(Move::Reopen, by.clone())?;
            draft.apply(Move::Claim { agent_id, agent_name }, by)?;
        }
        Action::Pend => {
            owned(draft, actor)?;
            draft.apply(Move::Pend, by)?;
        }
        Action::Wake => draft.apply(Move::Wake, by)?,
        Action::ReturnToBot => {
            owned(draft, actor)?;
            draft.apply(Move::ReturnToBot, by)?;
        }
        Action::Snooze { until } => {
            owned(draft, actor)?;
            draft.apply(Move::Snooze { until: *until }, by)?;
            timer(draft, EffectKind::ConversationWake, *until, json!({"conversation_id": draft.conversation.id, "until": until}));
        }
        Action::TransferToAgent { to, note, reason } => {
            let (at, reason) = (draft.now, reason.clone());
            let offer = TransferOffer { from: agent_id, to: to.clone(), note: qn_base::text::truncate(note, 1_000).to_owned(), at };
            draft.apply(Move::OfferTransfer { offer, from_name: agent_name, to_name: target_name.to_owned(), reason }, by)?;
            timer(draft, EffectKind::TransferExpire, at + OFFER_MS, json!({"conversation_id": draft.conversation.id, "at": at}));
        }
        Action::TransferToTeam { to, note, reason } => {
            owned(draft, actor)?;
            let (note, reason) = (qn_base::text::truncate(note, 1_000).to_owned(), reason.clone());
            draft.apply(Move::TransferToTeam { team_id: to.clone(), team_name: target_name.to_owned(), note, reason }, by)?;
        }
        Action::AcceptTransfer => draft.apply(Move::AcceptTransfer { agent_id, agent_name }, by)?,
        Action::DeclineTransfer => draft.apply(Move::DeclineTransfer { agent_id, agent_name }, by)?,
        Action::AcceptOffer => draft.apply(Move::AcceptOffer { agent_id, agent_name }, by)?,
        Action::DeclineOffer => crate::offers::decline(draft, actor)?,
        Action::Invite { who } => {
            beside(draft, actor)?;
            draft.apply(Move::Invite { agent_id: who.clone(), agent_name: target_name.to_owned() }, by)?;
        }
        Action::Leave { who } => {
            if *who != actor.user_id {
                owned(draft, actor)?;
            }
            draft.apply(Move::Leave { agent_id: who.clone(), agent_name: target_name.to_owned() }, by)?;
        }
        Action::SetLabels(labels) => set_labels(draft, actor, labels)?,
        Action::ChangeLabels { add, remove } => {
            let kept = draft.conversation.labels.iter().filter(|label| !remove.contains(label));
            let labels: BTreeSet<String> = kept.chain(add).cloned().collect();
            set_labels(draft, actor, &labels.into_iter().collect::<Vec<_>>())?;
        }
        Action::SetPriority(priority) => set_priority(draft, actor, *priority)?,
    }
    Ok(())
}

/// Another agent's conversation is theirs; supervisors may step in.
pub(crate) fn owned(draft: &Draft, actor: &Actor) -> Result<()> {
    match draft.conversation.owner.agent_id() {
        Some(owner) if *owner != actor.user_id && actor.role < Role::Supervisor => Err(EngineError::Move(MoveError::OwnedByOther)),
        _ => Ok(()),
    }
}

/// Whoever was asked in may ask others in, too.
fn beside(draft: &Draft, actor: &Actor) -> Result<()> {
    if draft.conversation.participants.contains(&actor.user_id) { Ok(()) } else { owned(draft, actor) }
}

fn set_labels(draft: &mut Draft, actor: &Actor, labels: &[String]) -> Result<()> {
    if draft.conversation.labels == labels {
        return Err(EngineError::Move(MoveError::Already));
    }
    draft.conversation.labels = labels.to_vec();
    let mut params = serde_json::Map::new();
    params.insert("labels".into(), json!(labels));
    draft.activity(Activity { key: ActivityKey::LabelsChanged, params, public: false }, actor.author());
    Ok(())
}

fn set_priority(draft: &mut Draft, actor: &Actor, priority: Priority) -> Result<()> {
    if draft.conversation.routing.priority == priority {
        return Err(EngineError::Move(MoveError::Already));
    }
    draft.conversation.routing.priority = priority;
    let mut params = serde_json::Map::new();
    params.insert("priority".into(), json!(priority));
    draft.activity(Activity { key: ActivityKey::PriorityChanged, params, public: false }, actor.author());
    Ok(())
}

fn timer(draft: &mut Draft, kind: EffectKind, due_at: Timestamp, payload: serde_json::Value) {
    let key = format!("{}:{}:{due_at}", kind.as_str(), draft.conversation.id);
    draft.effect(Effect { kind, key, payload, due_at, trace: None });
}
