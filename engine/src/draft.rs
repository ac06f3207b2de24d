//! A decision being written: starts from the state that was read and collects what will be committed. Pure.
//! Message ids follow from the conversation and the seq, so a decision made twice from the same state is the same decision.

use qn_domain::{
    Activity, Assignment, Author, AuthorKind, Commit, Content, Conversation, ConversationId, Dedupe, DeliveryState, Effect, Message,
    MessageId, MessageKind, Move, MoveError, Oversight, Repair, Repairs, Revision, Tie, Timestamp,
};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Draft {
    pub now: Timestamp,
    pub conversation: Conversation,
    /// A step of a flow decided it.
    pub by_flow: bool,
    /// The words for when a talk leaves its straight way.
    pub repairs: Arc<Repairs>,
    messages: Vec<Message>,
    changed: Vec<Message>,
    revisions: Vec<Revision>,
    effects: Vec<Effect>,
    assignment: Option<Assignment>,
    oversight: Option<Oversight>,
    tie: Option<Tie>,
    dedupe: Option<Dedupe>,
    /// Who works on what is written here works in another conversation: see `cases`.
    pub elsewhere: Elsewhere,
    /// Written in another conversation's thread and meant for this one.
    pub heard: Vec<Message>,
}

/// Whether messages of a draft are this conversation's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    No,
    /// It is a part of another one.
    Part,
    /// The messages belong to this one, which was split off.
    Case(ConversationId),
}

impl Draft {
    pub fn on(conversation: Conversation, now: Timestamp) -> Self {
        Self {
            now,
            conversation,
            by_flow: false,
            repairs: Arc::default(),
            messages: vec![],
            changed: vec![],
            revisions: vec![],
            effects: vec![],
            assignment: None,
            oversight: None,
            tie: None,
            dedupe: None,
            elsewhere: Elsewhere::No,
            heard: vec![],
        }
    }

    /// Appends a message and counts it into the conversation's position, preview and waiting time.
    pub fn message(&mut self, kind: MessageKind, author: Author, mut content: Content) -> &mut Message {
        if let Elsewhere::Case(id) = &self.elsewhere {
            content.case = Some(id.clone());
        }
        let c = &mut self.conversation;
        c.last_seq += 1;
        c.updated_at = self.now;
        if matches!(self.elsewhere, Elsewhere::No | Elsewhere::Part) && matches!(kind, MessageKind::Incoming | MessageKind::Outgoing) {
            c.last_message_at = self.now;
            c.last_text = content.preview();
        }
        match kind {
            _ if self.elsewhere != Elsewhere::No => {}
            MessageKind::Incoming => {
                c.unread += 1;
                c.waiting_since = c.waiting_since.or(Some(self.now));
            }
            MessageKind::Outgoing => {
                c.waiting_since = None;
                if author.kind == AuthorKind::Agent {
                    c.unread = 0;
                    c.agent_read_seq = c.last_seq;
                }
            }
            MessageKind::Note | MessageKind::Activity => {}
        }
        let message = Message {
            id: MessageId::at(&c.id, c.last_seq),
            tenant_id: c.tenant_id.clone(),
            conversation_id: c.id.clone(),
            seq: c.last_seq,
            kind,
            author,
            content,
            reply_to: None,
            client_msg_id: None,
            state: DeliveryState::Sent,
            state_reason: None,
            trace: None,
            created_at: self.now,
            edited_at: None,
            recalled_at: None,
        };
        self.messages.push(message);
        let last = self.messages.len() - 1;
        &mut self.messages[last]
    }

    /// Changes hands or state, with its line in the thread.
    pub fn apply(&mut self, wanted: Move, by: Author) -> Result<(), MoveError> {
        let moved = self.conversation.apply(wanted, self.now)?;
        self.conversation = moved.conversation;
        self.activity(moved.activity, by);
        Ok(())
    }

    /// In the conversation's language, and in the words of a run's flow where it is one's; `value` stands where the words leave room for it.
    pub fn repair(&self, run: &str, repair: Repair, value: &str) -> String {
        self.repairs.say_with(run, repair, self.conversation.language, value)
    }

    pub fn activity(&mut self, activity: Activity, by: Author) {
        self.message(MessageKind::Activity, by, Content { activity: Some(activity), ..Content::default() });
    }

    pub fn change(&mut self, message: Message) {
        self.changed.push(message);
    }

    pub fn revise(&mut self, revision: Revision) {
        self.revisions.push(revision);
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub fn assigned(&mut self, assignment: Assignment) {
        self.assignment = Some(assignment);
    }

    /// Kept with the commit: who did this over whose head.
    pub fn overseen(&mut self, oversight: Oversight) {
        self.oversight = Some(oversight);
    }

    /// Kept with the commit: a tie that was made or undone.
    pub fn tied(&mut self, tie: Tie) {
        self.tie = Some(tie);
    }

    /// Names the event, so that its repetition is recognised. `message_id` is what the repetition gets back.
    pub fn dedupe(&mut self, scope: String, key: String, message_id: Option<MessageId>) {
        self.dedupe = Some(Dedupe { scope, key, conversation_id: self.conversation.id.clone(), message_id });
    }

    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub fn messages_mut(&mut self) -> &mut [Message] {
        &mut self.messages
    }

    pub fn finish(self) -> Commit {
        let mut conversation = self.conversation;
        conversation.version += 1;
        Commit {
            tenant_id: conversation.tenant_id.clone(),
            at: self.now,
            dedupe: self.dedupe,
            conversation: conversation.into(),
            messages: self.messages.into_iter().map(Arc::new).collect(),
            changed: self.changed.into_iter().map(Arc::new).collect(),
            revisions: self.revisions,
            effects: self.effects,
            assignment: self.assignment,
            oversight: self.oversight,
            tie: self.tie,
        }
    }
}
