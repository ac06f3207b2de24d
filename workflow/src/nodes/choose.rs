//! A condition: yes or no.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::model::Node;
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Choose;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// CEL that gives true or false.
    #[schemars(extend("x-qn" = form("条件|结果为真走“是”,否则走“否”", "Condition|True leaves at yes, false at no", "condition")))]
    when: String,
}

#[derive(Debug)]
struct Decide(Expr);

impl Kind for Choose {
    fn spec(&self) -> Spec {
        Spec {
            name: "choose",
            zh: "条件判断",
            en: "Condition",
            icon: "split",
            about: ("按条件走“是”或“否”", "Goes one way or the other"),
            family: Family::Logic,
            ports: &["yes", "no"],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        Some(Box::new(Decide(compiler.condition("when", &settings.when)?)))
    }
}

impl Action for Decide {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(Move::leave(if self.0.is_true(scene.values)? { "yes" } else { "no" }))
    }
}
