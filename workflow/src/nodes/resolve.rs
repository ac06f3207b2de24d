//! Resolves the conversation.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Resolve;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {}

#[derive(Debug)]
struct Settle;

impl Kind for Resolve {
    fn spec(&self) -> Spec {
        Spec {
            name: "resolve",
            zh: "结束会话",
            en: "Resolve conversation",
            icon: "check",
            about: ("将会话标记为已解决", "Marks the conversation as resolved"),
            family: Family::Desk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        compiler.settings::<Settings>(node)?;
        Some(Box::new(Settle))
    }
}

impl Action for Settle {
    fn decide(&self, _scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Resolve))
    }
}
