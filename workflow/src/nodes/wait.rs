//! Waits for a length of time or until a date.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::model::{ErrorKind, NEXT, Node, Type};
use crate::request::Request;
use crate::run::StepError;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Wait;

/// A year: what waits longer belongs into a calendar.
const WAIT_MS_MAX: i64 = 366 * 24 * 3_600 * 1_000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schemars(extend("x-qn" = form("等待时长|与日期二者取一", "How long|Either this or a date", "duration")))]
    for_ms: Option<i64>,
    /// CEL that gives a time (RFC 3339).
    #[serde(default)]
    #[schemars(extend("x-qn" = form("等到|给出时间的表达式", "Until|An expression that gives a time", "expression")))]
    until: Option<String>,
}

#[derive(Debug)]
enum Pause {
    For(i64),
    Until(Expr),
}

impl Kind for Wait {
    fn spec(&self) -> Spec {
        Spec {
            name: "wait",
            zh: "等待",
            en: "Wait",
            icon: "clock",
            about: ("等待一段时间或到某个时间", "Waits for a while or until a time"),
            family: Family::Time,
            ports: &[NEXT],
            fallible: false,
            waits: true,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let pause = match (settings.for_ms, &settings.until) {
            (Some(ms), None) if (1..=WAIT_MS_MAX).contains(&ms) => Pause::For(ms),
            (None, Some(until)) => Pause::Until(compiler.expr("until", until, Type::Time)?),
            _ => {
                compiler.problem(
                    "bad_settings",
                    "for_ms",
                    "请填写时长(不超过一年)或日期,二者取一",
                    "give either a length up to a year or a date",
                );
                return None;
            }
        };
        Some(Box::new(pause))
    }
}

impl Action for Pause {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let due_at = match self {
            Pause::For(ms) => scene.now.saturating_add(*ms),
            Pause::Until(expr) => {
                let value = expr.evaluate(scene.values)?;
                let time = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                time.ok_or_else(|| StepError::new(ErrorKind::Invalid, format!("{value} is not a time")))?.as_millisecond()
            }
        };
        if due_at > scene.now.saturating_add(WAIT_MS_MAX) {
            return Err(StepError::new(ErrorKind::Limit, "a wait of more than a year"));
        }
        if due_at <= scene.now {
            return Ok(Move::leave(NEXT));
        }
        Ok(Move::Open { request: Request::Wait, due_at: Some(due_at) })
    }

    fn resume(&self, _scene: &Scene<'_>, _reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT))
    }
}
