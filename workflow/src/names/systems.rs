//! What hangs together in one node: a connector with its operation and inputs, a kind of ticket with its fields, a sub-flow with its
//! inputs, and what must be switched on for a node to do anything.

use super::lookup::{Lookup, plain};
use super::nearest::nearest;
use super::{Field, Form};
use crate::model::Node;
use crate::trigger::Trigger;
use serde_json::Value;

/// Of a start only what belongs to its trigger counts.
pub(super) fn is_asked(node: &Node, field: &str) -> bool {
    node.kind != "start"
        || match trigger(node) {
            Trigger::Message => field == "intents",
            Trigger::Event => field == "event",
            _ => false,
        }
}

fn trigger(node: &Node) -> Trigger {
    node.settings.get("trigger").and_then(|trigger| serde_json::from_value(trigger.clone()).ok()).unwrap_or_default()
}

pub(super) fn of_node(lookup: &mut Lookup<'_>, node: &Node) {
    match node.kind.as_str() {
        "connect" => connect(lookup, node),
        "ticket" => ticket(lookup, node),
        "sub_flow" => sub_flow(lookup, node),
        "write" | "extract" if !lookup.names.has_model => {
            let (zh, en) =
                ("还没有配置语言模型，这一步会走“失败”出口", "no language model is configured: this step leaves through its error port");
            lookup.warn("no_model", "", zh, en);
        }
        "notify" if node.settings.get("via").is_some_and(|via| via == "mail") && lookup.names.mailboxes.is_empty() => {
            let (zh, en) = ("还没有接入邮件渠道，邮件发不出去", "no mail inbox is connected: no mail will leave");
            lookup.warn("no_mailbox", "via", zh, en);
        }
        "classify" if !lookup.names.is_taught => untaught(lookup),
        "start" => start(lookup, node),
        _ => {}
    }
}

fn start(lookup: &mut Lookup<'_>, node: &Node) {
    let has_intents = node.settings.get("intents").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    match trigger(node) {
        Trigger::Message if has_intents && !lookup.names.is_taught => untaught(lookup),
        Trigger::Webhook | Trigger::Alarm if !lookup.names.takes_hooks => {
            let (zh, en) = ("还没有生成调用密钥，外部系统的调用会被拒绝", "its address has no secret yet: calls are refused");
            lookup.warn("no_hook_secret", "trigger", zh, en);
        }
        _ => {}
    }
}

fn untaught(lookup: &mut Lookup<'_>) {
    let (zh, en) = ("还没有上线的意图模型，识别不到任何意图", "no trained version is live: no intent is recognised");
    lookup.warn("untaught", "intents", zh, en);
}

fn connect(lookup: &mut Lookup<'_>, node: &Node) {
    let names = lookup.names;
    let Some(name) = node.settings.get("connector").and_then(plain) else { return };
    let Some(connector) = names.connectors.iter().find(|one| one.name.is(name)) else {
        let meant = nearest(name, names.connectors.iter().map(|one| one.name.name.as_str()));
        return lookup.missing("connector", name, ("unknown_connector", "连接器", "connector"), meant);
    };
    if connector.name.is_off {
        let (zh, en) = (format!("连接器「{name}」已停用"), format!("the connector \"{name}\" is switched off"));
        lookup.warn("switched_off", "connector", zh, en);
    }
    let (Some(operations), Some(operation)) = (&connector.operations, node.settings.get("operation").and_then(plain)) else { return };
    let Some(form) = lookup.form(operations, "operation", operation, ("unknown_operation", "操作", "operation")) else { return };
    fields(lookup, form, "input", node.settings.get("input"));
}

fn ticket(lookup: &mut Lookup<'_>, node: &Node) {
    let names = lookup.names;
    let kind = node.settings.get("kind").map_or(Some("general"), plain);
    let Some(kind) = kind else { return };
    let Some(form) = lookup.form(&names.ticket_kinds, "kind", kind, ("unknown_ticket_kind", "工单类型", "kind of ticket")) else {
        return;
    };
    fields(lookup, form, "fields", node.settings.get("fields"));
}

fn sub_flow(lookup: &mut Lookup<'_>, node: &Node) {
    let names = lookup.names;
    let Some(hash) = node.settings.get("flow").and_then(plain) else { return };
    // One that is not there is told by the compiler.
    let Some(called) = names.flows.iter().find(|one| one.hash == hash) else { return };
    if called.flow.is_off {
        let name = &called.flow.name;
        let (zh, en) = (
            format!("子流程「{name}」已停用或删除，这里仍会执行当时的版本"),
            format!("the flow \"{name}\" is off or gone; this version of it still runs here"),
        );
        lookup.warn("switched_off", "flow", zh, en);
    }
    // A sub-flow may be given more than it asks for.
    let form = Form { name: called.flow.clone(), fields: called.fields.clone(), is_open: true, ..Form::default() };
    fields(lookup, &form, "inputs", node.settings.get("inputs"));
}

/// What is asked for must be given, and what is given must be asked for. A template in place of all of them is known only to a run.
fn fields(lookup: &mut Lookup<'_>, form: &Form, field: &str, given: Option<&Value>) {
    let empty = Value::Object(serde_json::Map::new());
    let Value::Object(given) = given.filter(|given| !given.is_null()).unwrap_or(&empty) else { return };
    let (of_zh, of_en) = form.called();
    for Field { name, .. } in form.fields.iter().filter(|one| one.required && !given.contains_key(&one.name)) {
        let (zh, en) = (format!("「{of_zh}」需要填写 {name}"), format!("\"{of_en}\" needs {name}"));
        lookup.error("missing_field", field, zh, en);
    }
    for name in given.keys().filter(|name| !form.is_open && !form.fields.iter().any(|one| one.name == **name)) {
        let meant = nearest(name, form.fields.iter().map(|one| one.name.as_str()));
        let zh = format!("「{of_zh}」没有字段 {name}{}", meant.map(|name| format!("，是否要用 {name}？")).unwrap_or_default());
        let en = format!("\"{of_en}\" has no field {name}{}", meant.map(|name| format!("; did you mean {name}?")).unwrap_or_default());
        lookup.error("unknown_field", &format!("{field}.{name}"), zh, en);
    }
}
