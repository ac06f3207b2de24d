//! What is known of a value: that it says who somebody is, or that it is another system's word, whose fields may.

use super::words;
use crate::origins::{ANY, CUT, Origin, is_same};
use serde_json::Value;
use std::collections::BTreeMap;

/// Known of one variable; more are not followed.
const FACTS_MAX: usize = 64;
/// Steps into a variable.
const WITHIN_MAX: usize = 12;
/// Levels of a declared answer.
const LEVELS_MAX: usize = 10;
const FORMATS: [&str; 6] = ["email", "idn-email", "phone", "phone-number", "tel", "mobile"];
/// Addresses of pages and machines.
const LINKS: [&str; 9] = ["uri", "uri-reference", "iri", "iri-reference", "url", "hostname", "idn-hostname", "ipv4", "ipv6"];

/// Where it came into the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// What is known of the contact, what they wrote.
    Customer,
    /// What was filled into the form that began the flow.
    Form,
    /// What began the flow: a webhook, an event, an alarm.
    Event,
    Answer,
    System,
    Signal,
    Approver,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source<'p> {
    pub way: Way,
    /// The step, as people know it.
    pub step: &'p str,
    /// The system that has it already.
    pub system: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact<'p> {
    /// Where in the value it lies.
    pub within: Vec<String>,
    /// Says who somebody is; else what its fields are called, or declared to be, tells.
    pub personal: bool,
    /// And of several, each of whom an item says.
    pub many: bool,
    /// The field, or the variable, it is.
    pub called: String,
    /// JSON Schema, as the system declares it.
    pub shape: Option<&'p Value>,
    pub source: Source<'p>,
}

pub(super) type Facts<'p> = BTreeMap<String, Vec<Fact<'p>>>;

impl<'p> Fact<'p> {
    pub fn personal(within: &[&str], source: Source<'p>) -> Self {
        let within = within.iter().map(|step| (*step).to_owned()).collect();
        Self { within, personal: true, many: false, called: String::new(), shape: None, source }
    }

    pub fn told(within: &[&str], shape: Option<&'p Value>, source: Source<'p>) -> Self {
        Self { personal: false, shape, ..Self::personal(within, source) }
    }

    /// The same of what lies at a path in the value; none where it lies elsewhere.
    pub fn at(&self, path: &[String]) -> Option<Self> {
        let mut fact = self.clone();
        for step in path {
            if step == CUT {
                // A few items of a list are whole ones.
                if fact.within.is_empty() && fact.personal && !fact.many {
                    return None;
                }
            } else if fact.within.is_empty() {
                fact.step(step);
            } else if !is_same(&fact.within.remove(0), step) {
                return None;
            }
        }
        Some(fact)
    }

    fn step(&mut self, field: &str) {
        if self.personal {
            self.many &= field != ANY;
            return;
        }
        self.shape = self.shape.and_then(|shape| below(shape, field, 0));
        if field != ANY {
            self.personal = is_who(field, &self.called, self.shape);
            self.many = self.personal && self.shape.map_or_else(|| words::is_many(field), is_list);
            field.clone_into(&mut self.called);
        }
    }

    /// Whether sending it says who somebody is. Of a whole whose fields nobody declared that is not known.
    pub fn shows(&self) -> bool {
        self.personal || self.shape.is_some_and(|shape| declares(shape, &self.called, 0))
    }

    /// As it is kept in a variable.
    fn named(mut self, variable: &str) -> Self {
        if self.within.is_empty() && !words::is_somebody(&self.called) {
            variable.clone_into(&mut self.called);
        }
        self.within.truncate(WITHIN_MAX);
        self
    }
}

/// Whether anything new is known of it now.
pub(super) fn learn<'p>(facts: &mut Facts<'p>, variable: &str, fact: Fact<'p>) -> bool {
    let (fact, known) = (fact.named(variable), facts.entry(variable.to_owned()).or_default());
    let is_new = known.len() < FACTS_MAX && !known.contains(&fact);
    if is_new {
        known.push(fact);
    }
    is_new
}

/// What is known of what comes from there.
pub(super) fn known<'p>(facts: &Facts<'p>, origin: &Origin) -> Vec<Fact<'p>> {
    let Some((name, path)) = origin.path.split_first() else { return Vec::new() };
    let lay = |mut fact: Fact<'p>| {
        fact.within.splice(0..0, origin.place.iter().cloned());
        fact
    };
    facts.get(name).into_iter().flatten().filter_map(|fact| fact.at(path)).map(lay).collect()
}

/// By its name, unless it is declared to be something else; or as it, or each of many, is declared.
fn is_who(field: &str, parent: &str, shape: Option<&Value>) -> bool {
    let Some(shape) = shape else { return words::is_field_who(field, parent) };
    let one = shape.get("items").filter(|item| item.is_object()).unwrap_or(shape);
    let title = shape["title"].as_str().unwrap_or_default();
    !is_plain(one) && (has_format(one, &FORMATS) || [field, title].iter().any(|name| words::is_field_who(name, parent)))
}

/// True or false, one of given words, or an address where nobody lives.
fn is_plain(shape: &Value) -> bool {
    let is_yes_or_no = shape["type"] == "boolean" || shape["type"].as_array().is_some_and(|kinds| kinds.contains(&"boolean".into()));
    is_yes_or_no || shape.get("enum").is_some() || shape.get("const").is_some() || has_format(shape, &LINKS)
}

fn has_format(shape: &Value, formats: &[&str]) -> bool {
    shape["format"].as_str().is_some_and(|format| formats.contains(&format))
}

fn is_list(shape: &Value) -> bool {
    shape["type"] == "array" || shape.get("items").is_some()
}

/// What is declared of a field, or of an item.
fn below<'p>(shape: &'p Value, field: &str, level: usize) -> Option<&'p Value> {
    if level > LEVELS_MAX {
        return None;
    }
    let item = shape.get("items").filter(|item| item.is_object());
    let own = if field == ANY { Some(item.unwrap_or(shape)) } else { shape.get("properties").and_then(|all| all.get(field)) };
    own.or_else(|| item.and_then(|item| below(item, field, level + 1)))
        .or_else(|| parts(shape).find_map(|part| below(part, field, level + 1)))
}

fn parts(shape: &Value) -> impl Iterator<Item = &Value> {
    ["allOf", "anyOf", "oneOf"].into_iter().filter_map(move |word| shape.get(word)).filter_map(Value::as_array).flatten()
}

/// Something that says who somebody is is declared in it.
fn declares(shape: &Value, called: &str, level: usize) -> bool {
    if level > LEVELS_MAX {
        return false;
    }
    if has_format(shape, &FORMATS) {
        return true;
    }
    let mut fields = shape.get("properties").and_then(Value::as_object).into_iter().flatten();
    let inner = shape.get("items").into_iter().chain(parts(shape));
    fields.any(|(name, field)| is_who(name, called, Some(field)) || declares(field, name, level + 1))
        || inner.into_iter().any(|part| declares(part, called, level + 1))
}
