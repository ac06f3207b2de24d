//! What is wrong with a flow document: a stable code, the node to jump to, and a sentence in both languages that says what to do.

use serde::Serialize;
use std::fmt;

/// Errors keep a flow from being published; warnings do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    #[default]
    Error,
    Warning,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: &'static str,
    pub severity: Severity,
    /// The node to look at; none when the whole flow is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Which setting or port of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    pub zh: String,
    pub en: String,
}

impl Problem {
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, node: None, field: String::new(), zh: zh.into(), en: en.into() }
    }

    pub fn warning(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(code, zh, en) }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    #[must_use]
    pub fn at(mut self, node: &str) -> Self {
        self.node = Some(node.to_owned());
        self
    }

    #[must_use]
    pub fn field(mut self, field: &str) -> Self {
        field.clone_into(&mut self.field);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.node.as_deref().unwrap_or("flow");
        let dot = if self.field.is_empty() { "" } else { "." };
        write!(f, "{node}{dot}{}: {} [{}]", self.field, self.en, self.code)
    }
}
