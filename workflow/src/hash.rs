//! Content hashes. A version of a flow is named by what it says, so text of equal meaning must hash equally: keys sorted,
//! no spaces. Not a signature.

use crate::model::Flow;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// 64 hexadecimal digits over the whole document.
pub fn of_flow(flow: &Flow) -> String {
    of(flow)
}

/// 64 hexadecimal digits over anything that is JSON.
pub fn of<T: Serialize>(value: &T) -> String {
    hex(&digest(value))
}

/// 16 hexadecimal digits: enough to see that two inputs differ, short enough for every journal entry.
pub fn short<T: Serialize>(value: &T) -> String {
    hex(&digest(value)[..8])
}

/// 16 bytes, for ids that follow from a name.
pub fn half<T: Serialize>(value: &T) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(&digest(value)[..16]);
    out
}

fn digest<T: Serialize>(value: &T) -> [u8; 32] {
    let mut text = String::new();
    write(&serde_json::to_value(value).unwrap_or_default(), &mut text);
    Sha256::digest(text.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            out.push('{');
            for (i, name) in names.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(&fields[name], out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_of_keys_means_nothing_and_values_do() {
        assert_eq!(of(&json!({"b": [1, {"y": 1, "x": "é"}], "a": null})), of(&json!({"a": null, "b": [1, {"x": "é", "y": 1}]})));
        assert_ne!(short(&json!([1, 2])), short(&json!([2, 1])));
        assert_eq!((of(&1).len(), short(&1).len()), (64, 16));
    }
}
