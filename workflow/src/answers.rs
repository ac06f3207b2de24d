//! Answers to what a flow asks for when it begins, as people give them: read from typed text, and judged field by field; pure.

use crate::model::{Type, Variable};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

pub const TEXT_CHARS_MAX: usize = 5_000;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The input's name.
    pub field: String,
    pub zh: String,
    pub en: String,
}

impl Fault {
    fn of(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: field.to_owned(), zh: zh.into(), en: en.into() }
    }
}

/// Typed texts as values. What was left empty is not given; what is not of its type stays a text, for `faults` to tell. Times
/// without an offset are meant in `zone`.
pub fn typed(asked: &[Variable], texts: &BTreeMap<String, String>, zone: &str) -> Map<String, Value> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let mut out = Map::new();
    for one in asked {
        let text = qn_base::text::clean(texts.get(&one.name).map_or("", |text| text.trim()));
        if !text.is_empty() {
            out.insert(one.name.clone(), read(one.kind, &text, &zone).unwrap_or(Value::String(text)));
        }
    }
    out
}

fn read(kind: Type, text: &str, zone: &TimeZone) -> Option<Value> {
    match kind {
        Type::Integer => text.parse::<i64>().ok().map(Value::from),
        Type::Number => text.parse::<i64>().ok().map(Value::from).or_else(|| Number::from_f64(text.parse().ok()?).map(Value::Number)),
        Type::Boolean => text.parse::<bool>().ok().map(Value::from),
        Type::Time if text.parse::<Timestamp>().is_err() => {
            Some(Value::from(text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok()?.timestamp().to_string()))
        }
        _ => None,
    }
}

/// Everything that is wrong with what is given, in the order in which it is asked.
pub fn faults(asked: &[Variable], given: &Map<String, Value>) -> Vec<Fault> {
    let unknown = given.keys().filter(|name| !asked.iter().any(|one| one.name == **name));
    let unknown = unknown.map(|name| Fault::of(name, "没有这个问题", "is not asked for"));
    asked.iter().filter_map(|one| fault(one, given.get(&one.name).unwrap_or(&Value::Null))).chain(unknown).collect()
}

fn fault(one: &Variable, value: &Value) -> Option<Fault> {
    let tell = |zh: &str, en: &str| Some(Fault::of(&one.name, zh, en));
    let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    if is_empty && one.default.is_none() {
        return tell("必填", "is required");
    }
    if value.is_null() {
        return None;
    }
    if value.as_str().is_some_and(|text| text.chars().nth(TEXT_CHARS_MAX).is_some()) {
        return tell("最多 5000 字", "has at most 5000 characters");
    }
    if !one.kind.holds(value) {
        return match one.kind {
            Type::Integer => tell("应为整数", "must be a whole number"),
            Type::Number => tell("应为数字", "must be a number"),
            Type::Boolean => tell("请选择是或否", "must be yes or no"),
            Type::Time => tell("应为日期和时间", "must be a date and a time"),
            _ => tell("应为文字", "must be a text"),
        };
    }
    if one.offers(value) { None } else { tell("请从选项中选择", "must be one of the choices") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked() -> Vec<Variable> {
        serde_json::from_value(json!([
            {"name": "what", "type": "text", "input": true},
            {"name": "kind", "type": "text", "input": true, "choices": [{"value": "hardware", "zh": "硬件"}, {"value": "other"}]},
            {"name": "count", "type": "integer", "input": true},
            {"name": "price", "type": "number", "input": true, "default": 0},
            {"name": "urgent", "type": "boolean", "input": true, "default": false},
            {"name": "at", "type": "time", "input": true},
        ]))
        .unwrap()
    }

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_typed_becomes_what_is_meant() {
        let good = texts(&[("what", " 屏幕\u{202E}碎了 "), ("kind", "hardware"), ("count", "2"), ("price", "9.5"), ("urgent", "true")]);
        let mut read = typed(&asked(), &good, "Asia/Shanghai");
        assert_eq!(Value::from(read.clone()), json!({"what": "屏幕碎了", "kind": "hardware", "count": 2, "price": 9.5, "urgent": true}));
        assert_eq!(faults(&asked(), &read).iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["at"]);
        for at in ["2026-11-30T09:15", "2026-11-30T09:15:00+08:00", "2026-11-30T01:15:00Z"] {
            let given = typed(&asked(), &texts(&[("at", at)]), "Asia/Shanghai")["at"].clone();
            assert_eq!(given.as_str().unwrap().parse::<Timestamp>().unwrap(), "2026-11-30T01:15:00Z".parse::<Timestamp>().unwrap(), "{at}");
            read.insert("at".into(), given);
        }
        assert_eq!(faults(&asked(), &read), []);
    }

    #[test]
    fn every_wrong_answer_is_told_by_its_field() {
        let wrong = texts(&[("kind", "soft"), ("count", "1.5"), ("price", "much"), ("urgent", "maybe"), ("at", "tomorrow")]);
        let found = faults(&asked(), &typed(&asked(), &wrong, "Asia/Shanghai"));
        let told: Vec<(&str, &str)> = found.iter().map(|f| (f.field.as_str(), f.en.as_str())).collect();
        assert_eq!(
            told,
            [
                ("what", "is required"),
                ("kind", "must be one of the choices"),
                ("count", "must be a whole number"),
                ("price", "must be a number"),
                ("urgent", "must be yes or no"),
                ("at", "must be a date and a time"),
            ]
        );
        let one = |given: Value| faults(&asked()[..1], given.as_object().unwrap()).iter().map(|f| f.en.clone()).collect::<Vec<_>>();
        assert_eq!(one(json!({"what": "  "})), ["is required"]);
        assert_eq!(one(json!({"what": 5})), ["must be a text"]);
        assert_eq!(one(json!({"what": "长".repeat(5_001)})), ["has at most 5000 characters"]);
        assert_eq!(one(json!({"what": "a", "role": "admin"})), ["is not asked for"]);
    }
}
