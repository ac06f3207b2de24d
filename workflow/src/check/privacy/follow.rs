//! Follows what is personal from where it comes in to where it leaves.

use super::facts::{Fact, Facts, Source, Way, known, learn};
use super::words;
use crate::context::CONTEXT;
use crate::model::{Flow, Type};
use crate::origins::{ANY, Origin};
use crate::program::{Called, Compiled, Library, Program};
use crate::trigger::{Begins, Trigger};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeSet;

/// What `take` reads.
const ANSWER: &str = "answer";
/// Of the contact, only the id says nothing about a person to others.
const PERSONAL: [[&str; 2]; 15] = [
    ["contact", "name"],
    ["contact", "email"],
    ["contact", "phone"],
    ["contact", "attributes"],
    ["message", "text"],
    ["entities", "name"],
    ["entities", "email"],
    ["entities", "phone"],
    ["entities", "address"],
    ["entities", "plate"],
    ["likely", "name"],
    ["likely", "email"],
    ["likely", "phone"],
    ["likely", "address"],
    ["likely", "plate"],
];
/// Called flows that are looked through for one flow, each time it calls them; further ones are not.
const LOOKS_MAX: u32 = 500;

pub(super) struct Trail<'p> {
    called: &'p Called,
    library: &'p dyn Library,
    looks_left: Cell<u32>,
}

/// What leaves, by which setting, and where it came from.
pub(super) struct Found<'p> {
    pub path: &'p [String],
    pub field: String,
    pub source: Source<'p>,
}

/// What the customer, or what happened, brings before the first step.
pub(super) fn brought<'p>() -> Facts<'p> {
    let source = |way| Source { way, step: "", system: None };
    let mut facts = Facts::new();
    for path in &PERSONAL {
        learn(&mut facts, CONTEXT, Fact::personal(path, source(Way::Customer)));
    }
    let event = Fact { called: "event".to_owned(), ..Fact::told(&["event"], None, source(Way::Event)) };
    learn(&mut facts, CONTEXT, event);
    facts
}

/// The same, and what the form that begins the flow asks for, by what its questions are called.
pub(super) fn filled_in<'p>(flow: &Flow) -> Facts<'p> {
    let mut facts = brought();
    if Begins::of(flow).trigger == Trigger::Form {
        for one in flow.variables.iter().filter(|one| one.input) {
            let mut called = [Some(&one.name), one.zh.as_ref(), one.en.as_ref()].into_iter().flatten();
            // One of the given answers says nothing of its own.
            if one.kind == Type::Text && one.choices.is_empty() && called.any(|called| words::says_who(called)) {
                learn(&mut facts, &one.name, Fact::personal(&[], Source { way: Way::Form, step: "", system: None }));
            }
        }
    }
    facts
}

impl<'p> Trail<'p> {
    pub fn new(called: &'p Called, library: &'p dyn Library) -> Self {
        Self { called, library, looks_left: Cell::new(LOOKS_MAX) }
    }

