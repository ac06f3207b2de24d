//! Puts labels on the conversation and takes them off.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use crate::template::{Template, render_all};
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Label;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("添加标签|可以使用模板", "Add|Templates", "labels")))]
    add: Vec<String>,
    /// Templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("移除标签|可以使用模板", "Remove|Templates", "labels")))]
    remove: Vec<String>,
}

#[derive(Debug)]
struct Mark {
    add: Vec<Template>,
    remove: Vec<Template>,
}

impl Kind for Label {
    fn spec(&self) -> Spec {
        Spec {
            name: "label",
            zh: "标签",
            en: "Label",
            icon: "tag",
            about: ("为会话添加或移除标签", "Labels the conversation"),
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
        let (add, remove) = (compiler.templates("add", &settings.add)?, compiler.templates("remove", &settings.remove)?);
        Some(Box::new(Mark { add, remove }))
    }
}

impl Action for Mark {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Label { add: render_all(&self.add, scene.values)?, remove: render_all(&self.remove, scene.values)? }))
    }
}
