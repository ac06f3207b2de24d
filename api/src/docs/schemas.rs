//! The schemas of the document as tables: each field with its type and what it means. A page part; `docs` puts it together.

use super::words::Words;
use crate::html::escape;
use serde_json::Value;
use std::fmt::Write;

/// How deep a schema written in place is followed before only its kind is named.
const DEPTH_MAX: usize = 3;

/// Every named schema, by name.
pub fn show_all(out: &mut String, document: &Value, words: &Words) {
    let _ = write!(out, "<h2 id=\"schemas\">{}</h2>", words.schemas);
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = write!(out, "<h3 id=\"schema-{0}\"><code>{0}</code></h3>", escape(name));
        if let Some(text) = schema["description"].as_str() {
            let _ = write!(out, "<p lang=\"en\">{}</p>", inline(text));
        }
        show(out, schema, words);
    }
}

fn show(out: &mut String, schema: &Value, words: &Words) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        match part["$ref"].as_str() {
            Some(_) => drop(write!(out, "<p>{} {}</p>", words.all_of, type_of(part, words, 0))),
            None => show(out, part, words),
        }
    }
    for (n, variant) in schema["oneOf"].as_array().into_iter().flatten().enumerate() {
        let said = variant["description"].as_str().map(inline).unwrap_or_default();
        let _ = write!(out, "<p class=\"meta\">{} {}: <span lang=\"en\">{said}</span></p>", words.form, n + 1);
        show(out, variant, words);
    }
    if let Some(fields) = schema["properties"].as_object().filter(|fields| !fields.is_empty()) {
        show_fields(out, schema, fields, words);
    } else if !(schema["allOf"].is_array() || schema["oneOf"].is_array()) {
        let _ = write!(out, "<p>{}</p>", type_of(schema, words, 0));
    }
}

fn show_fields(out: &mut String, schema: &Value, fields: &serde_json::Map<String, Value>, words: &Words) {
    let _ = write!(out, "<table><tr><th>{}</th><th>{}</th><th>{}</th></tr>", words.field, words.kind, words.meaning);
    let required = |name: &str| schema["required"].as_array().is_some_and(|list| list.iter().any(|r| r == name));
    for (name, field) in fields {
        let mark = if required(name) { "" } else { words.optional };
        let _ = write!(
            out,
            "<tr><td><code>{}</code>{mark}</td><td>{}</td><td lang=\"en\">{}</td></tr>",
            escape(name),
            type_of(field, words, 0),
            field["description"].as_str().map(inline).unwrap_or_default()
        );
    }
    out.push_str("</table>");
}

/// A type in words, named schemas as links.
pub fn type_of(schema: &Value, words: &Words, depth: usize) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\"><code>{0}</code></a>", escape(name));
    }
    if depth >= DEPTH_MAX {
        return escape(words.object);
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array()) {
        let null = |choice: &Value| choice["type"] == "null";
        let mut texts: Vec<String> = choices.iter().filter(|c| !null(c)).map(|c| type_of(c, words, depth + 1)).collect();
        if choices.iter().any(null) {
            texts.push("<code>null</code>".into());
        }
        return texts.join(words.or);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|v| format!("<code>{}</code>", escape(v.as_str().unwrap_or("null")))).collect::<Vec<_>>().join(words.or);
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let one = |kind: &Value| plain(schema, kind.as_str().unwrap_or(""), words, depth);
            kinds.iter().map(one).collect::<Vec<_>>().join(words.or)
        }
        Value::String(kind) => plain(schema, kind, words, depth),
        _ => escape(words.any),
    }
}

fn plain(schema: &Value, kind: &str, words: &Words, depth: usize) -> String {
    match kind {
        "array" => format!("[{}]", type_of(&schema["items"], words, depth + 1)),
        "object" => match schema["properties"].as_object().filter(|fields| !fields.is_empty()) {
            Some(fields) => {
                let field = |(name, of): (&String, &Value)| format!("<code>{}</code> {}", escape(name), type_of(of, words, depth + 1));
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
            None => escape(words.object),
        },
        "null" => "<code>null</code>".into(),
        other => escape(words.type_name(other)),
    }
}

/// Text of a doc comment: inert, with its code spans and paragraphs.
pub fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut pieces = escape(text).replace("\n\n", "</p><p lang=\"en\">").split('`').map(str::to_owned).collect::<Vec<_>>();
    // An odd mark closes nothing: it stays as it was written.
    let odd = (pieces.len() % 2 == 0).then(|| pieces.pop()).flatten();
    for (n, piece) in pieces.into_iter().enumerate() {
        match n % 2 {
            0 => out.push_str(&piece),
            _ => drop(write!(out, "<code>{piece}</code>")),
        }
    }
    if let Some(rest) = odd {
        out.push('`');
        out.push_str(&rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_are_told_in_words() {
        let words = Words::of(qn_domain::Language::En);
        let told = |schema: Value| type_of(&schema, words, 0);
        assert_eq!(told(json!({"type": ["string", "null"]})), "text or <code>null</code>");
        assert_eq!(
            told(json!({"type": "array", "items": {"$ref": "#/components/schemas/A"}})),
            "[<a href=\"#schema-A\"><code>A</code></a>]"
        );
        assert_eq!(told(json!({"type": "string", "enum": ["a", "b"]})), "<code>a</code> or <code>b</code>");
        assert_eq!(told(json!({"oneOf": [{"type": "null"}, {"type": "integer"}]})), "whole number or <code>null</code>");
    }

    #[test]
    fn code_spans_are_shown_and_marks_that_close_nothing_stay() {
        assert_eq!(inline("a `b<c` d"), "a <code>b&lt;c</code> d");
        assert_eq!(inline("a ` b"), "a ` b");
    }
}
