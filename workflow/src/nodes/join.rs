//! Where the branches of a `parallel` come together.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node};
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Join;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {}

#[derive(Debug)]
struct Come;

impl Kind for Join {
    fn spec(&self) -> Spec {
        Spec {
            name: "join",
            zh: "汇合",
            en: "Join",
            icon: "merge",
            about: ("等待并行分支汇合", "Where parallel branches meet"),
            family: Family::Logic,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        compiler.settings::<Settings>(node)?;
        Some(Box::new(Come))
    }
}

impl Action for Come {
    fn decide(&self, _scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(Move::Join)
    }
}
