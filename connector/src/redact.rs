//! What of an exchange may be kept for people to look at: personal data hidden, secret-looking fields hidden, long things cut.

use qn_base::personal;
use serde_json::{Map, Value};

const TEXT_CHARS_MAX: usize = 200;
const ENTRIES_MAX: usize = 20;
const DEPTH_MAX: usize = 6;
/// For the whole record.
const LEAVES_MAX: usize = 200;
const HIDDEN: &str = "…";
/// A field whose name contains one of these is hidden whole.
const SECRET_WORDS: [&str; 12] =
    ["password", "passwd", "secret", "token", "authorization", "apikey", "api_key", "api-key", "credential", "cvv", "cookie", "signature"];

/// A copy fit to be kept.
pub fn redact(value: &Value) -> Value {
    let mut leaves = LEAVES_MAX;
    shortened(value, DEPTH_MAX, &mut leaves)
}

fn shortened(value: &Value, depth: usize, leaves: &mut usize) -> Value {
    if *leaves == 0 || (depth == 0 && (value.is_array() || value.is_object())) {
        return Value::from(HIDDEN);
    }
    match value {
        Value::Array(entries) => {
            let mut kept: Vec<Value> = entries.iter().take(ENTRIES_MAX).map(|entry| shortened(entry, depth - 1, leaves)).collect();
            if entries.len() > ENTRIES_MAX {
                kept.push(format!("… {}", entries.len()).into());
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let kept = fields.iter().take(2 * ENTRIES_MAX).map(|(name, field)| {
                let field = if is_secret(name) { HIDDEN.into() } else { shortened(field, depth - 1, leaves) };
                (text(name), field)
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        leaf => {
            *leaves -= 1;
            leaf.as_str().map_or_else(|| leaf.clone(), |leaf| text(leaf).into())
        }
    }
}

pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// One text, without personal data, cut.
pub(crate) fn text(text: &str) -> String {
    let cut: String = text.chars().take(TEXT_CHARS_MAX).collect();
    let mut shown = String::with_capacity(cut.len());
    let mut at = 0;
    for found in personal::find(&cut) {
        shown.push_str(&cut[at..found.span.start]);
        shown.push_str(HIDDEN);
        at = found.span.end;
    }
    shown.push_str(&cut[at..]);
    if cut.len() < text.len() {
        shown.push_str(HIDDEN);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn persons_and_secrets_are_hidden_and_the_rest_is_short() {
        let kept = redact(&json!({"phone": "13812345678", "accessToken": "abc", "note": "退款", "n": 5, "long": "长".repeat(300),
            "list": (0..50).collect::<Vec<_>>(), "deep": [[[[[[[[1]]]]]]]]}));
        let text = kept.to_string();
        assert!(!text.contains("138") && !text.contains("abc"), "{text}");
        assert_eq!((kept["note"].as_str(), kept["n"].as_i64()), (Some("退款"), Some(5)));
        assert_eq!(kept["list"].as_array().map(Vec::len), Some(21));
        assert!(kept["long"].as_str().is_some_and(|long| long.chars().count() == 201));
    }

    #[test]
    fn a_wide_answer_stays_small() {
        let wide: Vec<Value> = (0..1000).map(|_| json!((0..1000).map(|_| "x".repeat(1000)).collect::<Vec<_>>())).collect();
        assert!(redact(&Value::from(wide)).to_string().len() < 100_000);
    }
}
