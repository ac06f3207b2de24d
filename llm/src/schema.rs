//! The subset of JSON Schema that answers are asked for in, and its checker: a server that promises a shape is not believed.

use serde_json::Value;

const DEPTH_MAX: usize = 8;

/// What is wrong first, with the place; `Ok` when the value has the shape.
pub fn check(schema: &Value, value: &Value) -> Result<(), String> {
    check_at(schema, value, "$", 0)
}

fn check_at(schema: &Value, value: &Value, place: &str, depth: usize) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err(format!("{place} is nested too deep"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Err(format!("{place} is none of the allowed values"));
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(map)) => check_object(schema, map, place, depth),
        (Some("array"), Value::Array(items)) => {
            let max = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
            if items.len() as u64 > max || (items.len() as u64) < schema["minItems"].as_u64().unwrap_or(0) {
                return Err(format!("{place} has {} items", items.len()));
            }
            items.iter().enumerate().try_for_each(|(i, item)| check_at(&schema["items"], item, &format!("{place}[{i}]"), depth + 1))
        }
        (Some("string"), Value::String(text)) => match text.chars().count() as u64 {
            n if n > schema["maxLength"].as_u64().unwrap_or(u64::MAX) => Err(format!("{place} has {n} characters")),
            n if n < schema["minLength"].as_u64().unwrap_or(0) => Err(format!("{place} is too short")),
            _ => Ok(()),
        },
        (Some("integer"), Value::Number(n)) if n.is_i64() || n.is_u64() => Ok(()),
        (Some("number"), Value::Number(_)) | (Some("boolean"), Value::Bool(_)) | (None, _) => Ok(()),
        (Some(expected), _) => Err(format!("{place} is no {expected}")),
    }
}

fn check_object(schema: &Value, map: &serde_json::Map<String, Value>, place: &str, depth: usize) -> Result<(), String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.into_iter().find(|name| !map.contains_key(*name)) {
        return Err(format!("{place}.{missing} is missing"));
    }
    for (name, value) in map {
        match schema["properties"].get(name) {
            Some(property) => check_at(property, value, &format!("{place}.{name}"), depth + 1)?,
            None if schema["additionalProperties"] == Value::Bool(false) => {
                return Err(format!("{place} has a field that nobody asked for"));
            }
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_keyword_bites() {
        let schema = json!({"type": "object", "additionalProperties": false, "required": ["a"], "properties": {
            "a": {"type": "string", "minLength": 1, "maxLength": 3},
            "b": {"type": "array", "maxItems": 1, "items": {"type": "string", "enum": ["x"]}},
            "c": {"type": "boolean"}, "d": {"type": "integer"}}});
        assert_eq!(check(&schema, &json!({"a": "你好吗", "b": ["x"], "c": true, "d": 3})), Ok(()));
        for (wrong, why) in [
            (json!([]), "$ is no object"),
            (json!({}), "$.a is missing"),
            (json!({"a": 1}), "$.a is no string"),
            (json!({"a": ""}), "$.a is too short"),
            (json!({"a": "abcd"}), "$.a has 4 characters"),
            (json!({"a": "a", "b": ["x", "x"]}), "$.b has 2 items"),
            (json!({"a": "a", "b": ["y"]}), "$.b[0] is none of the allowed values"),
            (json!({"a": "a", "c": "true"}), "$.c is no boolean"),
            (json!({"a": "a", "d": 1.5}), "$.d is no integer"),
            (json!({"a": "a", "z": 1}), "$ has a field that nobody asked for"),
        ] {
            assert_eq!(check(&schema, &wrong), Err(why.to_owned()));
        }
    }
}
