//! What changed between two documents, said so that a person who did not draw them understands it: by node, by setting, with the
//! names the forms use. Looks at meaning; where boxes stand is one line at most.

use crate::form::title_of;
use crate::model::{Edge, Flow, Node};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Longest text of a value in a line, in characters.
const SHOWN_CHARS: usize = 80;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub what: What,
    /// The node to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Setting, port, variable or test.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub before: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub after: Value,
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Renamed,
    LimitChanged,
    NodeAdded,
    NodeRemoved,
    NodeChanged,
    EdgeAdded,
    EdgeRemoved,
    EdgeMoved,
    VariableAdded,
    VariableRemoved,
    VariableChanged,
    TestAdded,
    TestRemoved,
    TestChanged,
    Layout,
}

/// From `old` to `new`, nodes first, in the order of the new document.
pub fn diff(old: &Flow, new: &Flow) -> Vec<Change> {
    let mut out = Vec::new();
    if old.name != new.name {
        let words = ("流程名称".to_owned(), "name of the flow".to_owned());
        out.push(changed(What::Renamed, None, "name", &Value::from(old.name.as_str()), &Value::from(new.name.as_str()), &words));
    }
    if old.name_en != new.name_en {
        let words = ("英文名称".to_owned(), "English name".to_owned());
        let value = |flow: &Flow| flow.name_en.as_deref().map_or(Value::Null, Value::from);
        out.push(changed(What::Renamed, None, "name_en", &value(old), &value(new), &words));
    }
    if old.acting_max != new.acting_max {
        let words = ("同时执行的步骤数".to_owned(), "steps at the same time".to_owned());
        let value = |flow: &Flow| flow.acting_max.map_or(Value::Null, Value::from);
        out.push(changed(What::LimitChanged, None, "acting_max", &value(old), &value(new), &words));
    }
    nodes(old, new, &mut out);
    edges(old, new, &mut out);
    let variable = |v: &crate::model::Variable| (v.name.clone(), serde_json::to_value(v).unwrap_or_default());
    let kinds = (What::VariableAdded, What::VariableRemoved, What::VariableChanged);
    named(old.variables.iter().map(variable), new.variables.iter().map(variable), kinds, ("变量", "variable"), &mut out);
    let test = |t: &crate::model::FlowTest| (t.name.clone(), serde_json::to_value(t).unwrap_or_default());
    let kinds = (What::TestAdded, What::TestRemoved, What::TestChanged);
    named(old.tests.iter().map(test), new.tests.iter().map(test), kinds, ("测试", "test"), &mut out);
    if old.layout != new.layout {
        let (zh, en) = ("画布布局有调整".to_owned(), "boxes were moved".to_owned());
        out.push(Change { what: What::Layout, node: None, field: String::new(), before: Value::Null, after: Value::Null, zh, en });
    }
    out
}

fn nodes(old: &Flow, new: &Flow, out: &mut Vec<Change>) {
    let before: BTreeMap<&str, &Node> = old.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    for node in &new.nodes {
        match before.get(node.id.as_str()) {
            Some(was) if was.kind == node.kind => fields_of(was, node, out),
            was => {
                out.extend(was.map(|was| whole(What::NodeRemoved, was)));
                out.push(whole(What::NodeAdded, node));
            }
        }
    }
    let kept: BTreeSet<&str> = new.nodes.iter().map(|node| node.id.as_str()).collect();
    out.extend(old.nodes.iter().filter(|node| !kept.contains(node.id.as_str())).map(|node| whole(What::NodeRemoved, node)));
}

fn whole(what: What, node: &Node) -> Change {
    let (name, value) = (called(node), serde_json::to_value(node).unwrap_or_default());
    let (before, after, zh, en) = match what {
        What::NodeAdded => (Value::Null, value, format!("新增步骤「{name}」"), format!("node \"{name}\" added")),
        _ => (value, Value::Null, format!("删除步骤「{name}」"), format!("node \"{name}\" removed")),
    };
    Change { what, node: Some(node.id.clone()), field: String::new(), before, after, zh, en }
}

fn fields_of(was: &Node, is: &Node, out: &mut Vec<Change>) {
    let (before, after) = (leaves(was), leaves(is));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (old, new) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
        if old != new {
            let (zh, en) = title_of(&is.kind, name);
            let words = (format!("「{}」的{zh}", called(is)), format!("\"{}\": {en}", called(is)));
            out.push(changed(What::NodeChanged, Some(&is.id), name, old, new, &words));
        }
    }
}

/// Fields of a node; objects inside settings are taken apart, lists are not.
fn leaves(node: &Node) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    for (name, value) in fields(node) {
        walk(&name, value, &mut out);
    }
    out
}

