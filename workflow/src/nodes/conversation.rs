//! Changes what is kept of the conversation beside its labels: how soon people should have it.

use super::ticket::Priority;
use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct UpdateConversation;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(extend("x-qn" = options(form("优先级|排队时越高越先接待", "Priority|The higher the sooner people have it", "choices"), &[("low", "低", "Low"), ("normal", "普通", "Normal"), ("high", "高", "High"), ("urgent", "紧急", "Urgent")])))]
    priority: Priority,
}

#[derive(Debug)]
struct Rank(Priority);

impl Kind for UpdateConversation {
    fn spec(&self) -> Spec {
        Spec {
            name: "conversation",
            zh: "更新会话",
            en: "Update conversation",
            icon: "flag",
            about: ("修改会话的优先级", "Changes the conversation's priority"),
            family: Family::Desk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        Some(Box::new(Rank(settings.priority)))
    }
}

impl Action for Rank {
    fn decide(&self, _scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::UpdateConversation { priority: self.0.as_str().to_owned() }))
    }
}
