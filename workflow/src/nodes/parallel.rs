//! Branches at the same time. Each ends at the `join` they share; the flow goes on behind it when all, or the first, have come.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::Node;
use crate::run::{FrameKind, FrameWish, StepError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub struct Parallel;

/// Not drawn: leads to what follows the join.
pub(crate) const JOINED: &str = "joined";
const BRANCHES_MAX: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Until {
    #[default]
    All,
    Any,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Names of the branches; each is a port.
    #[schemars(extend("x-qn" = form("分支|每个分支是一个出口", "Branches|Each is a port", "list")))]
    branches: Vec<String>,
    /// Go on when all branches have come, or when any has; the others are then given up.
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("何时继续|全部完成，或任一完成", "Goes on when|All have come, or any has", "choices"), &[("all", "全部完成", "All have come"), ("any", "任一完成", "Any has come")])))]
    until: Until,
}

#[derive(Debug)]
struct Fork {
    branches: Vec<String>,
    until: Until,
}

impl Kind for Parallel {
    fn spec(&self) -> Spec {
        Spec {
            name: "parallel",
            zh: "并行",
            en: "Parallel",
            icon: "fork",
            about: ("同时执行多个分支", "Does several things at once"),
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
        if !(1..=BRANCHES_MAX).contains(&settings.branches.len()) {
            compiler.problem("bad_settings", "branches", "分支数必须在 1 到 32 之间", "there are between 1 and 32 branches");
            return None;
        }
        Some(Box::new(Fork { branches: settings.branches, until: settings.until }))
    }
}

impl Action for Fork {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let enough = if self.until == Until::Any { 1 } else { self.branches.len() };
        if scene.rounds as usize >= enough {
            return Ok(Move::leave(JOINED));
        }
        if scene.rounds > 0 {
            return Ok(Move::Stay);
        }
        let frame = |name: &String| FrameWish {
            label: name.clone(),
            kind: FrameKind::Branch,
            port: Some(name.clone()),
            flow: None,
            vars: Map::new(),
        };
        Ok(Move::Split { frames: self.branches.iter().map(frame).collect(), carry: Value::Null })
    }

    fn own_ports(&self) -> Vec<String> {
        self.branches.clone()
    }
}
