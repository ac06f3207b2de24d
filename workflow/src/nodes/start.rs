//! Where a run begins. What starts it (a message, a webhook, an hour) is configured beside the flow; its data are the inputs.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node};
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Start;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What starts the flow, for people: `api`, `webhook`, `message`, `schedule`, `alarm`.
    #[serde(default)]
    #[allow(dead_code)] // read by those who start runs, not by the run
    trigger: Option<String>,
}

#[derive(Debug)]
struct Begin;

impl Kind for Start {
    fn spec(&self) -> Spec {
        Spec {
            name: "start",
            zh: "开始",
            en: "Start",
            family: Family::Trigger,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        compiler.settings::<Settings>(node)?;
        Some(Box::new(Begin))
    }
}

impl Action for Begin {
    fn decide(&self, _scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT))
    }
}
