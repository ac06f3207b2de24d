//! The end of a flow, with what it gives back. A failed end takes back what was done.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{ErrorKind, Node};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct End;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What the flow gives back; the detail of its failure if it failed. Texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("输出|流程返回的内容", "Output|What the flow gives back", "json")))]
    output: Value,
    /// Set: the flow failed for this reason, and what was done is taken back. A template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("失败原因|填写后流程算失败，已完成的步骤会撤销", "Failed because|If given, the flow failed and what was done is undone", "template")))]
    failed: Option<String>,
}

#[derive(Debug)]
struct Stop {
    output: JsonTemplate,
    failed: Option<Template>,
}

impl Kind for End {
    fn spec(&self) -> Spec {
        Spec {
            name: "end",
            zh: "结束",
            en: "End",
            icon: "flag",
            about: ("流程到此结束", "Where the flow ends"),
            family: Family::Logic,
            ports: &[],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let output = compiler.json("output", &settings.output)?;
        let failed = settings.failed.as_ref().and_then(|failed| compiler.template("failed", failed));
        Some(Box::new(Stop { output, failed }))
    }
}

impl Action for Stop {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let output = self.output.render(scene.values)?;
        let failed = match &self.failed {
            Some(reason) => Some(StepError::new(ErrorKind::Failed, reason.render(scene.values)?).detail(output.clone())),
            None => None,
        };
        Ok(Move::End { failed, output })
    }
}
