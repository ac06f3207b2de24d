//! Waits until somebody or something says a word: a payment came, a parcel arrived.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Request;
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct WaitForSignal;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Name of the signal; a template.
    #[schemars(extend("x-qn" = form("信号名称|可以使用模板", "Signal|A template", "template")))]
    signal: String,
    /// Variable for its payload.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存信号内容的变量", "Keep in|Variable for its payload", "variable")))]
    save: Option<String>,
}

#[derive(Debug)]
struct Listen {
    signal: Template,
    save: Option<String>,
}

impl Kind for WaitForSignal {
    fn spec(&self) -> Spec {
        Spec {
            name: "signal",
            zh: "等待信号",
            en: "Wait for a signal",
            icon: "bell",
            about: ("等待外部信号，例如到账、签收", "Waits until something outside happens"),
            family: Family::Time,
            ports: &[NEXT],
            fallible: true,
            waits: true,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let signal = compiler.template("signal", &settings.signal)?;
        compiler.sets("save", NEXT, settings.save.as_ref());
        Some(Box::new(Listen { signal, save: settings.save }))
    }
}

impl Action for Listen {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let signal = self.signal.render(scene.values)?;
        Ok(Move::Open { request: Request::Listen { signal }, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT).save(self.save.as_ref(), reply))
    }
}
