//! Opens a ticket 工单 about what the flow does: work for people that outlives the conversation. Opened once, whatever crashes.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::{Desk, OpenTicket};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Ticket;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Id of the kind of ticket: `refund`, `complaint`, or one of the tenant's own.
    #[serde(default = "kind")]
    #[schemars(extend("x-qn" = form("工单类型|例如 general、refund、complaint", "Kind|For example general, refund or complaint", "ticket_kind")))]
    kind: String,
    #[schemars(extend("x-qn" = form("标题|可以使用模板", "Title|A template", "template")))]
    title: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("描述|同事需要知道的情况，可以使用模板", "Text|What colleagues should know; a template", "template")))]
    text: String,
    /// Values of the kind's fields; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("字段|工单类型的字段", "Fields|What the kind asks for", "json")))]
    fields: Value,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("优先级|越高越先处理", "Priority|The higher the sooner", "choices"), &[("low", "低", "Low"), ("normal", "普通", "Normal"), ("high", "高", "High"), ("urgent", "紧急", "Urgent")])))]
    priority: Priority,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("小组|由哪个小组处理", "Team|Which one works on it", "team")))]
    team: Option<String>,
    /// Due so long after it is opened, in milliseconds.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("处理期限|多久之内处理完", "Due within|How long it may take", "duration")))]
    due_ms: Option<i64>,
    /// Variable for `{"id", "number"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 id、number", "Keep in|Variable for id and number", "variable")))]
    save: Option<String>,
}

fn kind() -> String {
    "general".to_owned()
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }
}

#[derive(Debug)]
struct Open {
    kind: String,
    title: Template,
    text: Template,
    fields: JsonTemplate,
    priority: Priority,
    team: Option<String>,
    due_ms: Option<i64>,
    save: Option<String>,
}

impl Kind for Ticket {
    fn spec(&self) -> Spec {
        Spec {
            name: "ticket",
            zh: "创建工单",
            en: "Open a ticket",
            icon: "ticket",
            about: ("创建一张工单，交给人工继续处理", "Opens a ticket that people work on"),
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
        let title = compiler.template("title", &settings.title)?;
        let text = compiler.template("text", &settings.text)?;
        let fields = compiler.json("fields", &settings.fields)?;
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Object);
        let Settings { kind, priority, team, due_ms, save, .. } = settings;
        if settings.title.trim().is_empty() || kind.trim().is_empty() {
            compiler.problem("bad_settings", "title", "请填写工单类型和标题", "say which kind of ticket it is, and its title");
        }
        if !(settings.fields.is_null() || settings.fields.is_object()) {
            compiler.problem("bad_settings", "fields", "字段应为一个对象", "the fields are an object");
        }
        if due_ms.is_some_and(|due| due <= 0) {
            compiler.problem("bad_settings", "due_ms", "期限应大于 0", "the time it may take is more than 0");
        }
        let team = team.filter(|team| !team.trim().is_empty());
        Some(Box::new(Open { kind, title, text, fields, priority, team, due_ms, save }))
    }
}

impl Action for Open {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let fields = self.fields.render(scene.values)?;
        Ok(desk(Desk::OpenTicket(Box::new(OpenTicket {
            kind: self.kind.clone(),
            title: self.title.render(scene.values)?,
            text: self.text.render(scene.values)?,
            fields: fields.as_object().cloned().unwrap_or_default(),
            priority: self.priority.as_str().to_owned(),
            team: self.team.clone(),
            due_ms: self.due_ms,
        }))))
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT).save(self.save.as_ref(), reply))
    }
}
