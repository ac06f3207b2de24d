//! Text to a document: JSON or YAML, with limits that hold before and after aliases are written out.

use super::Error;
use serde_json::{Map, Value};

pub(crate) const BYTES_MAX: usize = 4 * 1024 * 1024;
pub(super) const VALUES_MAX: usize = 400_000;
/// As many as serde_json follows.
pub(super) const DEPTH_MAX: usize = 128;

pub(crate) fn load(text: &[u8]) -> Result<Map<String, Value>, Error> {
    if text.len() > BYTES_MAX {
        return Err(Error::TooLarge { bytes_max: BYTES_MAX });
    }
    let text = std::str::from_utf8(text).map_err(|error| Error::Unreadable(error.to_string()))?.trim_start_matches('\u{feff}');
    let value: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| Error::Unreadable(error.to_string()))?
    } else {
        super::yaml::read(text)?
    };
    let mut values = 0;
    if count(&value, &mut values) > VALUES_MAX {
        return Err(Error::TooMuch("400000 values"));
    }
    let Value::Object(document) = value else { return Err(Error::OtherForm("no object".to_owned())) };
    match document.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0") || version.starts_with("3.1") => Ok(document),
        Some(version) => Err(Error::OtherForm(format!("OpenAPI {}", version.chars().take(20).collect::<String>()))),
        None if document.contains_key("swagger") => Err(Error::OtherForm("Swagger 2.0; convert it to OpenAPI 3 first".to_owned())),
        None => Err(Error::OtherForm("something without the word `openapi`".to_owned())),
    }
}

pub(super) fn count(value: &Value, values: &mut usize) -> usize {
    *values += 1;
    if *values <= VALUES_MAX {
        match value {
            Value::Array(entries) => entries.iter().for_each(|entry| _ = count(entry, values)),
            Value::Object(fields) => fields.values().for_each(|field| _ = count(field, values)),
            _ => {}
        }
    }
    *values
}
