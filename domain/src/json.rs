//! JSON that this crate keeps but does not read: what another room writes and reads back. Held as its text, so that keeping, copying
//! and storing it costs no tree of values.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Json(Arc<RawValue>);

impl Json {
    /// Null where `value` cannot be written as JSON (a map with keys that are no text).
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self(serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()).into())
    }

    /// None where the text means something else, as when another version wrote it.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.0.get()).ok()
    }

    pub fn is_null(&self) -> bool {
        self.text() == "null"
    }

    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::of(&())
    }
}

/// The same text; equal values may be written differently.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        Self::of(&value)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(from)?.into()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_through_text_and_through_values() {
        let kept = Json::of(&serde_json::json!({"a": [1, "二"]}));
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"a":[1,"二"]}"#);
        assert_eq!(serde_json::from_str::<Json>(r#"{"a":[1,"二"]}"#).unwrap(), kept);
        assert_eq!(serde_json::from_value::<Json>(serde_json::to_value(&kept).unwrap()).unwrap(), kept);
        assert_eq!(kept.read::<std::collections::BTreeMap<String, (i32, String)>>().unwrap()["a"], (1, "二".to_owned()));
        assert_eq!(kept.read::<Vec<u8>>(), None);
        assert!(Json::default().is_null() && !kept.is_null());
    }
}
