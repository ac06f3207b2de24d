//! A flow while it is being made out of a workflow: nodes, edges, variables, and what could not be taken over.

use super::cel::{self, Names};
use crate::hash;
use crate::model::{FORMAT, Flow};
use crate::problem::Problem;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Most tasks of a workflow.
const NODES_MAX: usize = 2_000;

#[derive(Default)]
pub(super) struct Draft {
    pub nodes: Vec<Value>,
    pub edges: Vec<Value>,
    pub variables: Vec<Value>,
    pub versions: BTreeMap<String, String>,
    pub problems: Vec<Problem>,
    /// `output.as` of the workflow.
    pub gives: Option<Value>,
    ids: BTreeSet<String>,
    counter: u32,
}

/// Where tasks are: which variable holds the data there, and what names mean.
#[derive(Debug, Clone)]
pub(super) struct Room {
    /// The variable that is `.` here. A branch of a fork has one of its own.
    pub dot: String,
    pub variables: BTreeMap<String, String>,
    pub depth: u32,
}

impl Room {
    pub fn first() -> Self {
        let variables = [("context", "shared"), ("input", "data"), ("output", "data")];
        let variables = variables.into_iter().map(|(name, is)| (name.to_owned(), is.to_owned())).collect();
        Self { dot: "data".to_owned(), variables, depth: 0 }
    }

    /// The same names with another variable for the data.
    pub fn with_data(&self, dot: &str) -> Self {
        let mut room = self.clone();
        dot.clone_into(&mut room.dot);
        for name in ["input", "output"] {
            room.variables.insert(name.to_owned(), dot.to_owned());
        }
        room
    }

    pub fn with(&self, name: &str, is: &str) -> Self {
        let mut room = self.clone();
        room.variables.insert(name.to_owned(), is.to_owned());
        room
    }

    pub fn names(&self) -> Names {
        Names { dot: self.dot.clone(), variables: self.variables.clone() }
    }
}

/// Where a piece begins, and where it goes on from: node and port.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    pub entry: Option<String>,
    pub exits: Vec<(String, String)>,
}

impl Draft {
    pub fn new(versions: BTreeMap<String, String>) -> Self {
        Self { versions, ..Self::default() }
    }

    pub fn refuse(&mut self, at: &str, zh: &str, en: &str) {
        self.problems.push(Problem::new("unsupported", format!("{at}:{zh}"), format!("{at}: {en}")).field(at));
    }

    /// Fields nobody reads here must not be there: dropping them would change what the workflow means.
    pub fn only(&mut self, at: &str, value: &Value, known: &[&str]) {
        for name in value.as_object().into_iter().flat_map(Map::keys).filter(|name| !known.contains(&name.as_str())) {
            self.refuse(&format!("{at}/{name}"), "不支持此项", "this is not supported");
        }
    }

    /// The expression as CEL; a text may do without `${ }`, anything else may hold texts with it.
    pub fn cel(&mut self, at: &str, source: &Value, names: &Names) -> Option<String> {
        let made = match source {
            Value::String(text) => cel::value(cel::expression(text).unwrap_or(text), names),
            other => cel::json(other, names),
        };
        self.understood(at, made)
    }

    pub fn understood<T>(&mut self, at: &str, made: Result<T, String>) -> Option<T> {
        match made {
            Ok(made) => Some(made),
            Err(part) => {
                let (zh, en) =
                    (format!("表达式中的「{part}」不在支持的 jq 子集内"), format!("\"{part}\" is not in the part of jq that is supported"));
                self.refuse(at, &zh, &en);
                None
            }
        }
    }

    pub fn number(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }

    /// A variable of the flow, of any type.
    pub fn variable(&mut self, name: &str, default: Value) {
        self.variables.push(json!({"name": name, "type": "any", "default": default}));
    }

