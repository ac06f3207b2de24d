//! Personal data that leave the house: a call that sends them must say what for, in this flow or in one that it calls. A warning; what is
//! personal is known for the context and for what steps, scripts and loops take from it, not for what customers and other systems answer.

use crate::context::CONTEXT;
use crate::problem::Problem;
use crate::program::{Compiled, Program};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Of the contact, only the id says nothing about a person to others.
const PERSONAL: [&str; 13] = [
    "context.contact.name",
    "context.contact.email",
    "context.contact.phone",
    "context.contact.attributes",
    "context.message.text",
    "context.entities.name",
    "context.entities.email",
    "context.entities.phone",
    "context.entities.address",
    "context.likely.name",
    "context.likely.email",
    "context.likely.phone",
    "context.likely.address",
];
/// Settings that are sent.
const SENT: [&str; 4] = ["url", "headers", "body", "input"];

type Called = BTreeMap<String, Arc<Program>>;

/// What is followed: the personal part of the context or not, and variables.
struct Followed {
    context: bool,
    names: BTreeSet<String>,
}

pub(crate) fn privacy(nodes: &[Compiled], called: &Called) -> Vec<Problem> {
    let personal = followed(nodes, Followed { context: true, names: BTreeSet::new() });
    let mut out = Vec::new();
    for node in nodes {
        let Some((path, field)) = sent(node, called, &personal) else { continue };
        let (zh, en) = match node.spec.name {
            "sub_flow" => (
                format!("经子流程向外发送个人信息（{path}），请在子流程的调用步骤里填写用途"),
                format!("sends personal data ({path}) by the sub-flow: say what for at the call there"),
            ),
            _ => (format!("向外发送个人信息（{path}），请填写用途"), format!("sends personal data ({path}): say what for")),
        };
        out.push(Problem::warning("no_purpose", zh, en).at(&node.node.id).field(field));
    }
    out
}

/// What of it this node sends out without a purpose, and the setting that does.
fn sent<'n>(node: &'n Compiled, called: &Called, followed: &Followed) -> Option<(&'n str, &'n str)> {
    let paths = &node.notes.paths;
    let found = match node.spec.name {
        "call" | "connect" => {
            let purpose = node.node.settings.get("purpose").and_then(|purpose| purpose.as_str()).unwrap_or_default();
            let leaves = |field: &str| purpose.trim().is_empty() && SENT.iter().any(|name| head(field) == *name);
            paths.iter().find(|(path, field)| leaves(field) && followed.holds(path))
        }
        "sub_flow" => {
            let leaking = leaking(called.get(node.notes.flows.first()?)?);
            let leaves = |field: &str| field.strip_prefix("inputs.").is_some_and(|input| leaking.contains(input));
            paths.iter().find(|(path, field)| leaves(field) && followed.holds(path))
        }
        _ => None,
    };
    found.map(|(path, field)| (path.as_str(), field.as_str()))
}

/// The inputs of a flow that leave the house without a purpose.
fn leaking(program: &Program) -> BTreeSet<&str> {
    let inputs = program.flow.variables.iter().filter(|variable| variable.input).map(|variable| variable.name.as_str());
    let leaks = |input: &&str| {
        let followed = followed(&program.nodes, Followed { context: false, names: BTreeSet::from([(*input).to_owned()]) });
        program.nodes.iter().any(|node| sent(node, &program.called, &followed).is_some())
    };
    inputs.filter(leaks).collect()
}

impl Followed {
    fn holds(&self, path: &str) -> bool {
        (self.context && is_personal(path)) || self.names.contains(head(path))
    }
}

fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

fn is_personal(path: &str) -> bool {
    let covers = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    path == CONTEXT || PERSONAL.iter().any(|personal| covers(path, personal) || covers(personal, path))
}

/// With the variables that are filled from it, directly or through others.
fn followed(nodes: &[Compiled], mut followed: Followed) -> Followed {
    loop {
        let before = followed.names.len();
        for node in nodes {
            let taken = taken(node, &followed);
            followed.names.extend(taken);
        }
        if followed.names.len() == before {
            return followed;
        }
    }
}

/// What this node fills from it.
fn taken(node: &Compiled, followed: &Followed) -> Vec<String> {
    let notes = &node.notes;
    let reads = |field: &str| notes.paths.iter().any(|(path, at)| at == field && followed.holds(path));
    match node.spec.name {
        "set" => {
            let sets = notes.sets.iter().enumerate().filter(|(n, _)| reads(&format!("set.{n}")));
            sets.map(|(_, (_, name))| name.clone()).collect()
        }
        "script" if reads("script") => notes.sets.iter().map(|(_, name)| name.clone()).collect(),
        // The number of the round is nobody's.
        "loop" if reads("each") => notes.locals.iter().map(|(_, name)| name.clone()).filter(|name| name != "index").collect(),
        _ => Vec::new(),
    }
}
