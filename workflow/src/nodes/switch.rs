//! Several ways: the first case whose condition holds, else `otherwise`.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::model::Node;
use crate::run::StepError;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct Switch;

const OTHERWISE: &str = "otherwise";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(extend("x-qn" = form("分支|从上到下，走第一个成立的分支", "Cases|The first that holds is taken", "list")))]
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The port this case leaves through.
    #[schemars(extend("x-qn" = form("出口名称|画布上显示的名称", "Port|Its name on the canvas", "text")))]
    port: String,
    /// CEL that gives true or false.
    #[schemars(extend("x-qn" = form("条件|结果为真时走这个出口", "Condition|Taken when it is true", "condition")))]
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
            about: ("按条件走多个出口之一", "Goes one of several ways"),
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
