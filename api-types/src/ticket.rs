//! Tickets, their kinds and their history.

use crate::check::{self, Check, Invalid};
use crate::conversation::SlaDueView;
use crate::patch;
use qn_domain as domain;
use qn_domain::ticket::{FIELDS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use qn_domain::{FieldKind, Priority, TicketState};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A ticket: work that outlives a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketView {
    pub id: String,
    /// Counts within the company, from 1.
    pub number: i64,
    /// Id of its kind.
    pub kind: String,
    pub title: String,
    pub text: String,
    /// By name, as the kind asks for them.
    pub fields: Map<String, Value>,
    /// `open`, `working`, `waiting`, `solved` or `closed`.
    pub state: String,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    pub team_id: Option<String>,
    pub assignee_id: Option<String>,
    pub contact_id: Option<String>,
    /// The run of a flow that opened it.
    pub run_id: Option<String>,
    /// As somebody said, as its service level promises, or as its kind says; null while a promise stands still.
    pub due_at: Option<i64>,
    /// What its service level promises: the `resolution`; empty where none does or somebody said when it is due.
    pub sla: Vec<SlaDueView>,
    /// It is due and not over.
    pub overdue: bool,
    pub opened_by: TicketActorView,
    pub solved_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// Who did it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketActorView {
    /// `person`, `flow` or `system`.
    pub kind: String,
    /// Of the person or the run.
    pub id: String,
    pub name: String,
}

impl From<domain::TicketActor> for TicketActorView {
    fn from(by: domain::TicketActor) -> Self {
        Self { kind: by.kind, id: by.id, name: by.name }
    }
}

impl TicketView {
    pub fn at(ticket: domain::Ticket, now: domain::Timestamp) -> Self {
        Self {
            overdue: ticket.is_overdue(now),
            id: ticket.id.0,
            number: ticket.number,
            kind: ticket.kind,
            title: ticket.title,
            text: ticket.text,
            fields: ticket.fields,
            state: ticket.state.as_str().to_owned(),
            priority: ticket.priority.as_str().to_owned(),
            team_id: ticket.team_id.map(|id| id.0),
            assignee_id: ticket.assignee_id.map(|id| id.0),
            contact_id: ticket.contact_id.map(|id| id.0),
            run_id: ticket.run_id,
            due_at: ticket.due_at,
            sla: ticket.sla.map(|standing| standing.due.into_iter().map(SlaDueView::from).collect()).unwrap_or_default(),
            opened_by: ticket.opened_by.into(),
            solved_at: ticket.solved_at,
            version: ticket.version,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

/// How many tickets that are not over wait for the caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketCounts {
    pub mine: i64,
    /// Of the caller's teams, and nobody's yet.
    pub team_unassigned: i64,
}

/// A ticket with the conversations it is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketDetail {
    pub ticket: TicketView,
    /// Ids, the oldest tie first.
    pub conversation_ids: Vec<String>,
}

/// One line of a ticket's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketEventView {
    pub seq: i64,
    /// `opened`, `changed`, `noted`, `linked`, `unlinked`, or a mark of its service level: `warned`, `breached`.
    pub what: String,
    /// Before and after, by field: `{"state": ["open", "working"]}`; of `linked` and `unlinked` the `conversation_id`; of a
    /// mark the `metric`, the `percent` of the target that was used and the `actions` the policy asks for.
    pub changed: Map<String, Value>,
    pub note: String,
    pub by: TicketActorView,
    pub at: i64,
}

impl From<domain::TicketEvent> for TicketEventView {
    fn from(e: domain::TicketEvent) -> Self {
        Self { seq: e.seq, what: e.what, changed: e.changed, note: e.note, by: e.by.into(), at: e.at }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTicket {
    /// Id of its kind; `general` when not given.
    #[serde(default)]
    pub kind: Option<String>,
    pub title: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// `low`, `normal`, `high` or `urgent`.
    #[serde(default)]
    pub priority: Option<String>,
    #[serde(default)]
    pub team_id: Option<String>,
    #[serde(default)]
    pub assignee_id: Option<String>,
    #[serde(default)]
    pub contact_id: Option<String>,
    /// The conversation it is about.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// Milliseconds since 1970. When not given, as a service level promises, else as its kind says.
    #[serde(default)]
    pub due_at: Option<i64>,
}

impl Check for CreateTicket {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.title, "title", TITLE_CHARS_MAX, wrong);
        check::text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        priority(self.priority.as_deref(), wrong);
        too_many(&self.fields, wrong);
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTicket {
    #[serde(default, deserialize_with = "patch::some")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub text: Option<String>,
    /// Laid over what is there; null empties a field.
    #[serde(default)]
    pub fields: Map<String, Value>,
    #[serde(default, deserialize_with = "patch::some")]
    pub state: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub priority: Option<String>,
    #[serde(default, deserialize_with = "patch::nullable")]
    pub team_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::nullable")]
    pub assignee_id: Option<Option<String>>,
    /// Takes the place of what a service level promises; null gives the ticket back to it, counted from then on.
    #[serde(default, deserialize_with = "patch::nullable")]
    pub due_at: Option<Option<i64>>,
    /// Stands in the history with the change.
    #[serde(default, deserialize_with = "patch::some")]
    pub note: Option<String>,
}

impl Check for UpdateTicket {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(title) = &mut self.title {
            check::name(title, "title", TITLE_CHARS_MAX, wrong);
        }
        for (text, field) in [(&mut self.text, "text"), (&mut self.note, "note")] {
            if let Some(text) = text {
                check::text(text, field, TEXT_CHARS_MAX, wrong);
            }
        }
        priority(self.priority.as_deref(), wrong);
        if self.state.as_deref().is_some_and(|state| TicketState::parse(state).is_none()) {
            wrong.push(Invalid::new(
                "state",
                "应为 open、working、waiting、solved 或 closed",
                "is open, working, waiting, solved or closed",
            ));
        }
        too_many(&self.fields, wrong);
    }
}

fn priority(word: Option<&str>, wrong: &mut Vec<Invalid>) {
    if word.is_some_and(|word| Priority::parse(word).is_none()) {
        wrong.push(Invalid::new("priority", "应为 low、normal、high 或 urgent", "is low, normal, high or urgent"));
    }
}

fn too_many(fields: &Map<String, Value>, wrong: &mut Vec<Invalid>) {
    if fields.len() > FIELDS_MAX {
        wrong.push(Invalid::new("fields", "最多 50 个字段", "has at most 50 fields"));
    }
}

/// A conversation that a ticket is about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkConversation {
    pub conversation_id: String,
}

impl Check for LinkConversation {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::id(&self.conversation_id, "conversation_id", wrong);
    }
}

