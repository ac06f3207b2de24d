//! What a form needs to know of a setting beyond its JSON Schema: its name and a line of help in both languages, and what to edit it
//! with. Written into the schema as `x-qn`, so that the builder draws every node without knowing any.
//!
//! Widgets: `template`, `template_list`, `expression`, `condition`, `variable`, `duration`, `choices`, `flow`, `intents`, `phrases`,
//! `connector`, `operation`, `secret`, `auth`, `approver`, `team`, `cron`, `time_zone`, `text`, `number`, `toggle`, `list`, `map`, `json`.

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

fn parts(text: &str) -> (&str, &str) {
    text.split_once('|').unwrap_or((text, ""))
}
