//! What a flow names must be there: intents, labels, teams, approvers, connectors with their operations and inputs, secrets, kinds of
//! tickets, sub-flows, events, uploaded pictures. Looked up in a snapshot of what the tenant has; pure. Settings that hold names are known by the widget
//! their schema gives them, so a new kind of node is looked at without a word here. Texts with `{{ }}` are left alone. Called before
//! publishing and by the builder, never for versions that are published: a name may go later, and that is a run's to tell.

mod lookup;
mod nearest;
mod systems;

use crate::model::{Flow, Node, Scope, Type, Variable};
use crate::nodes;
use crate::problem::Problem;
use crate::request::uploaded;
use crate::trigger::{Begins, FormFor, Trigger};
use lookup::Lookup;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a tenant has, read at one moment.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub intents: Vec<Name>,
    pub labels: Vec<Name>,
    pub teams: Vec<Name>,
    /// Aliases: id, e-mail address.
    pub people: Vec<Name>,
    pub roles: Vec<Name>,
    pub connectors: Vec<Connector>,
    pub secrets: Vec<Name>,
    pub ticket_kinds: Vec<Form>,
    /// Published versions that the flow calls, by content hash.
    pub flows: Vec<Called>,
    /// Of the routing rules, by key; aliases: what people call them.
    pub calendars: Vec<Name>,
    /// What the house tells, and what other flows emit.
    pub events: Vec<Name>,
    /// Outgoing webhooks by address; aliases: their ids.
    pub webhooks: Vec<Name>,
    /// Inboxes of mail.
    pub mailboxes: Vec<Name>,
    /// Uploaded files that the flow shows, by id; `is_off`: no picture that channels take.
    pub pictures: Vec<Name>,
    /// Variables that other live flows share.
    pub shared: Vec<SharedName>,
    /// A language model is configured.
    pub has_model: bool,
    /// A trained version understands intents.
    pub is_taught: bool,
    /// Signed calls can begin the flow: it has a secret.
    pub takes_hooks: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    pub name: String,
    /// Other words for the same, ids among them.
    pub aliases: Vec<String>,
    /// It is there, but switched off.
    pub is_off: bool,
}

impl Name {
    pub fn of(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    #[must_use]
    pub fn or(mut self, alias: impl Into<String>) -> Self {
        self.aliases.push(alias.into());
        self
    }

    #[must_use]
    pub fn off(mut self, is_off: bool) -> Self {
        self.is_off = is_off;
        self
    }

    fn is(&self, text: &str) -> bool {
        self.name == text || self.aliases.iter().any(|alias| alias == text)
    }
}

/// Something with a name that is given fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    pub name: Name,
    /// What people call it; empty where it has only its name.
    pub zh: String,
    pub en: String,
    pub fields: Vec<Field>,
    /// Takes fields beside those.
    pub is_open: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub required: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connector {
    pub name: Name,
    /// None: not read.
    pub operations: Option<Vec<Form>>,
}

/// A variable that another flow shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedName {
    pub scope: Scope,
    pub name: String,
    pub kind: Type,
    /// What people call the flow.
    pub flow: String,
}

/// A published version another flow calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Called {
    pub hash: String,
    /// What people call the flow; `is_off` where it is switched off or removed.
    pub flow: Name,
    pub fields: Vec<Field>,
}

impl Form {
    /// What a JSON Schema of an object asks for.
    pub fn of_schema(name: &str, schema: &Value) -> Self {
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = schema["properties"].as_object();
        let has_default = |name: &str| properties.is_some_and(|all| all.get(name).is_some_and(|one| one.get("default").is_some()));
        let named = properties.into_iter().flatten().map(|(name, _)| name.as_str());
        let unnamed = required.iter().copied().filter(|name| !properties.is_some_and(|all| all.contains_key(*name)));
        let field = |name: &str| Field { name: name.to_owned(), required: required.contains(&name) && !has_default(name) };
        let is_open = schema["additionalProperties"] != false;
        Self { name: Name::of(name), fields: named.chain(unnamed).map(field).collect(), is_open, ..Self::default() }
    }

    #[must_use]
    pub fn titled(self, zh: &str, en: &str) -> Self {
        Self { zh: zh.trim().to_owned(), en: en.trim().to_owned(), ..self }
    }

    /// What it is called to people, in Chinese and in English.
    fn called(&self) -> (&str, &str) {
        (said([&self.zh, &self.en, &self.name.name]), said([&self.en, &self.zh, &self.name.name]))
    }
}

