//! Checking input against the part of JSON Schema that API descriptions use. Text that stands for a number or a boolean is read as one,
//! because forms and templates give text. Knows no references: `openapi` has written them out.

use regex::RegexBuilder;
use serde_json::{Map, Value};
use std::fmt;

const FAULTS_MAX: usize = 20;
const DEPTH_MAX: usize = 64;
const PATTERN_BYTES_MAX: usize = 64 * 1024;

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the input.
    pub at: String,
    pub zh: String,
    pub en: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "/" } else { &self.at };
        write!(f, "{at} {}", self.en)
    }
}

/// The value as it fits, or what is wrong with it (at most 20 faults).
pub fn fit(schema: &Value, value: &Value) -> Result<Value, Vec<Fault>> {
    let mut check = Check { faults: Vec::new(), at: Vec::new() };
    let fitted = check.value(schema, value);
    if check.faults.is_empty() { Ok(fitted) } else { Err(check.faults) }
}

struct Check {
    faults: Vec<Fault>,
    at: Vec<String>,
}

impl Check {
    fn fault(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            let at = self.at.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect();
            self.faults.push(Fault { at, zh: zh.into(), en: en.into() });
        }
    }

    fn value(&mut self, schema: &Value, value: &Value) -> Value {
        let Some(rules) = schema.as_object() else {
            if schema == &Value::Bool(false) {
                self.fault("不允许", "is not allowed");
            }
            return value.clone();
        };
        if self.at.len() > DEPTH_MAX {
            self.fault("嵌套太深", "is nested too deep");
            return value.clone();
        }
        let value = read_as(rules, value);
        if !self.kind(rules, &value) {
            return value;
        }
        self.choices(rules, &value);
        let value = self.combined(rules, value);
        match &value {
            Value::Object(fields) => self.object(rules, fields),
            Value::Array(entries) => self.list(rules, entries),
            Value::String(text) => {
                self.text(rules, text);
                value
            }
            Value::Number(_) => {
                self.number(rules, value.as_f64().unwrap_or_default());
                value
            }
            _ => value,
        }
    }

    fn kind(&mut self, rules: &Map<String, Value>, value: &Value) -> bool {
        let kinds = kinds(rules);
        if kinds.is_empty() || kinds.iter().any(|kind| is_a(kind, value)) {
            return true;
        }
        self.fault(format!("应为 {}", kinds.join(" / ")), format!("must be {}", kinds.join(" or ")));
        false
    }

    fn choices(&mut self, rules: &Map<String, Value>, value: &Value) {
        if let Some(choices) = rules.get("enum").and_then(Value::as_array)
            && !choices.contains(value)
        {
            let known = choices.iter().take(10).map(Value::to_string).collect::<Vec<_>>().join(", ");
            self.fault(format!("只能是：{known}"), format!("must be one of {known}"));
        }
        if let Some(only) = rules.get("const")
            && only != value
        {
            self.fault(format!("只能是 {only}"), format!("must be {only}"));
        }
    }

    fn combined(&mut self, rules: &Map<String, Value>, mut value: Value) -> Value {
        for part in rules.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            value = self.value(part, &value);
        }
        for word in ["oneOf", "anyOf"] {
            let Some(parts) = rules.get(word).and_then(Value::as_array).filter(|parts| !parts.is_empty()) else { continue };
            let fitting: Vec<Value> = parts.iter().filter_map(|part| self.probe(part, &value)).collect();
            match fitting.len() {
                0 => self.fault("不符合任何一种允许的形式", "fits none of the allowed forms"),
                // several that fit are fine: descriptions say oneOf where they mean anyOf
                _ => value = fitting.into_iter().next().unwrap_or(value),
            }
        }
        value
    }

    fn probe(&self, schema: &Value, value: &Value) -> Option<Value> {
        let mut inner = Check { faults: Vec::new(), at: self.at.clone() };
        let fitted = inner.value(schema, value);
        inner.faults.is_empty().then_some(fitted)
    }

    fn object(&mut self, rules: &Map<String, Value>, fields: &Map<String, Value>) -> Value {
        for name in rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if fields.get(name).is_none_or(Value::is_null) && !allows_null(rules, name) {
                self.at.push(name.to_owned());
                self.fault("必填", "is required");
                self.at.pop();
            }
        }
        let known = rules.get("properties").and_then(Value::as_object);
        let others = rules.get("additionalProperties");
        let mut fitted = Map::new();
        for (name, field) in fields {
            let schema = known.and_then(|known| known.get(name));
            // an empty optional input is one that was not given
            if field.is_null() && schema.is_some() && !allows_null(rules, name) {
                continue;
            }
            self.at.push(name.clone());
            let field = match (schema, others) {
                (Some(schema), _) => self.value(schema, field),
                (None, Some(Value::Bool(false))) => {
                    self.fault("没有这一项", "is not known here");
                    field.clone()
                }
                (None, Some(schema @ Value::Object(_))) => self.value(schema, field),
                (None, _) => field.clone(),
            };
            self.at.pop();
            fitted.insert(name.clone(), field);
        }
        self.count(rules, fitted.len(), ["minProperties", "maxProperties"]);
        Value::Object(fitted)
    }

    fn list(&mut self, rules: &Map<String, Value>, entries: &[Value]) -> Value {
        self.count(rules, entries.len(), ["minItems", "maxItems"]);
        if rules.get("uniqueItems") == Some(&Value::Bool(true)) && entries.iter().enumerate().any(|(i, e)| entries[..i].contains(e)) {
            self.fault("有重复项", "has repeated entries");
        }
        let Some(schema) = rules.get("items") else { return Value::Array(entries.to_vec()) };
        let mut fitted = Vec::with_capacity(entries.len());
        for (i, entry) in entries.iter().enumerate() {
            if self.faults.len() >= FAULTS_MAX {
                break;
            }
            self.at.push(i.to_string());
            fitted.push(self.value(schema, entry));
            self.at.pop();
        }
        Value::Array(fitted)
    }

    fn text(&mut self, rules: &Map<String, Value>, text: &str) {
        self.count(rules, text.chars().count(), ["minLength", "maxLength"]);
        if let Some(pattern) = rules.get("pattern").and_then(Value::as_str) {
            // a pattern this library cannot read (look-around) checks nothing; the service will
            let regex = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).build();
            if regex.is_ok_and(|regex| !regex.is_match(text)) {
                self.fault(format!("应符合 {pattern}"), format!("must match {pattern}"));
            }
        }
        let whole = |bytes: &[usize]| {
            let parts: Vec<&str> = text.split('-').collect();
            parts.len() == bytes.len()
                && parts.iter().zip(bytes).all(|(part, n)| part.len() == *n && part.bytes().all(|b| b.is_ascii_digit()))
        };
        if rules.get("format").and_then(Value::as_str) == Some("date") && !whole(&[4, 2, 2]) {
            self.fault("应为日期，如 2026-11-28", "must be a date such as 2026-11-28");
        }
    }

    fn number(&mut self, rules: &Map<String, Value>, number: f64) {
        let limit = |word: &str| rules.get(word).and_then(Value::as_f64);
        if let Some(least) = limit("minimum").filter(|least| number < *least) {
            self.fault(format!("不能小于 {least}"), format!("must be at least {least}"));
        }
        if let Some(most) = limit("maximum").filter(|most| number > *most) {
            self.fault(format!("不能大于 {most}"), format!("must be at most {most}"));
        }
        if let Some(least) = limit("exclusiveMinimum").filter(|least| number <= *least) {
            self.fault(format!("应大于 {least}"), format!("must be more than {least}"));
        }
        if let Some(most) = limit("exclusiveMaximum").filter(|most| number >= *most) {
            self.fault(format!("应小于 {most}"), format!("must be less than {most}"));
        }
        if let Some(step) = limit("multipleOf").filter(|step| *step > 0.0 && ((number / step).round() * step - number).abs() > 1e-9) {
            self.fault(format!("应为 {step} 的倍数"), format!("must be a multiple of {step}"));
        }
    }

    fn count(&mut self, rules: &Map<String, Value>, n: usize, [least, most]: [&str; 2]) {
        let limit = |word: &str| rules.get(word).and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
        if let Some(least) = limit(least).filter(|least| n < *least) {
            self.fault(format!("太短：至少 {least}"), format!("is too short: at least {least}"));
        }
        if let Some(most) = limit(most).filter(|most| n > *most) {
            self.fault(format!("太长：最多 {most}"), format!("is too long: at most {most}"));
        }
    }
}

