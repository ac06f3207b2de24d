//! Flow documents as text, in and out: JSON and YAML, told apart by how they begin. Ids stay, so that a document that went out and
//! comes back is the same flow. Serverless workflows are recognised and handed to their importer.

use crate::model::Flow;
use crate::problem::Problem;
use crate::serverless;
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 2 * 1024 * 1024;
const DEPTH_MAX: i32 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Json,
    Yaml,
}

/// A flow document or a serverless workflow, in JSON or YAML. `versions` are the flows it may call, by `namespace/name`.
pub fn read(text: &str, versions: &BTreeMap<String, String>) -> Result<Flow, Vec<Problem>> {
    let value = parse(text).map_err(|problem| vec![problem])?;
    if value.get("document").is_some() && value.get("do").is_some() {
        return serverless::import(&value, versions);
    }
    serde_json::from_value(value).map_err(|error| vec![unreadable(&error.to_string())])
}

/// The document as text.
pub fn write(flow: &Flow, format: Format) -> String {
    match format {
        Format::Json => serde_json::to_string_pretty(flow).unwrap_or_default() + "\n",
        Format::Yaml => serde_norway::to_string(flow).unwrap_or_default(),
    }
}

/// Any document as YAML.
pub fn write_value(value: &Value) -> String {
    serde_norway::to_string(value).unwrap_or_default()
}

/// JSON or YAML as a value.
pub fn parse(text: &str) -> Result<Value, Problem> {
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(Problem::new("too_large", "文档超过 2 MiB", "the document is larger than 2 MiB"));
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| unreadable(&error.to_string()));
    }
    if is_deep(text) {
        return Err(unreadable("it is nested too deeply"));
    }
    serde_norway::from_str(text).map_err(|error| unreadable(&error.to_string()))
}

/// Whether brackets or dashes nest deeper than any document does. The YAML scanner takes time that grows with the square of the
/// depth, so this is asked before it. Brackets inside texts count too; they close again.
fn is_deep(text: &str) -> bool {
    let mut depth = 0i32;
    let brackets = text.bytes().any(|byte| {
        depth += match byte {
            b'[' | b'{' => 1,
            b']' | b'}' => -1,
            _ => 0,
        };
        depth > DEPTH_MAX
    });
    let dashes = |line: &str| line.split(' ').take_while(|word| matches!(*word, "" | "-" | "?")).filter(|word| !word.is_empty()).count();
    brackets || text.lines().any(|line| dashes(line) > DEPTH_MAX as usize)
}

fn unreadable(why: &str) -> Problem {
    Problem::new("unreadable", format!("无法读取文档：{why}"), format!("the document cannot be read: {why}"))
}