/// A kind of ticket: what is asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketKindView {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    pub fields: Vec<TicketFieldView>,
    /// Due so long after it was opened, where no service level promises anything.
    pub due_ms: Option<i64>,
    /// One that everybody has; it comes back as it was when it is removed.
    pub built_in: bool,
    /// 0: as it was built in.
    pub version: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketFieldView {
    /// Letters, digits and `_`.
    pub name: String,
    pub zh: String,
    pub en: String,
    /// `text`, `number`, `boolean` or `choice`.
    pub kind: String,
    #[serde(default)]
    pub required: bool,
    /// What a `choice` may be.
    #[serde(default)]
    pub choices: Vec<String>,
}

impl From<domain::TicketKind> for TicketKindView {
    fn from(kind: domain::TicketKind) -> Self {
        let field = |f: domain::TicketField| TicketFieldView {
            name: f.name,
            zh: f.zh,
            en: f.en,
            kind: match f.kind {
                FieldKind::Text => "text",
                FieldKind::Number => "number",
                FieldKind::Boolean => "boolean",
                FieldKind::Choice => "choice",
            }
            .to_owned(),
            required: f.required,
            choices: f.choices,
        };
        let built_in = domain::TicketKind::common().iter().any(|common| common.id == kind.id);
        Self {
            fields: kind.fields.into_iter().map(field).collect(),
            id: kind.id,
            name_zh: kind.name_zh,
            name_en: kind.name_en,
            due_ms: kind.due_ms,
            built_in,
            version: kind.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutTicketKind {
    pub name_zh: String,
    pub name_en: String,
    #[serde(default)]
    pub fields: Vec<TicketFieldView>,
    #[serde(default)]
    pub due_ms: Option<i64>,
    /// The version that was read; 0 or absent for a new one.
    #[serde(default)]
    pub version: i64,
}

impl PutTicketKind {
    pub fn kind(self, id: String) -> domain::TicketKind {
        let field = |f: TicketFieldView| domain::TicketField {
            kind: field_kind(&f.kind).unwrap_or(FieldKind::Text),
            name: f.name,
            zh: f.zh,
            en: f.en,
            required: f.required,
            choices: f.choices,
        };
        domain::TicketKind {
            id,
            fields: self.fields.into_iter().map(field).collect(),
            name_zh: self.name_zh,
            name_en: self.name_en,
            due_ms: self.due_ms,
            version: self.version,
        }
    }
}

fn field_kind(word: &str) -> Option<FieldKind> {
    Some(match word {
        "text" => FieldKind::Text,
        "number" => FieldKind::Number,
        "boolean" => FieldKind::Boolean,
        "choice" => FieldKind::Choice,
        _ => return None,
    })
}

impl Check for PutTicketKind {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name_zh, "name_zh", 60, wrong);
        check::name(&mut self.name_en, "name_en", 60, wrong);
        if self.due_ms.is_some_and(|due| due <= 0) {
            wrong.push(Invalid::new("due_ms", "应大于 0", "is more than 0"));
        }
        if self.fields.len() > FIELDS_MAX {
            wrong.push(Invalid::new("fields", "最多 50 个字段", "has at most 50 fields"));
        }
        let mut seen = std::collections::BTreeSet::new();
        for (n, field) in self.fields.iter_mut().enumerate() {
            let at = format!("fields[{n}]");
            let is_name = (1..=40).contains(&field.name.len()) && field.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !is_name || !seen.insert(field.name.clone()) {
                wrong.push(Invalid::new(
                    format!("{at}.name"),
                    "应为不重复的字母、数字和下划线",
                    "has letters, digits and _, each name once",
                ));
            }
            check::name(&mut field.zh, &format!("{at}.zh"), 60, wrong);
            check::name(&mut field.en, &format!("{at}.en"), 60, wrong);
            match field_kind(&field.kind) {
                None => wrong.push(Invalid::new(
                    format!("{at}.kind"),
                    "应为 text、number、boolean 或 choice",
                    "is text, number, boolean or choice",
                )),
                Some(FieldKind::Choice) if field.choices.is_empty() || field.choices.len() > 100 => {
                    wrong.push(Invalid::new(format!("{at}.choices"), "请填写 1 到 100 个选项", "has 1 to 100 choices"));
                }
                Some(_) => {}
            }
        }
    }
}
