//! What the builder draws its palette and forms from: nothing without a name in both languages.

use qn_workflow::nodes::catalogue;
use qn_workflow::{Language, check};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const WIDGETS: [&str; 35] = [
    "receiver",
    "mailbox",
    "calendar",
    "labels",
    "assignee",
    "ticket_kind",
    "event",
    "script",
    "hours",
    "template",
    "template_list",
    "expression",
    "condition",
    "variable",
    "duration",
    "choices",
    "flow",
    "intents",
    "phrases",
    "connector",
    "operation",
    "secret",
    "auth",
    "approver",
    "team",
    "cron",
    "time_zone",
    "text",
    "paragraph",
    "picture",
    "number",
    "toggle",
    "list",
    "map",
    "json",
];

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Settings of a schema and of what is nested in its lists and objects.
fn settings(schema: &Value, path: &str, out: &mut Vec<(String, Value)>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        out.push((path.clone(), field.clone()));
        settings(field, &path, out);
        settings(&field["items"], &path, out);
        for one in field["anyOf"].as_array().into_iter().flatten() {
            settings(one, &path, out);
        }
    }
}

#[test]
fn every_kind_port_and_setting_has_a_name_in_both_languages_and_a_way_to_edit_it() {
    let mut count = 0;
    for kind in catalogue() {
        let name = kind.name;
        assert!(is_chinese(kind.zh) || kind.zh.starts_with("HTTP"), "{name}");
        assert!(is_chinese(kind.zh_about) && kind.en_about.is_ascii() && kind.en.is_ascii() && !kind.icon.is_empty(), "{name}");
        assert!(is_chinese(kind.family.zh) && kind.family.en.is_ascii());
        for port in kind.ports.iter().chain(&kind.extra_ports) {
            assert!(is_chinese(port.zh) && port.en.is_ascii() && port.en != port.name, "{name}.{}", port.name);
        }
        let mut all = Vec::new();
        settings(&kind.settings, name, &mut all);
        for (path, field) in all {
            let form = &field["x-qn"];
            let text = |key: &str| form[key].as_str().unwrap_or_default().to_owned();
            assert!(is_chinese(&text("zh")) && is_chinese(&text("zh_help")), "{path}: {field}");
            assert!(!text("en").is_empty() && !text("en_help").is_empty() && text("en").is_ascii(), "{path}");
            assert!(WIDGETS.contains(&text("widget").as_str()), "{path}: {}", text("widget"));
            assert_eq!(text("widget") == "choices", form["options"].is_array(), "{path}");
            let offered: Vec<&Value> = form["options"].as_array().into_iter().flatten().map(|option| &option["value"]).collect();
            let taken: Vec<&Value> = match (&field["enum"], &field["oneOf"]) {
                (Value::Array(values), _) => values.iter().collect(),
                (_, Value::Array(values)) => values.iter().map(|one| &one["const"]).collect(),
                _ => Vec::new(),
            };
            assert_eq!(offered, taken, "{path}: what is offered is what is taken");
            count += 1;
        }
        assert!(!kind.settings.to_string().contains("$ref"), "{name}: a form is drawn from the schema as it stands");
    }
    assert!(count > 60, "{count} settings");
}

#[test]
fn what_a_kind_gives_is_what_its_variable_must_take() {
    for kind in catalogue().iter().filter(|kind| serde_json::to_value(kind.gives).unwrap() == "object") {
        let mut settings = json!({"save": "v", "question": "?", "text": "?", "title": "?", "ticket": "1", "kind": "repair", "who": "supervisor",
            "intents": ["refund"], "fields": [{"name": "size"}]});
        let known = kind.settings["properties"].as_object().unwrap();
        settings.as_object_mut().unwrap().retain(|name, _| known.contains_key(name));
        if kind.name != "extract" {
            settings.as_object_mut().unwrap().remove("fields");
        }
        for (wanted, is_wrong) in [("text", true), ("object", false), ("any", false)] {
            let flow = json!({"format": 1, "id": "f", "name": "f", "variables": [{"name": "v", "type": wanted}], "edges": [], "nodes": [
                {"id": "s", "kind": "start"}, {"id": "n", "kind": kind.name, "settings": settings}, {"id": "e", "kind": "end"}]});
            let problems = check(serde_json::from_value(flow).unwrap(), &Language::default(), &BTreeMap::new());
            let clashes = problems.iter().filter(|problem| problem.code == "type_mismatch").count();
            assert_eq!(clashes, usize::from(is_wrong), "{} into {wanted}: {problems:?}", kind.name);
        }
    }
}

#[test]
fn settings_that_name_ports_exist() {
    for kind in catalogue() {
        if let Some(from) = kind.ports_from {
            let setting = from.split('[').next().unwrap();
            assert!(kind.settings["properties"][setting].is_object(), "{}.{from}", kind.name);
        }
    }
}
