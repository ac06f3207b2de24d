//! Changes a ticket: its state, its priority, its fields, or a word in its history. Done once, whatever crashes.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::{Desk, UpdateTicket};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct TicketUpdate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Id or number of the ticket; a template, for example `{{ ticket.id }}`.
    #[schemars(extend("x-qn" = form("工单|编号或 id，例如 {{ ticket.id }}", "Ticket|Its number or id, for example {{ ticket.id }}", "template")))]
    ticket: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("状态|改成哪种状态", "State|What it becomes", "choices"), &[("same", "不变", "As it is"), ("open", "待处理", "Open"), ("working", "处理中", "Working"), ("waiting", "等待中", "Waiting"), ("solved", "已解决", "Solved"), ("closed", "已关闭", "Closed")])))]
    state: State,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("优先级|改成哪种优先级", "Priority|What it becomes", "choices"), &[("same", "不变", "As it is"), ("low", "低", "Low"), ("normal", "普通", "Normal"), ("high", "高", "High"), ("urgent", "紧急", "Urgent")])))]
    priority: NewPriority,
    /// Laid over what is there; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("字段|只改写到的字段", "Fields|Only those that are named change", "json")))]
    fields: Value,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("备注|写入工单历史，可以使用模板", "Remark|Stands in the history; a template", "template")))]
    note: String,
    /// Variable for `{"id", "number", "state"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 id、number、state", "Keep in|Variable for id, number and state", "variable")))]
    save: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NewPriority {
    #[default]
    Same,
    Low,
    Normal,
    High,
    Urgent,
}

impl NewPriority {
    fn word(self) -> Option<&'static str> {
        match self {
            NewPriority::Same => None,
            NewPriority::Low => Some("low"),
            NewPriority::Normal => Some("normal"),
            NewPriority::High => Some("high"),
            NewPriority::Urgent => Some("urgent"),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    #[default]
    Same,
    Open,
    Working,
    Waiting,
    Solved,
    Closed,
}

impl State {
    fn word(self) -> Option<&'static str> {
        match self {
            State::Same => None,
            State::Open => Some("open"),
            State::Working => Some("working"),
            State::Waiting => Some("waiting"),
            State::Solved => Some("solved"),
            State::Closed => Some("closed"),
        }
    }
}

#[derive(Debug)]
struct Change {
    ticket: Template,
    state: State,
    priority: NewPriority,
    fields: JsonTemplate,
    note: Template,
    save: Option<String>,
}

impl Kind for TicketUpdate {
    fn spec(&self) -> Spec {
        Spec {
            name: "ticket_update",
            zh: "更新工单",
            en: "Update a ticket",
            icon: "ticket",
            about: ("更改工单的状态、字段或添加备注", "Changes a ticket or adds a remark"),
            family: Family::Desk,
            ports: &[NEXT],
            fallible: true,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let ticket = compiler.template("ticket", &settings.ticket)?;
        let fields = compiler.json("fields", &settings.fields)?;
        let note = compiler.template("note", &settings.note)?;
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Object);
        if settings.ticket.trim().is_empty() {
            compiler.problem("bad_settings", "ticket", "请填写是哪张工单", "say which ticket");
        }
        let Settings { state, priority, save, .. } = settings;
        Some(Box::new(Change { ticket, state, priority, fields, note, save }))
    }
}

impl Action for Change {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let fields = self.fields.render(scene.values)?;
        Ok(desk(Desk::UpdateTicket(Box::new(UpdateTicket {
            ticket: self.ticket.render(scene.values)?,
            state: self.state.word().map(str::to_owned),
            priority: self.priority.word().map(str::to_owned),
            fields: fields.as_object().cloned().unwrap_or_default(),
            note: self.note.render(scene.values)?,
        }))))
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT).save(self.save.as_ref(), reply))
    }
}
