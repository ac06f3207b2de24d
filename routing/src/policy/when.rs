//! Conditions of rules: tests of facts, joined by all, any and not. Total: a test of an unknown fact does not hold, nothing fails.

use super::Policy;
use super::facts::{Facts, Known};
use qn_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `{"all": [{"fact": {"name": "tier", "is": ["vip"]}}, {"not": {"fact": {"name": "open.office", "is": [true]}}}]}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    All(Vec<When>),
    Any(Vec<When>),
    Not(Box<When>),
    Fact(Test),
}

/// Holds when the fact is known and everything said of it is true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Test {
    pub name: String,
    /// One of these: texts (without regard to case), numbers, booleans. Empty: anything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl When {
    /// Holds always.
    pub fn always() -> Self {
        When::All(Vec::new())
    }

    pub fn is(name: &str, values: &[&str]) -> Self {
        let is = values.iter().map(|v| Value::from(*v)).collect();
        When::Fact(Test { name: name.to_owned(), is, ..Test::default() })
    }

    pub fn at_least(name: &str, value: f64) -> Self {
        When::Fact(Test { name: name.to_owned(), at_least: Some(value), ..Test::default() })
    }

    pub fn is_true(name: &str) -> Self {
        When::Fact(Test { name: name.to_owned(), is: vec![Value::Bool(true)], ..Test::default() })
    }

    /// Whether one of these facts is asked for.
    pub(crate) fn reads(&self, names: &[&str]) -> bool {
        match self {
            When::All(parts) | When::Any(parts) => parts.iter().any(|part| part.reads(names)),
            When::Not(part) => part.reads(names),
            When::Fact(test) => names.contains(&test.name.as_str()),
        }
    }

    pub(crate) fn holds(&self, facts: &Facts, policy: &Policy, now: Timestamp) -> bool {
        match self {
            When::All(parts) => parts.iter().all(|part| part.holds(facts, policy, now)),
            When::Any(parts) => parts.iter().any(|part| part.holds(facts, policy, now)),
            When::Not(part) => !part.holds(facts, policy, now),
            When::Fact(test) => match test.name.strip_prefix("open.") {
                Some(calendar) => policy.calendar(calendar).is_some_and(|c| test.accepts(&Known::Flag(c.is_open(now)))),
                None => facts.find(&test.name, now).is_some_and(|known| test.accepts(&known)),
            },
        }
    }
}

impl Test {
    fn accepts(&self, known: &Known<'_>) -> bool {
        let number = match known {
            Known::Number(n) => Some(*n),
            // Attributes typed as text still count as numbers.
            Known::Text(text) => text.trim().parse().ok(),
            Known::Texts(_) | Known::Flag(_) => None,
        };
        let low = self.at_least.is_none_or(|least| number.is_some_and(|n| n >= least));
        let high = self.at_most.is_none_or(|most| number.is_some_and(|n| n <= most));
        low && high && (self.is.is_empty() || self.is.iter().any(|wanted| equal(wanted, known)))
    }
}

fn equal(wanted: &Value, known: &Known<'_>) -> bool {
    match (wanted, known) {
        (Value::String(a), Known::Text(b)) => same_text(a, b),
        (Value::String(a), Known::Texts(many)) => many.iter().any(|b| same_text(a, b)),
        (Value::Bool(a), Known::Flag(b)) => a == b,
        (Value::Number(a), Known::Number(b)) => a.as_f64() == Some(*b),
        (Value::Number(a), Known::Text(b)) => b.trim().parse::<f64>().is_ok_and(|b| a.as_f64() == Some(b)),
        _ => false,
    }
}

fn same_text(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
