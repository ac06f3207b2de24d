//! A task of the set: the actions that solve it, as a flow, and the state they must leave behind.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// Longest a tool may take.
const TIMEOUT_MS: i64 = 10_000;
/// Sums of money are floating point in the set.
const NEAR: f64 = 1e-6;

/// The flow that does what the task's actions say, one after the other. What a tool refuses is part of some tasks; the flow goes on.
pub fn flow(task: &Value, connector: &str) -> Value {
    let actions = task["evaluation_criteria"]["actions"].as_array().cloned().unwrap_or_default();
    let ids: Vec<String> = (1..=actions.len()).map(|n| format!("do_{n}")).collect();
    let mut nodes = vec![json!({"id": "start", "kind": "start", "settings": {"trigger": "api"}})];
    let mut edges = vec![json!({"from": "start", "to": ids.first().map_or("done", String::as_str)})];
    for (n, action) in actions.iter().enumerate() {
        let next = ids.get(n + 1).map_or("done", String::as_str);
        let settings = json!({"connector": connector, "operation": action["name"], "input": action["arguments"]});
        nodes.push(json!({"id": ids[n], "kind": "connect", "title": action["name"], "timeout_ms": TIMEOUT_MS, "settings": settings}));
        edges.push(json!({"from": ids[n], "to": next}));
        edges.push(json!({"from": ids[n], "port": "error", "to": next}));
    }
    nodes.push(json!({"id": "done", "kind": "end"}));
    let id = format!("task_{}", task["id"].as_str().unwrap_or_default());
    json!({"format": 1, "id": id, "name": id, "nodes": nodes, "edges": edges})
}

/// The database after the task, as the set says.
pub fn expected(db: &Value, patch: &Value) -> Result<Value> {
    let mut after = db.clone();
    for change in patch.as_array().context("a patch is a list")? {
        let path = change["path"].as_str().context("a change without a path")?;
        if change["op"] == "remove" {
            bail!("{path}: removals do not occur in this set");
        }
        let (parent, name) = path.rsplit_once('/').context("a path without a name")?;
        let parent = after.pointer_mut(parent).with_context(|| format!("{path} leads nowhere"))?;
        let name = name.replace("~1", "/").replace("~0", "~");
        match parent {
            Value::Object(fields) => drop(fields.insert(name, change["value"].clone())),
            Value::Array(items) => *items.get_mut(name.parse::<usize>()?).context("an index beyond the end")? = change["value"].clone(),
            _ => bail!("{path} leads into a plain value"),
        }
    }
    Ok(after)
}

/// Where two values differ first; none when they are the same up to rounding, and up to fields that are null or absent.
pub fn difference(left: &Value, right: &Value, at: &str) -> Option<String> {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.filter_map(|name| difference(field(a, name), field(b, name), &format!("{at}/{name}"))).next()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(n, (a, b))| difference(a, b, &format!("{at}/{n}")))
        }
        (Value::Number(a), Value::Number(b)) => {
            let apart = (a.as_f64().unwrap_or(0.0) - b.as_f64().unwrap_or(0.0)).abs();
            (apart > NEAR).then(|| format!("{at}: {a} and {b}"))
        }
        _ => (left != right).then(|| format!("{at}: {left} and {right}")),
    }
}

fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a Value {
    fields.get(name).unwrap_or(&Value::Null)
}
