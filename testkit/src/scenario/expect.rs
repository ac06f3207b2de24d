//! Comparing JSON with what a scenario expects of it. Paths are dotted; numbers index lists, negative ones from the end.
//! An expected scalar or list must be equal; an object is one of the operators below.

use serde_json::{Map, Value};

/// What is at a path; null when nothing is. `length` counts a list.
pub fn find(value: &Value, path: &str) -> Value {
    let mut at = value.clone();
    for part in path.split('.').filter(|p| !p.is_empty()) {
        at = match (&at, part.parse::<i64>()) {
            (Value::Array(list), Ok(n)) => {
                let index = if n < 0 { i64::try_from(list.len()).unwrap_or(0) + n } else { n };
                usize::try_from(index).ok().and_then(|i| list.get(i)).cloned().unwrap_or(Value::Null)
            }
            (Value::Array(list), Err(_)) if part == "length" => Value::from(list.len()),
            (Value::Object(map), _) => map.get(part).cloned().unwrap_or(Value::Null),
            _ => Value::Null,
        };
    }
    at
}

/// The first thing that is not as expected.
pub fn matches(value: &Value, expected: &Map<String, Value>) -> Result<(), String> {
    for (path, wanted) in expected {
        let found = find(value, path);
        if !fits(&found, wanted) {
            return Err(format!("{path}: expected {wanted}, found {found}"));
        }
    }
    Ok(())
}

fn fits(found: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(operators) => operators.iter().all(|(operator, operand)| operate(found, operator, operand)),
        _ => found == wanted,
    }
}

fn operate(found: &Value, operator: &str, operand: &Value) -> bool {
    match operator {
        "is" => found == operand,
        "not" => found != operand,
        "exists" => found.is_null() != (operand == &Value::Bool(true)),
        "contains" => contains(found, operand),
        "lacks" => !contains(found, operand),
        "at_least" => found.as_f64().zip(operand.as_f64()).is_some_and(|(f, o)| f >= o),
        "one_of" => operand.as_array().is_some_and(|list| list.contains(found)),
        // an item of the list is like this
        "any" => items(found).iter().any(|item| operand.as_object().is_some_and(|o| matches(item, o).is_ok())),
        "none" => !items(found).iter().any(|item| operand.as_object().is_some_and(|o| matches(item, o).is_ok())),
        "every" => items(found).iter().all(|item| operand.as_object().is_some_and(|o| matches(item, o).is_ok())),
        _ => false,
    }
}

fn items(found: &Value) -> &[Value] {
    found.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn contains(found: &Value, operand: &Value) -> bool {
    match (found, operand) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(list), _) => list.contains(operand),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(value: &Value, expected: Value) -> bool {
        matches(value, expected.as_object().unwrap()).is_ok()
    }

    #[test]
    fn paths_and_operators() {
        let value = json!({"a": {"b": [{"c": 1}, {"c": 2}]}, "t": "hello world", "n": null});
        assert!(check(&value, json!({"a.b.0.c": 1, "a.b.-1.c": 2, "a.b.length": 2, "n": null, "missing": null})));
        assert!(check(&value, json!({"t": {"contains": "world", "lacks": "moon"}, "a.b": {"any": {"c": 2}, "none": {"c": 3}}})));
        assert!(check(&value, json!({"a": {"exists": true}, "x": {"exists": false}, "a.b.0.c": {"at_least": 1, "one_of": [1, 2]}})));
        assert!(!check(&value, json!({"t": {"contains": "moon"}})));
        assert!(!check(&value, json!({"t": {"unknown_operator": 1}})));
    }
}