/// The first that says anything.
fn said(words: [&str; 3]) -> &str {
    words.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// The connectors a document names, so that only their operations need to be read.
pub fn connectors_of(flow: &Flow) -> Vec<&str> {
    texts(flow, "connect", "connector")
}

/// The uploaded files a document shows as pictures, as far as they are written out.
pub fn pictures_of(flow: &Flow) -> Vec<&str> {
    let says = flow.nodes.iter().filter(|node| node.kind == "say");
    let images = says.filter_map(|node| node.settings.get("images").and_then(Value::as_array)).flatten();
    let mut out: Vec<&str> = images.filter_map(|image| uploaded(image["url"].as_str()?)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The versions a document calls.
pub fn flows_of(flow: &Flow) -> Vec<&str> {
    texts(flow, "sub_flow", "flow")
}

fn texts<'f>(flow: &'f Flow, kind: &str, field: &str) -> Vec<&'f str> {
    let nodes = flow.nodes.iter().filter(|node| node.kind == kind);
    let mut out: Vec<&str> = nodes.filter_map(|node| node.settings.get(field).and_then(Value::as_str)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Every name of the document that is not there is an error, one that is there but off a warning.
pub fn check(flow: &Flow, names: &Names) -> Vec<Problem> {
    let mut schemas: BTreeMap<&str, Value> = BTreeMap::new();
    let mut out = Vec::new();
    for node in &flow.nodes {
        let Some(kind) = nodes::find(&node.kind) else { continue };
        let schema = schemas.entry(node.kind.as_str()).or_insert_with(|| (kind.spec().settings)());
        let mut lookup = Lookup::new(names, node);
        if let Some(properties) = schema["properties"].as_object() {
            settings(&mut lookup, node, properties);
        }
        systems::of_node(&mut lookup, node);
        out.append(&mut lookup.problems);
    }
    out.extend(shared(flow, names));
    out
}

/// Flows that share a variable must agree on what it is, and somebody must be there to keep it for.
fn shared(flow: &Flow, names: &Names) -> Vec<Problem> {
    let mut out = Vec::new();
    let begins = Begins::of(flow);
    let is_for_nobody = match begins.trigger {
        Trigger::Schedule | Trigger::Webhook | Trigger::Alarm => true,
        Trigger::Form => begins.form_for == FormFor::Anyone,
        _ => false,
    };
    for variable in flow.variables.iter().filter(|variable| variable.scope.is_shared()) {
        let Variable { name, scope, kind, .. } = variable;
        let other = names.shared.iter().find(|other| other.scope == *scope && other.name == *name && other.kind != *kind);
        if let Some(SharedName { kind: theirs, flow, .. }) = other {
            let (mine, theirs) = (kind.as_str(), theirs.as_str());
            let zh = format!("流程「{flow}」也共享变量 {name}，类型为 {theirs}，这里却是 {mine}；请改成一致，或换一个名称");
            let en =
                format!("the flow \"{flow}\" shares {name} as {theirs}, here it is {mine}: make them the same, or choose another name");
            out.push(Problem::new("shared_type", zh, en).field(name));
        }
        if is_for_nobody && *scope != Scope::Tenant {
            let zh = format!("定时、Webhook、告警或公开表单启动的流程没有会话和客户，变量 {name} 只在本次运行内有效");
            let en = format!(
                "a flow that the clock, a webhook, an alarm or a public form begins has no conversation and no contact: {name} lives for the run only"
            );
            out.push(Problem::warning("shared_with_nobody", zh, en).field(name));
        }
    }
    out
}

/// Each setting by the widget it is edited with.
fn settings(lookup: &mut Lookup<'_>, node: &Node, properties: &Map<String, Value>) {
    for (field, schema) in properties {
        let Some(given) = node.settings.get(field) else { continue };
        match schema["x-qn"]["widget"].as_str().unwrap_or_default() {
            "intents" if systems::is_asked(node, field) => lookup.each(field, given, Lookup::intent),
            "labels" => lookup.each(field, given, Lookup::label),
            "team" => lookup.text(field, given, Lookup::team),
            "assignee" => lookup.text(
                field,
                given,
                if node.settings.get("to").is_some_and(|to| to == "person") { Lookup::person } else { Lookup::team },
            ),
            "approver" => lookup.text(field, given, Lookup::approver),
            "secret" => lookup.text(field, given, Lookup::secret),
            "receiver" => match node.settings.get("via").and_then(Value::as_str) {
                Some("webhook") => lookup.text(field, given, Lookup::webhook),
                // Addresses of people outside are nobody's names.
                Some("mail") if given.as_str().is_some_and(|to| to.contains('@')) => {}
                _ => lookup.text(field, given, Lookup::approver),
            },
            "mailbox" => lookup.text(field, given, Lookup::mailbox),
            "calendar" => lookup.text(field, given, Lookup::calendar),
            "auth" => lookup.text(&format!("{field}.secret"), given.get("secret").unwrap_or(&Value::Null), Lookup::secret),
            "event" if systems::is_asked(node, field) => lookup.text(field, given, Lookup::event),
            "list" => pictures(lookup, field, given, &schema["items"]["properties"]),
            _ => {}
        }
    }
}

/// Pictures stand in rows.
fn pictures(lookup: &mut Lookup<'_>, field: &str, given: &Value, properties: &Value) {
    let columns = properties.as_object().into_iter().flatten().filter(|(_, schema)| schema["x-qn"]["widget"] == "picture");
    for (column, _) in columns {
        for (n, row) in given.as_array().into_iter().flatten().enumerate() {
            lookup.text(&format!("{field}.{n}.{column}"), &row[column], Lookup::picture);
        }
    }
}
