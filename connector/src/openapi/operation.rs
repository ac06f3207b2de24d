//! One described operation: its inputs and where they go, its answer, and whether it may be repeated.

use super::refs::Refs;
use super::shape::{Shaping, Side};
use super::{Error, Note, names};
use crate::definition::{At, Body, Method, Operation, Place, RetryClass};
use crate::mapping::Mapping;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const DESCRIPTION_CHARS_MAX: usize = 2_000;
const PARAMETERS_MAX: usize = 200;
/// Header parameters that carry our key.
const KEY_HEADERS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];
/// The description says they are ignored (OpenAPI 3.1 §4.8.12.2), or they are ours.
const OUR_HEADERS: [&str; 5] = ["accept", "content-type", "authorization", "host", "content-length"];
const NOTES_MAX: usize = 200;

pub(super) struct Reading<'a> {
    pub refs: Refs<'a>,
    pub notes: Vec<Note>,
}

pub(super) fn method(word: &str) -> Option<Method> {
    Some(match word {
        "get" => Method::Get,
        "head" => Method::Head,
        "options" => Method::Options,
        "post" => Method::Post,
        "put" => Method::Put,
        "patch" => Method::Patch,
        "delete" => Method::Delete,
        _ => return None,
    })
}

/// What an operation takes, while it is gathered.
#[derive(Default)]
struct Inputs {
    properties: Map<String, Value>,
    required: Vec<Value>,
    places: BTreeMap<String, Place>,
    body: Body,
    takes_key: bool,
}

impl Inputs {
    /// Two inputs of the same name are told apart by where they go.
    fn add(&mut self, place: Place, schema: Value, required: bool) {
        let prefix = serde_json::to_value(place.at).ok().and_then(|at| at.as_str().map(str::to_owned)).unwrap_or_default();
        let name = if self.properties.contains_key(&place.name) { format!("{prefix}_{}", place.name) } else { place.name.clone() };
        if required {
            self.required.push(name.clone().into());
        }
        self.properties.insert(name.clone(), schema);
        if place.at != At::Field || name != place.name {
            self.places.insert(name, place);
        }
    }

    fn schema(&mut self) -> Value {
        let mut schema = json!({"type": "object", "properties": std::mem::take(&mut self.properties), "additionalProperties": false});
        if !self.required.is_empty() {
            schema["required"] = std::mem::take(&mut self.required).into();
        }
        schema
    }
}

impl<'a> Reading<'a> {
    pub fn new(document: &'a Map<String, Value>) -> Self {
        Self { refs: Refs::new(document), notes: Vec::new() }
    }

