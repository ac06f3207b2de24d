//! What a run is found by: the short texts and numbers that it was begun with, such as an order number. Pure. Called by `run`.

use qn_base::text;
use qn_workflow::Entry;
use serde_json::Value;

/// Longer texts are letters to somebody, not what a run is called by.
const TEXT_CHARS_MAX: usize = 80;
/// In all; every run has such a row.
const BYTES_MAX: usize = 500;

/// One line each, in small letters; empty where this is not a run's beginning.
pub(crate) fn words_of(entries: &[Entry]) -> String {
    let Some(Entry::Started { input, context, .. }) = entries.first() else { return String::new() };
    let event = context.event.as_object().into_iter().flat_map(|fields| fields.values());
    let mut words = String::new();
    for word in input.values().chain(event).filter_map(word_of) {
        if words.len() + word.len() < BYTES_MAX {
            words.push_str(&word);
            words.push('\n');
        }
    }
    words
}

fn word_of(value: &Value) -> Option<String> {
    match value {
        Value::String(long) if long.chars().nth(TEXT_CHARS_MAX).is_some() => None,
        Value::String(short) => Some(text::line(short, TEXT_CHARS_MAX).to_lowercase()).filter(|word| !word.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn begun(input: &Value, event: Value) -> String {
        let context = qn_workflow::Context { event, ..Default::default() };
        let started = Entry::Started {
            flow: "f".to_owned(),
            input: input.as_object().cloned().unwrap_or_default(),
            context: Box::new(context),
            at: 1,
        };
        words_of(&[started])
    }

    #[test]
    fn a_run_is_found_by_the_short_texts_and_numbers_it_began_with() {
        let input = json!({"order": "SO-1001", "amount": 12.5, "letter": "长".repeat(81), "deep": {"inner": "x"}, "nul": "a\u{0}b"});
        let words = begun(&input, json!({"parcel": " SF 77 ", "ok": true}));
        let mut all: Vec<&str> = words.lines().collect();
        all.sort_unstable();
        assert!(all.contains(&"so-1001") && all.contains(&"12.5") && all.contains(&"sf 77"), "{all:?}");
        assert!(!words.contains('长') && !words.contains('\u{0}') && !all.contains(&"x"), "{all:?}");
        assert_eq!(begun(&json!({}), Value::Null), "");
        assert_eq!(words_of(&[]), "");
    }

    #[test]
    fn whatever_it_began_with_the_words_stay_few() {
        let many: serde_json::Map<String, Value> = (0..100).map(|n| (n.to_string(), json!("很".repeat(80)))).collect();
        assert!(begun(&Value::Object(many), Value::Null).len() <= BYTES_MAX);
    }
}
