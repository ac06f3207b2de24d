//! Sets variables from expressions, one after the other; a later one sees what an earlier one set.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::{Expr, Values};
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::run::StepError;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct SetVariables;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[schemars(extend("x-qn" = form("赋值|从上到下依次执行", "Assignments|One after the other", "list")))]
    set: Vec<Assignment>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    #[schemars(extend("x-qn" = form("变量|保存结果的变量", "Variable|Keeps the result", "variable")))]
    variable: String,
    /// CEL.
    #[schemars(extend("x-qn" = form("值|表达式", "Value|An expression", "expression")))]
    value: String,
}

#[derive(Debug)]
struct Assign(Vec<(String, Expr)>);

impl Kind for SetVariables {
    fn spec(&self) -> Spec {
        Spec {
            name: "set",
            zh: "设置变量",
            en: "Set variables",
            icon: "equal",
            about: ("用表达式计算并保存变量", "Works out values and keeps them"),
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
        let mut out = Vec::new();
        for (i, assignment) in settings.set.into_iter().enumerate() {
            let field = format!("set.{i}");
            let expr = compiler.expr(&field, &assignment.value, compiler.type_of(&assignment.variable));
            let earlier: Vec<&String> = out.iter().map(|(name, _): &(String, Expr)| name).collect();
            compiler.notes.reads.retain(|(name, at)| *at != field || !earlier.contains(&name));
            compiler.sets(&field, NEXT, Some(&assignment.variable), Guess::Unknown);
            out.extend(expr.map(|expr| (assignment.variable, expr)));
        }
        Some(Box::new(Assign(out)))
    }
}

struct Ahead<'a> {
    set: &'a [(String, Value)],
    rest: &'a dyn Values,
}

impl Values for Ahead<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.set.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value).or_else(|| self.rest.value(name))
    }
}

impl Action for Assign {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let mut sets: Vec<(String, Value)> = Vec::with_capacity(self.0.len());
        for (name, expr) in &self.0 {
            let value = expr.evaluate(&Ahead { set: &sets, rest: scene.values })?;
            sets.push((name.clone(), value));
        }
        Ok(Move::Leave { port: NEXT.to_owned(), output: Value::Null, save: None, sets })
    }
}
