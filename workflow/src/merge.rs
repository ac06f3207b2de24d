//! Two people changed the same draft: what both did is put together by node and by setting. Where both changed the same thing
//! differently, somebody has to choose.

use crate::diff::{called, fields};
use crate::form::title_of;
use crate::model::{Edge, Flow, Node};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Merge {
    /// Both changes; where they clash, mine, unless theirs was chosen.
    pub flow: Flow,
    /// Clashes nobody has decided yet. None: merged.
    pub conflicts: Vec<Conflict>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// Names the clash when somebody chooses: `node/pay/settings.url`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    pub base: Value,
    pub mine: Value,
    pub theirs: Value,
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Mine,
    Theirs,
}

/// Puts together what `mine` and `theirs` each changed since `base`. `chosen` decides clashes by their path.
pub fn merge(base: &Flow, mine: &Flow, theirs: &Flow, chosen: &BTreeMap<String, Side>) -> Merge {
    let mut three = Three { chosen, conflicts: Vec::new() };
    let text = |text: &str| Some(Value::from(text));
    let name = three.part("name", None, [text(&base.name), text(&mine.name), text(&theirs.name)], ("流程名称", "name of the flow"));
    let mut flow = mine.clone();
    flow.name = name.as_ref().and_then(Value::as_str).unwrap_or(&mine.name).to_owned();
    let titles = [base, mine, theirs].map(|flow| flow.name_en.as_deref().map(Value::from));
    let title = three.part("name_en", None, titles, ("英文名称", "English name"));
    flow.name_en = title.as_ref().and_then(Value::as_str).map(str::to_owned);
    let limits = [base, mine, theirs].map(|flow| flow.acting_max.map(Value::from));
    let limit = three.part("acting_max", None, limits, ("同时执行的步骤数", "steps at the same time"));
    flow.acting_max = limit.as_ref().and_then(Value::as_u64).and_then(|max| u32::try_from(max).ok());
    flow.nodes = nodes(&mut three, base, mine, theirs);
    flow.edges = edges(&mut three, base, mine, theirs, &flow.nodes);
    let sides = [base, mine, theirs];
    flow.variables = listed(&mut three, sides.map(|f| keyed(&f.variables, |v| &v.name)), "variable", ("变量", "variable"));
    flow.tests = listed(&mut three, sides.map(|f| keyed(&f.tests, |t| &t.name)), "test", ("测试", "test"));
    for (id, spot) in &theirs.layout {
        // Where both moved a box, mine stays; nobody wants to be asked about that.
        if flow.nodes.iter().any(|node| node.id == *id) && (mine.layout.get(id) == base.layout.get(id)) {
            flow.layout.insert(id.clone(), *spot);
        }
    }
    Merge { flow, conflicts: three.conflicts }
}

struct Three<'a> {
    chosen: &'a BTreeMap<String, Side>,
    conflicts: Vec<Conflict>,
}

impl Three<'_> {
    /// One thing that each of the three has or has not.
    fn part(&mut self, path: &str, node: Option<&str>, sides: [Option<Value>; 3], (zh, en): (&str, &str)) -> Option<Value> {
        let [base, mine, theirs] = sides;
        if mine == theirs || theirs == base {
            return mine;
        }
        if mine == base {
            return theirs;
        }
        match self.chosen.get(path) {
            Some(Side::Mine) => mine,
            Some(Side::Theirs) => theirs,
            None => {
                let node = node.map(str::to_owned);
                let (zh, en) = (format!("双方都改了{zh}"), format!("both changed: {en}"));
                let (base, theirs) = (base.unwrap_or_default(), theirs.unwrap_or_default());
                let shown = mine.clone().unwrap_or_default();
                self.conflicts.push(Conflict { path: path.to_owned(), node, base, mine: shown, theirs, zh, en });
                mine
            }
        }
    }
}

