//! The subset of JSON Schema that channel settings are written in, and its checker. Forms on the screen are made from the
//! same schema. A keyword outside the subset would go unchecked: the registry test refuses it.

use crate::fields::{Form, Kind};
use crate::{FieldError, Problem};
use serde_json::{Map, Value, json};

/// Everything `check` understands; `x-i18n`, `title` and `description` are for screens, `x-secret` is for
/// whoever keeps the settings: never to be stored or shown as they are.
pub const KEYWORDS: [&str; 17] = [
    "$schema",
    "type",
    "title",
    "description",
    "x-i18n",
    "properties",
    "required",
    "additionalProperties",
    "maxLength",
    "minLength",
    "format",
    "enum",
    "minimum",
    "maximum",
    "default",
    "writeOnly",
    "x-secret",
];

/// Titles and descriptions in both languages, as screens read them.
pub fn i18n(zh: (&str, &str), en: (&str, &str)) -> Value {
    json!({
        "zh-CN": {"title": zh.0, "description": zh.1},
        "en": {"title": en.0, "description": en.1},
    })
}

/// A schema of a settings object with these properties and no others.
pub fn object(words: Value, properties: Value, required: &[&str]) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "x-i18n": words,
        "properties": properties,
        "required": required,
    })
}

/// Checks settings against a schema; null counts as an empty object.
pub fn check(schema: &Value, settings: &Value) -> Result<(), Vec<FieldError>> {
    let mut errors = Vec::new();
    let empty = Map::new();
    match settings {
        Value::Object(map) => check_object(schema, map, &mut errors),
        Value::Null => check_object(schema, &empty, &mut errors),
        _ => errors.push(FieldError::new("", Problem::WrongType { expected: Kind::Object })),
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn check_object(schema: &Value, map: &Map<String, Value>, errors: &mut Vec<FieldError>) {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    errors.extend(required.filter(|name| !map.contains_key(*name)).map(|name| FieldError::new(name, Problem::Missing)));
    for (name, value) in map {
        let problem = match schema["properties"].get(name) {
            None => Some(Problem::Unknown),
            Some(property) => check_value(property, value),
        };
        if let Some(problem) = problem {
            errors.push(FieldError::new(qn_base::text::line(name, 60), problem));
        }
    }
}

fn check_value(property: &Value, value: &Value) -> Option<Problem> {
    match (property["type"].as_str(), value) {
        (Some("string"), Value::String(text)) => check_text(property, text),
        (Some("integer"), Value::Number(_)) => check_integer(property, value),
        (Some("boolean"), Value::Bool(_)) => None,
        (Some("string"), _) => Some(Problem::WrongType { expected: Kind::Text }),
        (Some("integer"), _) => Some(Problem::WrongType { expected: Kind::Integer }),
        _ => Some(Problem::WrongType { expected: Kind::Boolean }),
    }
}

/// An empty text that may be empty means "not set" and needs no form.
fn check_text(property: &Value, text: &str) -> Option<Problem> {
    let limit = |name: &str| property[name].as_u64().map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let chars = text.chars().count();
    if let Some(min_chars) = limit("minLength").filter(|min| chars < *min) {
        return Some(if text.is_empty() { Problem::Empty } else { Problem::TooShort { min_chars } });
    }
    if let Some(max_chars) = limit("maxLength").filter(|max| chars > *max) {
        return Some(Problem::TooLong { max_chars });
    }
    if let Some(choices) = property["enum"].as_array() {
        let choices: Vec<String> = choices.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        return (!choices.iter().any(|choice| choice == text)).then_some(Problem::NotOneOf { choices });
    }
    let misformed = property["format"] == "uri" && !text.is_empty() && qn_egress::check_url(text).is_err();
    misformed.then_some(Problem::NotAn { expected: Form::HttpUrl })
}

fn check_integer(property: &Value, value: &Value) -> Option<Problem> {
    let min = property["minimum"].as_i64().unwrap_or(i64::MIN);
    let max = property["maximum"].as_i64().unwrap_or(i64::MAX);
    match value.as_i64() {
        Some(n) if (min..=max).contains(&n) => None,
        None if value.is_f64() => Some(Problem::WrongType { expected: Kind::Integer }),
        _ => Some(Problem::OutOfRange { min, max }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(property: Value, value: Value) -> Option<Problem> {
        check_value(&property, &value)
    }

    #[test]
    fn each_keyword_bites() {
        let text = json!({"type": "string", "minLength": 2, "maxLength": 3});
        assert_eq!(problem(text.clone(), json!("")), Some(Problem::Empty));
        assert_eq!(problem(text.clone(), json!("a")), Some(Problem::TooShort { min_chars: 2 }));
        assert_eq!(problem(text.clone(), json!("你好吗")), None);
        assert_eq!(problem(text.clone(), json!("abcd")), Some(Problem::TooLong { max_chars: 3 }));
        assert_eq!(problem(text, json!(1)), Some(Problem::WrongType { expected: Kind::Text }));
        let choice = json!({"type": "string", "enum": ["a", "b"]});
        assert_eq!(problem(choice.clone(), json!("b")), None);
        assert_eq!(problem(choice, json!("c")), Some(Problem::NotOneOf { choices: vec!["a".into(), "b".into()] }));
        let number = json!({"type": "integer", "minimum": 1, "maximum": 9});
        assert_eq!(problem(number.clone(), json!(9)), None);
        assert_eq!(problem(number.clone(), json!(10)), Some(Problem::OutOfRange { min: 1, max: 9 }));
        assert_eq!(problem(number.clone(), json!(u64::MAX)), Some(Problem::OutOfRange { min: 1, max: 9 }));
        assert_eq!(problem(number, json!(1.5)), Some(Problem::WrongType { expected: Kind::Integer }));
        assert_eq!(problem(json!({"type": "boolean"}), json!("true")), Some(Problem::WrongType { expected: Kind::Boolean }));
        let uri = json!({"type": "string", "format": "uri"});
        assert_eq!(problem(uri.clone(), json!("")), None);
        for bad in ["x", "ftp://x.example", "https://u:p@x.example", "javascript:alert(1)"] {
            assert_eq!(problem(uri.clone(), json!(bad)), Some(Problem::NotAn { expected: Form::HttpUrl }), "{bad}");
        }
    }

    #[test]
    fn objects_are_closed_and_complete() {
        let schema = object(json!({}), json!({"a": {"type": "string"}}), &["a"]);
        assert_eq!(check(&schema, &json!({"a": "x"})), Ok(()));
        assert_eq!(check(&schema, &Value::Null), Err(vec![FieldError::new("a", Problem::Missing)]));
        assert_eq!(check(&schema, &json!({"a": "x", "b": 1})), Err(vec![FieldError::new("b", Problem::Unknown)]));
        assert_eq!(check(&schema, &json!([])), Err(vec![FieldError::new("", Problem::WrongType { expected: Kind::Object })]));
    }
}