fn walk(path: &str, value: Value, out: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.into_iter().for_each(|(name, field)| walk(&format!("{path}.{name}"), field, out))
        }
        value => drop(out.insert(path.to_owned(), value)),
    }
}

/// Everything of a node but its id: `title`, `timeout_ms`, `settings.url`, …
pub(crate) fn fields(node: &Node) -> Map<String, Value> {
    let mut out = Map::new();
    let Value::Object(parts) = serde_json::to_value(node).unwrap_or_default() else { return out };
    for (name, part) in parts {
        match part {
            Value::Object(settings) if name == "settings" => {
                out.extend(settings.into_iter().map(|(key, value)| (format!("settings.{key}"), value)));
            }
            _ if name == "id" => {}
            part => drop(out.insert(name, part)),
        }
    }
    out
}

fn edges(old: &Flow, new: &Flow, out: &mut Vec<Change>) {
    let by_port = |flow: &'_ Flow| -> BTreeMap<(String, String), String> {
        flow.edges.iter().map(|Edge { from, port, to }| ((from.clone(), port.clone()), to.clone())).collect()
    };
    let (before, after) = (by_port(old), by_port(new));
    let name = |id: &str| [new, old].iter().flat_map(|f| &f.nodes).find(|n| n.id == id).map_or_else(|| id.to_owned(), called);
    let ways: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    for way in ways {
        let (from, port) = (name(&way.0), port_words(&way.1));
        let (was, is) = (before.get(way), after.get(way));
        let (what, zh, en) = match (was, is) {
            (was, is) if was == is => continue,
            (None, Some(to)) => {
                let to = name(to);
                (
                    What::EdgeAdded,
                    format!("新增连线：「{from}」({}) → 「{to}」", port.0),
                    format!("edge added: \"{from}\" ({}) → \"{to}\"", port.1),
                )
            }
            (Some(to), None) => {
                let to = name(to);
                (
                    What::EdgeRemoved,
                    format!("删除连线：「{from}」({}) → 「{to}」", port.0),
                    format!("edge removed: \"{from}\" ({}) → \"{to}\"", port.1),
                )
            }
            (was, is) => {
                let (was, is) = (name(was.map_or("", String::as_str)), name(is.map_or("", String::as_str)));
                (
                    What::EdgeMoved,
                    format!("「{from}」({}) 改为通向「{is}」(原为「{was}」)", port.0),
                    format!("\"{from}\" ({}) now leads to \"{is}\" (was \"{was}\")", port.1),
                )
            }
        };
        let end = |to: Option<&String>| to.map_or(Value::Null, |to| Value::from(to.as_str()));
        out.push(Change { what, node: Some(way.0.clone()), field: way.1.clone(), before: end(was), after: end(is), zh, en });
    }
}

fn named(
    old: impl Iterator<Item = (String, Value)>,
    new: impl Iterator<Item = (String, Value)>,
    (added, removed, changed_to): (What, What, What),
    (zh, en): (&str, &str),
    out: &mut Vec<Change>,
) {
    let (before, after): (BTreeMap<String, Value>, BTreeMap<String, Value>) = (old.collect(), new.collect());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name).unwrap_or(&Value::Null), after.get(name).unwrap_or(&Value::Null));
        let (what, zh, en) = match (was.is_null(), is.is_null()) {
            _ if was == is => continue,
            (true, _) => (added, format!("新增{zh}「{name}」"), format!("{en} \"{name}\" added")),
            (_, true) => (removed, format!("删除{zh}「{name}」"), format!("{en} \"{name}\" removed")),
            _ => (changed_to, format!("修改{zh}「{name}」"), format!("{en} \"{name}\" changed")),
        };
        out.push(Change { what, node: None, field: name.clone(), before: was.clone(), after: is.clone(), zh, en });
    }
}

fn changed(what: What, node: Option<&String>, field: &str, before: &Value, after: &Value, (zh, en): &(String, String)) -> Change {
    let (was, is) = (shown(before), shown(after));
    let zh = format!("{zh}:{} → {}", if was.is_empty() { "(无)" } else { &was }, if is.is_empty() { "(无)" } else { &is });
    let en = format!("{en}: {} → {}", if was.is_empty() { "(none)" } else { &was }, if is.is_empty() { "(none)" } else { &is });
    Change { what, node: node.cloned(), field: field.to_owned(), before: before.clone(), after: after.clone(), zh, en }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    qn_base::text::line(&text, SHOWN_CHARS)
}

/// What people call a node.
pub(crate) fn called(node: &Node) -> String {
    if node.title.is_empty() { node.id.clone() } else { node.title.clone() }
}

fn port_words(name: &str) -> (String, String) {
    crate::nodes::port_words(name).map_or_else(|| (name.to_owned(), name.to_owned()), |(zh, en)| (zh.to_owned(), en.to_owned()))
}
