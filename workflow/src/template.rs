//! Templates: text with `{{ expression }}` in it, and JSON whose texts are templates. The expressions are the same CEL as
//! everywhere, so there is one language to learn, to check and to bound. Called by nodes that say, ask and call.

use crate::expr::{Expr, ExprError, Language, Values};
use crate::origins::{ANY, Origins, flat, put};
use serde_json::{Map, Value};

/// Longest text a template may give, in bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Most that is filled into one JSON template, in bytes.
const JSON_BYTES_MAX: usize = 1024 * 1024;

/// A compiled text with holes.
#[derive(Debug)]
pub struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Hole(Expr),
}

impl Template {
    pub fn compile(language: &Language, source: &str) -> Result<Self, ExprError> {
        let (mut parts, mut rest) = (Vec::new(), source);
        while let Some((text, after)) = rest.split_once("{{") {
            let Some((hole, after)) = after.split_once("}}") else {
                return Err(ExprError::Syntax("{{ without }}".into()));
            };
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            parts.push(Part::Hole(language.compile(hole.trim())?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.0.iter().filter_map(|part| match part {
            Part::Hole(expr) => Some(expr),
            Part::Text(_) => None,
        })
    }

    /// What is in the text, or in the value it is nothing but.
    pub(crate) fn origins(&self) -> Origins {
        match self.0.as_slice() {
            [Part::Hole(expr)] => expr.origins().clone(),
            _ => flat(self.exprs().flat_map(|expr| expr.origins().iter().cloned()).collect()),
        }
    }

    /// The text for these values.
    pub fn render(&self, values: &dyn Values) -> Result<String, ExprError> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(expr) => push(&mut out, &expr.evaluate(values)?),
            }
            if out.len() > TEXT_BYTES_MAX {
                return Err(ExprError::TooCostly);
            }
        }
        Ok(out)
    }

    /// An address. A value that is filled in is part of it and never changes where it leads: it is percent-encoded, unless the
    /// address begins with it.
    pub fn render_address(&self, values: &dyn Values) -> Result<String, ExprError> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(expr) if out.is_empty() => push(&mut out, &expr.evaluate(values)?),
                Part::Hole(expr) => {
                    let mut filled = String::new();
                    push(&mut filled, &expr.evaluate(values)?);
                    if filled == "." || filled == ".." {
                        return Err(ExprError::Evaluation("dots cannot be part of an address".into()));
                    }
                    filled.bytes().for_each(|byte| encode(byte, &mut out));
                }
            }
            if out.len() > TEXT_BYTES_MAX {
                return Err(ExprError::TooCostly);
            }
        }
        Ok(out)
    }

    /// A template that is nothing but one hole keeps the value's type; all others give text.
    fn value(&self, values: &dyn Values) -> Result<Value, ExprError> {
        match self.0.as_slice() {
            [Part::Hole(expr)] => expr.evaluate(values),
            _ => self.render(values).map(Value::from),
        }
    }
}

/// About as many bytes as the value has as JSON.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => fields.iter().map(|(name, field)| name.len() + weight(field) + 4).sum::<usize>() + 2,
        _ => 8,
    }
}

/// RFC 3986: what is not unreserved is escaped.
fn encode(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        out.push(char::from(byte));
    } else {
        out.push_str(&format!("%{byte:02X}"));
    }
}

fn push(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => out.push_str(text),
        other => out.push_str(&other.to_string()),
    }
}

pub fn render_all(templates: &[Template], values: &dyn Values) -> Result<Vec<String>, ExprError> {
    templates.iter().map(|template| template.render(values)).collect()
}

/// JSON with templates as its leaves.
#[derive(Debug)]
pub enum JsonTemplate {
    Plain(Value),
    Text(Template),
    List(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    pub fn compile(language: &Language, source: &Value) -> Result<Self, ExprError> {
        Ok(match source {
            Value::String(text) if text.contains("{{") => Self::Text(Template::compile(language, text)?),
            Value::Array(items) => Self::List(items.iter().map(|item| Self::compile(language, item)).collect::<Result<_, _>>()?),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| Ok((name.clone(), Self::compile(language, value)?));
                Self::Object(fields.iter().map(field).collect::<Result<_, ExprError>>()?)
            }
            plain => Self::Plain(plain.clone()),
        })
    }

    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Text(template) => template.exprs().collect(),
            Self::List(items) => items.iter().flat_map(Self::exprs).collect(),
            Self::Object(fields) => fields.iter().flat_map(|(_, field)| field.exprs()).collect(),
        }
    }

    /// What is in it, and where.
    pub(crate) fn origins(&self) -> Origins {
        match self {
            Self::Plain(_) => Origins::new(),
            Self::Text(template) => template.origins(),
            Self::List(items) => items.iter().flat_map(|item| put(ANY, item.origins())).collect(),
            Self::Object(fields) => fields.iter().flat_map(|(name, field)| put(name, field.origins())).collect(),
        }
    }

    /// The JSON for these values, all of it together at most a mebibyte.
    pub fn render(&self, values: &dyn Values) -> Result<Value, ExprError> {
        self.fill(values, &mut JSON_BYTES_MAX.clone())
    }

    fn fill(&self, values: &dyn Values, left: &mut usize) -> Result<Value, ExprError> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => {
                let value = template.value(values)?;
                *left = left.checked_sub(weight(&value)).ok_or(ExprError::TooCostly)?;
                value
            }
            Self::List(items) => Value::Array(items.iter().map(|item| item.fill(values, left)).collect::<Result<_, _>>()?),
            Self::Object(fields) => {
                let field = |(name, field): &(String, JsonTemplate)| Ok((name.clone(), field.fill(values, left)?));
                Value::Object(fields.iter().map(field).collect::<Result<Map<_, _>, ExprError>>()?)
            }
        })
    }
}