fn nodes(three: &mut Three<'_>, base: &Flow, mine: &Flow, theirs: &Flow) -> Vec<Node> {
    let find = |flow: &'_ Flow, id: &str| flow.nodes.iter().find(|node| node.id == *id).cloned();
    let added = theirs.nodes.iter().filter(|node| mine.nodes.iter().all(|m| m.id != node.id));
    let mut out = Vec::new();
    for node in mine.nodes.iter().chain(added) {
        let sides = [base, mine, theirs].map(|flow| find(flow, &node.id));
        out.extend(match &sides {
            [base, Some(mine), Some(theirs)] => Some(fields_merged(three, base.as_ref(), mine, theirs)),
            _ => {
                // One side has it, the other removed it or never had it.
                let whole = sides.map(|side| side.map(|node| serde_json::to_value(node).unwrap_or_default()));
                let words =
                    (format!("步骤「{}」(一方删除，一方修改)", called(node)), format!("node \"{}\" (removed and changed)", called(node)));
                let merged = three.part(&format!("node/{}", node.id), Some(&node.id), whole, (&words.0, &words.1));
                merged.and_then(|value| serde_json::from_value(value).ok())
            }
        });
    }
    out
}

fn fields_merged(three: &mut Three<'_>, base: Option<&Node>, mine: &Node, theirs: &Node) -> Node {
    let (base, ours, other) = (base.map(fields).unwrap_or_default(), fields(mine), fields(theirs));
    let names: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(other.keys()).collect();
    let (mut whole, mut settings) = (Map::new(), Map::new());
    for name in names {
        let (zh, en) = title_of(&mine.kind, name);
        let words = (format!("「{}」的{zh}", called(mine)), format!("\"{}\": {en}", called(mine)));
        let sides = [&base, &ours, &other].map(|fields| fields.get(name).cloned());
        let Some(value) = three.part(&format!("node/{}/{name}", mine.id), Some(&mine.id), sides, (&words.0, &words.1)) else { continue };
        match name.strip_prefix("settings.") {
            Some(key) => settings.insert(key.to_owned(), value),
            None => whole.insert(name.clone(), value),
        };
    }
    whole.insert("id".to_owned(), Value::from(mine.id.as_str()));
    whole.insert("settings".to_owned(), Value::Object(settings));
    serde_json::from_value(Value::Object(whole)).unwrap_or_else(|_| mine.clone())
}

fn edges(three: &mut Three<'_>, base: &Flow, mine: &Flow, theirs: &Flow, nodes: &[Node]) -> Vec<Edge> {
    let lives = |id: &str| nodes.iter().any(|node| node.id == id);
    let find = |flow: &'_ Flow, edge: &Edge| {
        flow.edges.iter().find(|e| (&e.from, &e.port) == (&edge.from, &edge.port)).map(|e| Value::from(e.to.as_str()))
    };
    let known = |edges: &[Edge], edge: &Edge| edges.iter().any(|e| (&e.from, &e.port) == (&edge.from, &edge.port));
    let mut out: Vec<Edge> = Vec::new();
    for edge in mine.edges.iter().chain(theirs.edges.iter().filter(|edge| !known(&mine.edges, edge))) {
        let path = format!("edge/{}/{}", edge.from, edge.port);
        let words = (format!("「{}」的出口 {} 通向哪里", edge.from, edge.port), format!("where \"{}\" leads at {}", edge.from, edge.port));
        let to = three.part(&path, Some(&edge.from), [base, mine, theirs].map(|flow| find(flow, edge)), (&words.0, &words.1));
        let Some(to) = to.as_ref().and_then(Value::as_str) else { continue };
        // A box that one side removed takes its lines with it; the validator says what is open now.
        if lives(&edge.from) && lives(to) {
            out.push(Edge { to: to.to_owned(), ..edge.clone() });
        }
    }
    out
}

type Keyed = Vec<(String, Value)>;

fn keyed<T: Serialize>(items: &[T], key: impl Fn(&T) -> &String) -> Keyed {
    items.iter().map(|item| (key(item).clone(), serde_json::to_value(item).unwrap_or_default())).collect()
}

fn listed<T: serde::de::DeserializeOwned>(three: &mut Three<'_>, sides: [Keyed; 3], kind: &str, words: (&str, &str)) -> Vec<T> {
    let [_, mine, theirs] = &sides;
    let added = theirs.iter().filter(|(name, _)| mine.iter().all(|(m, _)| m != name));
    let names: Vec<String> = mine.iter().chain(added).map(|(name, _)| name.clone()).collect();
    let mut out = Vec::new();
    for name in names {
        let values = sides.each_ref().map(|side| side.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone()));
        let words = (format!("{}「{name}」", words.0), format!("{} \"{name}\"", words.1));
        let merged = three.part(&format!("{kind}/{name}"), None, values, (&words.0, &words.1));
        out.extend(merged.and_then(|value| serde_json::from_value(value).ok()));
    }
    out
}