    /// A node with an id like `name`. Gives the id.
    pub fn node(&mut self, name: &str, kind: &str, title: &str, settings: Map<String, Value>) -> String {
        let mut base: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(48).collect();
        if base.is_empty() {
            base.push_str(kind);
        }
        let mut id = base.clone();
        while !self.ids.insert(id.clone()) {
            let n = self.number();
            id = format!("{base}_{n}");
        }
        if self.nodes.len() == NODES_MAX {
            self.refuse("/do", "任务过多", "there are too many tasks");
        }
        if self.nodes.len() < NODES_MAX {
            self.nodes.push(json!({"id": id, "kind": kind, "title": title, "settings": settings}));
        }
        id
    }

    pub fn edge(&mut self, from: &str, port: &str, to: &str) {
        self.edges.push(json!({"from": from, "port": port, "to": to}));
    }

    pub fn lead(&mut self, exits: &[(String, String)], to: &str) {
        for (from, port) in exits {
            self.edge(from, port, to);
        }
    }

    /// Goes on with another piece.
    pub fn join(&mut self, ways: &mut Ways, next: Ways) {
        let Some(entry) = next.entry else { return };
        self.lead(&ways.exits, &entry);
        ways.entry.get_or_insert(entry);
        ways.exits = next.exits;
    }

    /// Goes on with assignments.
    pub fn then_set(&mut self, ways: &mut Ways, name: &str, set: &[(&str, String)]) {
        let set: Vec<Value> = set.iter().map(|(variable, value)| json!({"variable": variable, "value": value})).collect();
        self.then(ways, name, "set", json!({"set": set}));
    }

    /// Goes on with one node that is left at `next`.
    pub fn then(&mut self, ways: &mut Ways, name: &str, kind: &str, settings: Value) -> String {
        let Value::Object(settings) = settings else { return String::new() };
        let id = self.node(name, kind, "", settings);
        self.join(ways, Ways { entry: Some(id.clone()), exits: vec![(id.clone(), "next".to_owned())] });
        id
    }

    /// An end that gives the data of this room.
    pub fn end(&mut self, room: &Room) -> String {
        let gives = match self.gives.clone() {
            Some(gives) => self.cel("/output/as", &gives, &room.names()).unwrap_or_default(),
            None => room.dot.clone(),
        };
        let output = json!({"output": format!("{{{{ {gives} }}}}")});
        let Value::Object(settings) = output else { return String::new() };
        self.node("end", "end", "", settings)
    }

    /// A workflow may hold tasks that nothing leads to; a flow may not.
    fn prune(&mut self) {
        let mut reached = BTreeSet::from(["start".to_owned()]);
        let mut queue = vec!["start".to_owned()];
        while let Some(id) = queue.pop() {
            for to in self.edges.iter().filter(|edge| edge["from"] == id.as_str()).filter_map(|edge| edge["to"].as_str()) {
                if reached.insert(to.to_owned()) {
                    queue.push(to.to_owned());
                }
            }
        }
        let lives = |part: &Value, name: &str| part[name].as_str().is_some_and(|id| reached.contains(id));
        self.nodes.retain(|node| lives(node, "id"));
        self.edges.retain(|edge| lives(edge, "from"));
    }

    /// The flow, or everything that was refused.
    pub fn flow(mut self, document: &Value) -> Result<Flow, Vec<Problem>> {
        let part = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let name = part("name");
        if name.is_empty() {
            self.refuse("/document/name", "缺少名称", "the name is missing");
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        self.prune();
        let id: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(64).collect();
        let title = document["title"].as_str().unwrap_or(&name);
        let flow =
            json!({"format": FORMAT, "id": id, "name": title, "variables": self.variables, "nodes": self.nodes, "edges": self.edges});
        serde_json::from_value(flow).map_err(|error| vec![Problem::new("unsupported", error.to_string(), error.to_string())])
    }
}

/// A short name that follows from a place, for things without one.
pub(super) fn short(at: &str) -> String {
    hash::short(&at)[..8].to_owned()
}
