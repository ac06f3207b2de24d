//! Rounds: over the items of a list, or while a condition holds, never more than `max`. A round begins at the port `body` and ends
//! where an edge leads back to this node; then the next begins, or the flow goes on at `done`.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::model::{ErrorKind, Node, Type};
use crate::run::{FrameKind, FrameWish, StepError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub struct Loop;

pub(crate) const BODY: &str = "body";
const DONE: &str = "done";
const ROUNDS_MAX: u32 = 10_000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// CEL that gives a list; evaluated once, before the first round.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("逐项循环|给出列表的表达式", "For each|An expression that gives a list", "expression")))]
    each: Option<String>,
    /// CEL that gives true or false; evaluated before every round.
    #[serde(default, rename = "while")]
    #[schemars(extend("x-qn" = form("循环条件|每轮之前判断", "While|Decided before every round", "condition")))]
    condition: Option<String>,
    /// The name an item has inside the round.
    #[serde(default = "item")]
    #[schemars(extend("x-qn" = form("每项的名称|循环体内用这个名称读取当前项", "Name of the item|How the round reads it", "text")))]
    item: String,
    /// Most rounds, 1 to 10000; one more is an error.
    #[serde(default = "max")]
    #[schemars(extend("x-qn" = form("最多轮数|1 到 10000,超出算失败", "Most rounds|1 to 10000; one more is a failure", "number")))]
    max: u32,
}

fn item() -> String {
    "item".to_owned()
}

fn max() -> u32 {
    1_000
}

#[derive(Debug)]
struct Rounds {
    over: Over,
    item: String,
    max: u32,
}

#[derive(Debug)]
enum Over {
    Each(Expr),
    While(Expr),
}

impl Kind for Loop {
    fn spec(&self) -> Spec {
        Spec {
            name: "loop",
            zh: "循环",
            en: "Loop",
            icon: "repeat",
            about: ("逐项或按条件重复执行", "Repeats for each item or while a condition holds"),
            family: Family::Logic,
            ports: &[BODY, DONE],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        if !(1..=ROUNDS_MAX).contains(&settings.max) {
            compiler.problem("bad_settings", "max", "循环次数上限必须在 1 到 10000 之间", "the most rounds are between 1 and 10000");
        }
        compiler.notes.locals.push((BODY.to_owned(), "index".to_owned()));
        let over = match (&settings.each, &settings.condition) {
            (Some(each), None) => {
                compiler.notes.locals.push((BODY.to_owned(), settings.item.clone()));
                Over::Each(compiler.expr("each", each, Type::List)?)
            }
            (None, Some(condition)) => Over::While(compiler.condition("while", condition)?),
            _ => {
                compiler.problem("bad_settings", "each", "请填写列表或条件，二者取一", "give either a list or a condition");
                return None;
            }
        };
        Some(Box::new(Rounds { over, item: settings.item, max: settings.max }))
    }
}

impl Action for Rounds {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (carry, next) = match &self.over {
            Over::While(condition) => (Value::Null, condition.is_true(scene.values)?.then(Map::new)),
            Over::Each(each) => {
                let items = if scene.rounds == 0 { each.evaluate(scene.values)? } else { scene.carry.clone() };
                let list = items
                    .as_array()
                    .ok_or_else(|| StepError::new(ErrorKind::Invalid, "the loop was not given a list").zh("循环需要一个列表"))?;
                let next = list.get(scene.rounds as usize).map(|item| Map::from_iter([(self.item.clone(), item.clone())]));
                (items, next)
            }
        };
        let Some(mut vars) = next else { return Ok(Move::leave(DONE)) };
        if scene.rounds >= self.max {
            return Err(StepError::new(ErrorKind::Limit, format!("the loop has had its {} rounds", self.max))
                .zh(format!("循环已满 {} 轮", self.max)));
        }
        vars.insert("index".to_owned(), Value::from(scene.rounds));
        let label = scene.rounds.to_string();
        let frame = FrameWish { label, kind: FrameKind::Round, port: Some(BODY.to_owned()), flow: None, vars };
        Ok(Move::Split { frames: vec![frame], carry: if scene.rounds == 0 { carry } else { Value::Null } })
    }
}