fn kinds(rules: &Map<String, Value>) -> Vec<&str> {
    match rules.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn allows_null(rules: &Map<String, Value>, name: &str) -> bool {
    let schema = rules.get("properties").and_then(|known| known.get(name)).and_then(Value::as_object);
    schema.is_some_and(|schema| kinds(schema).contains(&"null"))
}

/// Text where a number or boolean is wanted, and a number where text is, if the reading is plain.
fn read_as(rules: &Map<String, Value>, value: &Value) -> Value {
    let kinds = kinds(rules);
    if kinds.is_empty() || kinds.iter().any(|kind| is_a(kind, value)) {
        return value.clone();
    }
    let read = match value {
        Value::String(text) => kinds.iter().find_map(|kind| match *kind {
            "integer" => text.parse::<i64>().ok().map(Value::from),
            "number" => text.parse::<i64>().ok().map(Value::from).or_else(|| text.parse::<f64>().ok().map(Value::from)),
            "boolean" => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        }),
        Value::Number(number) if kinds.contains(&"string") => Some(Value::from(number.to_string())),
        _ => None,
    };
    read.filter(|read| !read.is_null()).unwrap_or_else(|| value.clone())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(schema: Value, value: Value) -> Vec<String> {
        fit(&schema, &value).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let schema = json!({"type": "object", "required": ["id", "lines"], "additionalProperties": false, "properties": {
            "id": {"type": "string", "minLength": 2, "pattern": "^[A-Z]+$"},
            "lines": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["qty"], "properties": {
                "qty": {"type": "integer", "minimum": 1, "maximum": 9}, "kind": {"enum": ["a", "b"]}}}},
            "on": {"type": "string", "format": "date"}}});
        assert_eq!(
            faults(schema.clone(), json!({"id": "AB", "lines": [{"qty": 2, "kind": "a"}], "on": "2026-11-28"})),
            Vec::<String>::new()
        );
        assert_eq!(faults(schema.clone(), json!({"id": "AB"})), ["/lines is required"]);
        assert_eq!(
            faults(schema.clone(), json!({"id": "a", "lines": [{"qty": 0, "kind": "c"}, {}], "x": 1, "on": "28.11."})),
            [
                "/id is too short: at least 2",
                "/id must match ^[A-Z]+$",
                "/lines/0/kind must be one of \"a\", \"b\"",
                "/lines/0/qty must be at least 1",
                "/lines/1/qty is required",
                "/on must be a date such as 2026-11-28",
                "/x is not known here"
            ]
        );
        assert_eq!(faults(schema.clone(), json!([])), ["/ must be object"]);
        assert_eq!(faults(schema, json!({"id": {}, "lines": "x"})), ["/id must be string", "/lines must be array"]);
    }

    #[test]
    fn text_from_forms_is_read_as_what_is_wanted() {
        let schema = json!({"properties": {"n": {"type": "integer"}, "x": {"type": ["number", "null"]}, "b": {"type": "boolean"},
            "s": {"type": "string"}, "o": {"type": "integer"}}});
        let given = json!({"n": "12", "x": "1.5", "b": "true", "s": 5, "o": null});
        assert_eq!(fit(&schema, &given).unwrap(), json!({"n": 12, "x": 1.5, "b": true, "s": "5"}));
        assert_eq!(faults(schema, json!({"n": "1.5"})), ["/n must be integer"]);
    }

    #[test]
    fn forms_and_parts_are_combined() {
        let schema = json!({"allOf": [{"required": ["a"]}, {"properties": {"a": {"oneOf": [{"type": "integer"}, {"type": "object"}]}}}]});
        assert!(faults(schema.clone(), json!({"a": 1})).is_empty());
        assert_eq!(faults(schema.clone(), json!({"a": [1]})), ["/a fits none of the allowed forms"]);
        assert_eq!(faults(schema, json!({})), ["/a is required"]);
    }

    #[test]
    fn a_bomb_of_a_pattern_or_depth_costs_little() {
        let deep = (0..120).fold(json!(1), |inner, _| json!([inner]));
        let schema = (0..120).fold(json!({}), |inner, _| json!({"items": inner}));
        assert_eq!(faults(schema, deep).len(), 1);
        assert!(faults(json!({"pattern": "(a{1000}){1000}"}), json!("x")).is_empty());
        assert!(!faults(json!({"pattern": "^(a+)+$"}), json!("a".repeat(5_000) + "!")).is_empty());
        assert_eq!(faults(json!({"items": {"type": "integer"}}), json!(vec!["x"; 10_000])).len(), FAULTS_MAX);
    }
}
