//! A flow made runnable: settings read, expressions compiled, edges resolved. Immutable, shared by all runs of one version;
//! compiled once per version and kept by its content hash.

use crate::check as checks;
use crate::compiler::{Compiler, Notes};
use crate::expr::Language;
use crate::graph;
use crate::hash;
use crate::model::{FORMAT, Flow, Node};
use crate::nodes::{self, Action, Spec};
use crate::problem::Problem;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where versions that others call are found, by content hash.
pub trait Library {
    fn find(&self, hash: &str) -> Option<Arc<Program>>;

    /// What a connector declares that its operation answers, as JSON Schema; none where that is not known.
    fn answer(&self, _connector: &str, _operation: &str) -> Option<&Value> {
        None
    }
}

/// Versions by content hash.
pub(crate) type Called = BTreeMap<String, Arc<Program>>;

impl Library for BTreeMap<String, Arc<Program>> {
    fn find(&self, hash: &str) -> Option<Arc<Program>> {
        self.get(hash).cloned()
    }
}

#[derive(Debug)]
pub struct Program {
    pub flow: Flow,
    pub hash: String,
    pub(crate) nodes: Vec<Compiled>,
    pub(crate) start: usize,
    index: BTreeMap<String, usize>,
    /// Every flow that is called from here, directly or not.
    pub(crate) called: Called,
    /// What is not wrong but deserves a look; of a version that was published before, its types that do not fit as well.
    pub warnings: Vec<Problem>,
}

#[derive(Debug)]
pub(crate) struct Compiled {
    pub node: Node,
    pub spec: Spec,
    pub action: Box<dyn Action>,
    pub notes: Notes,
    /// Port to node.
    pub ports: BTreeMap<String, usize>,
    /// A join that all branches have come to: what any of them set is set.
    pub gathers: bool,
    /// What follows it only reckons, tells other flows and comes to a good end.
    pub ends_talk: bool,
}

impl Program {
    pub(crate) fn node(&self, id: &str) -> Option<&Compiled> {
        self.nodes.get(*self.index.get(id)?)
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Every flow it calls, directly or not.
    pub(crate) fn called_flows(&self) -> impl Iterator<Item = &Program> {
        self.called.values().map(Arc::as_ref)
    }

    /// This flow or one it calls.
    pub(crate) fn flow(&self, hash: &str) -> Option<&Program> {
        if hash == self.hash { Some(self) } else { self.called.get(hash).map(Arc::as_ref) }
    }
}

/// Errors and warnings together, errors first: what the builder shows.
pub fn check(flow: Flow, language: &Language, library: &dyn Library) -> Vec<Problem> {
    let mut problems = compile(flow, language, library).map_or_else(|problems| problems, |program| program.warnings);
    problems.sort_by_key(|problem| problem.severity);
    problems
}

/// Makes a document runnable, or says everything that is wrong with it.
pub fn compile(flow: Flow, language: &Language, library: &dyn Library) -> Result<Program, Vec<Problem>> {
    let program = compile_published(flow, language, library)?;
    if program.warnings.iter().any(Problem::is_error) { Err(program.warnings) } else { Ok(program) }
}

/// The same of a version that was published before. Types are no reason to leave its runs lying: a version of this program that looked less
/// closely let them pass, and they ran.
pub fn compile_published(flow: Flow, language: &Language, library: &dyn Library) -> Result<Program, Vec<Problem>> {
    let mut problems = checks::shape(&flow);
    if flow.format > FORMAT || !problems.is_empty() {
        return Err(problems);
    }
    let index: BTreeMap<String, usize> = flow.nodes.iter().enumerate().map(|(i, node)| (node.id.clone(), i)).collect();
    let mut leads: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    flow.edges.iter().for_each(|edge| _ = leads.entry(&edge.from).or_default().insert(&edge.port));
    let mut nodes = Vec::with_capacity(flow.nodes.len());
    for node in &flow.nodes {
        let leads = leads.get(node.id.as_str()).cloned().unwrap_or_default();
        let mut compiler =
            Compiler { language, variables: &flow.variables, node: &node.id, leads, notes: Notes::default(), problems: Vec::new() };
        let kind = nodes::find(&node.kind);
        let action = kind.and_then(|kind| kind.compile(node, &mut compiler));
        problems.append(&mut compiler.problems);
        if let (Some(kind), Some(action)) = (kind, action) {
            let (ports, gathers, ends_talk) = (BTreeMap::new(), false, false);
            nodes.push(Compiled { node: node.clone(), spec: kind.spec(), action, notes: compiler.notes, ports, gathers, ends_talk });
        }
    }
    if nodes.len() < flow.nodes.len() {
        return Err(problems);
    }
    for edge in &flow.edges {
        let (from, to) = (index[&edge.from], index[&edge.to]);
        nodes[from].ports.insert(edge.port.clone(), to);
    }
    let called = called(&nodes, library, &mut problems);
    let start = nodes.iter().position(|n| n.spec.name == "start").unwrap_or(0);
    problems.extend(checks::ports(&nodes));
    problems.extend(graph::link_joins(&mut nodes));
    graph::mark_last_words(&mut nodes);
    problems.extend(checks::paths(&nodes, start));
    problems.extend(checks::variables(&flow, &nodes, start));
    problems.extend(checks::people(&nodes, start));
    problems.extend(checks::privacy(&flow, &nodes, &called, library));
    problems.extend(checks::alarm(&flow, &nodes));
    if problems.iter().any(|problem| problem.is_error() && problem.code != "type_mismatch") {
        return Err(problems);
    }
    Ok(Program { hash: hash::of_flow(&flow), flow, nodes, start, index, called, warnings: problems })
}

fn called(nodes: &[Compiled], library: &dyn Library, problems: &mut Vec<Problem>) -> Called {
    let mut out = Called::new();
    for node in nodes {
        for hash in &node.notes.flows {
            let Some(program) = library.find(hash) else {
                let zh = format!("找不到子流程版本 {hash}");
                problems
                    .push(Problem::new("unknown_flow", zh, format!("there is no version {hash} to call")).at(&node.node.id).field("flow"));
                continue;
            };
            out.extend(program.called.iter().map(|(hash, program)| (hash.clone(), Arc::clone(program))));
            out.insert(hash.clone(), program);
        }
    }
    out
}
