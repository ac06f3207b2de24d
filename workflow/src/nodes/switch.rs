//! Several ways: the first case whose condition holds, else `otherwise`.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::model::Node;
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Switch;

const OTHERWISE: &str = "otherwise";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The port this case leaves through.
    port: String,
    /// CEL that gives true or false.
    when: String,
}

#[derive(Debug)]
struct Cases(Vec<(String, Expr)>);

impl Kind for Switch {
    fn spec(&self) -> Spec {
        Spec {
            name: "switch",
            zh: "多路分支",
            en: "Switch",
            icon: "route",
            family: Family::Logic,
            ports: &[OTHERWISE],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let mut cases = Vec::new();
        for (i, case) in settings.cases.into_iter().enumerate() {
            cases.extend(compiler.condition(&format!("cases.{i}.when"), &case.when).map(|expr| (case.port, expr)));
        }
        Some(Box::new(Cases(cases)))
    }
}

impl Action for Cases {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        for (port, when) in &self.0 {
            if when.is_true(scene.values)? {
                return Ok(Move::leave(port));
            }
        }
        Ok(Move::leave(OTHERWISE))
    }

    fn own_ports(&self) -> Vec<String> {
        self.0.iter().map(|(port, _)| port.clone()).collect()
    }
}
