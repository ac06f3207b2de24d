//! Calls another flow, pinned to one version. It sees only the inputs it is given and gives back the output of its end.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::run::{FrameKind, FrameWish, StepError};
use crate::template::JsonTemplate;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub struct SubFlow;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Content hash of the version to call.
    #[schemars(extend("x-qn" = form("子流程|固定到一个已发布的版本", "Flow|Pinned to one published version", "flow")))]
    flow: String,
    /// Its inputs; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("输入|值可以使用模板", "Inputs|Values may be templates", "map")))]
    inputs: Map<String, Value>,
    /// Variable for its output.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存子流程输出的变量", "Keep in|Variable for its output", "variable")))]
    save: Option<String>,
}

#[derive(Debug)]
struct CallFlow {
    flow: String,
    inputs: JsonTemplate,
    save: Option<String>,
}

impl Kind for SubFlow {
    fn spec(&self) -> Spec {
        Spec {
            name: "sub_flow",
            zh: "子流程",
            en: "Sub-flow",
            icon: "workflow",
            about: ("调用另一个已发布的流程", "Calls another published flow"),
            family: Family::Logic,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let mut inputs = Vec::with_capacity(settings.inputs.len());
        for (name, value) in &settings.inputs {
            inputs.push((name.clone(), compiler.json(&format!("inputs.{name}"), value)?));
        }
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Unknown);
        compiler.notes.flows.push(settings.flow.clone());
        Some(Box::new(CallFlow { flow: settings.flow, inputs: JsonTemplate::Object(inputs), save: settings.save }))
    }
}

impl Action for CallFlow {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        if scene.rounds > 0 {
            let output = scene.outputs.last().cloned().unwrap_or_default();
            return Ok(Move::leave(NEXT).save(self.save.as_ref(), output));
        }
        let Value::Object(vars) = self.inputs.render(scene.values)? else { return Ok(Move::leave(NEXT)) };
        let frame = FrameWish { label: "call".to_owned(), kind: FrameKind::Sub, port: None, flow: Some(self.flow.clone()), vars };
        Ok(Move::Split { frames: vec![frame], carry: Value::Null })
    }
}
