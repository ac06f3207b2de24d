//! Leaves a note for colleagues in the conversation. Customers never see it.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Note;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    #[schemars(extend("x-qn" = form("内容|只有同事能看到", "Text|Only colleagues see it", "template")))]
    text: String,
}

#[derive(Debug)]
struct Write(Template);

impl Kind for Note {
    fn spec(&self) -> Spec {
        Spec {
            name: "note",
            zh: "内部备注",
            en: "Internal note",
            icon: "note",
            about: ("给同事留下备注", "Leaves a note for colleagues"),
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
        Some(Box::new(Write(compiler.template("text", &settings.text)?)))
    }
}

impl Action for Write {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Note { text: self.0.render(scene.values)? }))
    }
}