    /// With what is known of variables that are filled from others, directly or not. `own`: what comes in at these steps counts too.
    pub fn followed(&self, nodes: &'p [Compiled], mut facts: Facts<'p>, own: bool) -> Facts<'p> {
        loop {
            let mut grown = false;
            for node in nodes {
                for (variable, fact) in self.taken(nodes, node, &facts, own) {
                    grown |= learn(&mut facts, &variable, fact);
                }
            }
            if !grown {
                return facts;
            }
        }
    }

    /// What this node sends out without a purpose.
    pub fn sent(&self, nodes: &'p [Compiled], node: &'p Compiled, facts: &Facts<'p>) -> Option<Found<'p>> {
        let found =
            |field: &str, origin: &'p Origin, fact: Fact<'p>| Found { path: &origin.path, field: field.to_owned(), source: fact.source };
        let origins = &node.notes.origins;
        if node.spec.name == "sub_flow" {
            let program = self.called_by(node)?;
            return inputs(node, &program.flow).find_map(|(input, field, origin)| {
                let given = known(facts, origin);
                let first = given.first()?.clone();
                self.leak(program, input, given).then(|| found(field, origin, first))
            });
        }
        let (leaving, system) = (leaving(node), system(nodes, node));
        let has_it = |fact: &Fact<'p>| fact.source.system.is_some() && fact.source.system == system;
        // What a picture shows is said to the customer.
        let leaves = |field: &str| leaving.contains(&head(field)) && !(head(field) == "images" && field.ends_with(".alt"));
        origins.iter().filter(|(field, _)| leaves(field)).find_map(|(field, origin)| {
            let fact = known(facts, origin).into_iter().find(|fact| fact.shows() && !has_it(fact))?;
            Some(found(field, origin, fact))
        })
    }

    /// Whether what a called flow is given leaves the house there without a purpose.
    fn leak(&self, program: &'p Program, input: &str, given: Vec<Fact<'p>>) -> bool {
        if !self.may_look() {
            return false;
        }
        let mut facts = Facts::new();
        given.into_iter().for_each(|fact| _ = learn(&mut facts, input, fact));
        let facts = self.followed(&program.nodes, facts, false);
        program.nodes.iter().any(|node| self.sent(&program.nodes, node, &facts).is_some())
    }

    /// What this node fills.
    fn taken(&self, nodes: &'p [Compiled], node: &'p Compiled, facts: &Facts<'p>, own: bool) -> Vec<(String, Fact<'p>)> {
        let notes = &node.notes;
        let from = |way| Source { way, step: step(node), system: None };
        let gives = match node.spec.name {
            "set" => {
                let each = notes.sets.iter().enumerate();
                return each
                    .flat_map(|(n, (_, name))| value(node, &format!("set.{n}"), facts).into_iter().map(move |fact| (name.clone(), fact)))
                    .collect();
            }
            "loop" => {
                // The number of the round is nobody's.
                let names = notes.locals.iter().map(|(_, name)| name).filter(|name| *name != "index");
                let items: Vec<Fact<'p>> = items(node, "each", facts).collect();
                return names.flat_map(|name| items.iter().map(move |fact| (name.clone(), fact.clone()))).collect();
            }
            "script" => value(node, "script", facts),
            "ask" => {
                let asked = (own && asks_who(node)).then(|| Fact::personal(&[], from(Way::Answer)));
                let given = ["known", "skip_value", "choices"].into_iter().flat_map(|field| value(node, field, facts));
                asked.into_iter().chain(given).chain(items(node, "choices_from", facts).filter_map(chosen)).collect()
            }
            "extract" => {
                let texts = value(node, "text", facts);
                let given = texts.into_iter().map(|fact| fact.source);
                let sources: Vec<Source<'p>> = if own { vec![from(Way::Answer)] } else { given.collect() };
                let fields = who_fields(node);
                sources.iter().flat_map(|source| fields.iter().map(move |field| Fact::personal(&[*field], source.clone()))).collect()
            }
            "connect" | "call" => self.answered(nodes, node, facts, own),
            "signal" if own => vec![Fact::told(&[], None, from(Way::Signal))],
            "approval" => {
                let empty = if own { empty_fields(node) } else { Vec::new() };
                let typed = empty.into_iter().map(|field| Fact::personal(&["payload", field], from(Way::Approver)));
                let within = |mut fact: Fact<'p>| {
                    fact.within.insert(0, "payload".to_owned());
                    fact
                };
                value(node, "payload", facts).into_iter().map(within).chain(typed).collect()
            }
            "sub_flow" => self.given_back(node, facts, own),
            _ => return Vec::new(),
        };
        let names: BTreeSet<&String> = notes.sets.iter().map(|(_, name)| name).collect();
        names.into_iter().flat_map(|name| gives.iter().map(move |fact| (name.clone(), fact.clone()))).collect()
    }

    /// What is kept of another system's answer.
    fn answered(&self, nodes: &'p [Compiled], node: &'p Compiled, facts: &Facts<'p>, own: bool) -> Vec<Fact<'p>> {
        let source = Source { way: Way::System, step: step(node), system: system(nodes, node) };
        let (whole, taken) = if node.spec.name == "call" {
            (Fact::told(&["body"], None, source.clone()), Fact::told(&[], None, source))
        } else {
            let whole = Fact::told(&[], self.library.answer(text(node, "connector"), text(node, "operation")), source);
            (whole.clone(), whole)
        };
        if node.node.settings.get("take").is_none_or(Value::is_null) {
            return if own { vec![taken] } else { Vec::new() };
        }
        let mut facts = facts.clone();
        facts.remove(ANSWER);
        if own {
            learn(&mut facts, ANSWER, whole);
        }
        value(node, "take", &facts)
    }

    /// What a called flow gives back, of what it is given and, where it counts, of its own.
    fn given_back(&self, node: &'p Compiled, facts: &Facts<'p>, own: bool) -> Vec<Fact<'p>> {
        let Some(program) = self.called_by(node) else { return Vec::new() };
        let mut inner = if own { brought() } else { Facts::new() };
        for (input, _, origin) in inputs(node, &program.flow) {
            known(facts, origin).into_iter().for_each(|fact| _ = learn(&mut inner, input, fact));
        }
        if inner.is_empty() || !self.may_look() {
            return Vec::new();
        }
        let inner = self.followed(&program.nodes, inner, own);
        let ends = program.nodes.iter().filter(|node| node.spec.name == "end");
        ends.flat_map(|end| value(end, "output", &inner)).map(by_place).collect()
    }

    fn called_by(&self, node: &'p Compiled) -> Option<&'p Program> {
        self.called.get(node.notes.flows.first()?).map(AsRef::as_ref)
    }

    fn may_look(&self) -> bool {
        let left = self.looks_left.get();
        self.looks_left.set(left.saturating_sub(1));
        left > 0
    }
}

