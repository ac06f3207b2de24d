//! Tickets 工单: work that outlives a conversation. What a ticket is, which fields its kind asks for, and what a change does to it; pure.
//! Every change gives the lines of its history. Written by `engine::tickets`, kept by `store::ticket`.

use crate::{ContactId, ConversationId, SlaStanding, TeamId, TenantId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub const TITLE_CHARS_MAX: usize = 200;
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Of one field's text.
pub const FIELD_CHARS_MAX: usize = 2_000;
pub const FIELDS_MAX: usize = 50;
/// Conversations of one ticket.
pub const CONVERSATIONS_MAX: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// 待处理: nobody works on it yet.
    Open,
    /// 处理中
    Working,
    /// 等待中: for the customer or somebody outside.
    Waiting,
    /// 已解决: the customer may still object.
    Solved,
    /// 已关闭
    Closed,
}

impl TicketState {
    pub const ALL: [TicketState; 5] =
        [TicketState::Open, TicketState::Working, TicketState::Waiting, TicketState::Solved, TicketState::Closed];

    pub fn as_str(self) -> &'static str {
        match self {
            TicketState::Open => "open",
            TicketState::Working => "working",
            TicketState::Waiting => "waiting",
            TicketState::Solved => "solved",
            TicketState::Closed => "closed",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Nothing is left to do.
    pub fn is_over(self) -> bool {
        matches!(self, TicketState::Solved | TicketState::Closed)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub const ALL: [Priority; 4] = [Priority::Low, Priority::Normal, Priority::High, Priority::Urgent];

    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == word)
    }
}

/// Who did it, as the history says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketActor {
    /// `person`, `flow` or `system`.
    pub kind: String,
    /// Of the person or the run.
    pub id: String,
    /// What people called them then.
    pub name: String,
}

impl TicketActor {
    pub fn person(id: &UserId, name: &str) -> Self {
        Self { kind: "person".into(), id: id.0.clone(), name: name.to_owned() }
    }

    /// Nobody did it: time went by.
    pub fn system() -> Self {
        Self { kind: "system".into(), id: String::new(), name: String::new() }
    }