    fn note(&mut self, about: &str, zh: impl Into<String>, en: impl Into<String>) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(Note { about: about.to_owned(), zh: zh.into(), en: en.into() });
        }
    }

    /// None: it cannot be used, and a note says why.
    pub fn operation(&mut self, path: &str, item: &'a Value, method: Method, described: &'a Value) -> Result<Option<Operation>, Error> {
        let about = format!("{} {path}", method.as_str());
        let mut inputs = Inputs::default();
        self.parameters(item, described, &mut inputs, &about)?;
        if !self.body(described, &mut inputs, &about)? {
            return Ok(None);
        }
        let text = |word: &str| described[word].as_str();
        let name = names::name(text("operationId"), method.as_str(), path);
        let described_at_length = text("description").unwrap_or_default().chars().take(DESCRIPTION_CHARS_MAX).collect();
        let retry = if inputs.takes_key { RetryClass::Keyed } else { method.retry_class() };
        Ok(Some(Operation {
            title: names::title(text("summary"), &name),
            name,
            description: described_at_length,
            method,
            path: path.to_owned(),
            input: inputs.schema(),
            body: inputs.body,
            places: inputs.places,
            response: self.response(described)?,
            output: Mapping::Whole,
            success: None,
            retry,
        }))
    }

    fn parameters(&mut self, item: &'a Value, described: &'a Value, inputs: &mut Inputs, about: &str) -> Result<(), Error> {
        // an operation's parameter replaces the path's of the same name and place
        let mut found: Vec<(&str, &str, &'a Value)> = Vec::new();
        let listed = [item, described].into_iter().filter_map(|holder| holder["parameters"].as_array()).flatten();
        for parameter in listed.take(PARAMETERS_MAX) {
            let parameter = self.refs.follow(parameter)?;
            let (Some(name), Some(at)) = (parameter["name"].as_str(), parameter["in"].as_str()) else { continue };
            found.retain(|(n, a, _)| (*n, *a) != (name, at));
            found.push((name, at, parameter));
        }
        for (name, at, parameter) in found {
            let lower = name.to_ascii_lowercase();
            let at = match at {
                "path" => At::Path,
                "query" => At::Query,
                "header" if KEY_HEADERS.contains(&lower.as_str()) => {
                    inputs.takes_key = true;
                    continue;
                }
                "header" if OUR_HEADERS.contains(&lower.as_str()) => continue,
                "header" => At::Header,
                "cookie" => At::Cookie,
                _ => continue,
            };
            let schema = self.parameter_schema(parameter, about)?;
            let place = Place { at, name: name.to_owned(), explode: parameter["explode"].as_bool().unwrap_or(true) };
            inputs.add(place, schema, at == At::Path || parameter["required"] == Value::Bool(true));
        }
        Ok(())
    }

    fn parameter_schema(&mut self, parameter: &'a Value, about: &str) -> Result<Value, Error> {
        let schema = parameter.get("schema").or_else(|| parameter["content"].as_object()?.values().next()?.get("schema"));
        let mut schema = match schema {
            Some(schema) => self.shape(schema, Side::Input, about)?,
            None => json!({"type": "string"}),
        };
        if let (Some(fields), Some(text)) = (schema.as_object_mut(), parameter["description"].as_str()) {
            fields.entry("description").or_insert_with(|| text.chars().take(500).collect::<String>().into());
        }
        Ok(schema)
    }

    fn shape(&mut self, schema: &'a Value, side: Side, about: &str) -> Result<Value, Error> {
        let mut shaping = Shaping::new(self.refs, side);
        let shaped = shaping.shape(schema)?;
        if shaping.cut && side == Side::Input {
            self.note(about, "输入的深层结构不做检查", "deeper parts of the input are not checked");
        }
        Ok(shaped)
    }

    /// False: a body of a kind that cannot be sent.
    fn body(&mut self, described: &'a Value, inputs: &mut Inputs, about: &str) -> Result<bool, Error> {
        let Some(body) = described.get("requestBody") else { return Ok(true) };
        let body = self.refs.follow(body)?;
        let Some(content) = body["content"].as_object() else { return Ok(true) };
        let found = content.iter().find_map(|(kind, media)| kind_of_body(kind).map(|body| (body, media)));
        let Some((kind, media)) = found else {
            let kinds = content.keys().map(String::as_str).take(3).collect::<Vec<_>>().join(", ");
            if body["required"] != Value::Bool(true) {
                return Ok(true);
            }
            self.note(about, format!("未导入：不支持请求体类型 {kinds}"), format!("left out: a body of {kinds} cannot be sent"));
            return Ok(false);
        };
        inputs.body = kind;
        let schema = match media.get("schema") {
            Some(schema) => self.shape(schema, Side::Input, about)?,
            None => json!({}),
        };
        let required = body["required"] == Value::Bool(true);
        match flat(&schema).filter(|_| kind != Body::Text) {
            Some((properties, wanted)) => {
                for (name, property) in properties {
                    let place = Place { at: At::Field, name: name.clone(), explode: true };
                    inputs.add(place, property.clone(), required && wanted.iter().any(|wanted| wanted == name));
                }
            }
            None => inputs.add(Place { at: At::Body, name: "body".to_owned(), explode: true }, schema, required),
        }
        Ok(true)
    }

    fn response(&mut self, described: &'a Value) -> Result<Option<Value>, Error> {
        let Some(responses) = described["responses"].as_object() else { return Ok(None) };
        let good = responses.iter().find(|(status, _)| status.starts_with('2')).or_else(|| responses.iter().find(|(s, _)| *s == "default"));
        let Some((_, response)) = good else { return Ok(None) };
        let content = self.refs.follow(response)?["content"].as_object();
        let media = content.and_then(|content| content.iter().find(|(kind, _)| kind.contains("json")));
        match media.and_then(|(_, media)| media.get("schema")) {
            Some(schema) => Ok(Some(self.shape(schema, Side::Answer, "")?)),
            None => Ok(None),
        }
    }
}

fn kind_of_body(kind: &str) -> Option<Body> {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => Some(Body::Form),
        "text/plain" => Some(Body::Text),
        "application/json" | "*/*" => Some(Body::Json),
        json if json.ends_with("+json") => Some(Body::Json),
        _ => None,
    }
}

/// The fields of a body that is a plain object; any other body is one input.
fn flat(schema: &Value) -> Option<(&Map<String, Value>, &[Value])> {
    let rules = schema.as_object()?;
    if ["allOf", "oneOf", "anyOf"].iter().any(|word| rules.contains_key(*word))
        || rules.get("additionalProperties").is_some_and(Value::is_object)
    {
        return None;
    }
    let properties = rules.get("properties")?.as_object().filter(|properties| !properties.is_empty())?;
    Some((properties, rules.get("required").and_then(Value::as_array).map_or(&[], Vec::as_slice)))
}