/// What is known of the value of a setting.
fn value<'p>(node: &Compiled, field: &str, facts: &Facts<'p>) -> Vec<Fact<'p>> {
    let origins = node.notes.origins.iter().filter(|(at, _)| at == field || head(at) == field);
    origins.flat_map(|(_, origin)| known(facts, origin)).collect()
}

/// The same of the items of a list.
fn items<'p>(node: &Compiled, field: &str, facts: &Facts<'p>) -> impl Iterator<Item = Fact<'p>> {
    value(node, field, facts).into_iter().filter_map(|fact| fact.at(&[ANY.to_owned()]))
}

/// Of a choice with a label and a value, the value is kept.
fn chosen(mut fact: Fact<'_>) -> Option<Fact<'_>> {
    match fact.within.first().map(String::as_str) {
        Some("label") => None,
        Some("value") => {
            fact.within.remove(0);
            Some(fact)
        }
        _ => Some(fact),
    }
}

/// What a flow gives back is known by the name it gives it, too.
fn by_place(mut fact: Fact<'_>) -> Fact<'_> {
    if let [.., last] = fact.within.as_slice() {
        let parent = fact.within.iter().rev().nth(1).map_or("", String::as_str);
        if !fact.personal && words::is_field_who(last, parent) {
            (fact.personal, fact.many) = (true, words::is_many(last));
        }
    }
    fact
}

/// Inputs that a called flow has, the setting that fills each, and from where.
fn inputs<'p>(node: &'p Compiled, flow: &'p Flow) -> impl Iterator<Item = (&'p str, &'p str, &'p Origin)> {
    let is_input = |name: &str| flow.variables.iter().any(|variable| variable.input && variable.name == name);
    node.notes.origins.iter().filter_map(move |(field, origin)| {
        let input = field.strip_prefix("inputs.").filter(|input| is_input(input))?;
        Some((input, field.as_str(), origin))
    })
}

/// Its settings that leave the house without a purpose.
fn leaving(node: &Compiled) -> &'static [&'static str] {
    if !text(node, "purpose").trim().is_empty() {
        return &[];
    }
    let (via, to) = (text(node, "via"), text(node, "to"));
    match node.spec.name {
        "call" => &["url", "headers", "body"],
        "connect" => &["input"],
        "say" => &["images"],
        "emit" => &["payload"],
        // Roles, teams and people (`user:a@b.example`) are of the house.
        "notify" if via == "webhook" || (via == "mail" && to.contains('@') && !to.contains(':')) => &["title", "text"],
        _ => &[],
    }
}

/// The system a step asks: a connector, or the host of an address. None where that changes as the flow goes.
fn system(nodes: &[Compiled], node: &Compiled) -> Option<String> {
    match node.spec.name {
        "connect" => Some(format!("connector {}", text(node, "connector"))),
        "call" => {
            let url = text(node, "url").trim();
            if let Some(rest) = url.strip_prefix("{{") {
                let name = rest.split_once("}}")?.0.trim();
                let is_changed = nodes.iter().any(|node| node.notes.sets.iter().chain(&node.notes.locals).any(|(_, set)| set == name));
                let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                // The same name is another's in another flow.
                return (is_name && !is_changed).then(|| format!("{name} {:p}", nodes.as_ptr()));
            }
            let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
            (!host.contains("{{")).then(|| format!("host {}", host.to_lowercase()))
        }
        _ => None,
    }
}

/// One of the given answers says nothing of its own.
fn asks_who(node: &Compiled) -> bool {
    let is_free = node.node.settings.get("only_choices") != Some(&Value::Bool(true));
    is_free && node.action.called().iter().any(|called| words::says_who(called))
}

/// Values a model takes out that say who somebody is.
fn who_fields(node: &Compiled) -> Vec<&str> {
    let fields = node.node.settings.get("fields").and_then(Value::as_array).into_iter().flatten();
    fields.filter_map(|field| field["name"].as_str()).filter(|name| words::says_who(name)).collect()
}

/// Fields of a form that nothing fills, for whoever approves to write into.
fn empty_fields(node: &Compiled) -> Vec<&str> {
    let fields = node.node.settings.get("payload").and_then(Value::as_object).into_iter().flatten();
    let is_empty = |given: &Value| given.is_null() || given.as_str().is_some_and(|text| !text.contains("{{"));
    fields.filter(|(name, given)| is_empty(given) && words::is_field_who(name, "")).map(|(name, _)| name.as_str()).collect()
}

fn text<'n>(node: &'n Compiled, setting: &str) -> &'n str {
    node.node.settings.get(setting).and_then(Value::as_str).unwrap_or_default()
}

fn step(node: &Compiled) -> &str {
    if node.node.title.is_empty() { &node.node.id } else { &node.node.title }
}

fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}
