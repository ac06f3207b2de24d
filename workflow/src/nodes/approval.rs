//! A person decides, with a form they may change, before a deadline.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::Node;
use crate::request::{Also, Field, Request};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use crate::types::Guess;
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
    /// Asked as well when nobody has decided after a share of the time.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("升级给|到时还没有人审批，就同时请他们审批", "Then also|Asked as well when nobody has decided by then", "approver")))]
    also: Option<String>,
    /// Per cent of the node's time, 1 to 99.
    #[serde(default = "half")]
    #[schemars(extend("x-qn" = form("升级时间|用掉审批时限的百分之多少后升级，1 到 99", "After|Per cent of the time they have, 1 to 99", "number")))]
    also_after: u8,
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

fn half() -> u8 {
    50
}

#[derive(Debug)]
struct AskPerson {
    who: String,
    /// And after how much of the time, in per cent.
    also: Option<(String, i64)>,
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
        compiler.sets("save", APPROVED, settings.save.as_ref(), Guess::Object);
        compiler.sets("save", REJECTED, settings.save.as_ref(), Guess::Object);
        if !(1..=99).contains(&settings.also_after) {
            compiler.problem(
                "bad_settings",
                "also_after",
                "升级时间应为 1 到 99 之间的百分数",
                "the share of the time is 1 to 99 per cent",
            );
        }
        let also = settings.also.filter(|also| !also.trim().is_empty()).map(|also| (also, i64::from(settings.also_after)));
        Some(Box::new(AskPerson { also, who: settings.who, title, payload, fields: settings.fields, save: settings.save }))
    }
}

impl Action for AskPerson {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (title, payload) = (self.title.render(scene.values)?, self.payload.render(scene.values)?);
        let also = self.also.as_ref().zip(scene.timeout_ms);
        let also = also.map(|((who, percent), ms)| Also { who: who.clone(), after_ms: ms.saturating_mul(*percent) / 100 });
        let request = Request::Approve { who: self.who.clone(), title, payload, fields: self.fields.clone(), also };
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let port = if reply["approved"] == Value::Bool(true) { APPROVED } else { REJECTED };
        Ok(Move::leave(port).save(self.save.as_ref(), reply))
    }
}
