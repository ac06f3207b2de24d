//! A described schema as `schema` understands it: references written out, 3.0 spellings made 3.1, decoration left out. Recursive
//! and very wide schemas are cut: what lies deeper is accepted unchecked.

use super::Error;
use super::refs::{Refs, reference};
use serde_json::{Map, Value, json};

/// Of one operation's input or answer.
const NODES_MAX: usize = 4_000;
const DEPTH_MAX: usize = 24;
const KEPT: [&str; 20] = [
    "type",
    "title",
    "description",
    "default",
    "enum",
    "const",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "required",
    "minProperties",
];
const DESCRIPTION_CHARS_MAX: usize = 500;

/// Whether fields only the service writes are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Answer,
}

pub(super) struct Shaping<'a> {
    refs: Refs<'a>,
    side: Side,
    nodes_left: usize,
    open: Vec<&'a str>,
    /// Something was cut.
    pub cut: bool,
}

impl<'a> Shaping<'a> {
    pub fn new(refs: Refs<'a>, side: Side) -> Self {
        Self { refs, side, nodes_left: NODES_MAX, open: Vec::new(), cut: false }
    }

    pub fn shape(&mut self, schema: &'a Value) -> Result<Value, Error> {
        self.at_depth(schema, 0)
    }

    fn at_depth(&mut self, schema: &'a Value, depth: usize) -> Result<Value, Error> {
        if self.nodes_left == 0 || depth > DEPTH_MAX {
            self.cut = true;
            return Ok(json!({}));
        }
        self.nodes_left -= 1;
        let Some(reference) = reference(schema) else { return self.written_out(schema, depth) };
        // a circle of nothing but references describes nothing and is an error here
        self.refs.follow(schema)?;
        if self.open.contains(&reference) {
            // a tree of categories is described so
            self.cut = true;
            return Ok(json!({}));
        }
        let target = self.refs.at(reference)?;
        self.open.push(reference);
        let shaped = self.at_depth(target, depth + 1);
        self.open.pop();
        shaped
    }

    fn written_out(&mut self, schema: &'a Value, depth: usize) -> Result<Value, Error> {
        let Some(rules) = schema.as_object() else { return Ok(schema.clone()) };
        let mut shaped: Map<String, Value> = rules
            .iter()
            .filter(|(word, _)| KEPT.contains(&word.as_str()) || *word == "maxProperties")
            .map(|(w, v)| (w.clone(), v.clone()))
            .collect();
        older_spellings(rules, &mut shaped);
        for word in ["title", "description"] {
            if let Some(text) = shaped.get(word).and_then(Value::as_str) {
                let text: String = text.chars().take(DESCRIPTION_CHARS_MAX).collect();
                shaped.insert(word.to_owned(), text.into());
            }
        }
        if let Some(properties) = rules.get("properties").and_then(Value::as_object) {
            let properties = self.properties(properties, &mut shaped, depth)?;
            shaped.insert("properties".to_owned(), properties);
        }
        for word in ["items", "additionalProperties"] {
            match rules.get(word) {
                Some(inner @ Value::Object(_)) => _ = shaped.insert(word.to_owned(), self.at_depth(inner, depth + 1)?),
                Some(flag @ Value::Bool(_)) => _ = shaped.insert(word.to_owned(), flag.clone()),
                _ => {}
            }
        }
        for word in ["allOf", "oneOf", "anyOf"] {
            let Some(parts) = rules.get(word).and_then(Value::as_array) else { continue };
            let parts = parts.iter().map(|part| self.at_depth(part, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            shaped.insert(word.to_owned(), parts.into());
        }
        Ok(Value::Object(shaped))
    }

    fn properties(&mut self, properties: &'a Map<String, Value>, shaped: &mut Map<String, Value>, depth: usize) -> Result<Value, Error> {
        let mut kept = Map::new();
        for (name, property) in properties {
            let read_only = self.side == Side::Input && self.refs.follow(property)?.get("readOnly") == Some(&Value::Bool(true));
            if read_only {
                if let Some(Value::Array(required)) = shaped.get_mut("required") {
                    required.retain(|required| required != name);
                }
                continue;
            }
            kept.insert(name.clone(), self.at_depth(property, depth + 1)?);
        }
        Ok(Value::Object(kept))
    }
}

/// `nullable` and the boolean `exclusiveMinimum` of 3.0.
fn older_spellings(rules: &Map<String, Value>, shaped: &mut Map<String, Value>) {
    if rules.get("nullable") == Some(&Value::Bool(true))
        && let Some(Value::String(kind)) = shaped.get("type").cloned()
    {
        shaped.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(choices)) = shaped.get_mut("enum")
            && !choices.contains(&Value::Null)
        {
            choices.push(Value::Null);
        }
    }
    for (exclusive, plain) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match shaped.get(exclusive) {
            Some(Value::Bool(true)) => {
                let limit = shaped.remove(plain).unwrap_or_default();
                shaped.insert(exclusive.to_owned(), limit);
            }
            Some(Value::Bool(false)) => _ = shaped.remove(exclusive),
            _ => {}
        }
    }
}