    pub fn flow(run_id: &str, name: &str) -> Self {
        Self { kind: "flow".into(), id: run_id.to_owned(), name: name.to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub tenant_id: TenantId,
    /// Counts within the tenant, from 1; what people say on the phone.
    pub number: i64,
    /// Id of its kind.
    pub kind: String,
    pub title: String,
    pub text: String,
    /// By name, as the kind asks for them.
    pub fields: Map<String, Value>,
    pub state: TicketState,
    pub priority: Priority,
    pub team_id: Option<TeamId>,
    pub assignee_id: Option<UserId>,
    pub contact_id: Option<ContactId>,
    /// The flow's run that opened it.
    pub run_id: Option<String>,
    pub due_at: Option<Timestamp>,
    /// What a service level promises of it. None: nothing does, or somebody said when it is due.
    pub sla: Option<SlaStanding>,
    pub opened_by: TicketActor,
    pub solved_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A kind 类型 of ticket: what is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketKind {
    /// Letters, digits, `-` and `_`.
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    pub fields: Vec<TicketField>,
    /// Due so long after it was opened, unless somebody says otherwise.
    pub due_ms: Option<i64>,
    /// Of a tenant's own; 0 is one that everybody has.
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketField {
    pub name: String,
    pub zh: String,
    pub en: String,
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// What a `choice` may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Number,
    Boolean,
    Choice,
}

/// What a field may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    pub field: String,
    pub zh: &'static str,
    pub en: &'static str,
}

impl TicketKind {
    /// Kinds that every tenant has; one of its own with the same id takes the place.
    pub fn common() -> Vec<TicketKind> {
        let field = |name: &str, zh: &str, en: &str, kind| TicketField {
            name: name.into(),
            zh: zh.into(),
            en: en.into(),
            kind,
            required: false,
            choices: Vec::new(),
        };
        let kind = |id: &str, zh: &str, en: &str, fields| TicketKind {
            id: id.into(),
            name_zh: zh.into(),
            name_en: en.into(),
            fields,
            due_ms: None,
            version: 0,
        };
        let (order, amount) = (field("order_id", "订单号", "Order", FieldKind::Text), field("amount", "金额", "Amount", FieldKind::Number));
        vec![
            kind("general", "咨询", "General", vec![]),
            kind("refund", "退款", "Refund", vec![order.clone(), amount]),
            kind("complaint", "投诉", "Complaint", vec![order.clone()]),
            kind("fault", "故障", "Fault", vec![field("product", "产品", "Product", FieldKind::Text)]),
            kind("delivery", "物流", "Delivery", vec![order]),
        ]
    }

    /// Whether these values may be kept. `whole`: nothing may be missing.
    pub fn check(&self, fields: &Map<String, Value>, whole: bool) -> Result<(), BadField> {
        let bad = |field: &str, zh, en| Err(BadField { field: format!("fields.{field}"), zh, en });
        for (name, value) in fields {
            let Some(field) = self.fields.iter().find(|field| field.name == *name) else {
                return bad(name, "这类工单没有这个字段", "is not a field of this kind of ticket");
            };
            let fits = match (field.kind, value) {
                (_, Value::Null) => !field.required,
                (FieldKind::Text, Value::String(text)) => text.chars().count() <= FIELD_CHARS_MAX,
                (FieldKind::Number, Value::Number(_)) | (FieldKind::Boolean, Value::Bool(_)) => true,
                (FieldKind::Choice, Value::String(text)) => field.choices.contains(text),
                _ => false,
            };
            if !fits {
                return bad(name, "与字段的类型不符", "does not fit the field");
            }
        }
        let missing = |field: &&TicketField| field.required && fields.get(&field.name).is_none_or(|value| value.is_null() || value == "");
        match self.fields.iter().find(missing) {
            Some(field) if whole => bad(&field.name, "请填写", "is needed"),
            _ => Ok(()),
        }
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TicketChange {
    pub title: Option<String>,
    pub text: Option<String>,
    /// Laid over what is there; null empties a field.
    pub fields: Map<String, Value>,
    pub state: Option<TicketState>,
    pub priority: Option<Priority>,
    pub team_id: Option<Option<TeamId>>,
    pub assignee_id: Option<Option<UserId>>,
    pub due_at: Option<Option<Timestamp>>,
    /// Said with it.
    pub note: Option<String>,
    pub link: Option<ConversationId>,
    pub unlink: Option<ConversationId>,
}

/// One line of a ticket's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketEvent {
    /// Counts within the ticket, from 1.
    pub seq: i64,
    /// `opened`, `changed`, `noted`, `linked`, `unlinked`, `warned`, `breached`.
    pub what: String,
    /// Of a change: `{"state": ["open", "working"], …}`, before and after. Of a mark of a service level: `{"metric": …, "percent": …, "actions": …}`.
    pub changed: Map<String, Value>,
    pub note: String,
    pub by: TicketActor,
    pub at: Timestamp,
}

impl Ticket {
    /// Lays a change over it. The lines of history it makes, without numbers; none when nothing changes. Somebody who is given an open
    /// ticket works on it.
    pub fn apply(&mut self, change: &TicketChange, by: &TicketActor, now: Timestamp) -> Vec<TicketEvent> {
        let mut changed = Map::new();
        let mut differs = |name: &str, from: Value, to: Value| {
            if from != to {
                changed.insert(name.to_owned(), json!([from, to]));
            }
        };
        if let Some(title) = &change.title {
            differs("title", json!(self.title), json!(title));
            self.title.clone_from(title);
        }
        if let Some(text) = &change.text {
            differs("text", json!(self.text), json!(text));
            self.text.clone_from(text);
        }
        for (name, value) in &change.fields {
            differs(&format!("fields.{name}"), self.fields.get(name).cloned().unwrap_or_default(), value.clone());
            match value {
                Value::Null => drop(self.fields.remove(name)),
                value => drop(self.fields.insert(name.clone(), value.clone())),
            }
        }
        if let Some(priority) = change.priority {
            differs("priority", json!(self.priority), json!(priority));
            self.priority = priority;
        }
        if let Some(team_id) = &change.team_id {
            differs("team_id", json!(self.team_id), json!(team_id));
            self.team_id.clone_from(team_id);
        }
        let mut state = change.state;
        if let Some(assignee_id) = &change.assignee_id {
            differs("assignee_id", json!(self.assignee_id), json!(assignee_id));
            self.assignee_id.clone_from(assignee_id);
            if assignee_id.is_some() && self.state == TicketState::Open {
                state = state.or(Some(TicketState::Working));
            }
        }
        if let Some(due_at) = change.due_at {
            differs("due_at", json!(self.due_at), json!(due_at));
            self.due_at = due_at;
        }
        if let Some(state) = state {
            differs("state", json!(self.state), json!(state));
            self.solved_at = if state.is_over() { self.solved_at.or(Some(now)) } else { None };
            self.state = state;
        }
        let note = change.note.clone().unwrap_or_default();
        let event = |what: &str, changed, note| TicketEvent { seq: 0, what: what.into(), changed, note, by: by.clone(), at: now };
        let mut out = Vec::new();
        if !changed.is_empty() {
            out.push(event("changed", changed, note));
        } else if !note.is_empty() {
            out.push(event("noted", changed, note));
        }
        for (what, id) in [("linked", &change.link), ("unlinked", &change.unlink)] {
            out.extend(id.iter().map(|id| event(what, Map::from_iter([("conversation_id".to_owned(), json!(id))]), String::new())));
        }
        if !out.is_empty() {
            self.updated_at = now;
        }
        out
    }

    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.state.is_over() && self.due_at.is_some_and(|due| due < now)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            id: "tkt_1".into(),
            tenant_id: "tnt_1".into(),
            number: 1,
            kind: "refund".into(),
            title: "退款失败".into(),
            text: String::new(),
            fields: Map::new(),
            state: TicketState::Open,
            priority: Priority::Normal,
            team_id: None,
            assignee_id: None,
            contact_id: None,
            run_id: None,
            due_at: None,
            sla: None,
            opened_by: TicketActor::flow("run_1", "退款"),
            solved_at: None,
            version: 1,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn a_change_is_told_before_and_after() {
        let (mut ticket, mei) = (ticket(), TicketActor::person(&"usr_1".into(), "小美"));
        let change = TicketChange {
            assignee_id: Some(Some("usr_1".into())),
            priority: Some(Priority::High),
            fields: Map::from_iter([("amount".to_owned(), json!(99.5))]),
            ..TicketChange::default()
        };
        let events = ticket.apply(&change, &mei, 10);
        assert_eq!(events.len(), 1);
        let changed = Value::Object(events[0].changed.clone());
        assert_eq!(
            changed,
            json!({"assignee_id": [null, "usr_1"], "priority": ["normal", "high"], "state": ["open", "working"], "fields.amount": [null, 99.5]})
        );
        assert_eq!(ticket.apply(&change, &mei, 11), vec![], "the same again is nothing");
        assert_eq!(ticket.updated_at, 10);
        let solved = TicketChange { state: Some(TicketState::Solved), note: Some("已退".into()), ..TicketChange::default() };
        assert_eq!(ticket.apply(&solved, &mei, 20)[0].note, "已退");
        assert_eq!(ticket.solved_at, Some(20));
        ticket.apply(&TicketChange { state: Some(TicketState::Closed), ..TicketChange::default() }, &mei, 30);
        assert_eq!(ticket.solved_at, Some(20), "closing keeps when it was solved");
        ticket.apply(&TicketChange { state: Some(TicketState::Working), ..TicketChange::default() }, &mei, 40);
        assert_eq!(ticket.solved_at, None);
    }

    #[test]
    fn fields_fit_their_kind() {
        let mut kind = TicketKind::common().into_iter().find(|kind| kind.id == "refund").unwrap();
        let fields = |value: Value| value.as_object().unwrap().clone();
        assert!(kind.check(&fields(json!({"order_id": "A1", "amount": 5})), true).is_ok());
        assert_eq!(kind.check(&fields(json!({"amount": "five"})), true).unwrap_err().field, "fields.amount");
        assert_eq!(kind.check(&fields(json!({"colour": "red"})), true).unwrap_err().field, "fields.colour");
        kind.fields[0].required = true;
        assert!(kind.check(&fields(json!({"amount": 5})), true).is_err());
        assert!(kind.check(&fields(json!({"amount": 5})), false).is_ok(), "a change need not name all");
        assert!(kind.check(&fields(json!({"order_id": null})), false).is_err());
    }
}
