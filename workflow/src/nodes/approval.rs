//! A person decides, with a form they may change, before a deadline.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::Node;
use crate::request::{Field, Request};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Approval;

const APPROVED: &str = "approved";
const REJECTED: &str = "rejected";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Who may decide: a role (`supervisor`), a team or a person.
    #[schemars(extend("x-qn" = form("审批人|角色、小组或坐席", "Who decides|A role, a team or a person", "approver")))]
    who: String,
    /// What it is about; a template.
    #[schemars(extend("x-qn" = form("标题|说明要审批什么，可以使用模板", "Title|What it is about; a template", "template")))]
    title: String,
    /// What they see and may change; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("表单|审批人看到并可以修改的内容", "Form|What they see and may change", "json")))]
    payload: Value,
    /// What its parts are called and may become; parts that are not named stay what kind of value they are.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("表单字段|显示给审批人的名称和类型，不填则按内容显示", "Fields of the form|Labels and kinds as the approver sees them; by the content if none are given", "list")))]
    fields: Vec<Field>,
    /// Variable for `{"approved", "by", "payload"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存结果：approved、by、payload", "Keep in|Variable for approved, by and payload", "variable")))]
    save: Option<String>,
}

#[derive(Debug)]
struct AskPerson {
    who: String,
    title: Template,
    payload: JsonTemplate,
    fields: Vec<Field>,
    save: Option<String>,
}

impl Kind for Approval {
    fn spec(&self) -> Spec {
        Spec {
            name: "approval",
            zh: "人工审批",
            en: "Approval",
            icon: "user-check",
            about: ("由指定的人审批，可修改内容", "A person decides and may change what is proposed"),
            family: Family::People,
            ports: &[APPROVED, REJECTED],
            fallible: true,
            waits: true,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let title = compiler.template("title", &settings.title)?;
        let payload = compiler.json("payload", &settings.payload)?;
        compiler.sets("save", APPROVED, settings.save.as_ref());
        compiler.sets("save", REJECTED, settings.save.as_ref());
        Some(Box::new(AskPerson { who: settings.who, title, payload, fields: settings.fields, save: settings.save }))
    }
}

impl Action for AskPerson {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (title, payload) = (self.title.render(scene.values)?, self.payload.render(scene.values)?);
        let request = Request::Approve { who: self.who.clone(), title, payload, fields: self.fields.clone() };
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let port = if reply["approved"] == Value::Bool(true) { APPROVED } else { REJECTED };
        Ok(Move::leave(port).save(self.save.as_ref(), reply))
    }
}
