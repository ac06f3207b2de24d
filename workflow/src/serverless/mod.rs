//! CNCF Serverless Workflow 1.0, the part that is not about containers and code: do, call http, set, switch, for, fork, try, raise,
//! listen, wait, emit and run.workflow become a flow; all else is refused with its place and a reason. jq becomes CEL.
//! <https://github.com/serverlessworkflow/specification/blob/v1.0.0/dsl-reference.md>

mod blocks;
mod caught;
mod cel;
mod draft;
mod export;
mod jq;
mod systems;
mod tasks;
mod to_jq;

pub use export::export;

use crate::model::Flow;
use crate::problem::Problem;
use draft::{Draft, Room, Ways};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Fields of a workflow that are read; `metadata`, `title` and the like mean nothing to a run.
const READ: [&str; 6] = ["document", "input", "output", "do", "schedule", "use"];

/// A workflow as a flow. `versions` gives the content hashes of flows that `run.workflow` may call, by `namespace/name`.
///
/// The input of the workflow is the flow's input `input`; what the workflow gives is the flow's output.
pub fn import(workflow: &Value, versions: &BTreeMap<String, String>) -> Result<Flow, Vec<Problem>> {
    let mut draft = Draft::new(versions.clone());
    draft.only("", workflow, &READ);
    let document = &workflow["document"];
    let dsl = document["dsl"].as_str().unwrap_or_default();
    if !dsl.starts_with("1.") {
        draft.refuse("/document/dsl", &format!("不支持的 DSL 版本「{dsl}」"), &format!("DSL version \"{dsl}\" is not 1.x"));
    }
    if workflow["use"].as_object().is_some_and(|uses| uses.keys().any(|key| key != "secrets")) {
        draft.refuse("/use", "只支持 use.secrets", "of use only secrets are supported");
    }
    draft.gives = workflow["output"].get("as").cloned();
    let room = Room::first();
    draft.only("/document", document, &["dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata"]);
    draft.variable("data", json!({}));
    draft.variable("shared", json!({}));
    draft.variables.push(json!({"name": "input", "type": "any", "input": true, "default": {}}));
    let begins = schedule(&mut draft, &workflow["schedule"]);
    let start = draft.node("start", "start", "", begins);
    let mut ways = Ways { entry: None, exits: vec![(start, "next".to_owned())] };
    let first = match workflow["input"].get("from") {
        Some(from) => draft.cel("/input/from", from, &Room { dot: "input".to_owned(), ..room.clone() }.names()),
        None => Some("input".to_owned()),
    };
    if let Some(first) = first {
        draft.then_set(&mut ways, "take_input", &[("data", first)]);
    }
    let body = tasks::sequence(&mut draft, "/do", &workflow["do"], &room);
    draft.join(&mut ways, body);
    if !ways.exits.is_empty() {
        let end = draft.end(&room);
        draft.lead(&ways.exits, &end);
    }
    draft.flow(document)
}

/// Of a schedule only cron is a flow's; the specification means UTC.
fn schedule(draft: &mut Draft, schedule: &Value) -> Map<String, Value> {
    draft.only("/schedule", schedule, &["cron"]);
    match schedule["cron"].as_str() {
        Some(cron) => json!({"trigger": "schedule", "cron": cron, "time_zone": "UTC"}).as_object().cloned().unwrap_or_default(),
        None => Map::new(),
    }
}
