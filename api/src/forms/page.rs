//! The page of a public form: every question with its label, what was typed before, and what is wrong with it. No script; all text that
//! is not ours is escaped.

use super::{choice_label, label};
use crate::html::{self, escape};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use qn_domain::Language;
use qn_engine::Form;
use qn_workflow::answers::{Fault, TEXT_CHARS_MAX};
use qn_workflow::model::{Type, Variable};
use serde_json::Value;
use std::collections::BTreeMap;

/// The hidden field that names the submission; no question is called so.
pub const SUBMISSION: &str = "form-id";

/// Whose form it is, and who reads it.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub company: &'a str,
    pub zone: &'a str,
    pub language: Language,
}

/// What stands in the form: nothing at first.
#[derive(Debug, Default)]
pub struct Filled<'a> {
    pub submission: String,
    /// As typed, by question; none at first.
    pub texts: Option<&'a BTreeMap<String, String>>,
    pub faults: &'a [Fault],
    /// Why it could not be taken.
    pub refused: Option<String>,
}

pub fn form(form: &Form, reader: Reader<'_>, filled: &Filled<'_>, status: StatusCode) -> Response {
    let language = reader.language;
    let mut body = head(form, reader);
    let text = form.text(language);
    if !text.is_empty() {
        body += &format!("<p class=\"about\">{}</p>", escape(text));
    }
    let summary = filled.refused.clone().or_else(|| (!filled.faults.is_empty()).then(|| told(language).to_owned()));
    if let Some(summary) = summary {
        body += &format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(&summary));
    }
    let code = language.code();
    body += &format!(
        "<form method=\"post\" action=\"?lang={code}\"><input type=\"hidden\" name=\"{SUBMISSION}\" value=\"{}\">",
        escape(&filled.submission)
    );
    let first = filled.faults.first().map(|fault| fault.field.as_str());
    for one in &form.asks {
        let fault = filled.faults.iter().find(|fault| fault.field == one.name);
        body += &question(one, reader, filled, fault, first == Some(one.name.as_str()));
    }
    body += &format!("<button type=\"submit\">{}</button></form></main>", language.pick("提交", "Send"));
    page(language, form.title(language), &body, status)
}

pub fn sent(form: &Form, reader: Reader<'_>) -> Response {
    let language = reader.language;
    let thanks = escape(form.thanks(language));
    let again = language.pick("再填一份", "Fill in another");
    let back = format!("../{}?lang={}", escape(&form.flow_id), language.code());
    let body = format!("{}<p class=\"about\" role=\"status\">{thanks}</p><p><a href=\"{back}\">{again}</a></p></main>", head(form, reader));
    page(language, form.title(language), &body, StatusCode::OK)
}

fn page(language: Language, title: &str, body: &str, status: StatusCode) -> Response {
    let mut response = html::page(language, title, body);
    *response.status_mut() = status;
    response
}

fn told(language: Language) -> &'static str {
    language.pick("有些内容需要修改，见下方标出的地方。", "Some answers need a change; they are marked below.")
}

fn head(form: &Form, reader: Reader<'_>) -> String {
    let (code, name) = if reader.language == Language::Zh { ("en", "English") } else { ("zh-CN", "中文") };
    format!(
        "<main class=\"form\"><p class=\"category\">{} <a href=\"?lang={code}\" lang=\"{code}\" hreflang=\"{code}\">{name}</a></p><h1>{}</h1>",
        escape(reader.company),
        escape(form.title(reader.language))
    )
}

fn question(one: &Variable, reader: Reader<'_>, filled: &Filled<'_>, fault: Option<&Fault>, is_first: bool) -> String {
    let language = reader.language;
    let name = escape(&one.name);
    let mark = if one.default.is_none() {
        "<span class=\"must\" aria-hidden=\"true\">*</span>".to_owned()
    } else {
        format!("<span class=\"meta\">{}</span>", language.pick("（选填）", "(optional)"))
    };
    let mut rules = format!("id=\"q-{name}\" name=\"{name}\"");
    if one.default.is_none() {
        rules += " required";
    }
    if fault.is_some() {
        rules += &format!(" aria-invalid=\"true\" aria-describedby=\"e-{name}\"");
    }
    if is_first {
        rules += " autofocus";
    }
    let wrong = fault.map_or_else(String::new, |fault| {
        let words = if language == Language::Zh { fault.zh.clone() } else { format!("This {}", fault.en) };
        format!("<p class=\"wrong\" id=\"e-{name}\">{}</p>", escape(&words))
    });
    let typed = match filled.texts {
        Some(texts) => texts.get(&one.name).cloned().unwrap_or_default(),
        None => shown(one, reader.zone),
    };
    let control = control(one, language, &rules, &typed);
    format!("<div class=\"question\"><label for=\"q-{name}\">{} {mark}</label>{control}{wrong}</div>", escape(label(one, language)))
}

fn control(one: &Variable, language: Language, rules: &str, typed: &str) -> String {
    let value = escape(typed);
    match one.kind {
        Type::Boolean => {
            let words = [("true", language.pick("是", "Yes")), ("false", language.pick("否", "No"))];
            options(one, language, rules, typed, &words)
        }
        _ if !one.choices.is_empty() => {
            let words: Vec<(&str, &str)> =
                one.choices.iter().map(|choice| (choice.value.as_str(), choice_label(choice, language))).collect();
            options(one, language, rules, typed, &words)
        }
        Type::Integer => format!("<input type=\"number\" step=\"1\" {rules} value=\"{value}\">"),
        Type::Number => format!("<input type=\"number\" step=\"any\" {rules} value=\"{value}\">"),
        Type::Time => format!("<input type=\"datetime-local\" {rules} value=\"{value}\">"),
        // A parser takes the first line break away; one of ours is there for it.
        _ => format!("<textarea rows=\"2\" maxlength=\"{TEXT_CHARS_MAX}\" {rules}>\n{value}</textarea>"),
    }
}

/// What must be answered begins with no answer.
fn options(one: &Variable, language: Language, rules: &str, typed: &str, words: &[(&str, &str)]) -> String {
    let empty =
        if one.default.is_none() { format!("<option value=\"\">{}</option>", language.pick("请选择", "Choose")) } else { String::new() };
    let option = |(value, words): &(&str, &str)| {
        let chosen = if *value == typed { " selected" } else { "" };
        format!("<option value=\"{}\"{chosen}>{}</option>", escape(value), escape(words))
    };
    format!("<select {rules}>{empty}{}</select>", words.iter().map(option).collect::<String>())
}

/// The default as it would be typed.
fn shown(one: &Variable, zone: &str) -> String {
    match &one.default {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if one.kind == Type::Time => {
            let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
            text.parse::<Timestamp>().map_or_else(|_| String::new(), |at| at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string())
        }
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}
