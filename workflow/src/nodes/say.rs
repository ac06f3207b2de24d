//! Says something to the customer.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::model::{NEXT, Node};
use crate::request::Request;
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Say;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    text: String,
}

#[derive(Debug)]
struct Speak(Template);

impl Kind for Say {
    fn spec(&self) -> Spec {
        Spec {
            name: "say",
            zh: "回复客户",
            en: "Say",
            family: Family::Talk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        Some(Box::new(Speak(compiler.template("text", &settings.text)?)))
    }
}

impl Action for Speak {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(Move::Open { request: Request::Say { text: self.0.render(scene.values)? }, due_at: None })
    }

    fn resume(&self, _scene: &Scene<'_>, _reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT))
    }
}
