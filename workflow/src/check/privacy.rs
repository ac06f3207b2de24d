//! Personal data that leave the house: a call that sends them must say what for. A warning; what is personal is known for the context
//! and for what steps, scripts and loops take from it, not for what customers and other systems answer.

use crate::context::CONTEXT;
use crate::problem::Problem;
use crate::program::Compiled;
use std::collections::BTreeSet;

/// Of the contact, only the id says nothing about a person to others.
const PERSONAL: [&str; 9] = [
    "context.contact.name",
    "context.contact.email",
    "context.contact.phone",
    "context.contact.attributes",
    "context.message.text",
    "context.entities.name",
    "context.entities.email",
    "context.entities.phone",
    "context.entities.address",
];
/// Settings that are sent.
const SENT: [&str; 4] = ["url", "headers", "body", "input"];

pub(crate) fn privacy(nodes: &[Compiled]) -> Vec<Problem> {
    let personal = variables(nodes);
    let mut out = Vec::new();
    for node in nodes.iter().filter(|node| matches!(node.spec.name, "call" | "connect")) {
        let purpose = node.node.settings.get("purpose").and_then(|purpose| purpose.as_str()).unwrap_or_default();
        let sent = |field: &str| SENT.iter().any(|name| field.split('.').next() == Some(name));
        let found = node.notes.paths.iter().find(|(path, field)| sent(field) && is_personal(path, &personal));
        if let (Some((path, field)), true) = (found, purpose.trim().is_empty()) {
            let (zh, en) = (format!("向外发送个人信息({path}),请填写用途"), format!("sends personal data ({path}): say what for"));
            out.push(Problem::warning("no_purpose", zh, en).at(&node.node.id).field(field));
        }
    }
    out
}

fn is_personal(path: &str, variables: &BTreeSet<String>) -> bool {
    let covers = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    path == CONTEXT
        || PERSONAL.iter().any(|personal| covers(path, personal) || covers(personal, path))
        || variables.contains(path.split('.').next().unwrap_or_default())
}

/// Variables that are filled from personal data, directly or through others.
fn variables(nodes: &[Compiled]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    loop {
        let before = out.len();
        for node in nodes {
            let taken = taken(node, &out);
            out.extend(taken);
        }
        if out.len() == before {
            return out;
        }
    }
}

/// What this node fills from personal data.
fn taken(node: &Compiled, personal: &BTreeSet<String>) -> Vec<String> {
    let notes = &node.notes;
    let reads = |field: &str| notes.paths.iter().any(|(path, at)| at == field && is_personal(path, personal));
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
