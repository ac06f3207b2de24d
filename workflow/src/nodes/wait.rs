//! Waits for a length of time or until a date, in all hours or in business hours.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::hours::{Hours, HoursSettings};
use crate::model::{ErrorKind, NEXT, Node, Type};
use crate::request::{Desk, Request};
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
    /// Only time when somebody is there counts: the length passes in these hours, the date moves to the next opening, and without
    /// either it waits for the next opening.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("工作时间|只计算工作时间；只填这一项则等到下一次上班", "Business hours|Only these count; alone it waits for the next opening", "hours")))]
    business: Option<HoursSettings>,
    /// The same by a calendar of the company's routing rules.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("工作日历|按分配规则里的日历计算，不用再填工作时间", "Calendar|One of the routing rules, instead of business hours here", "calendar")))]
    calendar: Option<String>,
}

#[derive(Debug)]
struct Pause {
    length: Length,
    hours: Option<Hours>,
    calendar: Option<String>,
}

#[derive(Debug)]
enum Length {
    For(i64),
    Until(Box<Expr>),
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
        let hours = match settings.business.as_ref().map(HoursSettings::read).transpose() {
            Ok(hours) => hours,
            Err(why) => {
                compiler.problem(
                    "bad_settings",
                    "business",
                    format!("工作时间不正确：{why}"),
                    format!("the business hours are not right: {why}"),
                );
                return None;
            }
        };
        let calendar = settings.calendar.filter(|calendar| !calendar.trim().is_empty());
        if hours.is_some() && calendar.is_some() {
            let (zh, en) = ("工作时间和工作日历只能选一个", "give either business hours or a calendar");
            compiler.problem("bad_settings", "calendar", zh, en);
        }
        let length = match (settings.for_ms, &settings.until) {
            (Some(ms), None) if (1..=WAIT_MS_MAX).contains(&ms) => Length::For(ms),
            (None, Some(until)) => Length::Until(Box::new(compiler.expr("until", until, Type::Time)?)),
            (None, None) if hours.is_some() || calendar.is_some() => Length::For(0),
            _ => {
                compiler.problem(
                    "bad_settings",
                    "for_ms",
                    "请填写时长(不超过一年)或日期，二者取一",
                    "give either a length up to a year or a date",
                );
                return None;
            }
        };
        Some(Box::new(Pause { length, hours, calendar }))
    }
}

impl Action for Pause {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (from, ms) = match &self.length {
            Length::For(ms) => (scene.now, *ms),
            Length::Until(expr) => {
                let value = expr.evaluate(scene.values)?;
                let time = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
                let time = time
                    .ok_or_else(|| StepError::new(ErrorKind::Invalid, format!("{value} is not a time")).zh(format!("{value} 不是时间")))?;
                (time.as_millisecond(), 0)
            }
        };
        if let Some(calendar) = &self.calendar {
            return Ok(desk(Desk::OpenTime { calendar: calendar.clone(), from, ms }));
        }
        let due_at = match &self.hours {
            Some(hours) => hours.after(from, ms).unwrap_or(i64::MAX),
            None => from.saturating_add(ms),
        };
        until(scene, due_at)
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        match scene.asked {
            Some(Request::Desk(_)) => until(scene, reply["at"].as_i64().unwrap_or(i64::MAX)),
            _ => Ok(Move::leave(NEXT)),
        }
    }
}

fn until(scene: &Scene<'_>, due_at: i64) -> Result<Move, StepError> {
    if due_at > scene.now.saturating_add(WAIT_MS_MAX) {
        return Err(StepError::new(ErrorKind::Limit, "a wait of more than a year").zh("等待超过一年"));
    }
    if due_at <= scene.now {
        return Ok(Move::leave(NEXT));
    }
    Ok(Move::Open { request: Request::Wait, due_at: Some(due_at) })
}
