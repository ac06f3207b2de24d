//! A conversation as a list of things that happened, a minute apart unless said otherwise.

use qn_domain::{
    Activity, ActivityKey, Assignment, AssignmentId, Author, AuthorKind, Content, Conversation, DeliveryState, Episode, Message, MessageId,
    MessageKind, Timestamp, UserId,
};
use qn_report::{Told, episodes};
use serde_json::{Value, json};

pub const MINUTE: i64 = 60_000;

pub struct Talk {
    pub conversation: Conversation,
    pub messages: Vec<Message>,
    pub assignments: Vec<Assignment>,
    pub now: Timestamp,
}

impl Talk {
    pub fn new(contact: &str) -> Self {
        Self::at(contact, 0)
    }

    pub fn at(contact: &str, now: Timestamp) -> Self {
        let id = format!("cnv_{contact}_{now}");
        let conversation = Conversation::new(id.into(), "ten_1".into(), "inb_1".into(), contact.into(), now);
        Self { conversation, messages: Vec::new(), assignments: Vec::new(), now }
    }

    pub fn after(mut self, minutes: i64) -> Self {
        self.now += minutes * MINUTE;
        self
    }

    pub fn asks(self, intent: Option<&str>) -> Self {
        let trace = intent.map(|name| json!({"intent": {"accepted": true, "ranked": [{"name": name}], "model": 1}}));
        let author = Author { kind: AuthorKind::Contact, id: Some("con".into()), name: String::new() };
        self.add(MessageKind::Incoming, author, Content::default(), trace)
    }

    pub fn bot(self) -> Self {
        self.add(MessageKind::Outgoing, Author::bot(), Content::default(), None)
    }

    pub fn person(self, id: &str) -> Self {
        self.add(MessageKind::Outgoing, agent(id), Content::default(), None)
    }

    pub fn note(self, id: &str) -> Self {
        self.add(MessageKind::Note, agent(id), Content::default(), None)
    }

    pub fn assigned(mut self, id: &str) -> Self {
        self.assignments.push(Assignment {
            id: AssignmentId(format!("asg_{}", self.assignments.len())),
            tenant_id: "ten_1".into(),
            conversation_id: self.conversation.id.clone(),
            agent_id: Some(UserId::from(id)),
            team_id: Some("tea_1".into()),
            explanation: Value::Null,
            at: self.now,
        });
        self.happens(ActivityKey::Assigned, None, json!({"agent": "somebody"}))
    }

    pub fn happens(self, key: ActivityKey, by: Option<&str>, params: Value) -> Self {
        let params = params.as_object().cloned().unwrap_or_default();
        let content = Content { activity: Some(Activity { key, params, public: false }), ..Content::default() };
        self.add(MessageKind::Activity, by.map_or_else(Author::system, agent), content, None)
    }

    pub fn queued(self) -> Self {
        self.happens(ActivityKey::Queued, None, json!({"reason": "customer_asked"}))
    }

    pub fn resolved(self) -> Self {
        self.happens(ActivityKey::Resolved, None, Value::Null)
    }

    /// The bot asks how it was after the end, and the customer answers by a message.
    pub fn rated_by_message(self, score: i64) -> Self {
        let customer = Author { kind: AuthorKind::Contact, id: Some("con".into()), name: String::new() };
        let rating = || Content { rating: true, ..Content::default() };
        let asked = self.add(MessageKind::Outgoing, Author::bot(), rating(), None).after(1);
        let rated =
            asked.add(MessageKind::Incoming, customer, rating(), None).happens(ActivityKey::CsatGiven, None, json!({"score": score}));
        rated.add(MessageKind::Outgoing, Author::bot(), rating(), None)
    }

    pub fn told(&self) -> Vec<Episode> {
        episodes(&Told { conversation: &self.conversation, messages: &self.messages, assignments: &self.assignments })
    }

    fn add(mut self, kind: MessageKind, author: Author, content: Content, trace: Option<Value>) -> Self {
        let seq = self.messages.len() as i64 + 1;
        self.messages.push(Message {
            id: MessageId(format!("msg_{seq}")),
            tenant_id: "ten_1".into(),
            conversation_id: self.conversation.id.clone(),
            seq,
            kind,
            author,
            content,
            reply_to: None,
            client_msg_id: None,
            state: DeliveryState::Sent,
            state_reason: None,
            trace: trace.map(Into::into),
            created_at: self.now,
            edited_at: None,
            recalled_at: None,
        });
        self
    }
}

fn agent(id: &str) -> Author {
    Author { kind: AuthorKind::Agent, id: Some(id.into()), name: id.into() }
}
