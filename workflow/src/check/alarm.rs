//! What an alarm tells is known before it comes: a flow that alarms begin and that looks for something else in it is warned.

use crate::alarm::FIELDS;
use crate::model::Flow;
use crate::problem::Problem;
use crate::program::Compiled;
use crate::trigger::{Begins, Trigger};

const EVENT: &str = "context.event.";

pub(crate) fn alarm(flow: &Flow, nodes: &[Compiled]) -> Vec<Problem> {
    if Begins::of(flow).trigger != Trigger::Alarm {
        return Vec::new();
    }
    let mut out = Vec::new();
    for node in nodes {
        for (path, field) in &node.notes.paths {
            let Some(looked) = path.strip_prefix(EVENT).and_then(|rest| rest.split('.').next()) else { continue };
            if !FIELDS.contains(&looked) {
                let zh = format!("告警没有字段 {looked}，可用的有 {}", FIELDS.join("、"));
                let en = format!("an alarm has no field {looked}; it has {}", FIELDS.join(", "));
                out.push(Problem::warning("unknown_alarm_field", zh, en).at(&node.node.id).field(field));
            }
        }
    }
    out
}
