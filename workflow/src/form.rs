//! What a form needs to know of a setting beyond its JSON Schema: its name and a line of help in both languages, and what to edit it
//! with. Written into the schema as `x-qn`, so that the builder draws every node without knowing any.
//!
//! Widgets: `template`, `template_list`, `expression`, `condition`, `variable`, `duration`, `choices`, `flow`, `intents`, `phrases`,
//! `connector`, `operation`, `secret`, `auth`, `approver`, `assignee`, `team`, `labels`, `ticket_kind`, `event`, `calendar`, `receiver`, `mailbox`, `picture`, `cron`, `hours`, `time_zone`, `text`, `paragraph`, `number`, `toggle`, `list`, `map`, `json`, `script`.

use serde_json::{Value, json};

/// `zh` and `en` are `title|help`.
pub(crate) fn form(zh: &str, en: &str, widget: &str) -> Value {
    let ((zh, zh_help), (en, en_help)) = (parts(zh), parts(en));
    json!({"widget": widget, "zh": zh, "en": en, "zh_help": zh_help, "en_help": en_help})
}

/// What there is to choose from: value, zh, en.
pub(crate) fn options(mut form: Value, options: &[(&str, &str, &str)]) -> Value {
    form["options"] = options.iter().map(|(value, zh, en)| json!({"value": value, "zh": zh, "en": en})).collect();
    form
}

/// What people call a field of a node of this kind: `settings.url`, `settings.body.amount`, `timeout_ms`.
pub(crate) fn title_of(kind: &str, field: &str) -> (String, String) {
    let plain = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match field {
        "title" => return plain("标题", "title"),
        "note" => return plain("备注", "remark"),
        "timeout_ms" => return plain("超时(毫秒)", "timeout in ms"),
        "kind" => return plain("类型", "kind"),
        _ => {}
    }
    if let Some(rest) = field.strip_prefix("retry") {
        return (format!("重试{rest}"), format!("retry{rest}"));
    }
    let (name, rest) = field.strip_prefix("settings.").map_or((field, ""), |name| name.split_once('.').unwrap_or((name, "")));
    let settings = crate::nodes::find(kind).map(|kind| (kind.spec().settings)()).unwrap_or_default();
    let form = &settings["properties"][name]["x-qn"];
    let title = |language: &str| form[language].as_str().unwrap_or(name).to_owned();
    let deeper = if rest.is_empty() { String::new() } else { format!(" {rest}") };
    (title("zh") + &deeper, title("en").to_lowercase() + &deeper)
}

fn parts(text: &str) -> (&str, &str) {
    text.split_once('|').unwrap_or((text, ""))
}
