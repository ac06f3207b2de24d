//! Settings that hold credentials: a sealed one is an object `{"sealed": "qn1.…"}` in the place of its text. What seals and opens is
//! elsewhere; this only tells them apart, so that none ever leaves by a view.

use serde_json::{Map, Value, json};

const SEALED: &str = "sealed";
/// How the form that is kept begins; nothing we make up ourselves begins so.
const FORM: &str = "qn1.";

/// Whether a bare text is a sealed one.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(FORM)
}

/// As it is kept.
pub fn wrap(sealed: &str) -> Value {
    json!({ SEALED: sealed })
}

/// The sealed text, if this setting is one.
pub fn unwrap(setting: &Value) -> Option<&str> {
    setting.as_object().filter(|map| map.len() == 1)?.get(SEALED)?.as_str()
}

/// Settings as they may be shown, and the names of those that are set and are not shown.
pub fn split(settings: &Value) -> (Map<String, Value>, Vec<String>) {
    let (mut shown, mut hidden) = (Map::new(), Vec::new());
    for (name, value) in settings.as_object().into_iter().flatten() {
        if unwrap(value).is_some() {
            hidden.push(name.clone());
        } else {
            shown.insert(name.clone(), value.clone());
        }
    }
    (shown, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_named_and_not_shown() {
        let settings = json!({"app_id": "wx1", "app_secret": wrap("qn1.a.b"), "other": {"sealed": 1}});
        let (shown, hidden) = split(&settings);
        assert_eq!(Value::Object(shown), json!({"app_id": "wx1", "other": {"sealed": 1}}));
        assert_eq!(hidden, ["app_secret"]);
        assert_eq!(split(&Value::Null), (Map::new(), vec![]));
    }
}
