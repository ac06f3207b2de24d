//! Personal data that leave the house: a step that sends them must say what for, in this flow or in one that it calls. A warning; what is
//! personal is known for the context, for answers by what is asked for, and for what steps, scripts and loops take from these; not for
//! what other systems answer and called flows give back.

use crate::context::CONTEXT;
use crate::problem::Problem;
use crate::program::{Compiled, Program};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Of the contact, only the id says nothing about a person to others.
const PERSONAL: [&str; 15] = [
    "context.contact.name",
    "context.contact.email",
    "context.contact.phone",
    "context.contact.attributes",
    "context.message.text",
    "context.entities.name",
    "context.entities.email",
    "context.entities.phone",
    "context.entities.address",
    "context.entities.plate",
    "context.likely.name",
    "context.likely.email",
    "context.likely.phone",
    "context.likely.address",
    "context.likely.plate",
];
/// How words end for what says who somebody is, in lower case; a space begins a word.
const WHO: [&str; 36] = [
    "手机号",
    "电话",
    "电话号",
    "邮箱",
    "地址",
    "联系方式",
    "姓名",
    "身份证",
    "身份证号",
    "护照",
    "护照号",
    "银行卡",
    "银行卡号",
    "车牌",
    "车牌号",
    " phone",
    " phone number",
    " mobile",
    " mobile number",
    " telephone",
    " email",
    " mail",
    " address",
    " full name",
    " real name",
    " customer name",
    " contact name",
    " recipient",
    " id card",
    " id number",
    " passport",
    " passport number",
    " bank card",
    " card number",
    " plate",
    " plate number",
];
/// Settings of a question that may hold its answer.
const ANSWERS: [&str; 4] = ["known", "skip_value", "choices", "choices_from"];

type Called = BTreeMap<String, Arc<Program>>;

/// What is followed: what the customer brings (the personal part of the context, and answers) or not, and variables.
struct Followed {
    customer: bool,
    names: BTreeSet<String>,
}

pub(crate) fn privacy(nodes: &[Compiled], called: &Called) -> Vec<Problem> {
    let personal = followed(nodes, Followed { customer: true, names: BTreeSet::new() });
    let mut out = Vec::new();
    for node in nodes {
        let Some((path, field)) = sent(node, called, &personal) else { continue };
        let (zh, en) = match node.spec.name {
            "sub_flow" => (
                format!("经子流程向外发送个人信息（{path}），请在子流程里发送的步骤填写用途"),
                format!("sends personal data ({path}) by the sub-flow: say what for at the step there that sends them"),
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
        "sub_flow" => {
            let leaking = leaking(called.get(node.notes.flows.first()?)?);
            let leaves = |field: &str| field.strip_prefix("inputs.").is_some_and(|input| leaking.contains(input));
            paths.iter().find(|(path, field)| leaves(field) && followed.holds(path))
        }
        _ => {
            let leaving = leaving(node);
            paths.iter().find(|(path, field)| leaving.contains(&head(field)) && followed.holds(path))
        }
    };
    found.map(|(path, field)| (path.as_str(), field.as_str()))
}

/// Its settings that leave the house without a purpose.
fn leaving(node: &Compiled) -> &'static [&'static str] {
    let text = |name: &str| node.node.settings.get(name).and_then(Value::as_str).unwrap_or_default();
    if !text("purpose").trim().is_empty() {
        return &[];
    }
    match node.spec.name {
        "call" => &["url", "headers", "body"],
        "connect" => &["input"],
        "emit" => &["payload"],
        // Roles, teams and people (`user:a@b.example`) are of the house.
        "notify" if text("via") == "webhook" || (text("via") == "mail" && text("to").contains('@') && !text("to").contains(':')) => {
            &["title", "text"]
        }
        _ => &[],
    }
}

/// The inputs of a flow that leave the house without a purpose.
fn leaking(program: &Program) -> BTreeSet<&str> {
    let inputs = program.flow.variables.iter().filter(|variable| variable.input).map(|variable| variable.name.as_str());
    let leaks = |input: &&str| {
        let followed = followed(&program.nodes, Followed { customer: false, names: BTreeSet::from([(*input).to_owned()]) });
        program.nodes.iter().any(|node| sent(node, &program.called, &followed).is_some())
    };
    inputs.filter(leaks).collect()
}

impl Followed {
    fn holds(&self, path: &str) -> bool {
        (self.customer && is_personal(path)) || self.names.contains(head(path))
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
    let reads = |field: &str| notes.paths.iter().any(|(path, at)| (at == field || head(at) == field) && followed.holds(path));
    let all = || notes.sets.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    match node.spec.name {
        "set" => {
            let sets = notes.sets.iter().enumerate().filter(|(n, _)| reads(&format!("set.{n}")));
            sets.map(|(_, (_, name))| name.clone()).collect()
        }
        "script" if reads("script") => all(),
        "ask" if (followed.customer && asks_who(node)) || ANSWERS.iter().any(|field| reads(field)) => all(),
        "extract" if (followed.customer || reads("text")) && takes_who(node) => all(),
        // The number of the round is nobody's.
        "loop" if reads("each") => notes.locals.iter().map(|(_, name)| name.clone()).filter(|name| name != "index").collect(),
        _ => Vec::new(),
    }
}

/// One of the given answers says nothing of its own.
fn asks_who(node: &Compiled) -> bool {
    let is_free = node.node.settings.get("only_choices") != Some(&Value::Bool(true));
    is_free && node.action.called().iter().any(|called| says_who(called))
}

fn takes_who(node: &Compiled) -> bool {
    let fields = node.node.settings.get("fields").and_then(Value::as_array);
    fields.is_some_and(|fields| fields.iter().any(|field| field["name"].as_str().is_some_and(says_who)))
}

/// `contact_phone`, 「问手机号码」, "Delivery address"; not `phone_model`.
fn says_who(called: &str) -> bool {
    let called = format!(" {}", called.to_lowercase().replace(['_', '-'], " ").trim().trim_end_matches('码'));
    called == " name" || WHO.iter().any(|ending| called.ends_with(ending))
}
