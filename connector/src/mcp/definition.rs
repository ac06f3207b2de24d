//! What is stored of an MCP server: where it is, how we prove who we are, and its tools as they were read.

use crate::auth::Auth;
use crate::definition::{Listed, RetryClass, Words};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub format: u32,
    /// The endpoint itself; every message goes there.
    pub base_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Sent with every message; no secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    pub operations: Vec<Tool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Letters, digits, `_` and `-`; unique in the connector; flows name it.
    pub name: String,
    /// As the server calls it.
    pub tool: String,
    pub title: Words,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// JSON Schema of an object, references written out.
    pub input: Value,
    /// JSON Schema of the structured answer, where the server declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Value>,
    pub retry: RetryClass,
}

impl Tool {
    pub(crate) fn listed(&self) -> Listed<'_> {
        let Tool { name, tool, title, description, input, response, retry } = self;
        Listed { name, title, description, method: "MCP", path: tool, input, response: response.as_ref(), retry: *retry }
    }
}
