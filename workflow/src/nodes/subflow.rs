//! Calls another flow, pinned to one version. It sees only the inputs it is given and gives back the output of its end.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node};
use crate::run::{FrameKind, FrameWish, StepError};
use crate::template::JsonTemplate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub struct SubFlow;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Content hash of the version to call.
    flow: String,
    /// Its inputs; texts are templates.
    #[serde(default)]
    inputs: Map<String, Value>,
    /// Variable for its output.
    #[serde(default)]
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
        let inputs = compiler.json("inputs", &Value::Object(settings.inputs))?;
        compiler.sets("save", NEXT, settings.save.as_ref());
        compiler.notes.flows.push(settings.flow.clone());
        Some(Box::new(CallFlow { flow: settings.flow, inputs, save: settings.save }))
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
